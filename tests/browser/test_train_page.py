"""Train in a real browser: orders, queue, live curves, cancel, resume, the table of runs."""

import io
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.data import publish_dataset
from core.data.splits import SplitSettings, make_split
from core.jobs import JobDesk
from core.jobs.examining import publish_examined
from core.jobs.train import TrainRequest
from core.models.manifest import RunManifest
from core.store import open_store
from tests.browser.conftest import axe, each_theme, wait_idle
from tests.browser.training import CELLS, LONG, MEMBERS, MORE_POINTS, OVER, PLOT, POINTS, box, epochs
from tests.pages.known_runs import dataset_of, publish_known
from tests.serving import serving
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Serve a dataset with two known runs, and one that is too small to be learnt from."""
    home = tmp_path_factory.mktemp("train") / "home"
    store = open_store(home)
    known = publish_known(store)
    actual, parts = np.array([0, 1, 1]), np.full(3, -1, np.int8)
    small = publish_dataset(store, dataset_of(actual, parts, ("down", "up"), "tiny"))
    with serving(home) as running:
        yield running, known, small.id


@pytest.fixture
def page(house, open_page):
    server, known, _small = house
    page = open_page(f"{server.url}/train?dataset={known.dataset.id}")
    page.wait_for_selector("#train-runs .ag-row")
    return page


def test_rows_of_the_table_are_the_metrics_of_the_manifests(house, page):
    server, _known, _small = house
    rows = {row["name"] + row["seeds"]: row for row in page.evaluate(CELLS)}
    runs = open_store(server.home).runs.list(RunManifest).entries
    assert len(rows) == len(runs) == 2
    for run in runs:
        row, test = rows[f"{run.name or run.model}{run.seed}"], run.metrics["test"]
        low, high = test["accuracy_interval"]
        assert row["accuracy"] == f"{100 * test['accuracy']:.1f} %"
        assert row["interval"] == f"{100 * low:.1f} - {100 * high:.1f}"
        assert row["majority"] == f"{100 * test['majority_rate']:.1f} %"
        assert (row["loss"], row["auc"]) == (f"{test['loss']:.3f}", f"{test['auc']:.3f}")
        assert (row["epochs"], row["seconds"]) == ("3", "1.5")


def test_chosen_runs_are_looked_at_compared_renamed_deleted_and_brought_back(house, page):
    _server, known, _small = house
    assert page.is_disabled("#train-delete")
    box(page, 1).check()
    page.wait_for_selector("#train-look[href]")
    assert f"run={known.run}" in page.get_attribute("#train-look", "href")
    page.fill("#train-name", "First of <all>")
    page.click("#train-rename")
    page.wait_for_function(f"() => ({CELLS})().some(row => row.name === 'First of <all>')")
    box(page, 0).check()
    page.wait_for_selector("#train-compare[href]")
    assert set(re.findall("[a-z0-9]{12}", page.get_attribute("#train-compare", "href"))) >= {
        known.run,
        known.baseline,
    }
    assert page.inner_text("#train-delete") == "Delete 2 runs"
    page.click("#train-delete")
    page.wait_for_function("() => !document.querySelector('#train-runs .ag-row')")
    assert page.inner_text("#train-undo") == "Bring 2 runs back"
    page.click("#train-undo")
    page.wait_for_function(f"() => ({CELLS})().length === 2")
    assert "First of <all>" in [row["name"] for row in page.evaluate(CELLS)]


@pytest.mark.parametrize(
    ("seeds", "words"), [("one, two", "seeds must be"), ("0-100000", "seeds must be"), ("1, 1", "different")]
)
def test_nonsense_for_seeds_is_said_beside_the_form(page, seeds, words):
    page.fill("#train-seeds", seeds)
    page.wait_for_function("() => document.querySelector('#train-submit').textContent === 'Train'")
    page.click("#train-submit")
    page.wait_for_selector("#train-order-problem:not(:empty)")
    assert words in page.inner_text("#train-order-problem").lower()
    assert page.input_value("#train-seeds") == seeds


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [
        ("Units", "1000000", "units must be less than or equal to 1024; got '1000000'"),
        ("Epochs", "1000000", "epochs must be less than or equal to 10000; got '1000000'"),
        ("Batch size", "many", "batch_size must be a valid integer"),
    ],
)
def test_settings_out_of_bounds_are_said_beside_the_form(house, page, label, value, words):
    server, _known, _small = house
    before = len(JobDesk(open_store(server.home)).list())
    page.click("summary:has-text('How it is trained')")
    page.click("summary:has-text('Settings of Attention LSTM')")
    page.locator(f"label:has-text('{label}') input").first.fill(value)
    page.click("#train-submit")
    page.wait_for_selector("#train-order-problem:not(:empty)")
    assert words.lower() in page.inner_text("#train-order-problem").lower()
    assert len(JobDesk(open_store(server.home)).list()) == before


def test_a_dataset_too_small_to_be_divided_is_refused_beside_the_form(house, open_page):
    server, _known, small = house
    before = len(JobDesk(open_store(server.home)).list())
    page = open_page(f"{server.url}/train?dataset={small}")
    page.click("#train-submit")
    page.wait_for_selector("#train-order-problem:not(:empty)")
    assert "sample" in page.inner_text("#train-order-problem")
    assert len(JobDesk(open_store(server.home)).list()) == before


def test_a_training_is_ordered_once_watched_found_again_cancelled_and_resumed(house, page):
    server, known, _small = house
    desk = JobDesk(open_store(server.home))
    before = len(desk.list())
    epochs(page, 9000)
    page.dblclick("#train-submit")
    page.wait_for_function(MORE_POINTS, arg=2, timeout=LONG)
    assert len(desk.list()) == before + 1
    job = desk.list()[0]
    grown = page.evaluate(POINTS)
    page.wait_for_function(MORE_POINTS, arg=grown, timeout=LONG)

    page.reload()  # as after a closed tab: the training is found again, with its curve
    page.wait_for_selector("#train-experiments .badge-state.running")
    page.wait_for_function(MORE_POINTS, arg=grown, timeout=LONG)
    assert page.locator("#train-experiments .job-card").first.get_by_role("progressbar").count() == 1
    page.get_by_role("button", name=re.compile("^Cancel: ")).click()
    page.wait_for_selector("#train-experiments .badge-state.cancelled", timeout=LONG)

    answer = page.request.get(
        f"{server.url}/download/train-curves?format=csv&experiment={job.spec.payload['experiment']}"
    )
    table = pd.read_csv(io.StringIO(answer.text()), comment="#")
    rows, _offset = desk.rows(job.id)
    assert len(table) == len(rows)
    loss = next(name for name in table.columns if "validation" in name and "loss" in name)
    assert np.isfinite(table[loss][:2]).all()
    np.testing.assert_allclose(table[loss], np.array([row["val_loss"] for row in rows], float), rtol=1e-6)

    page.get_by_role("button", name=re.compile("^Resume: ")).first.click()
    page.wait_for_selector("#train-experiments .badge-state.running", timeout=LONG)
    page.get_by_role("button", name=re.compile("^Cancel: ")).click()
    page.wait_for_selector("#train-experiments .badge-state.cancelled", timeout=LONG)
    assert known.dataset.id in page.url


def test_arms_and_seeds_are_ordered_as_one_watched_zoomed_found_in_another_tab_and_cancelled(house, page):
    server, _known, _small = house
    before = len(JobDesk(open_store(server.home)).list())
    page.click("#train-trio")
    page.wait_for_selector("summary:has-text('Settings of Transformer')")
    page.fill("#train-seeds", "10-14")
    page.wait_for_selector("#train-submit:has-text('Train 15 models')")
    epochs(page, 9000)
    page.click("#train-submit")
    page.wait_for_function(f"() => ({MEMBERS})().length >= 10")
    wait_until(lambda: len(JobDesk(open_store(server.home)).list()) == before + 15, 60, "15 more trainings")
    page.wait_for_function("() => location.search.includes('experiment=')")
    page.wait_for_function(MORE_POINTS.replace("[1]", "[2]"), arg=2, timeout=LONG)
    page.evaluate(f"() => Plotly.relayout({PLOT}, {{'xaxis.range': [1, 3]}})")
    grown = page.evaluate(POINTS.replace("[1]", "[2]"))
    page.wait_for_function(MORE_POINTS.replace("[1]", "[2]"), arg=grown, timeout=LONG)
    assert page.evaluate(f"() => {PLOT}._fullLayout.xaxis.range") == [1, 3]

    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_function(MORE_POINTS.replace("[1]", "[2]"), arg=grown, timeout=LONG)
    other.get_by_role("button", name=re.compile("^Cancel: ")).click()
    page.wait_for_function(OVER, timeout=LONG)
    assert "cancelled" in page.inner_text("#train-experiments")
    page.get_by_role("button", name=re.compile("^Delete: .*transformer")).click()
    page.wait_for_selector("#train-back:not([hidden])")
    page.click("#train-back")
    page.get_by_role("button", name=re.compile("^Delete: .*transformer")).wait_for()


def test_settings_of_an_architecture_stay_as_typed_when_another_one_joins_and_a_sweep_is_counted(page):
    page.click("summary:has-text('Settings of Attention LSTM')")
    units = page.locator("label:has-text('Units') input").first
    units.fill("12")
    page.click("#train-trio")
    page.wait_for_selector("summary:has-text('Settings of Transformer')")
    assert units.input_value() == "12"
    page.click("summary:has-text('Try several values')")
    page.locator(".sweep-row select").first.select_option("training.learning_rate")
    page.locator(".sweep-row input").first.fill("0.001, 0.01")
    page.wait_for_selector("#train-submit:has-text('Train 6 models')")
    page.locator(".sweep-row input").first.fill("much")
    page.click("#train-submit")
    page.wait_for_selector("#train-order-problem:not(:empty)")
    assert page.inner_text("#train-submit") == "Train"
    assert "learning_rate" in page.inner_text("#train-order-problem").lower()


def test_runs_are_filtered_and_one_without_attention_says_why_it_can_t_be_looked_at(house, page):
    _server, known, _small = house
    before = len(page.evaluate(CELLS))
    page.fill("#train-filter", f"LSTM {known.baseline}")
    page.wait_for_function(f"() => ({CELLS})().length === 1")
    box(page, 0).check()
    page.wait_for_selector("#train-why:has-text('lstm has no attention.')")
    assert page.get_attribute("#train-look", "aria-disabled") == "true"
    page.fill("#train-filter", "")
    page.wait_for_function(f"() => ({CELLS})().length === {before}")


def test_a_target_a_split_that_leaks_its_folds_and_a_control_are_ordered_as_shown(house, open_page):
    server, _known, _small = house
    store = open_store(server.home)
    codes = np.arange(40)
    dataset = dataset_of(codes % 2, np.full(40, -1, np.int8), ("down", "up"), "several")
    dataset = publish_dataset(
        store,
        replace(
            dataset,
            targets={**dataset.targets, "mood": codes % 4, "phase": np.zeros((40, dataset.steps), np.int64)},
            classes={**dataset.classes, "mood": tuple("abcd"), "phase": ("off", "on")},
            series=np.tile(dataset.series[:20], (2, 1, 1)),
        ),
    )
    settings = SplitSettings(kind="stratified", folds=3)
    split, leaks = publish_examined(store, dataset, make_split(dataset, settings, "mood"), "mood")
    assert leaks["leak"]
    page = open_page(f"{server.url}/train?dataset={dataset.id}&target=mood&split={split}")
    page.wait_for_selector("#train-split .warning")
    assert re.search(
        r"test windows \([\d.]+ %\) are the very same as a training window", page.inner_text("#train-split")
    )
    assert "phase" in page.inner_text("#train-target-note")
    assert "4 classes" in page.inner_text("#train-balance")
    page.check("#train-folds")
    page.wait_for_function("() => document.querySelector('#train-submit').textContent === 'Train 3 models'")
    before = len(JobDesk(store).list())
    epochs(page, 9000)
    page.click("#train-control")
    page.wait_for_selector("#train-ordered:has-text('3 controls submitted')")
    desk = JobDesk(store)
    made = desk.list()[: len(desk.list()) - before]
    asked = [TrainRequest.model_validate(job.spec.payload) for job in made]
    assert sorted(request.split.fold for request in asked) == [0, 1, 2]
    assert page.locator("#train-also").is_visible()
    assert {(request.target, request.permuted_labels) for request in asked} == {("mood", True)}
    for job in made:
        desk.cancel(job.id)
    page.wait_for_function(OVER, timeout=LONG)


@pytest.mark.parametrize("width", [1440, 1024])
def test_runs_of_all_datasets_fit_into_the_window(house, open_page, width):
    server, known, _small = house
    address = f"{server.url}/train?dataset={known.dataset.id}"
    page = open_page(address, viewport={"width": width, "height": 900})
    page.wait_for_selector("#train-runs .ag-row")
    page.check("#train-everywhere")
    page.wait_for_selector("#train-runs .ag-cell[col-id='dataset']")
    wait_idle(page)
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    inner = "document.querySelector('#train-runs .ag-center-cols-viewport')"
    assert page.evaluate(f"() => {inner}.scrollWidth - {inner}.clientWidth") <= 0
    assert page.locator("#train-runs .ag-row [col-id='made']").first.is_visible()


def test_runs_are_seen_where_the_browser_did_not_measure_the_table(house, open_page):
    server, known, _small = house
    page = open_page()
    page.add_init_script("window.ResizeObserver = class { observe() {} unobserve() {} disconnect() {} }")
    page.goto(f"{server.url}/train?dataset={known.dataset.id}")
    page.wait_for_selector("#train-runs .ag-row [col-id='name']")


@pytest.mark.parametrize("width", [1440, 1024])
def test_axe_finds_nothing_serious_on_train(house, open_page, width):
    server, known, _small = house
    address = f"{server.url}/train?dataset={known.dataset.id}"
    page = open_page(address, viewport={"width": width, "height": 900})
    page.wait_for_selector("#train-runs .ag-row")
    for theme in each_theme(page):
        assert axe(page) == [], theme
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
        ground = page.evaluate("() => getComputedStyle(document.querySelector('.ag-row')).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", ground)[:3])) > 380) == (theme == "light")
