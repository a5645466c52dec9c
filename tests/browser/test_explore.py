"""Attention, Compare and Gallery in a real browser: what is on the screen, in the URL and in the files."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

from core.models.manifest import RunManifest
from core.store import Store, open_store
from tests.browser.conftest import axe, each_theme, wait_idle
from tests.pages.known_runs import Known, publish_known, publish_three_classes
from tests.serving import Server, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COVERED = """() => {
  const box = (id) => document.getElementById(id).getBoundingClientRect();
  const notes = box('toasts'), coach = box('attention-coach');
  const apart = notes.bottom <= coach.top || notes.right <= coach.left || notes.left >= coach.right;
  return notes.height < 10 || !apart;
}"""
PLOT = "document.querySelector('#{id} .js-plotly-plot')"
# The row in the middle of the frame around the focused sample's row.
FRAMED = """(frame => plot._fullLayout.yaxis.p2l((frame.top + frame.bottom) / 2
  - plot.getBoundingClientRect().top - plot._fullLayout._size.t)
)(plot.querySelector(".row-frame").getBoundingClientRect())"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("explored") / "home")


@pytest.fixture(scope="module")
def known(house: Store) -> Known:
    return publish_known(house)


@pytest.fixture(scope="module")
def hostile(house: Store) -> Known:
    return publish_known(house, hostile=True)


@pytest.fixture(scope="module")
def colours(house: Store) -> Known:
    return publish_three_classes(house)


@pytest.fixture(scope="module")
def explored(house: Store, known: Known, hostile: Known, colours: Known) -> Iterator[Server]:
    with serving(house.root) as running:
        yield running


def drawn(page: Page, chart: str) -> None:
    """Wait until a chart has data."""
    page.wait_for_function(f"() => ({PLOT.format(id=chart)}?.data || []).length > 0")
    wait_idle(page)


def asked(page: Page, chart: str, expression: str):
    """Return what an expression says of the plot of a chart, called `plot` in it."""
    return page.evaluate(f"() => {{ const plot = {PLOT.format(id=chart)}; return {expression}; }}")


def rows(page: Page) -> list[int]:
    """Return the samples of the heatmap from the top."""
    return asked(page, "attention-heatmap", "plot.layout.meta.rows.samples")


def click_row(page: Page, row: int) -> None:
    """Click a row of the heatmap in the middle of its columns, once it answers to the pointer there."""
    place = (
        "(() => { plot.scrollIntoView({ block: 'center' });"
        " const box = plot.getBoundingClientRect(), full = plot._fullLayout;"
        " return [box.left + full.xaxis._offset + full.xaxis._length / 2,"
        f" box.top + full.yaxis._offset + full.yaxis.c2p({row})]; }})()"
    )
    for _ in range(20):
        x, y = asked(page, "attention-heatmap", place)
        page.mouse.move(x - 9, y)
        page.mouse.move(x, y, steps=3)
        try:
            page.wait_for_function(
                "() => document.getElementById('heatmap-tip')?.hidden === false", timeout=1000
            )
        except Error:
            continue
        return page.mouse.click(x, y)
    raise AssertionError("the heatmap never said what is under the pointer")


def test_the_heatmap_has_a_row_for_each_test_sample_in_the_order_of_outcomes(explored, known, open_page):
    page = open_page(f"{explored.url}/attention?run={known.run}")
    drawn(page, "attention-heatmap")
    assert rows(page) == [15, 16, 17, 10, 11, 12, 14, 13, 19, 18]
    assert "n = 10" in page.inner_text("#attention-heatmap-note")
    assert "0 to 0.75" in page.inner_text("#attention-heatmap-note")


def test_a_click_on_a_row_focuses_its_sample_and_a_reload_shows_the_same(explored, known, open_page):
    page = open_page(f"{explored.url}/attention?run={known.run}&dataset={known.dataset.id}")
    drawn(page, "attention-heatmap")
    click_row(page, 6)
    page.wait_for_url(re.compile("sample=14"))
    page.wait_for_function("() => document.querySelector('#attention-place').textContent.includes('7 of 10')")
    wait_idle(page)
    for _ in range(2):
        assert page.inner_text("#attention-place") == "sample s14, 7 of 10"
        assert "predicted up (90.0 %), actual down" in page.inner_text("#attention-verdict")
        assert asked(page, "attention-heatmap", FRAMED) == pytest.approx(6, abs=0.1)
        page.reload()
        wait_idle(page)
        drawn(page, "attention-heatmap")
        page.wait_for_selector("#attention-heatmap .row-frame", state="visible")


