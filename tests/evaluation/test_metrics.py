import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss, roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from core.errors import DataError, ModelError
from core.evaluation import PartMetrics, Predictions, confusion, part_metrics, wilson_interval


def drawn(samples, classes, seed=0):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.ones(classes), samples), rng.integers(0, classes, samples)


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_loss_and_area_agree_with_scikit_learn(classes):
    chances, actual = drawn(300, classes)
    chances = np.round(chances, 1) + 0.01  # ties
    chances /= chances.sum(axis=1, keepdims=True)
    made = part_metrics(chances, actual, 0)
    assert made.loss == pytest.approx(log_loss(actual, chances))
    scores = chances[:, 1] if classes == 2 else chances
    assert made.auc == pytest.approx(roc_auc_score(actual, scores, multi_class="ovr"))


@settings(deadline=None)
@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_interval_agrees_with_statsmodels_and_holds_the_share(counts):
    right, samples = counts
    low, high = wilson_interval(right, samples)
    assert (low, high) == pytest.approx(proportion_confint(right, samples, method="wilson"), abs=1e-12)
    assert 0 <= low <= right / samples <= high <= 1


@pytest.mark.parametrize(("samples", "low"), [(40, 0.912), (150, 0.975)])
def test_all_right_on_a_small_part_is_no_certainty(samples, low):
    assert wilson_interval(samples, samples) == (pytest.approx(low, abs=5e-4), 1.0)


def test_the_majority_rate_is_the_share_of_the_training_majority_in_this_part():
    chances, _ = drawn(4, 2)
    assert part_metrics(chances, [0, 0, 0, 1], majority_class=1).majority_rate == 0.25


def test_the_area_is_undefined_where_a_class_is_absent():
    chances, _ = drawn(4, 3)
    assert part_metrics(chances, [0, 1, 1, 0], 0).auc is None


def test_a_confident_mistake_has_a_finite_loss():
    assert part_metrics([[1.0, 0.0]], [1], 0).loss == pytest.approx(-math.log(1e-12))


def test_samples_without_a_label_are_left_out():
    assert part_metrics([[0.1, 0.9], [0.9, 0.1], [0.4, 0.6]], [1, -1, 1], 1) == part_metrics(
        [[0.1, 0.9], [0.4, 0.6]], [1, 1], 1
    )


def test_metrics_survive_json():
    chances, actual = drawn(20, 2)
    made = part_metrics(chances, actual, 1)
    assert PartMetrics.from_plain(json.loads(json.dumps(made.plain()))) == made


def test_metrics_of_no_labelled_sample_are_refused():
    with pytest.raises(DataError, match="at least one labelled sample"):
        part_metrics([[0.5, 0.5]], [-1], 0)


def test_metrics_of_broken_probabilities_are_refused():
    with pytest.raises(ModelError, match="sample 1 has NaN"):
        part_metrics([[0.5, 0.5], [np.nan, 1.0]], [0, 1], 0)


def test_confusion_counts_actual_by_row_and_predicted_by_column():
    made = confusion(Predictions(np.array([0, 0, 1, -1]), np.eye(2)[[0, 1, 1, 1]], ("a", "b")))
    assert made.counts.tolist() == [[1, 1], [0, 1]]
    assert made.to_frame()["actual"].tolist() == ["a", "b"]
