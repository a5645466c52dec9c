"""Intervals of single runs: bootstrap and its limit agree, and cover what they should."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score, roc_auc_score

from core.evaluation import ComparedRun, Predictions, part_metrics
from core.evaluation.areas import area_influence, area_interval
from core.evaluation.metrics import area_under_curve
from core.evaluation.resampling import MOST_DRAWN, Resampling, resampling
from core.evaluation.scores import METRICS, judge_run, score_run


def predictions(samples, classes, seed=0, skill=1.0):
    rng = np.random.default_rng(seed)
    actual = rng.choice(classes, samples, p=rng.dirichlet(np.full(classes, 4.0)))
    logits = rng.normal(size=(samples, classes))
    logits[np.arange(samples), actual] += skill
    chances = np.exp(2 * logits)
    chances /= chances.sum(axis=1, keepdims=True)
    return Predictions(actual, chances, tuple(f"c{code}" for code in range(classes)))


def score(found, draws, **more):
    return score_run(judge_run(ComparedRun("r", "run", found, **more)), 0, draws, 0)


@pytest.mark.parametrize("classes", [2, 3, 12])
def test_metrics_are_those_of_scikit_learn(classes):
    found = predictions(300, classes)
    measured = part_metrics(found.probabilities, found.actual, 0)
    said = found.predicted
    assert measured.balanced_accuracy == pytest.approx(balanced_accuracy_score(found.actual, said))
    assert measured.macro_f1 == pytest.approx(f1_score(found.actual, said, average="macro"))
    scores = found.probabilities[:, 1] if classes == 2 else found.probabilities
    assert measured.auc == pytest.approx(roc_auc_score(found.actual, scores, multi_class="ovr"))


@pytest.mark.parametrize("classes", [2, 5])
def test_the_limit_agrees_with_the_bootstrap(classes):
    found = predictions(MOST_DRAWN, classes)
    drawn = score(found, resampling(MOST_DRAWN, None, 0))
    limit = score(found, Resampling(MOST_DRAWN, None, None))
    for metric in METRICS:
        assert limit.intervals[metric] == pytest.approx(drawn.intervals[metric], abs=0.012), metric


def test_windows_that_are_copies_of_each_other_count_once():
    found = predictions(100, 3)
    eight = np.repeat(np.arange(100), 8)
    steps = Predictions(found.actual[eight], found.probabilities[eight], found.classes)
    alone = score(found, resampling(100, None, 0))
    together = score(steps, resampling(100, eight, 0), windows=eight)
    for metric in ("balanced_accuracy", "macro_f1", "loss", "auc"):
        assert together.intervals[metric] == pytest.approx(alone.intervals[metric], abs=1e-3), metric
    low, high = together.intervals["accuracy"]
    assert high - low > 0.8 * np.diff(alone.intervals["accuracy"])[0]


def test_the_interval_of_an_area_covers_it_nineteen_times_in_twenty():
    rng = np.random.default_rng(0)
    truth, held = 0.7602, 0  # the normal distribution at 1 / sqrt(2)
    for _ in range(400):
        actual = np.arange(80) % 2
        positive = 1 / (1 + np.exp(-(rng.normal(size=80) + actual)))
        chances = np.stack([1 - positive, positive], axis=1)
        area = area_under_curve(chances, actual)
        low, high = area_interval(area, chances, actual, Resampling(80, None, None))
        held += low <= truth <= high
    assert 0.92 <= held / 400 <= 0.98


def test_influences_on_an_area_sum_to_zero_and_an_absent_class_has_none():
    found = predictions(200, 3)
    assert area_influence(found.probabilities, found.actual).sum() == pytest.approx(0, abs=1e-9)
    assert area_influence(found.probabilities, np.zeros(200, np.int64)) is None
    assert (
        score(
            Predictions(np.zeros(9, np.int64), np.full((9, 2), 0.5), ("a", "b")), resampling(9, None, 0)
        ).intervals["auc"]
        is None
    )
