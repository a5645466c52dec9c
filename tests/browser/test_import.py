"""Files become datasets in a real browser: looked at, put right, imported."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from core.jobs import JobDesk
from core.store import open_store
from tests.browser.conftest import axe, each_theme
from tests.browser.importing import (
    LONG,
    READY,
    archive,
    bring_in,
    look_at,
    renewed,
    said,
    table,
    take_as,
)
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = "<img src=x onerror=window.__x=1>"


def recordings(machines: int = 4, rows: int = 50, load: str = "load") -> bytes:
    """Return a long table: heat and load of machines over time, their mode, the shift of the crew."""
    rng = np.random.default_rng(0)
    return table(
        f"machine,tick,heat,{load},mode,shift",
        *(
            f"M{machine},{tick},{rng.normal():.3f},{rng.normal():.3f},"
            f"{('idle', 'slow', 'fast')[tick % 3]},{('early', 'late')[tick // 25]}"
            for machine in range(machines)
            for tick in range(rows)
        ),
    )


def moves(samples: int = 12, labelled: bool = True) -> bytes:
    """Return a wide table: moves of eight steps, with what they are and who made them."""
    rng = np.random.default_rng(0)
    head = ",".join(f"t{step}" for step in range(8)) + (",kind,person" if labelled else "")
    return table(
        head,
        *(
            ",".join(f"{value:.3f}" for value in rng.normal(size=8))
            + (f",{'up' if row % 2 else 'down'},P{row // 4}" if labelled else "")
            for row in range(samples)
        ),
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Serve a store with a registered folder."""
    place = tmp_path_factory.mktemp("import")
    folder = place / "archive"
    folder.mkdir()
    (folder / "moves.csv").write_bytes(moves())
    with serving(place / "home", HEED_DATA_FOLDERS=str(folder)) as running:
        yield running


@pytest.fixture
def page(house, open_page):
    return open_page(f"{house.url}/data?source=file")


def test_a_long_table_is_imported_with_roles_that_were_changed(page, tmp_path):
    look_at(page, tmp_path, "machines.csv", recordings())
    assert "One row is" in page.inner_text("#data-look")
    page.select_option("#data-shape", "long")
    renewed(page)
    page.get_by_label("Window length").fill("10")
    renewed(page)
    take_as(page, "load", "Left out")
    take_as(page, "mode", "Channel of categories")
    take_as(page, "shift", "Label")
    page.wait_for_function(READY, timeout=LONG)
    result = page.inner_text("#data-result")
    windows = int(re.search(r"Windows\s+(\d+)", result)[1])
    assert re.search(r"Channels\s+2\s", result)
    assert "early: " in result
    assert page.inner_text("#data-import") == f"Import {windows} windows"
    about = bring_in(page, "machines")
    assert re.search(rf"Samples\s+{windows}\s", about)
    assert re.search(r"Steps\s+10", about)
    assert "2 (heat, mode)" in about
    assert "mode (3)" in about
    assert "2 (early, late)" in about
    assert "one row a step" in about
    assert "entity column machine" in about
    assert page.is_hidden("#data-look")  # ready for the next file


def test_a_wide_table_is_imported_with_one_click_and_the_name_that_was_given(page, tmp_path):
    look_at(page, tmp_path, "walks.csv", moves())
    assert "down: 6" in page.inner_text("#data-result")
    assert page.locator(".first-rows tbody tr").count() == 8
    page.fill("#data-name", "Walks & <more>")
    about = bring_in(page, "Walks & <more>")
    assert re.search(r"Samples\s+12\s", about)
    assert "2 (down, up)" in about
    assert "walks.csv, read as one row a sample" in about


def test_an_archive_is_imported_without_its_labels_when_these_are_left_out(page, tmp_path):
    content = archive(X=np.random.default_rng(0).normal(size=(9, 5, 2)).astype("f4"), y=np.arange(9) % 3)
    look_at(page, tmp_path, "three.npz", content)
    assert "0: 3, 1: 3, 2: 3" in page.inner_text("#data-result")
    expect(page.locator("#data-columns")).to_contain_text("9 x 5 x 2")
    take_as(page, "y", "Left out")
    about = bring_in(page, "three")
    assert "no labels" in about
    assert "Score it with a run" in about


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("cut.csv", table("a,b,label", "1,2,x", "3,4,y", "5,6"), "header, 3; line 4 has 2"),
        ("cut.npz", archive(X=np.zeros((5, 4), np.float32))[:200], "archive is damaged"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200), "by its content 'picture.csv' is"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_in_words_and_another_one_can_be_chosen(
    page, tmp_path, name, content, wanted
):
    look_at(page, tmp_path, name, content)
    assert wanted in said(page)
    assert "reference" not in said(page)
    assert not page.is_enabled("#data-import")
    page.click("#data-back")
    page.wait_for_selector("#data-upload", state="visible")
    look_at(page, tmp_path, "whole.csv", moves())
    page.wait_for_function(READY, timeout=LONG)
    assert said(page) == ""