def test_sorting_changes_the_order_and_stands_in_the_url(explored, known, open_page):
    page = open_page(f"{explored.url}/attention?run={known.run}")
    drawn(page, "attention-heatmap")
    page.click("#attention-sort")
    page.get_by_role("option", name="position of the peak").click()
    page.wait_for_url(re.compile("sort=peak"))
    page.wait_for_function(f"() => {PLOT.format(id='attention-heatmap')}.layout.meta.rows.samples[0] === 12")
    assert rows(page) == [12, 18, 13, 19, 14, 15, 10, 16, 11, 17]
    click_row(page, 0)
    assert re.search(r"confidence [\d.]+ %peak at step \d$", page.text_content("#heatmap-tip"))


def test_buttons_and_keys_walk_in_the_order_on_the_screen(explored, known, open_page):
    page = open_page(f"{explored.url}/attention?run={known.run}&sort=confidence")
    drawn(page, "attention-heatmap")
    page.wait_for_function("() => document.querySelector('#attention-place').textContent.includes('1 of 10')")
    page.click("#attention-next")
    page.wait_for_url(re.compile("sample=19"))
    page.wait_for_function("() => document.querySelector('#attention-place').textContent.includes('2 of 10')")
    page.keyboard.press("]")
    page.wait_for_url(re.compile("sample=10"))
    page.wait_for_function("() => document.querySelector('#attention-place').textContent.includes('3 of 10')")
    page.click("#attention-previous")
    page.wait_for_url(re.compile("sample=19"))


def test_a_filter_keeps_the_samples_it_names(explored, known, open_page):
    page = open_page(f"{explored.url}/attention?run={known.run}&outcome=FP")
    drawn(page, "attention-heatmap")
    assert rows(page) == [14, 13]
    assert "n = 2" in page.inner_text("#attention-heatmap-note")


def test_a_run_without_attention_leads_to_one_that_has_it(explored, known, open_page):
    page = open_page(f"{explored.url}/attention?run={known.baseline}")
    page.wait_for_selector("#attention-notice a.primary")
    assert not page.is_visible("#attention-heatmap")
    page.click("#attention-notice a.primary")
    page.wait_for_url(re.compile(f"run={known.run}"))
    drawn(page, "attention-heatmap")
    assert len(rows(page)) == 10


def test_an_unknown_run_is_told_with_what_to_do(explored, known, open_page):
    page = open_page(f"{explored.url}/attention?run=aaaaaaaaaaaa")
    page.wait_for_selector("#attention-notice .empty-state")
    assert "There is no run aaaaaaaaaaaa" in page.inner_text("#attention-notice")
    assert page.locator("#attention-notice a").count() >= 2


def test_the_coach_leads_through_three_steps_and_goes(explored, known, open_page):
    page = open_page(f"{explored.url}/attention?run={known.run}&coach=1")
    drawn(page, "attention-heatmap")
    for number in range(4):
        page.evaluate("text => window.dash_clientside.heed.toast({text})", f"Training {number} is done")
    for step in ("1 of 3", "2 of 3", "3 of 3"):
        page.wait_for_function(
            f"() => document.querySelector('#attention-coach').innerText.includes('{step}')"
        )
        assert not page.evaluate(COVERED)
        page.click("#attention-coach-next")
    page.wait_for_selector("#attention-coach", state="hidden")
    assert "coach" not in page.url


def test_a_figure_leaves_as_a_picture_and_as_a_page_that_needs_no_server(
    explored, known, open_page, chromium, tmp_path: Path
):
    page = open_page(f"{explored.url}/attention?run={known.run}")
    drawn(page, "attention-heatmap")
    files = {}
    for form in ("png", "html"):
        page.click("section:has(#attention-heatmap) details.menu > summary")
        with page.expect_download() as waiting:
            page.click(f"a[data-chart='attention-heatmap'][data-format='{form}']")
        files[form] = tmp_path / f"figure.{form}"
        waiting.value.save_as(files[form])
    assert files["png"].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    offline = chromium.new_context(offline=True)
    alone = offline.new_page()
    alone.goto(files["html"].as_uri())
    alone.wait_for_function("() => document.querySelector('.js-plotly-plot')?.calcdata")
    assert alone.evaluate("() => document.querySelector('.js-plotly-plot').calcdata[0][0].z.length") == 10
    offline.close()


