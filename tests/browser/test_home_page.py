"""Home in a real browser: the demo from one click to what the model looks at."""

import re

import pytest

from core.jobs import JobDesk
from core.models.manifest import RunManifest
from core.store import open_store
from tests.browser.conftest import axe, wait_idle
from tests.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DEMO = 420_000  # ms; a minute on an idle machine, the rest is for busy ones
FEET = (
    "() => [...document.querySelectorAll('.doors .button')].map(link => link.getBoundingClientRect().bottom)"
)
IN_EPOCHS = "() => /epoch \\d+ of/.test(document.querySelector('#home-demo-state')?.innerText)"
DRAWN = "() => document.querySelector('#attention-heatmap-note')?.textContent.includes('n = 150')"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Serve an empty store."""
    with serving(tmp_path_factory.mktemp("demo") / "home") as running:
        yield running


def test_home_without_runs_is_three_doors_and_nothing_else(house, open_page):
    page = open_page(house.url)
    headings = page.locator("#main .sheet:visible h2").all_inner_texts()
    assert headings == ["See it work", "Load your data", "Take a known set"]
    feet = page.evaluate(FEET)
    assert len(feet) == 3
    assert max(feet) - min(feet) < 1
    page.get_by_role("link", name="Open a file").click()
    page.wait_for_selector("#data-upload", state="visible")


def test_one_click_leads_to_what_the_demo_looks_at(house, open_page):
    page = open_page(house.url)
    page.dblclick("#home-demo")
    page.wait_for_selector(".demo-line [role=progressbar]")
    page.wait_for_function(IN_EPOCHS, timeout=DEMO)
    page.wait_for_url(re.compile("/attention"), timeout=DEMO)
    page.wait_for_function(DRAWN, timeout=60_000)

    store = open_store(house.home)
    ordered = [job.spec.payload["model"] for job in JobDesk(store).list()]
    assert sorted(ordered) == ["attention-lstm", "lstm"]  # a double click is one order
    run = next(run for run in store.runs.list(RunManifest).entries if run.attention_layers)
    test = run.metrics["test"]
    assert run.id in page.url
    assert test["accuracy"] > test["majority_rate"]

    page.click("#rail a[data-path='/']")
    page.wait_for_selector(".run-line")
    line = page.locator(".run-line", has_text="attention-lstm").first.inner_text()
    assert f"{100 * test['accuracy']:.1f} %" in line
    assert f"n = {test['samples']}" in line
    wait_idle(page)
    assert page.evaluate("() => location.pathname") == "/"  # nobody is led away twice
    assert axe(page) == []
