"""The sections of Compare: curves, calibration, matrices and thresholds of runs, arms and odd names."""

import time

import numpy as np
import pytest

from core.data import publish_dataset
from core.errors import HeedError
from dashboard.components.chart import CHARTS
from dashboard.components.view import ViewState
from dashboard.pages.compare.calibration.callbacks import update_calibration
from dashboard.pages.compare.matrices.callbacks import update_matrices
from dashboard.pages.compare.ranking.callbacks import update_areas
from dashboard.pages.compare.threshold.callbacks import update_sweep
from dashboard.pages.compare.threshold.control import CHIP
from dashboard.services import assessing
from dashboard.services.gathered import Chosen
from tests.pages.known_runs import dataset_of, publish_known, publish_run, publish_three_classes

OURS = ("compare-roc", "compare-precision", "compare-reliability", "compare-matrices", "compare-thresholds")


@pytest.fixture
def compared(house):
    assessing.forget()
    yield house
    assessing.forget()


def arms(store, samples=200, classes=2, models=2, seeds=3, name="arms"):
    """Publish models with several seeds each; the later ones are surer and better."""
    rng = np.random.default_rng(0)
    actual = np.arange(samples) % classes
    parts = rng.permutation(np.arange(samples) % 3).astype(np.int8)
    names = tuple(f"<b>c{code}</b>" for code in range(classes))
    data = publish_dataset(store, dataset_of(actual, parts, names, name))
    runs = []
    for model in range(models):
        for seed in range(seeds):
            logits = (1 + model) * (rng.normal(size=(samples, classes)) + np.eye(classes)[actual])
            chances = np.exp(logits - logits.max(axis=1, keepdims=True))
            chances /= chances.sum(axis=1, keepdims=True)
            runs.append(publish_run(store, data, chances, parts, model=f"m{model}", seed=seed, layers=()))
    return data, tuple(runs)


def words_in(shown):
    """Return all texts of components."""
    if isinstance(shown, (list, tuple)):
        return " ".join(words_in(part) for part in shown)
    if shown is None or isinstance(shown, (str, int, float)):
        return "" if shown is None else str(shown)
    return words_in(getattr(shown, "children", None))


def test_the_seeds_of_an_arm_are_one_curve(compared):
    data, runs = arms(compared)
    found = assessing.ranked(Chosen(runs, data.id), "roc", "")
    assert [len(line.runs) for line in found.lines] == [3, 3]
    assert [line.label for line in found.lines] == ["m0, 3 runs", "m1, 3 runs"]
    assert len(found.points) == 2
    view = {"runs": runs, "dataset": data.id}
    figure, note, *_ = CHARTS["compare-roc"].update({"view": view})
    assert note.startswith("n = ")
    marks = figure.data[-1].meta
    assert [len(line) for line in marks["runs"]] == [3, 3]
    _, said = update_areas(view, None)
    assert "m0, 3 runs" in words_in(said)
    assert "lowest to highest of the seeds" in words_in(said)


def test_the_marks_stand_where_the_threshold_puts_the_runs(compared):
    known = publish_known(compared)
    chosen = Chosen((known.run,), known.dataset.id)
    usual, moved = (assessing.ranked(chosen, "roc", "", at).points[0] for at in (0.5, 0.65))
    assert (usual.x, usual.y) == (0.4, 0.6)
    assert (moved.x, moved.y) == (0.2, 0.6)
    other = assessing.ranked(chosen, "roc", "down", 0.65)
    assert other.swapped
    assert (other.points[0].x, other.points[0].y) == pytest.approx((0.4, 0.8))
    precise = assessing.ranked(chosen, "precision-recall", "", 0.65).points[0]
    assert (precise.x, precise.y) == (0.6, 0.75)


def test_thresholds_count_what_the_gallery_counts(compared):
    known = publish_known(compared)
    found = assessing.thresholds(Chosen((known.run, known.baseline), known.dataset.id), 0.65)
    assert found.runs[0].at == (3, 4, 1, 2)
    assert found.runs[0].measures.accuracy == 0.7
    sweep, said, state = update_sweep({"runs": [known.run], "dataset": known.dataset.id}, None, None)
    assert sweep["runs"][0]["counts"][4 * 65 : 4 * 65 + 4] == [3, 4, 1, 2]
    assert "up" in words_in(said)
    assert state == ""