def test_the_bars_of_compare_are_the_metrics_of_the_manifests(explored, known, house, open_page):
    page = open_page(f"{explored.url}/compare?runs={known.run},{known.baseline}&dataset={known.dataset.id}")
    found = [house.runs.read(run, RunManifest).metrics["test"] for run in (known.run, known.baseline)]
    for metric in ("accuracy", "loss"):
        if metric != "accuracy":
            page.goto(f"{page.url}&metric={metric}")
        drawn(page, "compare-bars")
        bars = asked(page, "compare-bars", "plot.calcdata[0].map((bar) => bar.s)")
        assert bars == pytest.approx([measured[metric] for measured in found], rel=1e-5)
    page.wait_for_selector("#compare-tests table")
    assert "no evidence of a difference (p = 1.00, n = 10)" in page.inner_text("#compare-tests")
    page.click("[data-section='costs']")
    page.wait_for_selector("#compare-metrics table")
    assert page.locator("#compare-metrics tbody tr").count() == 6
    page.click("[data-section='agreement']")
    page.click("#compare-wins td a")
    page.wait_for_url(re.compile(f"/gallery.*against={known.baseline}"))
    page.wait_for_function(
        "() => document.querySelector('#gallery-page-place')?.textContent === '1 to 1 of 1'"
    )


def test_the_tabs_of_the_gallery_sum_to_n_and_a_click_opens_the_sample(explored, known, open_page):
    page = open_page(f"{explored.url}/gallery?run={known.run}&part=test")
    page.wait_for_selector(".tile canvas[width]")
    page.wait_for_selector("#gallery-outcome .badge-outcome")
    tabs = page.locator("#gallery-outcome .badge-outcome").all_inner_texts()
    assert tabs[0] == "all 10"
    assert sum(int(tab.split()[-1]) for tab in tabs[1:]) == 10
    page.click("#gallery-outcome button[data-view-value='FN']")
    page.wait_for_url(re.compile("outcome=FN"))
    page.wait_for_function("() => document.querySelector('#gallery-page-place').textContent.includes('of 2')")
    wait_idle(page)
    first = page.locator(".tile-link").first
    page.wait_for_function("() => document.querySelectorAll('.tile').length === 2")
    assert first.text_content().startswith("FN 90 % s19, predicted down, actual up, FN, confidence 90.0 %")
    page.click(".tile-pick >> nth=0")
    page.wait_for_url(re.compile("pinned=19"))
    drawn(page, "gallery-compared")
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/sample\\?.*sample=18"))
    assert f"run={known.run}" in page.url
    assert "pinned=19" in page.url


def test_tiles_are_painted_where_they_are_looked_at(explored, known, open_page):
    page = open_page(f"{explored.url}/gallery?run={known.run}&part=all&show=60&sort=distance&channels=0,1")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.tile canvas')].filter((canvas) => canvas.width &&"
        " canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((v) => v))"
        ".length === 20"
    )
    values = [float(text.split()[1]) for text in page.locator(".tile-value").all_inner_texts()]
    assert len(values) == 20
    assert values == sorted(values, reverse=True)


def test_a_cell_of_the_matrix_shows_its_samples(explored, colours, open_page):
    page = open_page(f"{explored.url}/gallery?run={colours.run}")
    drawn(page, "gallery-confusion")
    x, y = asked(
        page,
        "gallery-confusion",
        "(() => { const box = plot.getBoundingClientRect(), full = plot._fullLayout;"
        " return [box.left + full.xaxis._offset + full.xaxis.c2p(1),"
        " box.top + full.yaxis._offset + full.yaxis.c2p(0)]; })()",
    )
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    page.wait_for_url(re.compile("where=class.*red.*predicted.*green"))
    page.wait_for_function(
        "() => document.querySelector('#gallery-page-place').textContent === '1 to 1 of 1'"
    )


@pytest.mark.parametrize("path", ["attention", "gallery", "compare"])
def test_hostile_names_do_no_harm(path, explored, hostile, open_page):
    page = open_page(f"{explored.url}/{path}?run={hostile.run}&dataset={hostile.dataset.id}")
    wait_idle(page)
    page.wait_for_function("() => [...document.querySelectorAll('.js-plotly-plot')].some((p) => p.calcdata)")
    assert page.evaluate("() => window.__x") is None
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("path", ["attention", "gallery", "compare"])
def test_axe_finds_nothing_serious(path, explored, known, open_page):
    page = open_page(f"{explored.url}/{path}?run={known.run}&dataset={known.dataset.id}")
    page.wait_for_function("() => [...document.querySelectorAll('.js-plotly-plot')].some((p) => p.calcdata)")
    for theme in each_theme(page):
        assert axe(page) == [], theme
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
