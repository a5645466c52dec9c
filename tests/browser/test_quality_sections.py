"""Quality and Spectrogram in a real browser: sentences, charts that hold numbers, a dataset that is made."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from core.data import publish_dataset
from core.data.published import open_dataset
from core.store import open_store
from tests.browser.conftest import axe, each_theme
from tests.data.spoiled import noise, spoiled
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = 60_000  # ms
DRAWN = "id => document.querySelector(`#${id} .js-plotly-plot`)?.calcdata?.length > 0"
TITLED = "(name) => document.querySelector('#data-about-title').textContent === name"
CELLS = "id => document.querySelector(`#${id} .js-plotly-plot`).calcdata.at(-1)[0].z.flat().length"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Serve a dataset in which everything is wrong, a sound one, a wide one; return the server and ids."""
    home = tmp_path_factory.mktemp("quality") / "home"
    store = open_store(home)
    wrong = spoiled()
    names = ("<b>x</b>", *wrong.channels[1:])
    wide = noise(50, 40, 155)
    made = {
        "wrong": replace(wrong, name="wrong", channels=names),
        "sound": noise(name="sound"),
        "wide": replace(wide, name="wide", channels=tuple(f"a long sensor name {c}" for c in range(155))),
    }
    ids = {name: publish_dataset(store, dataset).id for name, dataset in made.items()}
    with serving(home) as running:
        yield running, ids


def test_what_was_found_is_said_and_drawn(house, open_page):
    server, made = house
    page = open_page(f"{server.url}/data?dataset={made['wrong']}")
    page.click("[data-section=quality]")
    page.wait_for_selector(".remarks.is-caution li")
    said = page.inner_text("#data-quality-remarks")
    assert "1 of 12 channels never changes: channel 1." in said
    assert "<b>x</b> = channel 2" in said
    for chart in ("missing", "correlation", "entities", "class-parts", "outliers", "lengths"):
        page.wait_for_function(DRAWN, arg=f"data-{chart}", timeout=LONG)
    assert page.evaluate(CELLS, "data-correlation") == 81
    assert page.inner_text("#data-missing-note").startswith("n = 60")
    assert page.locator("#data-quality-nothing-place").is_hidden()
    assert "section=quality" in page.url


@pytest.mark.parametrize("width", [1024, 1440])
@pytest.mark.parametrize("name", ["sound", "wide"])
def test_charts_without_anything_to_show_are_sentences(house, open_page, name, width):
    server, made = house
    page = open_page(
        f"{server.url}/data?dataset={made[name]}&section=quality", viewport={"width": width, "height": 900}
    )
    page.wait_for_selector("#data-quality-nothing dd")
    page.wait_for_function(DRAWN, arg="data-correlation", timeout=LONG)
    assert "No value is missing." in page.inner_text("#data-quality-nothing")
    assert page.locator("#data-missing").is_hidden()
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    boxes = page.evaluate(
        "() => [...document.querySelectorAll('#data-correlation .ytick text')]"
        ".map(t => t.getBoundingClientRect()).map(b => [b.top, b.bottom]).sort((a, b) => a[0] - b[0])"
    )
    assert len(boxes) > 4
    assert all(after[0] >= before[1] - 3 for before, after in pairwise(boxes))


def test_a_spectrogram_is_looked_at_and_made(house, open_page):
    server, made = house
    page = open_page(f"{server.url}/data?dataset={made['sound']}&section=spectrogram")
    page.wait_for_function(DRAWN, arg="data-spectrogram", timeout=LONG)
    window = page.locator("label:has-text('Window length') input")
    window.fill("31")
    page.wait_for_function("() => document.querySelector('#data-spectrogram-problem').textContent !== ''")
    assert "at most 30" in page.inner_text("#data-spectrogram-problem")
    assert page.is_disabled("#data-spectrogram-derive")
    window.fill("10")
    page.wait_for_function(
        "() => document.querySelector('#data-spectrogram-plan').textContent.includes('windows of 10')"
    )
    page.wait_for_function(f"() => ({CELLS})('data-spectrogram') === 30")
    assert "spectrum=window%3D10" in page.url
    page.fill("#data-spectrogram-name", "with spectra")
    page.click("#data-spectrogram-derive")
    page.locator("#data-spectrogram-state a").click(timeout=LONG)
    page.wait_for_function(TITLED, arg="with spectra", timeout=LONG)
    page.wait_for_function(
        r"() => /Further modalities\s*spectrogram \(5 frames x 36 values\)/.test("
        "document.getElementById('data-about')?.textContent ?? '')"
    )
    store = open_store(server.home)
    found = open_dataset(store, re.search(r"dataset=([0-9a-z]+)", page.url)[1])
    assert np.isfinite(found.modalities["spectrogram"].series).all()


@pytest.mark.parametrize("section", ["quality", "spectrogram"])
def test_axe_finds_nothing_serious_in_the_sections(house, open_page, section):
    server, made = house
    page = open_page(f"{server.url}/data?dataset={made['wrong']}&section={section}")
    chart = "data-correlation" if section == "quality" else "data-spectrogram"
    page.wait_for_function(DRAWN, arg=chart, timeout=LONG)
    for theme in each_theme(page):
        assert axe(page) == [], theme