def test_three_classes_have_a_sentence_instead_of_a_slider(compared):
    known = publish_three_classes(compared)
    view = {"runs": [known.run], "dataset": known.dataset.id, "threshold": 0.9}
    sweep, said, state = update_sweep(view, None, None)
    assert sweep["runs"] == []
    assert "with 3 the likeliest class is predicted" in said
    assert state == "is-without-threshold"
    assert CHIP.update(view) == []
    assert assessing.matrices(Chosen((known.run,)), "", 0.9).matrices[0].right == 6
    assert CHARTS["compare-roc"].ask(ViewState.parse(view)).of_class == ""
    one = CHARTS["compare-roc"].ask(ViewState.parse({**view, "klass": "green"}))
    assert one.of_class == "green"


def test_matrices_come_page_by_page_with_links_to_their_samples(compared):
    data, runs = arms(compared, models=3, seeds=4)
    view = {"runs": runs, "dataset": data.id, "threshold": 0.4}
    pager, links, names = update_matrices(view, None)
    assert len(names) == 8
    assert "1 to 8 of 12 runs" in words_in(pager)
    rest = assessing.matrices(Chosen(runs, data.id), "count", 0.4, page=7)
    assert (rest.offset, len(rest.matrices)) == (8, 4)
    hrefs = [part.href for part in links._traverse() if hasattr(part, "href")]
    assert all(f"run={run}" in " ".join(hrefs) for run in runs[:8])
    assert "threshold=0.4" in hrefs[0]
    assert "where=class+%3D%3D+%22%3Cb%3Ec" in hrefs[0]


def test_calibration_says_what_chance_gives_and_what_a_temperature_does(compared):
    data, runs = arms(compared, samples=1200)
    view = {"runs": runs, "dataset": data.id, "run": runs[4]}
    options, said, table = update_calibration(view, None)
    assert [option["value"] for option in options] == list(runs)
    assert "a perfectly calibrated model would show" in words_in(said)
    assert "A temperature of" in words_in(said)
    found = assessing.calibration(Chosen(runs, data.id), "mass", runs[4])
    assert found.focus == 4
    assert found.runs[4].after.loss <= found.runs[4].before.loss + 1e-3
    assert found.runs[4].fitted_on == 400
    assert "as it says" in words_in(table)


def test_a_small_validation_part_is_told(compared):
    known = publish_known(compared)
    _, said, table = update_calibration({"runs": [known.run], "dataset": known.dataset.id}, None)
    assert "needs at least 20 validation samples; there are 4" in words_in(said)
    assert "no temperature" in words_in(table)


def test_a_hundred_classes_are_drawn_with_few_points_and_no_numbers(compared):
    data, runs = arms(compared, samples=1500, classes=100, models=2, seeds=1)
    view = {"runs": runs, "dataset": data.id}
    figures = {chart: CHARTS[chart].update({"view": view})[0] for chart in OURS[:-1]}
    assert all(len(figure.to_json()) < 1_500_000 for figure in figures.values())
    assert all(trace.texttemplate is None for trace in figures["compare-matrices"].data)
    lines = [trace for trace in figures["compare-roc"].data if trace.mode == "lines" and trace.fill is None]
    assert max(len(trace.x) for trace in lines) <= 300
    with pytest.raises(HeedError, match="a threshold needs two classes"):
        CHARTS["compare-thresholds"].update({"view": view})


@pytest.mark.parametrize("chart", OURS)
@pytest.mark.parametrize("kind", ["csv", "json", "html", "figure"])
def test_every_chart_leaves_as_a_file(chart, kind, compared):
    data, runs = arms(compared)
    left = CHARTS[chart].download(kind, ViewState(runs=runs, dataset=data.id, threshold=0.3))
    assert len(left.body) > 200
    if kind == "csv":
        assert runs[0] in left.body


def test_a_run_without_a_test_part_is_told(compared):
    data = publish_dataset(compared, dataset_of(np.arange(20) % 2, np.zeros(20, np.int8), ("a", "b"), "none"))
    chances = np.tile([[0.4, 0.6]], (20, 1))
    run = publish_run(compared, data, chances, np.zeros(20, np.int8))
    for update in (update_areas, update_calibration):
        assert "no samples" in words_in(update({"runs": [run], "dataset": data.id}, None)[1])


@pytest.mark.slow
def test_many_samples_answer_at_once(compared):
    data, runs = arms(compared, samples=300_000, models=2, seeds=1)
    chosen = Chosen(runs, data.id)
    for ask in (
        lambda: assessing.ranked(chosen, "roc", ""),
        lambda: assessing.calibration(chosen, "", None),
        lambda: assessing.matrices(chosen, "", 0.3),
        lambda: assessing.thresholds(chosen, 0.3),
    ):
        start = time.process_time()
        ask()
        assert time.process_time() - start < 20  # a hang; it is a second where nothing else runs
    start = time.process_time()
    assessing.ranked(chosen, "roc", "", 0.31)
    assessing.matrices(chosen, "", 0.31)
    assert time.process_time() - start < 5
