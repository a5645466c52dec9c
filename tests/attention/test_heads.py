"""What heads are called, on maps made to be it, and what no map may change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attention.heads import MEASURES, head_profiles, map_measures
from core.attention.pairs import top_pairs
from tests.inference.handmade import at_lag, uniform

T = 40


def profile_of(maps: np.ndarray, keys: int | None = None, extra: int = 0):
    """Return the profile of one map (Q, S)."""
    found = map_measures(maps[None, None].astype(np.float32), np.array([keys or maps.shape[1]]), extra)
    return head_profiles(found)[0]


def normal(rows: np.ndarray) -> np.ndarray:
    return rows / rows.sum(axis=1, keepdims=True)


def away() -> np.ndarray:
    return np.arange(T)[None, :] - np.arange(T)[:, None]


KINDS = {
    "uniform": (uniform(T, T), {"uniform", "global"}),
    "the step before": (at_lag(T, -1), {"local", "diagonal", "causal", "sparse"}),
    "the step itself": (np.eye(T), {"local", "diagonal", "causal", "sparse"}),
    "ten steps later": (at_lag(T, 10), {"diagonal", "sparse"}),
    "one key": (np.tile(np.eye(T)[7], (T, 1)), {"vertical", "sparse"}),
    "all before": (normal(np.tri(T)), {"causal"}),
    "near": (normal((np.abs(away()) <= 2).astype(float)), {"local", "sparse"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_head_is_called_what_its_map_was_made_to_be(kind: str) -> None:
    maps, names = KINDS[kind]
    assert set(profile_of(maps).names) - {"global"} == names - {"global"}
    assert ("global" in profile_of(maps).names) >= ("global" in names)


def test_the_lag_of_a_diagonal_is_key_minus_query() -> None:
    for lag in (-3, 0, 5):
        found = {kind.name: kind for kind in profile_of(at_lag(T, lag)).types}["diagonal"]
        assert (found.lag, round(found.value, 6)) == (lag, 1.0)


def test_uniform_attention_has_its_own_null_in_every_measure_at_every_size() -> None:
    for size in (2, 3, 9, 50):
        found = map_measures(uniform(size, size)[None, None], np.array([size]))
        np.testing.assert_allclose(found.values[0, 0], found.nulls[0], rtol=1e-4)


def test_padding_and_tokens_in_front_change_nothing() -> None:
    rng = np.random.default_rng(0)
    inner = rng.dirichlet(np.ones(6), 6)
    padded = np.zeros((10, 10))
    padded[:6, :6] = inner
    fronted = np.zeros((7, 7))
    fronted[1:, 1:], fronted[1:, 0], fronted[0] = 0.5 * inner, 0.5, 1 / 7
    alone = profile_of(inner)
    assert profile_of(padded, 6) == alone
    assert profile_of(fronted, 7, extra=1).entropy == pytest.approx(alone.entropy, abs=1e-6)


def test_a_map_with_one_key_has_no_name() -> None:
    found = profile_of(np.ones((1, 1)))
    assert found.types == ()
    assert (found.entropy, found.keys, found.largest) == (1.0, 1.0, 1.0)


def test_places_in_series_of_unequal_lengths_are_shares_of_them() -> None:
    maps = np.repeat(np.eye(5), 4, axis=0)  # 20 queries, each looks at the key at its own time of 5
    found = {kind.name: kind.value for kind in profile_of(maps).types}
    assert found["local"] == pytest.approx(1.0)
    assert found["causal"] == pytest.approx(1.0)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), samples=st.integers(2, 6), cut=st.integers(1, 5))
def test_samples_may_come_in_any_order_and_in_parts(seed: int, samples: int, cut: int) -> None:
    rng = np.random.default_rng(seed)
    keys = rng.integers(1, 9, samples)
    weights = np.zeros((samples, 2, 8, 8), np.float32)
    for row, size in enumerate(keys):
        weights[row, :, :size, :size] = rng.dirichlet(np.ones(size), (2, size))
    whole = head_profiles(map_measures(weights, keys))
    order = rng.permutation(samples)
    cut = min(cut, samples - 1)
    parts = [map_measures(weights[rows], keys[rows]) for rows in (order[:cut], order[cut:])]
    for one, other in zip(whole, head_profiles(parts[0] + parts[1]), strict=True):
        assert one.names == other.names
        np.testing.assert_allclose(one.entropy, other.entropy, atol=1e-9)
        np.testing.assert_allclose(
            [kind.value for kind in one.types], [kind.value for kind in other.types], atol=1e-6
        )


def test_of_large_maps_some_queries_are_read_and_that_is_said() -> None:
    rng = np.random.default_rng(0)
    weights = rng.dirichlet(np.full(300, 0.3), (1, 1, 300)).astype(np.float32)
    found = map_measures(weights, np.array([300]))
    read, asked = found.queries
    assert asked == 300
    assert 30 < read < 100
    entropy = -(weights * np.log(np.maximum(weights, 1e-30))).sum(axis=-1).mean() / np.log(300)
    assert found.values[0, 0, MEASURES.index("entropy")] == pytest.approx(entropy, abs=0.01)


def test_top_pairs_name_query_and_key_largest_first() -> None:
    maps = np.zeros((3, 4), np.float32)
    maps[2, 1], maps[0, 3] = 0.9, 0.4
    assert [(pair.query, pair.key) for pair in top_pairs(maps)] == [(2, 1), (0, 3)]
