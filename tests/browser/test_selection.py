"""One selection on every page, in a real browser: typed, clicked, picked, undone, saved as a cohort."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Request, Route, expect

from core.attention.cohorts import Cohort, Scope, add_cohort, change_cohort, remove_cohort
from core.store import Store, open_store
from tests.browser.conftest import axe, each_theme, wait_idle
from tests.browser.test_explore import asked, drawn, rows
from tests.pages.known_runs import HOSTILE, Known, publish_known, publish_many
from tests.serving import Server, serving
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("selected") / "home")


@pytest.fixture(scope="module")
def known(house: Store) -> Known:
    return publish_known(house)


@pytest.fixture(scope="module")
def hostile(house: Store) -> Known:
    return publish_known(house, hostile=True)


@pytest.fixture(scope="module")
def many(house: Store) -> str:
    return publish_many(house)


@pytest.fixture(scope="module")
def selected(house: Store, known: Known, hostile: Known, many: str) -> Iterator[Server]:
    with serving(house.root) as running:
        yield running


def counts(page: Page, said: str) -> None:
    """Wait until the line says how many samples there are."""
    expect(page.locator("#filter-count")).to_have_text(said, timeout=20_000)
    wait_idle(page)


def test_a_typed_condition_is_on_every_page_and_in_the_link(selected, known, open_page):
    page = open_page(f"{selected.url}/attention?run={known.run}")
    drawn(page, "attention-heatmap")
    counts(page, "all 10 samples")
    page.keyboard.press("/")
    page.keyboard.type("lat > 1")
    page.keyboard.press("Enter")
    expect(page.locator("#filter-error")).to_contain_text("did you mean late?")
    assert rows(page) == [15, 16, 17, 10, 11, 12, 14, 13, 19, 18]
    page.fill("#filter-text", "outcome = FP or late > 70% and correct")
    page.keyboard.press("Enter")
    counts(page, "6 of 10 samples")
    expect(page.locator("#filter-error")).to_have_text("")
    page.wait_for_function(
        "() => document.querySelector('#attention-heatmap .js-plotly-plot').layout.meta.n === 6"
    )
    assert sorted(rows(page)) == [10, 11, 13, 14, 16, 17]
    page.click("#rail a[data-path='/gallery']")
    page.wait_for_url(re.compile("/gallery.*where="))
    page.wait_for_selector(".tile")
    counts(page, "6 of 10 samples")
    other = open_page(page.url)
    counts(other, "6 of 10 samples")
    assert other.input_value("#filter-text") == "outcome = FP or late > 70% and correct"
    expect(other.locator("#gallery-page-place")).to_have_text("1 to 6 of 6")


def test_clicks_narrow_and_one_step_back_is_always_there(selected, known, open_page):
    page = open_page(f"{selected.url}/attention?run={known.run}&section=groups")
    drawn(page, "attention-patterns")
    page.click("[data-toggle='outcome == TN']")
    counts(page, "3 of 10 samples")
    page.click("[data-toggle='outcome == FP']")
    counts(page, "5 of 10 samples")
    assert page.input_value("#filter-text") == "outcome in (TN, FP)"
    page.locator("#attention-patterns").scroll_into_view_if_needed()
    x, y = asked(
        page,
        "attention-patterns",
        "(() => { const bars = [...plot.querySelectorAll('.bars .point path')].map((bar) =>"
        " bar.getBoundingClientRect()).filter((box) => box.height > 20);"
        " return [bars[0].left + bars[0].width / 2, bars[0].top + bars[0].height / 2]; })()",
    )
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    expect(page.locator("#filter-text")).to_have_value(
        re.compile("pattern == .* and outcome == T"), timeout=20_000
    )
    page.click("#filter-undo")
    counts(page, "5 of 10 samples")
    page.evaluate("() => window.dash_clientside.heed.pick([12, 10, 11])")
    expect(page.locator("#filter-text")).to_have_value(
        re.compile(r"sample in \(10, 11, 12\)"), timeout=20_000
    )
    counts(page, "3 of 10 samples")
    page.click("#filter-clear")
    counts(page, "all 10 samples")
    assert "where" not in page.url


def test_a_cohort_is_saved_chosen_renamed_deleted_and_brought_back(selected, known, open_page):
    page = open_page(f"{selected.url}/attention?run={known.run}&where=outcome+%3D%3D+FP")
    counts(page, "2 of 10 samples")
    page.click("summary:has-text('Save as cohort')")
    page.fill("#cohort-name", HOSTILE)
    page.fill("#cohort-note", "why?")
    page.click("#cohort-save")
    page.wait_for_url(re.compile("cohort="))
    counts(page, "2 of 10 samples")
    assert page.input_value("#filter-text") == ""
    expect(page.locator("#context-cohort")).to_contain_text("<img src=x")
    page.click("summary:text-is('Cohorts')")
    page.click("[data-cohort-act=rename]")
    page.fill("#cohort-rename", "false alarms")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("cohort=false"))
    expect(page.locator("#cohort-list strong")).to_have_text("false alarms", timeout=20_000)
    page.click("[data-cohort-act=delete]")
    expect(page.locator("#filter-error")).to_contain_text("false alarms was deleted", timeout=20_000)
    page.click("#filter-error [data-cohort-act=forget]")
    counts(page, "all 10 samples")
    page.click("summary:text-is('Cohorts')")
    page.click("text=Deleted in the last seven days")
    page.click("[data-cohort-act=restore]")
    expect(page.locator("#cohort-list strong")).to_have_text("false alarms", timeout=20_000)
    page.click(".cohort-choose")
    counts(page, "2 of 10 samples")
    assert page.evaluate("() => window.__x") is None


def test_back_and_forward_go_through_filters_zooms_and_sections(selected, known, open_page):
    page = open_page(f"{selected.url}/attention?run={known.run}")
    shows(page, 10)
    first = page.evaluate("history.length")
    page.click("[data-toggle='outcome == TN']")
    counts(page, "3 of 10 samples")
    page.click("#attention-next")  # takes the place of the step before
    page.wait_for_url(re.compile("sample=1"))
    page.evaluate("() => window.dash_clientside.heed.set({rows: '0-1', steps: '1-3'})")
    page.wait_for_url(re.compile("steps=1-3"))
    page.click("[role=tab][data-section=groups]")
    drawn(page, "attention-patterns")
    assert page.evaluate("history.length") == first + 3
    asked = []
    page.on("request", lambda request: asked.append(request.post_data or ""))
    page.go_back()
    shows(page, 2)
    assert "section" not in page.url
    page.go_back()
    shows(page, 3)
    counts(page, "3 of 10 samples")
    assert "rows" not in page.url
    page.go_back()
    shows(page, 10)
    counts(page, "all 10 samples")
    assert page.input_value("#filter-text") == ""
    for _ in range(3):
        page.go_forward()
    drawn(page, "attention-patterns")
    counts(page, "3 of 10 samples")
    expect(page.locator("[role=tab][data-section=groups]")).to_have_attribute("aria-selected", "true")
    assert page.evaluate("history.length") == first + 3
    assert not [body for body in asked if "_pages_location" in body]  # the page was not drawn anew


def test_what_a_step_made_goes_with_it_and_the_zoom_comes_back(selected, many, open_page):
    page = open_page(f"{selected.url}/attention?run={many}&rows=10-259&steps=1-4")
    shows(page, 250)
    page.click("#attention-only")
    page.wait_for_url(re.compile("cohort=Rows"))
    counts(page, "250 of 360 samples")
    assert "rows=" not in page.url
    page.click("#filter-undo")
    counts(page, "all 360 samples")
    shows(page, 250)
    assert ("rows=10-259" in page.url, "steps=1-4" in page.url) == (True, True)
    page.click("summary:text-is('Cohorts')")
    expect(page.locator("#cohort-list .is-deleted")).to_contain_text("Rows 1", timeout=20_000)
    page.click("summary:text-is('Cohorts')")
    page.click("#attention-only")
    page.wait_for_url(re.compile("cohort=Rows"))
    page.click("summary:text-is('Cohorts')")
    page.click("[data-cohort-act=rename]")
    page.fill("#cohort-rename", "kept")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("cohort=kept"))
    page.click("#filter-undo")
    counts(page, "all 360 samples")
    expect(page.locator("#cohort-list strong")).to_have_text("kept", timeout=20_000)


def shows(page: Page, samples: int) -> None:
    """Wait until the heatmap shows so many samples."""
    page.wait_for_function(
        "n => document.querySelector('#attention-heatmap .js-plotly-plot')?.layout.meta?.n === n", arg=samples
    )


def click_held(page: Page, button: str, trigger: str) -> Route:
    """Click a button, and hold what it asks of the server back."""
    held = []

    def meant(request: Request) -> bool:
        return f'"{trigger}"' in (request.post_data or "")

    def hold(route: Route) -> None:
        if meant(route.request) and not held:
            held.append(route)
        else:
            route.fallback()

    page.route(re.compile("_dash-update-component"), hold)
    page.click(button)
    wait_until(lambda: page.wait_for_timeout(20) or held, 20, "what the button asks is held back")
    return held[0]


def test_what_is_clicked_while_a_callback_answers_stays(selected, known, open_page):
    page = open_page(f"{selected.url}/attention?run={known.run}")
    shows(page, 10)
    asked = click_held(page, "[data-toggle='outcome == FN']", "narrow.data")
    page.click("[data-toggle='confidence < 50%']")
    page.wait_for_url(re.compile("where=confidence"))
    asked.continue_()
    counts(page, "1 of 10 samples")
    assert page.input_value("#filter-text") == "confidence < 50% and outcome == FN"
    page.click("[data-toggle='confidence < 50%']")
    counts(page, "2 of 10 samples")
    page.click("summary:has-text('Save as cohort')")
    page.wait_for_function("() => document.activeElement.id === 'cohort-name'")
    page.keyboard.type("missed")
    asked = click_held(page, "#cohort-save", "cohort-save.n_clicks")
    page.click("#attention-next")
    page.wait_for_url(re.compile("sample=1[89]"))
    asked.continue_()
    page.wait_for_url(re.compile("cohort=missed"))
    counts(page, "2 of 10 samples")
    assert re.search("sample=1[89]", page.url)
    assert "where" not in page.url
    # Of two changes that come at once none is lost; one that is about another run comes too late.
    page.evaluate(
        "run => window.dash_clientside.heed.takeChanges({a: {of: {run}, values: {sort: 'entropy'}},"
        " b: {of: {run}, values: {axis: 'share'}}, c: {of: {run: 'another1'}, values: {cohort: null}}})",
        known.run,
    )
    page.wait_for_url(re.compile("cohort=missed.*sort=entropy|sort=entropy.*cohort=missed"))
    assert "axis=share" in page.url


def test_charts_ask_again_when_a_cohort_goes_and_comes_back(selected, house, known, open_page):
    add_cohort(house, known.run, Cohort(name="early ones", where="early > 50%", scope=Scope(part="all")))
    page = open_page(f"{selected.url}/attention?run={known.run}&where=cohort+%3D%3D+%22early+ones%22")
    shows(page, 4)
    remove_cohort(house, known.run, "early ones")
    expect(page.locator("#filter-error")).to_contain_text("early ones was deleted", timeout=20_000)
    expect(page.locator("#attention-heatmap-empty")).to_contain_text(
        "the filter line says why", timeout=20_000
    )
    page.click("#filter-error [data-cohort-act=restore]")
    counts(page, "4 of 10 samples")
    shows(page, 4)
    change_cohort(house, known.run, "early ones", "first ones")
    expect(page.locator("#filter-error")).to_contain_text("early ones is none of this run", timeout=20_000)


@pytest.mark.parametrize("width", [1440, 1024])
def test_the_line_is_accessible_in_both_themes_and_fits(selected, hostile, open_page, width):
    url = f"{selected.url}/gallery?run={hostile.run}&where=confidence+%3E+10%25&klass=b&outcome=FP"
    page = open_page(url, viewport={"width": width, "height": 900})
    page.wait_for_selector(".tile")
    page.click("summary:text-is('Cohorts')")
    for _theme in each_theme(page):
        assert axe(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("() => window.__x") is None
    assert page.locator("img").count() == 0
