"""The page Embedding in a real browser: points, a box that selects, a click that focuses, both themes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from core.store import open_store
from tests.browser.conftest import axe, each_theme, wait_idle
from tests.pages.known_runs import Known, publish_known
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLOT = "document.querySelector('#embedding-map .js-plotly-plot')"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("laid-out") / "home"


@pytest.fixture(scope="module")
def known(home: Path) -> Known:
    return publish_known(open_store(home), hostile=True)


@pytest.fixture(scope="module")
def laid_out(home: Path, known: Known) -> Iterator[Server]:
    with serving(home, HEED_WARM="0") as running:
        yield running


def drawn(page: Page) -> None:
    """Wait until the map has points."""
    page.wait_for_function(f"() => ({PLOT}?.data || []).length > 0")
    wait_idle(page)


def test_a_box_selects_samples_and_a_click_focuses_one(laid_out: Server, known: Known, open_page) -> None:
    page = open_page(f"{laid_out.url}/embedding?run={known.run}&space=series")
    drawn(page)
    names = page.evaluate(f"() => {PLOT}.data.map((trace) => trace.name)")
    assert [name.rsplit("(", 1)[1] for name in names[:2]] == ["n = 5)", "n = 5)"]
    page.get_by_role("button", name="Box", exact=True).click()
    page.wait_for_function(f"() => {PLOT}.layout.dragmode === 'select'")
    point = page.locator("#embedding-map .scatterlayer .trace path.point").nth(2)
    page.locator("#embedding-map").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box = point.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    page.locator("#embedding-map .hoverlayer .hovertext").wait_for()  # a click is of what the pointer is told
    page.mouse.click(x, y)
    page.wait_for_url(re.compile(r"[?&]sample=1\d"))
    sample = int(re.search(r"sample=(\d+)", page.url)[1])
    page.get_by_role("link", name="Open on Sample").wait_for()
    page.wait_for_function(f"() => ({PLOT}.layout.shapes || []).some((shape) => shape.name === 'focus')")
    page.mouse.move(x - 7, y - 7)
    page.mouse.down()
    page.mouse.move(x, y)
    page.mouse.move(x + 7, y + 7)
    page.mouse.up()
    page.wait_for_url(re.compile(r"where=sample"))
    drawn(page)
    count = page.locator("#filter-count").inner_text()
    assert re.fullmatch(r"[1-9] of 10 samples", count)
    assert f"{sample}" in page.input_value("#filter-text")
    assert page.evaluate(f"() => {PLOT}.data[0].name").startswith("not selected")
    assert page.evaluate("() => window.__x") is None


def test_the_page_is_readable_in_both_themes(laid_out: Server, known: Known, open_page) -> None:
    page = open_page(f"{laid_out.url}/embedding?run={known.run}&colour=confidence&sample=13")
    drawn(page)
    for _ in each_theme(page):
        drawn(page)
        assert axe(page) == []
