"""Curves of ranks: the same numbers as scikit-learn, means and bands that keep their laws, few points."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.evaluation import ComparedRun, Predictions
from core.evaluation.rank_runs import rank_runs
from core.evaluation.ranking import GRID, MOST_POINTS, drawn_curves, rank_curve

TWO = ("no", "yes")


def drawn(samples, seed=0, spread=1.0, digits=6):
    rng = np.random.default_rng(seed)
    positive = np.arange(samples) % 3 == 0
    scores = 1 / (1 + np.exp(-(rng.normal(size=samples) + spread * positive)))
    return scores.round(digits), positive


def run_of(samples=120, seed=0, name="", arm="", windows=None, **more):
    scores, positive = drawn(samples, seed, **more)
    predictions = Predictions(positive.astype(int), np.stack([1 - scores, scores], axis=1), TWO)
    name = name or f"run-{seed}"
    return ComparedRun(name, f"label {name}", predictions, windows=windows, arm=arm, arm_label=f"arm {arm}")


def several(samples=200, classes=5, seed=0, missing=()):
    rng = np.random.default_rng(seed)
    actual = rng.integers(0, classes, samples)
    actual[np.isin(actual, missing)] = 0
    chances = rng.dirichlet(np.ones(classes), samples) + 0.7 * np.eye(classes)[actual]
    chances /= chances.sum(axis=1, keepdims=True)
    names = tuple(f"c{code}" for code in range(classes))
    return ComparedRun(f"run-{seed}", f"label {seed}", Predictions(actual, chances, names))


@pytest.mark.parametrize("digits", [6, 1])
@pytest.mark.parametrize("samples", [7, 120, 3000])
def test_areas_and_curves_are_those_of_scikit_learn(samples, digits):
    from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

    scores, positive = drawn(samples, digits=digits)
    curve = rank_curve(scores, positive)
    false, true, _ = roc_curve(positive, scores, drop_intermediate=False)
    assert curve.roc[0] == pytest.approx(false)
    assert curve.roc[1] == pytest.approx(true)
    assert curve.area == pytest.approx(roc_auc_score(positive, scores))
    assert curve.average_precision == pytest.approx(average_precision_score(positive, scores))
    precision, recall, thresholds = precision_recall_curve(positive, scores)
    assert curve.precision_recall[0] == pytest.approx(recall[:-1][::-1])
    assert curve.precision_recall[1] == pytest.approx(precision[:-1][::-1])
    assert curve.thresholds == pytest.approx(thresholds[::-1])


def test_the_mean_over_classes_is_that_of_scikit_learn():
    from sklearn.metrics import average_precision_score, roc_auc_score

    run = several()
    found = run.predictions
    roc, precision = rank_runs([run])
    assert roc.lines[0].area == pytest.approx(
        roc_auc_score(found.actual, found.probabilities, multi_class="ovr", average="macro")
    )
    assert precision.lines[0].area == pytest.approx(
        average_precision_score(np.eye(5)[found.actual], found.probabilities, average="macro")
    )
    one, _ = rank_runs([run], of_class=3)
    assert one.of_class == "c3"
    assert one.lines[0].area == pytest.approx(roc_auc_score(found.actual == 3, found.probabilities[:, 3]))


def test_classes_without_samples_are_left_out_and_named():
    roc, _ = rank_runs([several(missing=(2,))])
    assert roc.absent == ("c2",)
    with pytest.raises(DataError, match="the class 'c2' has none or all"):
        rank_runs([several(missing=(2,))], of_class=2)


@pytest.mark.parametrize("kind", [0, 1])
def test_many_samples_are_drawn_with_few_points_near_the_curve(kind):
    scores, positive = drawn(50_000)
    curve = rank_curve(scores, positive)
    name = ("roc", "precision-recall")[kind]
    x, y, thresholds = curve.points(name)
    assert len(x) == len(thresholds) <= MOST_POINTS
    whole = curve.roc if kind == 0 else curve.precision_recall
    assert x[-1] == whole[0][-1] == 1
    if kind == 0:
        assert np.abs(np.interp(GRID, x, y) - curve.on_grid(name)).max() < 0.01


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=30))
def test_curves_rise_and_areas_lie_between_none_and_all(pairs):
    scores = np.array([score / 6 for score, _ in pairs])
    positive = np.array([kind for _, kind in pairs])
    if positive.all() or not positive.any():
        with pytest.raises(DataError, match="samples of the class and others"):
            rank_curve(scores, positive)
        return
    curve = rank_curve(scores, positive)
    grid = curve.on_grid("roc")
    assert (np.diff(grid) >= -1e-12).all()
    assert grid[-1] == 1
    assert 0 <= curve.area <= 1
    assert curve.average_precision <= 1
    reverse = rank_curve(-scores, positive)
    assert curve.area + reverse.area == pytest.approx(1)


def test_the_line_of_an_arm_is_the_mean_of_its_seeds_between_lowest_and_highest():
    runs = [run_of(seed=seed, arm="a") for seed in range(5)]
    roc, precision = rank_runs([*runs, run_of(seed=9)])
    assert [len(line.runs) for line in roc.lines] == [5, 1]
    assert roc.lines[0].label == "arm a, 5 runs"
    found = [run.predictions for run in runs]
    grids = np.stack([rank_curve(one.probabilities[:, 1], one.actual == 1).on_grid("roc") for one in found])
    assert roc.lines[0].y[1:] == pytest.approx(grids.mean(axis=0))
    assert roc.lines[0].low[1:] == pytest.approx(grids.min(axis=0))
    assert roc.lines[0].high[1:] == pytest.approx(grids.max(axis=0))
    alone = [rank_runs([run])[0].lines[0].area for run in runs]
    assert roc.lines[0].area == pytest.approx(np.mean(alone))
    assert roc.lines[0].interval == pytest.approx((min(alone), max(alone)))
    assert "lowest to highest of the seeds" in precision.bands
    assert "bootstrap draws of test samples" in precision.bands


def test_the_band_holds_the_curve_and_narrows_with_samples():
    widths = []
    for samples in (60, 6000):
        line = rank_runs([run_of(samples)])[0].lines[0]
        inside = (line.low - 0.02 <= line.y) & (line.y <= line.high + 0.02)
        assert inside.mean() > 0.9
        widths.append(float((line.high - line.low).mean()))
    assert widths[0] > 5 * widths[1]


def test_steps_of_a_window_are_drawn_together():
    scores, positive = drawn(100)
    rng = np.random.default_rng(0)
    repeated, kinds, windows = np.repeat(scores, 20), np.repeat(positive, 20), np.repeat(np.arange(100), 20)
    together = drawn_curves(repeated, kinds, windows, rng).average_precision.std()
    alone = drawn_curves(scores, positive, None, rng).average_precision.std()
    apart = drawn_curves(repeated, kinds, None, rng).average_precision.std()
    assert together == pytest.approx(alone, rel=0.3)
    assert apart < alone / 2


def test_the_interval_of_the_area_covers_the_true_one_about_as_often_as_it_says():
    truth = rank_runs([run_of(60_000, seed=99)])[0].lines[0].area
    roc, _ = rank_runs([run_of(150, seed=seed) for seed in range(100)])
    covered = sum(line.interval[0] <= truth <= line.interval[1] for line in roc.lines)
    assert all(len(line.low) == 0 for line in roc.lines)  # so many bands would hide each other
    assert covered >= 88


def test_runs_with_other_classes_have_no_common_curve():
    with pytest.raises(DataError, match="know the same classes"):
        rank_runs([run_of(), several()])


def test_the_frame_has_a_row_for_each_point():
    roc, precision = rank_runs([run_of(seed=seed, arm="a") for seed in range(2)] + [run_of(seed=7)])
    frame = roc.to_frame()
    assert len(frame) == sum(len(line.x) for line in roc.lines)
    assert list(frame.columns[2:6]) == [
        "false_positive_rate",
        "true_positive_rate",
        "true_positive_rate_low",
        "true_positive_rate_high",
    ]
    assert {"average_precision", "base_rate", "threshold"} <= set(precision.to_frame().columns)
    assert set(roc.provenance.weights) == {"run-0", "run-1", "run-7"}


@pytest.mark.slow
@pytest.mark.parametrize(("samples", "classes", "runs"), [(100_000, 2, 5), (100_000, 100, 1), (500, 2, 25)])
def test_large_comparisons_are_quick(samples, classes, runs):
    made = [several(samples, classes, seed) for seed in range(runs)]
    start = time.process_time()
    roc, _ = rank_runs(made)
    assert time.process_time() - start < 30  # a hang; it is a second where nothing else runs
    assert all(len(line.x) <= MOST_POINTS for line in roc.lines)
