"""Calibration: errors as they are defined, what chance gives, and a temperature that mends what it can."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.evaluation import Predictions, wilson_interval
from core.evaluation.calibration import BINS, brier, reliability
from core.evaluation.temperature import fit_temperature, scaled


def calibrated(samples=4000, classes=3, temperature=1.0, seed=0):
    """Return predictions that are right as often as they say, then made surer (below 1) or less sure."""
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet(np.ones(classes), samples)
    actual = (rng.random(samples)[:, None] > chances.cumsum(axis=1)[:, :-1]).sum(axis=1)
    sure = chances ** (1 / temperature)
    names = tuple(f"c{code}" for code in range(classes))
    return Predictions(actual, sure / sure.sum(axis=1, keepdims=True), names)


def test_the_error_is_the_distance_of_accuracy_and_probability_weighted_by_counts():
    chances = np.array([0.9, 0.9, 0.9, 0.9, 0.6, 0.6])
    made = Predictions(np.array([1, 1, 1, 0, 1, 1]), np.stack([1 - chances, chances], axis=1), ("no", "yes"))
    found = reliability(made)
    held = np.flatnonzero(found.counts)
    assert found.counts[held].tolist() == [2, 4]
    assert found.accuracy[held].tolist() == [1.0, 0.75]
    assert found.error == pytest.approx((2 * 0.4 + 4 * 0.15) / 6)
    assert found.largest_error == pytest.approx(0.4)
    assert (found.low[held[1]], found.high[held[1]]) == wilson_interval(3, 4)
    assert len(found.counts) == BINS
    assert np.isnan(found.accuracy[0])


@pytest.mark.parametrize("classes", [2, 4])
def test_brier_score_and_loss_are_those_of_scikit_learn(classes):
    from sklearn.metrics import brier_score_loss, log_loss

    made = calibrated(300, classes)
    found = reliability(made)
    if classes == 2:
        expected = brier_score_loss(made.actual, made.probabilities[:, 1])
    else:
        expected = brier_score_loss(made.actual, made.probabilities, scale_by_half=False)
    assert found.brier == pytest.approx(expected)
    assert brier(made.probabilities, made.actual) == found.brier
    assert found.loss == pytest.approx(log_loss(made.actual, made.probabilities, labels=range(classes)))


@pytest.mark.parametrize("samples", [40, 400, 40_000])
@pytest.mark.parametrize("binning", ["width", "mass"])
def test_a_calibrated_model_shows_the_error_that_chance_gives(samples, binning):
    found = [reliability(calibrated(samples, seed=seed), binning) for seed in range(5)]
    assert np.mean([one.error for one in found]) == pytest.approx(
        np.mean([one.chance_error for one in found]), rel=0.35
    )
    assert sum(one.beyond_chance for one in found) <= 1


def test_an_overconfident_model_shows_more_than_chance():
    found = reliability(calibrated(1000, temperature=0.4))
    assert found.beyond_chance
    assert found.error > 3 * found.chance_error


def test_bins_of_equal_mass_hold_equally_many():
    counts = reliability(calibrated(1500), "mass").counts
    assert counts.sum() == 1500
    assert counts.min() > 90


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=1, max_size=40), st.booleans())
def test_bins_hold_every_sample_and_errors_stay_shares(pairs, mass):
    chances = np.array([chance for chance, _ in pairs])
    made = Predictions(
        np.array([code for _, code in pairs]), np.stack([1 - chances, chances], axis=1), ("no", "yes")
    )
    found = reliability(made, "mass" if mass else "width")
    assert found.counts.sum() == len(pairs)
    assert 0 <= found.error <= found.largest_error + 1e-12 <= 1 + 1e-9
    assert (np.diff(found.edges) > 0).all()


def test_unlabelled_samples_are_left_out():
    made = calibrated(50)
    unknown = Predictions(np.full(50, -1), made.probabilities, made.classes)
    with pytest.raises(DataError, match="needs labelled samples"):
        reliability(unknown)


@pytest.mark.parametrize("truth", [0.4, 1.0, 2.5])
def test_the_temperature_undoes_what_made_a_model_too_sure(truth):
    found = fit_temperature(calibrated(8000, temperature=truth, seed=1))
    assert found.value == pytest.approx(1 / truth, rel=0.08)
    test = calibrated(8000, temperature=truth, seed=2)
    mended = scaled(test, found.value)
    assert mended.predicted.tolist() == test.predicted.tolist()
    assert not reliability(mended).beyond_chance
    assert reliability(mended).loss <= reliability(test).loss + 1e-3


@pytest.mark.parametrize(
    ("samples", "said"),
    [(0, "is empty"), (19, "at least 20 validation samples; there are 19"), (60, "on 60 validation")],
)
def test_too_few_validation_samples_are_told(samples, said):
    found = fit_temperature(calibrated(samples) if samples else None)
    assert said in found.caution
    assert (found.value is None) == (samples < 20)


def test_a_model_that_is_always_right_has_no_best_temperature():
    chances = np.full(200, 0.8)
    always = Predictions(np.ones(200, int), np.stack([1 - chances, chances], axis=1), ("no", "yes"))
    found = fit_temperature(always)
    assert found.value is None
    assert "the surer, the better" in found.caution


def test_a_model_that_is_worse_than_guessing_has_no_best_temperature():
    chances = np.full(200, 0.8)
    wrong = Predictions(np.arange(200) % 4 // 3, np.stack([1 - chances, chances], axis=1), ("no", "yes"))
    found = fit_temperature(wrong)
    assert found.value is None
    assert "no more often than by guessing" in found.caution


def test_probabilities_of_zero_do_no_harm():
    made = Predictions(np.array([0, 1] * 30), np.tile(np.eye(2), (30, 1))[::-1], ("no", "yes"))
    assert fit_temperature(made).value is None or np.isfinite(fit_temperature(made).value)
    assert np.isfinite(scaled(made, 2.0).probabilities).all()


def test_many_samples_are_quick():
    made = calibrated(100_000, 2)
    assert reliability(made).samples == 100_000
