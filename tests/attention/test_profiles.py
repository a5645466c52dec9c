import numpy as np
import pytest

from core.attention import OrderedRows, StepAxis, all_together, attention_profiles, by_class, by_outcome
from core.attention.rows import share_axis, share_of_length
from core.errors import SettingsError, ShapeError
from tests.attention.constructed import drawn_labels, drawn_weights

AXIS = StepAxis.counted(20)


@pytest.mark.parametrize("band", ["sd", "quantiles"])
def test_profiles_agree_with_their_definitions_over_own_lengths(band):
    weights, lengths = drawn_weights(60, shortest=4)
    labels = drawn_labels(60)
    made = attention_profiles(weights, lengths, by_class(labels), AXIS, band=band)
    for group in range(2):
        for step in range(20):
            own = weights[(labels.actual == group) & (lengths > step), step].astype(float)
            assert made.present[group, step] == len(own)
            if not len(own):
                assert np.isnan(made.mean[group, step])
                continue
            assert made.mean[group, step] == pytest.approx(own.mean())
            low, high = (
                (max(0, own.mean() - own.std()), own.mean() + own.std())
                if band == "sd"
                else np.quantile(own, [0.25, 0.75])
            )
            assert (made.low[group, step], made.high[group, step]) == pytest.approx((low, high), abs=1e-6)
    assert made.counts.sum() == 60


@pytest.mark.parametrize("band", ["sd", "quantiles"])
def test_profiles_by_shares_of_the_length_count_every_sample_everywhere(band):
    weights, lengths = drawn_weights(40, shortest=3)
    labels = drawn_labels(40)
    rows = OrderedRows.of(weights, np.arange(40), lengths, shares=True)
    made = attention_profiles(rows, lengths, by_class(labels), share_axis(), band=band)
    shared = share_of_length(weights, lengths)
    for group in range(2):
        own = shared[labels.actual == group].astype(float)
        assert made.mean[group] == pytest.approx(own.mean(axis=0), rel=1e-5)
        assert made.mean[group].sum() == pytest.approx(1, rel=1e-5)
        assert (made.present[group] == len(own)).all()
        if band == "quantiles":
            assert made.low[group] == pytest.approx(np.quantile(own, 0.25, axis=0), abs=1e-6)
    assert made.provenance.parameters["axis"] == "share of own length"


def test_an_outcome_without_samples_has_no_profile():
    weights, lengths = drawn_weights(2)
    made = attention_profiles(weights, lengths, by_outcome(drawn_labels(2)), AXIS)
    assert made.mean.shape == (4, 20)
    empty = made.counts == 0
    assert empty.any()
    assert np.isnan(made.mean[empty]).all()
    assert set(made.to_frame()["outcome"]) == {
        name for name, there in zip(made.names, ~empty, strict=True) if there
    }


def test_the_profile_of_equal_samples_has_no_width():
    weights = np.tile(np.full(20, 0.05, np.float32), (5, 1))
    made = attention_profiles(weights, np.full(5, 20), all_together(5), AXIS)
    assert made.high - made.low == pytest.approx(np.zeros((1, 20)), abs=1e-6)


def test_reordering_samples_changes_no_profile():
    weights, lengths = drawn_weights(30, shortest=4)
    labels = drawn_labels()
    order = np.random.default_rng(3).permutation(30)
    one = attention_profiles(weights, lengths, by_class(labels), AXIS)
    grouping = by_class(labels)
    moved = attention_profiles(
        weights[order], lengths[order], type(grouping)(grouping.codes[order], grouping.names, "class"), AXIS
    )
    assert np.nan_to_num(moved.mean) == pytest.approx(np.nan_to_num(one.mean))


def test_labels_that_do_not_fit_the_steps_are_refused():
    weights, lengths = drawn_weights()
    with pytest.raises(ShapeError, match="step labels"):
        attention_profiles(weights, lengths, all_together(30), StepAxis.counted(19))


def test_an_unknown_band_is_refused():
    weights, lengths = drawn_weights()
    with pytest.raises(SettingsError, match="band must be sd or quantiles"):
        attention_profiles(weights, lengths, all_together(30), AXIS, band="range")
