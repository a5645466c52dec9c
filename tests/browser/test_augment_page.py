"""Augment in a real browser: the list, live previews, the address, and the way to a trained run."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest

from core.data import publish_dataset
from core.jobs import JobDesk
from core.models.manifest import RunManifest
from core.store import open_store
from tests.browser.conftest import axe, each_theme, wait_idle
from tests.pages.known_runs import HOSTILE
from tests.pages.noisy import waves
from tests.serving import serving
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOISE = "gaussian-noise:level=0.2"
LINE = """(place) => {
  const figure = document.querySelector('#augment-lines .js-plotly-plot');
  const named = (figure?.data ?? []).map((trace, index) => [trace, index]).filter(([trace]) => trace.name);
  return named[place] ? figure.calcdata[named[place][1]].map(point => point.y) : null;
}"""
NAMES = """() => (document.querySelector('#augment-lines .js-plotly-plot')?.data ?? [])
  .map(trace => trace.name).filter(Boolean)"""
DRAWN = f"(names) => JSON.stringify(({NAMES})()) === JSON.stringify(names)"
MOVED = f"([place, before]) => JSON.stringify(({LINE})(place)) !== JSON.stringify(before)"
TITLES = "() => [...document.querySelectorAll('#augment-list h3')].map(title => title.textContent)"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Serve a labelled dataset of two channels, an unlabelled one, and one with names that mean harm."""
    home = tmp_path_factory.mktemp("augment") / "home"
    store = open_store(home)
    sets = {
        "waves": waves(),
        "unlabelled": waves(name="unlabelled", targets={}, classes={}),
        "hostile": replace(
            waves(), name=HOSTILE, channels=(HOSTILE, "$x$"), classes={"label": ("<b>x</b>", "y")}
        ),
    }
    ids = {name: publish_dataset(store, dataset).id for name, dataset in sets.items()}
    with serving(home, HEED_WARM="0") as running:
        yield running, ids


@pytest.fixture
def show(house, open_page):
    server, ids = house

    def opener(query: str, dataset: str = "waves", **settings):
        page = open_page(f"{server.url}/augment?dataset={ids[dataset]}{query}", **settings)
        page.wait_for_function(f"() => ({NAMES})().length > 0")
        wait_idle(page)
        return page

    return opener


def address(page) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlparse(page.url).query).items()}


def wait_for_address(page, key: str, value: str | None) -> None:
    page.wait_for_function(
        "([key, value]) => new URLSearchParams(location.search).get(key) === value", arg=[key, value]
    )


def test_the_slider_moves_the_augmented_line_and_not_the_original(show):
    page = show(f"&augment={NOISE}&sample=7")
    original, augmented = page.evaluate(LINE, 0), page.evaluate(LINE, 1)
    np.testing.assert_allclose(original, waves().series[7, :, 0], rtol=1e-4)
    slider = page.get_by_label("Level, slider")
    slider.focus()
    for _step in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function(MOVED, arg=[1, augmented])
    assert page.evaluate(LINE, 0) == pytest.approx(original, rel=1e-4)
    wait_for_address(page, "augment", "gaussian-noise:level=0.25")
    assert page.get_by_label("Level", exact=False).first.input_value() == "0.25"
    noise = (np.array(augmented) - original) * 1.25  # the same draw, five quarters of it
    # What is drawn while the slider moves has few digits; what replaces it has all.
    page.wait_for_function(
        f"([place, wanted]) => ({LINE})(place).every((y, step) => Math.abs(y - wanted[step]) < 1e-4)",
        arg=[1, (original + noise).tolist()],
    )


def test_a_typed_number_moves_slider_line_and_address(show):
    page = show("&augment=gaussian-noise")
    before = page.evaluate(LINE, 1)
    page.locator("label:has-text('Level') input[type=text]").first.fill("0,5")
    page.wait_for_function(MOVED, arg=[1, before])
    wait_for_address(page, "augment", "gaussian-noise:level=0.5")
    assert page.get_by_label("Level, slider").input_value() == "0.5"


