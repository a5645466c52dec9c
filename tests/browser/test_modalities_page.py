"""Modalities in a real browser: maps and numbers of the sample in view, keys walk, a link shows the same."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from core.inference import open_run
from core.inference.pairs import pairs_of
from core.store import Store, open_store
from core.verbs.modalities import weights
from tests.browser.conftest import axe, each_theme, wait_idle
from tests.inference.two_modal import publish_two_modal, two_modal
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PLOT = "document.querySelector('#modalities-maps .js-plotly-plot')"
NAMES = ("<b>x</b>", "b & c")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("two-modal") / "home")


@pytest.fixture(scope="module")
def run(house: Store) -> str:
    return publish_two_modal(house, two_modal(house, NAMES))


@pytest.fixture(scope="module")
def served(house: Store, run: str) -> Iterator[Server]:
    with serving(house.root) as running:
        yield running


def drawn(page: Page) -> None:
    """Wait until the maps are drawn and the sample is read."""
    page.wait_for_function(f"() => ({PLOT}?.data || []).length > 0")
    page.wait_for_selector("#modalities-guide table")
    wait_idle(page)


def test_keys_walk_and_the_link_shows_the_same_map(served, house, run, open_page):
    page = open_page(f"{served.url}/modalities?run={run}&part=all&sample=5&head=1")
    drawn(page)
    page.keyboard.press("]")
    page.wait_for_function("() => location.search.includes('sample=6')")
    page.wait_for_function(
        "() => document.querySelector('#modalities-place').textContent.includes('7 of 40')"
    )
    drawn(page)
    (pair,) = pairs_of(open_run(house, run).manifest)
    raw = [float(weights(run, [6], layer.name, store=house)[0, 1].max()) for layer in (pair.ab, pair.ba)]
    assert page.evaluate(f"() => {PLOT}.layout.meta.scale") == f"head 1, 0 to {max(raw):.3g}"
    other = open_page(page.url)
    drawn(other)
    assert other.inner_text("#modalities-guide") == page.inner_text("#modalities-guide")
    assert NAMES[0] in page.inner_text("#modalities-guide")
    page.click("#modalities-previous")
    page.wait_for_function("() => location.search.includes('sample=5')")


def test_the_page_has_no_faults_of_access_in_both_themes(served, run, open_page):
    page = open_page(f"{served.url}/modalities?run={run}&part=all")
    drawn(page)
    for _ in each_theme(page):
        assert axe(page) == []
