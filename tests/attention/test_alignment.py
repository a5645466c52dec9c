import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr, spearmanr

from core.attention.aligned import AGREEING, CHANCE, CONFLICTING, EVEN, Compared, aligned_heads
from core.attention.alignment import (
    MEASURES,
    alignment,
    balance,
    joint_maps,
    pooled_map,
    shifted_correlations,
)
from core.attention.lags import lag_weights, peak_lag
from core.attention.modalities import PairGatherer
from core.errors import ShapeError
from core.inference.pairs import PairMaps, strangers


def rows_of_one(values):
    return values / values.sum(axis=-1, keepdims=True)


def peaked(queries, keys, samples=1, heads=1, seed=0):
    return rows_of_one(np.random.default_rng(seed).gamma(0.3, size=(samples, heads, queries, keys)) + 1e-6)


def reciprocal(ab):
    return rows_of_one(np.swapaxes(ab, 2, 3))


def at_lag(size, lag, rest=0.02):
    """Return a map whose query i looks at key i + lag, at the border at the last one there is."""
    found = np.full((size, size), rest)
    found[np.arange(size), np.clip(np.arange(size) + lag, 0, size - 1)] = 1.0
    return rows_of_one(found)[None, None]


def measured(ab, ba, measure):
    return float(alignment(ab, ba)[0, 0, MEASURES.index(measure)])


@given(st.integers(2, 9), st.integers(2, 9), st.integers(0, 1000))
def test_a_map_and_its_renormalised_transpose_agree_fully_once_marginals_are_even(queries, keys, seed):
    ab = peaked(queries, keys, seed=seed)
    assert measured(ab, reciprocal(ab), "sinkhorn") == pytest.approx(1, abs=1e-4)
    assert measured(ab, reciprocal(ab), "sinkhorn_jsd") == pytest.approx(0, abs=1e-4)


def test_an_untransposed_map_of_one_shape_does_not_agree():
    ab = peaked(8, 8)
    assert measured(ab, np.swapaxes(reciprocal(ab), 2, 3), "sinkhorn") < 0.5
    assert (
        measured(ab, np.swapaxes(reciprocal(ab), 2, 3), "pearson")
        < 0.5
        < measured(ab, reciprocal(ab), "pearson")
    )


def test_both_directions_are_distributions_on_one_joint_grid():
    ab, ba = peaked(7, 4, 3, 2), peaked(4, 7, 3, 2, seed=1)
    first, second = joint_maps(ab, ba)
    assert first.shape == second.shape == (3, 2, 7, 4)
    assert np.allclose(first.sum(axis=(2, 3)), 1)
    assert np.allclose(second.sum(axis=(2, 3)), 1)
    assert np.allclose(second[1, 1], ba[1, 1].T / 4)


def test_correlations_are_those_of_scipy():
    ab, ba = peaked(6, 5), peaked(5, 6, seed=1)
    first, second = (part[0, 0].ravel() for part in joint_maps(ab, ba))
    assert measured(ab, ba, "pearson") == pytest.approx(pearsonr(first, second).statistic)
    assert measured(ab, ba, "spearman") == pytest.approx(spearmanr(first, second).statistic)


@given(st.integers(2, 7), st.integers(2, 7), st.integers(0, 1000))
def test_measures_stay_in_their_bounds(queries, keys, seed):
    found = alignment(peaked(queries, keys, seed=seed), peaked(keys, queries, seed=seed + 1))[0, 0]
    for name, value in zip(MEASURES, found, strict=True):
        low = -queries * keys if name in {"lag_ab", "lag_ba"} else -1
        assert np.isnan(value) or low <= value <= max(1, -low)


def test_an_even_map_has_no_correlation_and_no_information():
    found = dict(
        zip(MEASURES, alignment(np.full((1, 1, 4, 5), 0.2), np.full((1, 1, 5, 4), 0.25))[0, 0], strict=True)
    )
    assert np.isnan([found["pearson"], found["spearman"], found["sinkhorn"], found["lag_agreement"]]).all()
    assert (found["jsd"], found["information_ab"]) == pytest.approx((0, 0), abs=1e-9)
    assert (found["lag_ab"], found["lag_ba"]) == pytest.approx((0, 0), abs=1e-9)


def test_information_is_one_where_each_query_has_a_key_of_its_own():
    one_to_one = np.eye(5)[None, None]
    assert measured(one_to_one, one_to_one, "information_ab") == pytest.approx(1)
    static = np.tile(rows_of_one(np.arange(1.0, 6)), (5, 1))[None, None]
    assert measured(static, static, "information_ba") == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("lag", [0, 3, -2])
