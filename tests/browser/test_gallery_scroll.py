"""The Gallery as it scrolls, in a real browser: more tiles come, the place is kept, a failure is mended."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from core.store import open_store
from tests.browser.conftest import axe
from tests.pages.known_runs import publish_many
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MORE = re.compile("format=tiles.*page=3")
FIRST_SEEN = "[...document.querySelectorAll('.tile')].find((tile) => tile.getBoundingClientRect().top > 100)"
PLACE = f"((tile) => [tile.dataset.sample, tile.getBoundingClientRect().top])({FIRST_SEEN})"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    house = open_store(tmp_path_factory.mktemp("scrolled") / "home")
    run = publish_many(house)
    with serving(house.root) as running:
        yield f"{running.url}/gallery?run={run}&show=scroll"


def shown(page: Page, said: str) -> None:
    """Wait until the foot says how many tiles have come."""
    expect(page.locator("#gallery-samples-shown")).to_have_text(said, timeout=20_000)


def to_the_end(page: Page) -> None:
    page.evaluate("() => scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")


def test_tiles_come_by_scrolling_and_the_reader_comes_back_to_the_place(address, open_page):
    page = open_page(address.replace("&show=scroll", ""))
    page.wait_for_selector(".tile")
    assert page.locator(".tile").count() == 24
    page.get_by_role("button", name="Scroll", exact=True).click()
    page.wait_for_url(re.compile("show=scroll"))
    shown(page, "120 of 360")  # the second page is asked for before the first one ends
    order = page.locator(".tile-link .tile-name").first.inner_text()
    to_the_end(page)
    shown(page, "180 of 360")
    assert page.locator(".tile").count() < 120
    alive = "() => [...document.querySelectorAll('.tile canvas')].filter((canvas) => canvas.width).length"
    assert 0 < page.evaluate(alive) < 90
    numbers = "() => [...document.querySelectorAll('.tile')].map((tile) => Number(tile.ariaPosInSet))"
    places = page.evaluate(numbers)
    assert places == list(range(places[0], places[0] + len(places)))
    assert places[0] > 1
    assert page.locator(".tile").first.get_attribute("aria-setsize") == "360"
    # The end comes near, and what answers is not the server; then it is.
    page.route(MORE, lambda route: route.fulfill(body="busy"))
    with page.expect_response(MORE):
        to_the_end(page)
    shown(page, "180 of 360. The server could not be reached.")
    page.unroute(MORE)
    page.get_by_role("button", name="Try again").click()
    shown(page, "240 of 360")
    # One sample is opened and left again, then the page is loaded anew.
    page.wait_for_function("() => history.state?.tiles?.at > 60")
    place = page.evaluate(PLACE)
    page.click(f".tile[data-sample='{place[0]}'] .tile-link")
    page.wait_for_url(re.compile(f"/sample.*sample={place[0]}"))
    page.wait_for_selector("#gallery-samples-tiles", state="detached")
    page.go_back()
    same = f"([sample, top]) => {{ const now = {PLACE}; return now[0] === sample && now[1] === top; }}"
    page.wait_for_selector(f".tile[data-sample='{place[0]}']")
    page.wait_for_function(same, arg=place)
    page.reload()
    page.wait_for_selector(f".tile[data-sample='{place[0]}']")
    page.wait_for_function(same, arg=place)
    # Another selection begins at its first tile.
    page.evaluate("() => dash_clientside.heed.set({ sort: 'confidence', outcome: 'TP' })")
    shown(page, "102 of 102")
    page.wait_for_function("() => document.querySelector('.tile')?.ariaPosInSet === '1'")
    assert page.evaluate("() => document.querySelector('.tile').getBoundingClientRect().top > 0")
    assert page.locator(".tile-link .tile-name").first.inner_text() != order


def test_arrow_keys_lead_on_from_tile_to_tile_and_axe_finds_nothing(address, open_page):
    page = open_page(address)
    shown(page, "120 of 360")
    page.locator(".tile-link").first.focus()
    for _ in range(14):
        page.keyboard.press("ArrowDown")
        page.wait_for_function("() => document.activeElement.matches('.tile-link')")
        page.evaluate("() => new Promise(requestAnimationFrame)")
    reached = "() => Number(document.activeElement.closest('.tile').ariaPosInSet)"
    columns = page.evaluate(
        "() => getComputedStyle(document.querySelector('.tiles')).gridTemplateColumns.split(' ').length"
    )
    assert page.evaluate(reached) == 14 * columns + 1
    assert axe(page) == []