def test_the_list_grows_moves_and_shrinks(show):
    page = show("")
    assert "None yet" in page.inner_text("#augment-list")
    page.get_by_role("button", name="Noise + scaling").click()
    page.wait_for_function(DRAWN, arg=["Original", "Gaussian noise", "Amplitude scaling"])
    page.get_by_role("button", name="+ Gaussian noise").click()
    page.wait_for_function(DRAWN, arg=["Original", "Gaussian noise", "Amplitude scaling", "Gaussian noise 2"])
    wait_for_address(page, "augment", "gaussian-noise;amplitude-scaling;gaussian-noise")
    page.get_by_role("button", name="Move Amplitude scaling up").click()
    wait_for_address(page, "augment", "amplitude-scaling;gaussian-noise;gaussian-noise")
    page.wait_for_function(f"() => ({TITLES})()[0] === '1. Amplitude scaling'")
    page.wait_for_function(  # it is the first now: up is off
        "() => document.activeElement.getAttribute('aria-label') === 'Move Amplitude scaling down'"
    )
    page.get_by_role("button", name="Remove Gaussian noise").first.click()
    wait_for_address(page, "augment", "amplitude-scaling;gaussian-noise")
    page.wait_for_function(DRAWN, arg=["Original", "Amplitude scaling", "Gaussian noise"])
    page.go_back()
    assert page.evaluate(TITLES) is not None


def test_an_address_brings_the_list_back(show):
    page = show("&augment=shift:most=0.3,ends=roll;mixup&sample=3&channel=c1&draw=2")
    assert page.evaluate(TITLES) == ["1. Shift", "2. Mixup"]
    assert page.locator("#augment-list select").input_value() == "roll"
    assert "sample s3, 4 of 40, draw 3" in page.inner_text("#augment-place")
    np.testing.assert_allclose(page.evaluate(LINE, 0), waves().series[3, :, 1], rtol=1e-4)
    page.reload()
    page.wait_for_function(DRAWN, arg=["Original", "Shift", "Mixup"])
    assert address(page)["augment"] == "shift:most=0.3,ends=roll;mixup"


def test_what_an_address_says_wrongly_is_left_out_with_a_notice(show):
    page = show("&augment=blur;gaussian-noise:level=99;shift;<b>x</b>")
    page.wait_for_selector(".toast-note.error")
    said = page.inner_text(".toast-note.error")
    assert "blur was left out" in said
    assert "level must be less than or equal to 5; got '99'" in said
    assert "<b>x</b> was left out" in said
    wait_for_address(page, "augment", "shift")
    assert page.evaluate(TITLES) == ["1. Shift"]


def test_settings_that_exclude_each_other_are_said_beside_the_list(show):
    page = show("&augment=amplitude-scaling;shift")
    page.locator("label:has-text('Smallest factor') input[type=text]").first.fill("2")
    page.wait_for_selector("#augment-problem:not(:empty)")
    assert "low must not exceed high" in page.inner_text("#augment-problem")
    assert page.evaluate(TITLES) == ["1. Amplitude scaling", "2. Shift"]
    page.locator("label:has-text('Largest factor') input[type=text]").first.fill("3")
    page.wait_for_function("() => !document.querySelector('#augment-problem').textContent")
    wait_for_address(page, "augment", "amplitude-scaling:low=2,high=3;shift")


def test_keys_walk_through_the_samples_and_another_draw_is_drawn(show):
    page = show(f"&augment={NOISE}")
    page.locator("h1").click()
    page.keyboard.press("]")
    wait_for_address(page, "sample", "1")
    page.wait_for_function("() => /sample s1,/.test(document.querySelector('#augment-place').textContent)")
    wait_idle(page)
    np.testing.assert_allclose(page.evaluate(LINE, 0), waves().series[1, :, 0], rtol=1e-4)
    page.keyboard.press("[")
    wait_for_address(page, "sample", "0")
    wait_idle(page)
    original, before = page.evaluate(LINE, 0), page.evaluate(LINE, 1)
    page.get_by_role("button", name="Another draw").click()
    page.wait_for_function(MOVED, arg=[1, before])
    assert page.evaluate(LINE, 0) == pytest.approx(original)
    assert "draw 2" in page.inner_text("#augment-place")


