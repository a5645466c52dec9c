"""A chart in a real browser: figure, description, export menu, click, theme, a copied link."""

import json
import re

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.published import publish_dataset
from core.store import open_store
from tests.browser.conftest import axe, wait_idle
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    home = tmp_path_factory.mktemp("furnished") / "home"
    rng = np.random.default_rng(0)
    series = rng.normal(size=(24, 30, 2)).astype(np.float32)
    dataset = Dataset(
        series=series,
        lengths=np.full(24, 30),
        targets={"label": np.arange(24) % 2},
        classes={"label": ("<b>calm</b>", "=busy $x$")},
        channels=("left", "right"),
        sample_ids=np.array([f"s{number}" for number in range(24)]),
        step_labels=tuple(map(str, range(30))),
        groups={},
        parts=np.full(24, -1, np.int8),
        name="Two <i>moods</i>",
    )
    made = publish_dataset(open_store(home), dataset)
    with serving(home) as running:
        yield running, made.id


@pytest.fixture
def data_page(furnished, open_page):
    server, dataset = furnished
    page = open_page(f"{server.url}/data?dataset={dataset}")
    page.wait_for_selector(".chart:not(.is-waiting) .js-plotly-plot .main-svg", timeout=30000)
    wait_idle(page)
    return page


def test_a_chart_tells_its_numbers_to_a_screen_reader(data_page):
    frame = data_page.locator(".chart:not(.is-empty) .chart-frame").first
    assert len(frame.get_attribute("aria-label")) > 30
    assert re.search(r"n = \d", data_page.locator(".chart-note").first.inner_text())


def test_axe_finds_nothing_serious_beside_charts(data_page):
    assert axe(data_page) == []


BEGINS = {"png": b"\x89PNG", "svg": b"<svg", "html": b"<!doctype html>", "csv": b"# title", "json": b"{"}


def test_every_format_leaves_through_the_menu(data_page, tmp_path):
    menu = data_page.locator(".sheet:has(.chart:not(.is-empty)) details.menu").first
    for form, begin in BEGINS.items():
        menu.locator("summary").click()
        with data_page.expect_download() as waiting:
            menu.locator(f"[data-format={form}]").click()
        file = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(file)
        assert re.fullmatch(rf"[a-z0-9-]+\.{form}", file.name)
        content = file.read_bytes()
        assert content.startswith(begin)
        assert len(content) > 200
        if form == "svg":
            assert b"key " in content
        if form == "json":
            assert json.loads(content)["provenance"]["data"]
        data_page.keyboard.press("Escape")


def test_a_chart_follows_the_theme(data_page):
    colour = "() => document.querySelector('.js-plotly-plot')._fullLayout?.font.color"
    before = data_page.evaluate(colour)
    data_page.click("#theme-toggle")
    data_page.wait_for_function(f"(before) => ({colour})() !== before", arg=before)


def test_names_with_markup_are_shown_as_they_are(data_page):
    assert data_page.locator("#main i, #main b:has-text('calm')").count() == 0
    assert "Two <i>moods</i>" in data_page.inner_text("#context-dataset")


def test_an_unknown_dataset_is_named_and_nothing_breaks(furnished, open_page):
    server, _ = furnished
    page = open_page(f"{server.url}/data?dataset=zzzzzzzz0000")
    page.wait_for_function("() => document.querySelector('#main').innerText.includes('no dataset')")
    assert "not here" in page.inner_text("#context-dataset")


def test_two_tabs_do_not_disturb_each_other(furnished, open_page):
    server, dataset = furnished
    one = open_page(f"{server.url}/data?dataset={dataset}&sample=1")
    other = open_page(f"{server.url}/data?dataset={dataset}&sample=2")
    one.evaluate("() => window.dash_clientside.heed.set({sample: 5})")
    one.wait_for_url(re.compile("sample=5"))
    wait_idle(other)
    assert "sample=2" in other.url