def test_a_problem_blocks_the_import_until_it_is_put_right(page, tmp_path):
    values = np.ones((6, 4, 1), np.float32)
    values[2, 1] = np.nan
    look_at(page, tmp_path, "gaps.npz", archive(X=values, y=np.arange(6) % 2))
    assert "missing" in said(page)
    assert not page.is_enabled("#data-import")
    page.get_by_label("Missing values").select_option("interpolate")
    page.wait_for_function(READY, timeout=LONG)
    assert said(page) == ""
    assert "filled by interpolation" in bring_in(page, "gaps")


def test_a_reload_and_a_step_back_keep_what_was_chosen(page, tmp_path):
    look_at(page, tmp_path, "kept.csv", moves())
    take_as(page, "person", "Left out")
    page.wait_for_function(READY, timeout=LONG)
    page.reload()
    page.wait_for_function(READY, timeout=LONG)
    assert page.get_by_label("Taken as: person", exact=True).input_value() == "skip"
    page.click("#data-back")
    page.wait_for_selector("#data-kept", state="visible")
    assert "kept.csv" in page.inner_text("#data-kept")
    page.click("#data-look-again")
    page.wait_for_function(READY, timeout=LONG)
    assert page.get_by_label("Taken as: person", exact=True).input_value() == "skip"


def test_a_file_that_is_gone_is_said_so(house, page, tmp_path):
    look_at(page, tmp_path, "gone.csv", moves())
    page.wait_for_function(READY, timeout=LONG)
    for path in (house.home / "tmp").glob("upload-*"):
        path.unlink()
    page.get_by_label("Taken as: person", exact=True).select_option(label="Left out")
    page.wait_for_selector("#data-look-problem:not(:empty)")
    assert "is gone" in said(page) or "no such upload" in said(page)
    assert not page.is_enabled("#data-import")


def test_a_wrong_setting_is_said_beside_its_field(page, tmp_path):
    look_at(page, tmp_path, "machines.csv", recordings())
    page.select_option("#data-shape", "long")
    renewed(page)
    page.get_by_label("Stride").fill("0")
    page.wait_for_selector(".field-problem:not(:empty)", timeout=LONG)
    assert "greater than or equal to 1" in page.inner_text(".field-problem:not(:empty)")
    assert not page.is_enabled("#data-import")
    page.get_by_label("Stride").fill("5")
    page.wait_for_function(READY, timeout=LONG)
    page.wait_for_function("() => !document.querySelector('.field-problem:not(:empty)')", timeout=LONG)


def test_a_file_of_a_registered_folder_is_imported_without_sending_it(page):
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/upload" in request.url else None)
    page.fill("#data-folder-filter", "MOVES")
    page.click("#data-folder-files .ag-cell:has-text('archive/moves.csv')")
    assert re.search(r"Samples\s+12\s", bring_in(page, "moves"))
    assert sent == []


def test_hostile_names_of_columns_and_files_stay_texts(page, tmp_path):
    look_at(page, tmp_path, "<b>x<b>.csv", recordings(load=HOSTILE))
    page.select_option("#data-shape", "long")
    renewed(page)
    expect(page.locator("#data-columns")).to_contain_text(HOSTILE)
    assert HOSTILE in page.inner_text("#data-head")
    assert HOSTILE in bring_in(page, "<b>x<b>")
    assert page.evaluate("() => window.__x") is None
    assert page.locator("#main img, #main b").count() == 0


def test_axe_finds_nothing_serious_in_the_look_at_a_file(house, open_page, tmp_path):
    page = open_page(f"{house.url}/data?source=file")
    look_at(page, tmp_path, "machines.csv", recordings())
    page.wait_for_function(READY, timeout=LONG)
    for theme in each_theme(page):
        assert axe(page) == [], theme


@pytest.mark.parametrize("width", [1440, 1024, 700])
def test_hundreds_of_columns_stay_usable_at_any_width(house, open_page, tmp_path, width):
    page = open_page(f"{house.url}/data?source=file", viewport={"width": width, "height": 900})
    head = ",".join(["machine", "tick", *(f"sensor_{place}" for place in range(155)), "state"])
    rows = (f"M{row // 40},{row % 40}," + ",".join(["0.5"] * 155) + f",{row % 2}" for row in range(160))
    look_at(page, tmp_path, "log.csv", table(head, *rows))
    page.select_option("#data-shape", "long")
    renewed(page)
    page.get_by_label("Filter the columns").fill("sensor_1")
    page.wait_for_function(
        "() => document.getElementById('data-column-count').textContent.startsWith('66 of')"
    )
    page.get_by_label("Take all shown as").select_option(label="Left out")
    page.click("#data-column-bulk-set")
    page.wait_for_function(
        "() => /Channels\\s*(89|90)/.test(document.getElementById('data-result').innerText)", timeout=LONG
    )
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


def test_looks_at_files_don_t_fill_the_list_of_jobs(house, page, tmp_path):
    look_at(page, tmp_path, "quiet.csv", moves())
    kinds = {job.spec.kind for job in JobDesk(open_store(house.home)).list()}
    assert "inspect" in kinds
    shown = page.evaluate("() => JSON.stringify(window.dash_clientside.heed.view())")
    assert "inspect" not in shown
    assert page.locator("#job-bar").inner_text() == ""
