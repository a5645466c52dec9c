"""Curves, matrices and the threshold of Compare in a real browser: what moves, where a click leads."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from core.store import Store, open_store
from tests.browser.conftest import axe, each_theme, wait_idle
from tests.pages.known_runs import Known, publish_known
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLOT = "document.querySelector('#{id} .js-plotly-plot')"
MARK = f"{PLOT.format(id='compare-roc')}?.data.find((trace) => trace.meta?.runs)"

PLACE = "document.querySelector('#gallery-page-place')?.textContent"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("compared") / "home")


@pytest.fixture(scope="module")
def hostile(house: Store) -> Known:
    return publish_known(house, hostile=True)


@pytest.fixture(scope="module")
def known(house: Store, hostile: Known) -> Known:
    return publish_known(house)


@pytest.fixture(scope="module")
def compared(house: Store, known: Known) -> Iterator[Server]:
    with serving(house.root) as running:
        yield running


def address(server: Server, known: Known, section: str, more: str = "") -> str:
    runs = f"runs={known.run},{known.baseline}"
    return f"{server.url}/compare?dataset={known.dataset.id}&{runs}&section={section}{more}"


def drawn(page: Page, chart: str) -> None:
    """Wait until a chart has data."""
    page.wait_for_function(f"() => ({PLOT.format(id=chart)}?.calcdata || []).length > 0")
    wait_idle(page)


def test_the_slider_moves_marks_at_once_and_all_outcomes_when_it_is_let_go(compared, known, open_page):
    page = open_page(address(compared, known, "curves"))
    drawn(page, "compare-roc")
    page.wait_for_function(f"() => {MARK}?.x?.[0] === 0.4")
    page.click(".threshold-control summary")
    page.wait_for_selector("#compare-threshold-table td")
    thumb = page.locator("#compare-threshold-slider [role=slider]")
    track = page.locator("#compare-threshold-slider .dash-slider-root").bounding_box()
    box = thumb.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(track["x"] + 0.65 * track["width"], middle, steps=4)
    page.wait_for_function(f"() => {MARK}.x[0] === 0.2")
    row = "[...document.querySelectorAll('#compare-threshold-table tbody tr:first-child td')]"
    assert page.evaluate(f"() => {row}.slice(0, 4).map((cell) => cell.innerText)") == ["3", "4", "1", "2"]
    assert "threshold" not in page.url
    page.mouse.up()
    page.wait_for_url(re.compile(r"threshold=0\.6\d"))
    chip = "document.querySelector('#compare-threshold-chip')?.innerText"
    page.wait_for_function(f"() => {chip}?.includes('instead of')")
    wait_idle(page)
    assert page.evaluate(f"() => {MARK}.x[0]") == pytest.approx(0.2)
    page.click("#compare-threshold-table tbody tr:first-child td:nth-child(5) a")
    page.wait_for_url(re.compile(r"/gallery\?.*outcome=FN"))
    page.wait_for_function(f"() => {PLACE} === '1 to 2 of 2'")
    page.click("#gallery-threshold button")
    page.wait_for_url(lambda url: "threshold" not in url)
    page.wait_for_function("() => !document.querySelector('#gallery-threshold')?.innerText")


def test_a_cell_leads_to_its_samples_of_that_run_at_that_threshold(compared, hostile, open_page):
    page = open_page(address(compared, hostile, "matrices", "&threshold=0.65"))
    drawn(page, "compare-matrices")
    x, y = page.evaluate(
        f"() => {{ const plot = {PLOT.format(id='compare-matrices')};"
        " const box = plot.getBoundingClientRect(), full = plot._fullLayout;"
        " return [box.left + full.xaxis._offset + full.xaxis.c2p(1),"
        " box.top + full.yaxis._offset + full.yaxis.c2p(0)]; }"
    )
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    page.wait_for_url(re.compile(rf"/gallery\?.*run={hostile.run}.*where=class.*threshold=0\.65"))
    page.wait_for_function(f"() => {PLACE} === '1 to 1 of 1'")
    assert page.evaluate("() => window.__x") is None
    assert page.locator("img").count() == 0


def test_axe_finds_nothing_serious_in_the_sections(compared, known, open_page):
    charts = {
        "curves": "compare-roc",
        "calibration": "compare-reliability",
        "matrices": "compare-matrices",
        "threshold": "compare-thresholds",
    }
    page = open_page(
        f"{compared.url}/compare?dataset={known.dataset.id}&section=curves&threshold=0.3",
        viewport={"width": 1024, "height": 800},
    )
    for section, chart in charts.items():
        page.click(f"[role=tab][data-section={section}]")
        drawn(page, chart)
        for theme in each_theme(page):
            assert axe(page) == [], theme
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
