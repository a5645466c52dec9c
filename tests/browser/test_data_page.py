"""Data in a real browser: made, renamed, deleted, brought back; big and wide ones; what leaves."""

import io
import re
import time

import numpy as np
import pandas as pd
import pytest

from core.data import Dataset, publish_dataset
from core.jobs import JobDesk
from core.store import open_store
from tests.browser.conftest import axe, each_theme, wait_idle
from tests.pages.known_runs import ACTUAL, PARTS, publish_known
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = 60_000  # ms
TITLED = "(name) => document.querySelector('#data-about-title').textContent === name"
DRAWN = "() => document.querySelector('#data-examples .js-plotly-plot')?.calcdata?.length > 0"
SIZES = {"ten samples": (10, 20, 1), "many samples": (100_000, 100, 1), "many channels": (200, 40, 155)}


def noise(samples: int, steps: int, channels: int, name: str) -> Dataset:
    rng = np.random.default_rng(0)
    return Dataset(
        series=rng.standard_normal((samples, steps, channels), np.float32),
        lengths=np.full(samples, steps),
        targets={"label": np.arange(samples) % 2},
        classes={"label": ("calm", "busy")},
        channels=tuple(f"sensor {place}" for place in range(channels)),
        sample_ids=np.arange(samples).astype(np.str_),
        step_labels=tuple(map(str, range(steps))),
        parts=np.full(samples, -1, np.int8),
        name=name,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Serve a dataset with two runs, and datasets of unusual sizes; return the server and ids by name."""
    home = tmp_path_factory.mktemp("data") / "home"
    store = open_store(home)
    made = {name: publish_dataset(store, noise(*size, name)).id for name, size in SIZES.items()}
    made["waves"] = publish_known(store).dataset.id
    with serving(home) as running:
        yield running, made


def test_synthetic_series_are_made_as_the_form_says(house, open_page):
    server, _made = house
    page = open_page(f"{server.url}/data?source=synthetic")
    labels = page.locator("#data-bring label, .field-label").all_inner_texts()
    assert len({label.partition("\n")[0] for label in labels}) == len(
        labels
    )  # no two fields are called alike
    page.locator("label:has-text('Samples') input").first.fill("37")
    page.locator("label:has-text('Timesteps') input").fill("24")
    page.fill("#data-name", "Small waves")
    page.dblclick("#data-make")
    page.wait_for_function(TITLED, arg="Small waves", timeout=LONG)
    about = page.inner_text("#data-about")
    assert re.search(r"Samples\s+37\s", about)
    assert re.search(r"Steps\s+24\s", about)
    assert "0 low, 1 high" in about
    page.wait_for_function(DRAWN, timeout=LONG)
    titles = [job.spec.title for job in JobDesk(open_store(server.home)).list()]
    assert titles == ["Make Small waves"]  # a double click makes one


def test_a_dataset_is_renamed_deleted_with_a_warning_and_brought_back(house, open_page):
    server, made = house
    page = open_page(f"{server.url}/data?dataset={made['waves']}")
    page.wait_for_function(TITLED, arg="waves")
    page.click("#data-rename")
    page.wait_for_selector(".toast-note.error")
    assert "at least one character" in page.inner_text(".toast-note.error")
    page.fill("#data-new-name", "Waves & <more>")
    page.click("#data-rename")
    page.wait_for_function(TITLED, arg="Waves & <more>")
    page.click("#data-delete")
    page.wait_for_function(
        "() => document.querySelector('#data-delete').textContent === 'Delete all the same'"
    )
    assert "2 runs of it can't be looked at" in page.inner_text("#data-confirm")
    page.click("#data-delete")
    page.wait_for_function(
        "() => document.querySelector('#data-about-title').textContent !== 'Waves & <more>'"
    )
    page.click("#data-undo")
    page.wait_for_function(TITLED, arg="Waves & <more>")
    assert page.get_attribute("#data-undo", "hidden") is not None


@pytest.mark.parametrize("name", SIZES)
def test_a_dataset_of_any_size_opens_quickly_and_fits(house, open_page, name):
    server, made = house
    page = open_page(f"{server.url}/data?dataset={made['waves']}", viewport={"width": 1024, "height": 900})
    page.wait_for_function(DRAWN, timeout=LONG)
    began = time.monotonic()
    page.evaluate("id => window.dash_clientside.heed.set({dataset: id})", made[name])
    page.wait_for_function(TITLED, arg=name, timeout=LONG)
    wait_idle(page)
    assert time.monotonic() - began < 10  # under a second on an idle machine
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    samples, _steps, channels = SIZES[name]
    about = page.inner_text("#data-about").replace(",", "")
    assert re.search(rf"Samples\s+{samples}\s", about)
    assert re.search(rf"Channels\s+{channels} ", about)
    assert page.inner_text("#data-balance-note").startswith(f"n = {samples:,}")
    page.wait_for_selector("#data-channels .ag-row")
    assert page.locator("#data-spread").is_visible() == (channels > 1)


def test_numbers_that_leave_as_csv_are_those_of_the_dataset(house, open_page):
    server, made = house
    page = open_page(f"{server.url}/data?dataset={made['waves']}")
    answer = page.request.get(f"{server.url}/download/data-balance?format=csv&dataset={made['waves']}")
    table = pd.read_csv(io.StringIO(answer.text()), comment="#")
    told = "\n".join(answer.text().splitlines()[:8])
    assert "provenance" in told
    assert table["class"].tolist() == ["down", "up"]
    for code, part in enumerate(("train", "validation", "test")):
        assert table[part].tolist() == np.bincount(ACTUAL[code == PARTS], minlength=2).tolist()


@pytest.mark.parametrize("source", ["bundled", "synthetic", "file"])
def test_axe_finds_nothing_serious_on_data(house, open_page, source):
    server, made = house
    page = open_page(f"{server.url}/data?dataset={made['waves']}&source={source}")
    page.wait_for_function(DRAWN, timeout=LONG)
    page.wait_for_selector("#data-channels .ag-row")
    for theme in each_theme(page):
        assert axe(page) == [], theme
