"""The state of the application in a real browser: React hears of what can be drawn, once, and soon enough."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import wait_idle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Counts how often a listener like React's is told while something is done.
TOLD = """async doing => {
  const store = window.dash_stores[0];
  let told = 0;
  const stop = store.subscribe(() => { told += 1; });
  const set = window.dash_clientside.set_props;
  const deeds = {
    nothing: () => { for (let at = 0; at < 50; at += 1) store.dispatch({ type: "NOTHING" }); },
    bookkeeping: () => store.dispatch({ type: "SET_PATHS", payload: { ...store.getState().paths } }),
    several: () => { for (let at = 0; at < 5; at += 1) set("sample-order", { data: [at] }); },
  };
  deeds[doing]();
  const soon = told;
  await Promise.resolve();
  await Promise.resolve();
  const then = told;
  stop();
  return [soon, then];
}"""


@pytest.mark.parametrize(("doing", "then"), [("nothing", 0), ("bookkeeping", 0), ("several", 1)])
def test_components_are_told_once_and_only_of_what_they_can_draw(server, open_page, doing, then):
    page = open_page(server.url)
    assert page.evaluate(TOLD, doing) == [0, then]


def test_all_that_was_set_at_once_arrives(server, open_page):
    page = open_page(server.url)
    page.evaluate("""() => {
      const set = window.dash_clientside.set_props;
      set("context-part", { value: "train" });
      set("rail", { className: "told" });
      set("rail", { title: "also told" });
    }""")
    page.wait_for_selector("#rail.told[title='also told']")
    wait_idle(page)


def test_what_a_person_does_is_drawn_before_the_event_ends(server, open_page):
    page = open_page(server.url)
    page.evaluate("""() => {
      const store = window.dash_stores[0];
      window.told = 0;
      store.subscribe(() => { window.told += 1; });
      document.querySelector("h1").addEventListener("click", () => {
        window.dash_clientside.set_props("sample-order", { data: [7] });
        window.soon = window.told;
      });
    }""")
    page.click("h1")
    assert page.evaluate("() => window.soon") > 0


def test_what_the_view_writes_into_a_control_is_nobody_s_choice(server, open_page):
    page = open_page(server.url)
    # The next step is made before the control tells what the view wrote into it.
    page.evaluate("""() => {
      const heed = window.dash_clientside.heed, told = heed.controlToView;
      heed.controlToView = function (value, ...given) {
        if (value === "all") heed.set({ part: "train" });
        return told.call(this, value, ...given);
      };
      heed.set({ part: "all" });
    }""")
    expect(page.locator("#context-part")).to_contain_text("training samples", timeout=20_000)
    wait_idle(page)
    assert page.evaluate("() => window.dash_clientside.heed.view().part") == "train"
    page.click("#context-part")
    page.get_by_role("option", name="all samples").click()  # this is somebody's
    page.wait_for_url(re.compile("part=all"))
