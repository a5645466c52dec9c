"""The frame in a real browser: rail, theme, keys, URL, notices, accessibility."""

import re

import pytest

from tests.browser.conftest import axe, each_theme, forget, wait_idle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DATASET = "abcdefgh1234"
VIEW = "() => window.dash_clientside.heed.view()"


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1024, "dark"), (700, "dark")])
def test_axe_finds_nothing_serious_on_home(server, open_page, width, theme):
    page = open_page(server.url, color_scheme=theme, viewport={"width": width, "height": 900})
    assert page.get_attribute("html", "data-bs-theme") == theme  # from the first paint
    assert page.inner_text("h1") == "Home"
    for shown in each_theme(page):
        assert axe(page) == [], shown


def test_the_chosen_theme_is_kept_and_charts_hear_of_it(server, open_page):
    page = open_page(server.url, color_scheme="light")
    page.click("#theme-toggle")
    page.wait_for_selector("html[data-bs-theme='dark']")
    page.reload()
    wait_idle(page)
    assert page.get_attribute("html", "data-bs-theme") == "dark"


def test_what_one_test_left_in_the_browser_is_not_there_in_the_next(server, profile, open_page):
    page = open_page(server.url)
    page.click("#theme-toggle")
    page.wait_for_function("() => localStorage.length === 1")
    forget(profile)
    page = open_page(server.url)
    assert page.get_attribute("html", "data-bs-theme") == "light"
    assert page.evaluate("() => [localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_the_url_is_the_view_and_unknown_keys_do_no_harm(server, open_page):
    page = open_page(f"{server.url}/?dataset={DATASET}&sample=3&part=all&nothing=1&__proto__=x&run=../../etc")
    view = page.evaluate(VIEW)
    assert (view["dataset"], view["sample"], view["part"]) == (DATASET, 3, "all")
    page.evaluate("() => window.dash_clientside.heed.set({sample: 4})")
    page.wait_for_url(re.compile("sample=4"))
    assert "nothing" not in page.url
    assert page.inner_text("#context-part") == "all samples"


def test_links_of_the_rail_carry_what_is_looked_at_and_back_returns(server, open_page):
    page = open_page(f"{server.url}/?dataset={DATASET}&sample=3")
    assert page.get_attribute("#rail a[data-path='/']", "href") == f"/?dataset={DATASET}&sample=3"
    page.evaluate("() => window.dash_clientside.heed.go('/?sample=9')")
    page.wait_for_function("() => window.dash_clientside.heed.view().sample === 9")
    page.go_back()
    page.wait_for_function("() => window.dash_clientside.heed.view().sample === 3")
    assert page.evaluate(VIEW)["dataset"] == DATASET


def test_brackets_walk_through_the_samples_in_the_order_of_the_page(server, open_page):
    page = open_page(f"{server.url}/?sample=5")
    page.keyboard.press("]")
    page.wait_for_url(re.compile("sample=6"))
    page.evaluate("() => window.dash_clientside.set_props('sample-order', {data: [9, 6, 2]})")
    page.wait_for_function("() => window.dash_clientside.heed.order().length === 3")
    page.keyboard.press("]")
    page.wait_for_url(re.compile("sample=2"))
    page.keyboard.press("[")
    page.wait_for_url(re.compile("sample=6"))


def test_a_question_mark_lists_the_keys_and_escape_closes_them(server, open_page):
    page = open_page(server.url)
    page.keyboard.press("?")
    page.wait_for_selector("#keys-help")
    assert "previous and next sample" in page.inner_text("#keys-help")
    page.keyboard.press("Escape")
    page.wait_for_selector("#keys-help", state="hidden")


def test_the_first_tab_leads_past_the_rail(server, open_page):
    page = open_page(server.url)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_a_choice_in_the_bar_goes_into_the_url(server, open_page):
    page = open_page(server.url)
    page.click("#context-part")
    page.get_by_role("option", name="training samples").click()
    page.wait_for_url(re.compile("part=train"))


def test_a_notice_shows_texts_as_texts(server, open_page):
    page = open_page(server.url)
    hostile = "<img src=x onerror=window.__x=1>"
    page.evaluate(
        "(text) => window.dash_clientside.set_props('notice', {data: {key: '1', text, kind: 'error'}})",
        hostile,
    )
    page.wait_for_selector(".toast-note")
    assert hostile in page.inner_text(".toast-note")
    assert page.evaluate("() => window.__x") is None
    page.click(".toast-note button")
    assert page.locator(".toast-note").count() == 0


def test_the_notice_of_an_ended_clustering_leads_to_its_layer_and_part(server, open_page):
    page = open_page(f"{server.url}/?part=train")
    page.evaluate(
        """() => { const { heed } = window.dash_clientside;
        const job = { id: 'one', kind: 'cluster', title: 'Clustering', attempt: 1, state: 'running' };
        heed.jobsSeen([job]);
        const result = { clustered: 'aaaaaaaaaaaa', layer: 'second', samples: 9, clusters: 2 };
        heed.jobsSeen([{ ...job, state: 'done', result }]); }"""
    )
    link = page.locator(".toast-note a").get_attribute("href")
    assert link == "/attention?run=aaaaaaaaaaaa&part=train&sort=cluster&layer=second"


def test_a_value_that_new_options_lack_is_not_taken_for_cleared(server, open_page):
    page = open_page(server.url)
    page.evaluate(
        """() => { const { heed } = window.dash_clientside;
        const binding = { key: 'cohort', id: 'context-cohort', prop: 'value', default: '' };
        heed.set({ cohort: 'a' });
        heed.controlToView('a', binding, [{ value: 'a' }]);
        heed.set({ cohort: 'b' });
        heed.controlToView(null, binding, [{ value: 'b' }]); }"""
    )
    assert page.evaluate("() => window.dash_clientside.heed.view().cohort") == "b"
    page.wait_for_url(re.compile("cohort=b"))


def test_the_notice_of_a_map_leads_to_that_very_map(server, open_page):
    page = open_page(server.url)
    page.evaluate(
        """() => { for (const state of ['running', 'done']) window.dash_clientside.heed.jobsSeen([{id: 'a',
        kind: 'embed', title: 'map', state, attempt: 1, experiment: '', result: {embedded: 'abcdefgh1234',
        part: 'train', method: 'tsne', space: 'attention', layer: 'a&b'}}]); }"""
    )
    link = "/embedding?run=abcdefgh1234&part=train&method=tsne&space=attention&layer=a%26b"
    assert page.get_attribute(".toast-note a", "href") == link


def test_the_drawer_opens_on_narrow_windows(server, open_page):
    page = open_page(server.url, viewport={"width": 700, "height": 900})
    assert not page.is_visible("#rail .rail-links a >> nth=0")
    page.click("#rail-toggle")
    page.wait_for_selector("#rail .rail-links a >> nth=0", state="visible")
    page.keyboard.press("Escape")
    page.wait_for_selector("#rail .rail-links a >> nth=0", state="hidden")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