def test_the_effect_on_the_classes_is_in_words_and_follows_the_slider(show):
    page = show("&augment=gaussian-noise:level=0")
    said = page.inner_text("#augment-words")
    assert re.search(
        r"Gaussian noise: 100\.0 % find their own class \(95 % CI [\d.]+ to 100\.0 %, n = 20\)", said
    )
    page.locator("label:has-text('Level') input[type=text]").first.fill("5")
    page.wait_for_function(
        "() => !/noise: 100.0 %/.test(document.querySelector('#augment-words').textContent)"
    )


def test_unlabelled_samples_are_augmented_too(show):
    page = show(f"&augment={NOISE}", dataset="unlabelled")
    assert "no labels" in page.inner_text("#augment-words")
    assert page.evaluate(NAMES) == ["Original", "Gaussian noise"]


def test_names_that_mean_harm_are_only_names(show):
    page = show(f"&augment={NOISE}", dataset="hostile")
    assert page.evaluate("() => window.__x") is None
    assert page.locator("#augment-body img").count() == 0


def test_without_a_dataset_the_next_steps_are_offered(house, open_page):
    server, _ids = house
    page = open_page(f"{server.url}/augment")
    assert page.locator("#augment-notice a.button").count() >= 2
    assert page.is_hidden("#augment-body")
    assert page.is_hidden("#augment-train")
    page.locator("#augment-notice a.button").first.click()
    page.wait_for_function(f"() => ({NAMES})().length > 0")


def test_a_list_goes_to_train_and_into_the_run(house, show):
    server, ids = house
    page = show("&augment=gaussian-noise:level=0.2,share=0.5;amplitude-scaling")
    page.get_by_role("link", name="Train with these").click()
    page.wait_for_selector("#train-chips .chip-item")
    chips = [chip.inner_text().split("\n")[0] for chip in page.locator("#train-chips .chip-item").all()]
    assert chips == ["Gaussian noise (share 0.5, level 0.2)", "Amplitude scaling"]
    page.get_by_role("button", name="Remove Amplitude scaling").click()
    page.wait_for_function("() => document.querySelectorAll('#train-chips .chip-item').length === 1")
    page.select_option("#train-scaling", "robust")
    page.click("summary:has-text('How it is trained')")
    page.locator("label:has-text('Epochs') input").first.fill("1")
    page.click("#train-submit")
    page.wait_for_selector("#train-experiments .job-card")
    desk = JobDesk(open_store(server.home))
    wanted = [{"name": "gaussian-noise", "settings": {"share": 0.5, "level": 0.2}}]
    (job,) = desk.list()
    assert job.spec.payload["augmentations"] == wanted
    assert job.spec.payload["scaling"]["kind"] == "robust"
    wait_until(lambda: desk.get(job.id).state.state in {"done", "failed"}, 180, "the training")
    run = open_store(server.home).runs.read(desk.get(job.id).state.result["run"], RunManifest)
    assert list(run.augmentations) == wanted
    assert run.dataset == ids["waves"]
    assert run.scaling["kind"] == "robust"
    page.wait_for_selector("#train-runs .ag-row [col-id='trained']")
    told = page.inner_text("#train-runs .ag-row [col-id='trained']")
    assert told == "1 aug., scaling robust"


@pytest.mark.parametrize("width", [1440, 1024])
def test_axe_finds_nothing_serious_on_augment(show, width):
    page = show("&augment=gaussian-noise;shift;time-warp", viewport={"width": width, "height": 900})
    for theme in each_theme(page):
        assert axe(page) == [], theme
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
