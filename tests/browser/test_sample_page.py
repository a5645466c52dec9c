"""Sample in a real browser: brushing makes an edit, a link shows the same, keys walk and pin."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from core.data import Dataset
from core.store import Store, open_store
from tests.browser.conftest import axe, each_theme, wait_idle
from tests.inference.changeable import changeable, publish_changeable
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PLOT = "document.querySelector('#sample-series .js-plotly-plot')"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("sampled") / "home")


@pytest.fixture(scope="module")
def data(house: Store) -> Dataset:
    return changeable(house, hostile="<b>x</b>")


@pytest.fixture(scope="module")
def run(house: Store, data: Dataset) -> str:
    heads = {"width": 8, "feed_forward": 8, "heads": 2, "layers": 1}
    return publish_changeable(house, data, "transformer", **heads)


@pytest.fixture(scope="module")
def sampled(house: Store, run: str) -> Iterator[Server]:
    with serving(house.root) as running:
        yield running


def drawn(page: Page) -> None:
    """Wait until the sample is drawn."""
    page.wait_for_function(f"() => ({PLOT}?.data || []).length > 0")
    wait_idle(page)


def brush(page: Page, first: float, last: float) -> None:
    """Drag across the uppermost panel from one step to another."""
    (x0, x1), y = page.evaluate(
        f"([first, last]) => {{ const plot = {PLOT}, full = plot._fullLayout;"
        " const box = plot.getBoundingClientRect();"
        " const at = (step) => box.left + full.xaxis._offset + full.xaxis.l2p(step);"
        " return [[at(first), at(last)], box.top + full.yaxis._offset + 30]; }",
        [first, last],
    )
    page.mouse.move(x0, y)
    page.mouse.down()
    page.mouse.move((x0 + x1) / 2, y + 4, steps=4)
    page.mouse.move(x1, y + 4, steps=4)
    page.mouse.up()


def test_a_brushed_interval_is_changed_undone_and_shown_by_the_link(sampled, run, open_page):
    page = open_page(f"{sampled.url}/sample?run={run}&sample=5&part=all")
    drawn(page)
    brush(page, 0.6, 2.4)
    page.wait_for_function("() => document.querySelector('#sample-first').value === '1'")
    assert page.input_value("#sample-last") == "2"
    page.click("#sample-apply")
    page.wait_for_function("() => location.search.includes('edits=interpolate')")
    drawn(page)
    assert page.locator("#sample-lineage li").inner_text().startswith("steps 1 to 2: a straight line")
    assert page.locator("#sample-chances th").all_inner_texts() == ["Class", "Before", "After", "Difference"]
    assert " pp" in page.locator("#sample-chances tbody").inner_text()
    assert "percentile" in page.locator("#sample-chances").inner_text()

    other = open_page(page.url)
    drawn(other)
    told = "#sample-chances table"
    assert other.locator(told).inner_text() == page.locator(told).inner_text()

    page.click("#sample-undo")
    page.wait_for_function("() => !location.search.includes('edits=')")
    page.click("#sample-redo")
    page.wait_for_function("() => location.search.includes('edits=interpolate')")
    page.fill("#sample-name", "<b>mine</b>")
    wait_idle(page)
    page.click("#sample-save")
    page.wait_for_selector("#sample-saved li a")
    assert page.locator("#sample-saved li a").inner_text() == "<b>mine</b>"


def test_edits_clicked_one_after_another_are_all_made(sampled, run, open_page):
    page = open_page(f"{sampled.url}/sample?run={run}&part=all")  # the first of the order, named by no link
    drawn(page)
    page.fill("#sample-first", "1")
    page.fill("#sample-last", "2")
    for _ in range(3):
        page.click("#sample-apply")
    page.wait_for_function("() => document.querySelectorAll('#sample-lineage li').length === 3")
    assert "edits=interpolate%401-3%3Binterpolate%401-3%3Binterpolate%401-3" in page.url


def test_keys_walk_and_pin_and_the_pinned_sample_has_the_same_scales(sampled, run, open_page):
    page = open_page(f"{sampled.url}/sample?run={run}&sample=5&part=all")
    drawn(page)
    page.keyboard.press("p")
    page.wait_for_function("() => location.search.includes('pinned=5')")
    page.keyboard.press("]")
    page.wait_for_function("() => !location.search.includes('sample=5')")
    page.wait_for_function(
        "() => (document.querySelector('#sample-pinned .js-plotly-plot')?.data || []).length > 0"
    )
    wait_idle(page)
    ranges = page.evaluate(
        "() => ['sample-series', 'sample-pinned'].map((id) => {"
        " const full = document.querySelector(`#${id} .js-plotly-plot`)._fullLayout;"
        " return [full.yaxis.range, full.xaxis.range]; })"
    )
    assert ranges[0] == ranges[1]


def test_the_page_has_no_faults_of_access_in_both_themes(sampled, run, open_page):
    page = open_page(f"{sampled.url}/sample?run={run}&sample=5&part=all&edits=mean%401-3;uniform")
    drawn(page)
    for _ in each_theme(page):
        assert axe(page) == []