def test_a_follower_is_looked_at_ahead_and_looks_back_as_far(lag):
    ab, ba = at_lag(20, lag), at_lag(20, -lag)
    assert peak_lag(lag_weights(ab)[0, 0]) == lag
    assert peak_lag(lag_weights(ba)[0, 0]) == -lag
    assert measured(ab, ba, "lag_agreement") > 0.9
    if lag:
        assert measured(ab, ab, "lag_agreement") < 0.5
        assert np.sign(measured(ab, ba, "lag_ab")) == np.sign(lag) == -np.sign(measured(ab, ba, "lag_ba"))


def test_token_grids_that_differ_are_pooled_to_the_coarser_one_and_keep_all_weight():
    ab = peaked(12, 6)
    coarse = pooled_map(ab, 4, 3)
    assert coarse.shape == (1, 1, 4, 3)
    assert np.allclose(coarse.sum(axis=3), 1)
    assert np.allclose(coarse[0, 0, 1], ab[0, 0, 3:6].mean(axis=0).reshape(3, 2).sum(axis=1))
    back = pooled_map(reciprocal(ab), 3, 12)  # b in tokens of twice the length when it asks
    first, second = joint_maps(ab, back)
    assert first.shape == second.shape == (1, 1, 12, 3)


def test_numbers_of_samples_and_heads_must_be_alike():
    with pytest.raises(ShapeError, match="N = 2"):
        joint_maps(peaked(3, 4, samples=2), peaked(4, 3))


def test_circular_shifts_are_those_of_the_second_map_along_its_modality():
    first, second = joint_maps(peaked(5, 7, 2, 2), peaked(7, 5, 2, 2, seed=3))
    found = shifted_correlations(first, second)
    for shift in range(7):
        moved = np.roll(second[1, 0], shift, axis=1)
        assert found[1, 0, shift] == pytest.approx(np.corrcoef(first[1, 0].ravel(), moved.ravel())[0, 1])


def test_balanced_maps_have_even_marginals():
    found = balance(joint_maps(peaked(5, 3), peaked(3, 5))[0])
    assert np.allclose(found.sum(axis=3), 1 / 5, atol=1e-5)
    assert np.allclose(found.sum(axis=2), 1 / 3, atol=1e-5)


def gathered(ab, ba, of_a=None, of_b=None):
    samples, _, queries, keys = ab.shape
    gatherer = PairGatherer((queries, keys), queries == keys)
    whole = np.full(samples, queries), np.full(samples, keys)
    gatherer.add(PairMaps(ab, ba, *(whole if of_a is None else (np.array(of_a), np.array(of_b)))))
    return gatherer.measures()


def test_padding_changes_nothing():
    ab, ba = np.zeros((2, 2, 6, 8)), np.zeros((2, 2, 8, 6))
    ab[:, :, :4, :5], ba[:, :, :5, :4] = peaked(4, 5, 2, 2), peaked(5, 4, 2, 2, seed=1)
    short = gathered(ab[:, :, :4, :5], ba[:, :, :5, :4])
    padded = gathered(ab, ba, [4, 4], [5, 5])
    for name in MEASURES[:7]:
        assert np.allclose(short.values(name), padded.values(name)), name
    assert np.allclose(short.spread, padded.spread)


@pytest.mark.parametrize(
    ("ba", "word"),
    [
        (reciprocal(at_lag(20, 3)), AGREEING),
        (np.full((1, 1, 20, 20), 0.05), EVEN),
        (reciprocal(rows_of_one(1.05 - at_lag(20, 3))), CONFLICTING),
        (peaked(20, 20, seed=7), CHANCE),
        (np.roll(reciprocal(at_lag(20, 3)), 7, axis=2), CHANCE),
    ],
)
def test_a_head_is_called_after_what_shifts_say(ba, word):
    ab = np.repeat(at_lag(20, 3), 12, axis=0)
    overall, head = aligned_heads(gathered(ab, np.repeat(ba, 12, axis=0)), None)
    assert (overall.word, head.word) == (word, word)
    assert overall.falls is None


def test_alignment_that_stays_with_strangers_is_told_as_such():
    rng = np.random.default_rng(0)
    lags = rng.integers(-5, 6, 20)
    ab = np.concatenate([at_lag(20, lag) for lag in lags])
    own, other = gathered(ab, reciprocal(ab)), gathered(ab, reciprocal(np.roll(ab, 1, axis=0)))
    (falling, _), (staying, _) = (
        aligned_heads(own, Compared(strange, np.full((20, 2), kept)))
        for strange, kept in ((other, 0.1), (own, 1.0))
    )
    assert falling.falls
    assert "It falls when" in falling.sentence
    assert staying.falls is False
    assert "No evidence that it falls" in staying.sentence
    assert "hardly depends on the input" in staying.sentence


def test_every_stranger_is_another_sample_and_taken_once():
    found = strangers(np.array([5, 9, 5, 5, 9]), np.random.default_rng(0))
    assert sorted(found) == [0, 1, 2, 3, 4]
    assert not np.any(found == np.arange(5))
