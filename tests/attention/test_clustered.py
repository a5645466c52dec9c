import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.attention.clustered import cluster_test, paired_cluster_test
from core.errors import DataError


def smooth(rng: np.random.Generator, rows: int, steps: int = 24) -> np.ndarray:
    """Return noise whose neighbouring steps are alike."""
    noise = rng.normal(size=(rows, steps + 3))
    return (noise[:, 3:] + noise[:, 2:-1] + noise[:, 1:-2] + noise[:, :-3]) / 2


@pytest.mark.parametrize("kind", ["groups", "uneven", "lengths", "pairs"])
def test_one_of_twenty_tests_of_nothing_finds_something(kind: str) -> None:
    found, rounds = 0, 200
    for seed in range(rounds):
        rng = np.random.default_rng(seed)
        values = smooth(rng, 20)
        mask = rng.integers(8, 25, 20)[:, None] > np.arange(24) if kind == "lengths" else None
        if kind == "pairs":
            test = paired_cluster_test(values, None, rng, 100)
        else:
            test = cluster_test(values, mask, 6 if kind == "uneven" else 10, rng, 100)
        found += test.p < 0.05
    low, high = 0.05 - 3 * math.sqrt(0.0475 / rounds), 0.05 + 3 * math.sqrt(0.0475 / rounds)
    assert low < found / rounds < high


@pytest.mark.parametrize("paired", [False, True])
def test_a_planted_difference_is_found_where_it_is(paired: bool) -> None:
    hits = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        values = smooth(rng, 60)
        values[:30, 8:14] += 1.0
        test = paired_cluster_test(values[:30], None, rng) if paired else cluster_test(values, None, 30, rng)
        hits += any(span.first <= 10 and span.last >= 11 and span.mass > 0 for span in test.significant)
    assert hits >= 16


def test_clusters_are_runs_of_one_sign_and_weigh_the_sum_of_their_t() -> None:
    rng = np.random.default_rng(3)
    values = smooth(rng, 40)
    values[:20, 4:9] += 2
    values[:20, 9:12] -= 2
    test = cluster_test(values, None, 20, rng)
    for span in test.spans:
        inside = test.t[span.first : span.last + 1]
        assert (np.sign(inside) == np.sign(span.mass)).all()
        assert (np.abs(inside) > test.threshold[span.first : span.last + 1]).all()
        assert span.mass == pytest.approx(inside.sum())
    assert [span.mass > 0 for span in test.significant] == [True, False]
    assert test.p == pytest.approx(1 / 1001)


def test_t_is_that_of_welch() -> None:
    from scipy.stats import ttest_ind, ttest_rel

    rng = np.random.default_rng(4)
    values = smooth(rng, 30)
    values[:12] *= 3
    mask = rng.integers(6, 25, 30)[:, None] > np.arange(24)
    expected = ttest_ind(values[:12], values[12:], equal_var=False).statistic
    assert cluster_test(values, None, 12, rng, 10).t == pytest.approx(expected, rel=1e-6)
    holed = np.where(mask, values, np.nan)
    known = cluster_test(values, mask, 12, rng, 10).t
    some = [
        ttest_ind(one[:12], one[12:], equal_var=False, nan_policy="omit").statistic for one in holed.T[:6]
    ]
    assert known[:6] == pytest.approx(some, rel=1e-6)
    pairs = ttest_rel(values[:15], values[15:]).statistic
    assert paired_cluster_test(values[:15] - values[15:], None, rng, 10).t == pytest.approx(pairs, rel=1e-6)


def test_few_rows_are_relabelled_in_all_ways() -> None:
    rng = np.random.default_rng(0)
    values = smooth(rng, 7)
    test = cluster_test(values, None, 3, rng)
    assert (test.exact, test.relabelled, test.least_p) == (True, math.comb(7, 3) - 1, 1 / 35)
    again = cluster_test(values, None, 3, np.random.default_rng(99))
    assert [span.p for span in test.spans] == [span.p for span in again.spans]
    pairs = paired_cluster_test(values, None, rng)
    assert (pairs.exact, pairs.relabelled, pairs.least_p) == (True, 127, 2 / 128)


@pytest.mark.parametrize(("rows", "first"), [(3, 1), (3, 2), (2, 0)])
def test_a_single_row_can_not_be_tested(rows: int, first: int) -> None:
    with pytest.raises(DataError, match="2 samples in each group"):
        cluster_test(np.zeros((rows, 4)), None, first, np.random.default_rng(0))
    with pytest.raises(DataError, match="2 samples"):
        paired_cluster_test(np.zeros((1, 4)), None, np.random.default_rng(0))


@pytest.mark.parametrize("level", [1.0, 1 / 150])
def test_rows_that_are_all_alike_show_nothing(level: float) -> None:
    values = np.full((30, 5), level) + 1e-10 * np.random.default_rng(0).normal(size=(30, 5))
    assert cluster_test(values, None, 10, np.random.default_rng(0), 50).significant == ()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_exchanging_the_groups_turns_the_sign_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = smooth(rng, 7, 8)
    one = cluster_test(values, None, 3, rng)
    other = cluster_test(np.concatenate([values[3:], values[:3]]), None, 4, rng)
    assert one.t == pytest.approx(-other.t)
    assert [span.p for span in one.spans] == pytest.approx([span.p for span in other.spans])
