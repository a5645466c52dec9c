import numpy as np
import pytest
from scipy.stats import wilcoxon

from core.evaluation.signed_rank import least_signed_rank, signed_rank


@pytest.mark.parametrize("count", [1, 2, 5, 9, 25, 50])
def test_without_ties_p_is_that_of_scipy(count):
    differences = np.random.default_rng(count).normal(0.3, 1, count)
    p, exact = signed_rank(differences)
    assert exact
    assert p == pytest.approx(wilcoxon(differences, method="exact").pvalue)


def test_with_ties_p_is_the_share_of_all_signs_as_uneven():
    differences = np.array([1.0, 1.0, 1.0, -1.0, 2.0, 2.0, -3.0, 4.0])
    ranks = np.array([2.5, 2.5, 2.5, 2.5, 5.5, 5.5, 7.0, 8.0])
    signs = np.array(np.meshgrid(*[[0, 1]] * 8)).reshape(8, -1)
    sums = ranks @ signs
    observed = ranks[differences > 0].sum()
    least = min(observed, 36 - observed)
    assert signed_rank(differences)[0] == pytest.approx(min(1.0, 2 * np.mean(sums <= least)))


def test_many_differences_agree_with_the_approximation_of_scipy():
    differences = np.round(np.random.default_rng(0).normal(0.2, 1, 400), 1)
    p, exact = signed_rank(differences)
    assert not exact
    kept = differences[differences != 0]
    assert p == pytest.approx(wilcoxon(kept, method="approx", correction=True).pvalue, rel=1e-6)


def test_differences_of_nothing_are_no_evidence():
    assert signed_rank(np.zeros(9)) == (1.0, True)


@pytest.mark.parametrize("pairs", [2, 5, 6, 10])
def test_the_least_p_is_that_of_equal_signs(pairs):
    assert signed_rank(np.arange(1.0, pairs + 1))[0] == pytest.approx(least_signed_rank(pairs))
    assert (least_signed_rank(pairs) < 0.05) == (pairs >= 6)
