"""Rank tests of many values by their limits; SciPy's exact tables where there are few.

SciPy takes the same approximations for many values, but ranks these a second time, and its statistics take
most of a second to import: a page of a large run never asks for them.
"""

import math
from collections.abc import Sequence

import numpy as np

from core.arrays import DoubleArray
from core.attention.effects import ascending

FEW = 8  # values of the smaller group up to which SciPy counts all orders, where no two values are equal
FEW_PAIRS = 50  # differences up to which SciPy counts all signs


def mann_whitney(a: DoubleArray, b: DoubleArray, delta: float) -> float:
    """Return the two-sided p of Mann and Whitney's test of two groups, with ties and continuity corrected.

    Args:
        a: Values of the first group (N,).
        b: Values of the second one (M,).
        delta: Their Cliff's delta, from which the test's statistic follows: U = N M (1 + delta) / 2.

    Source: Mann and Whitney (1947), Annals of Mathematical Statistics 18; the same as SciPy's `mannwhitneyu`.
    """
    if min(len(a), len(b)) <= FEW:
        from scipy.stats import mannwhitneyu

        return float(mannwhitneyu(a, b).pvalue)
    ways, size = len(a) * len(b), len(a) + len(b)
    tied = _tie_sum(_merged([a, b]))
    spread = math.sqrt(ways / 12 * (size + 1 - tied / (size * (size - 1))))
    larger = round(ways * (1 + abs(delta))) / 2  # halves where values are equal
    return min(1.0, 2 * _beyond((larger - ways / 2 - 0.5) / spread))


def wilcoxon(differences: DoubleArray, biserial: float, *, greater: bool = False) -> float:
    """Return the p of Wilcoxon's signed-rank test of paired differences, with ties corrected.

    Differences of 0 are left out; where there are no others p is 1.

    Args:
        differences: Differences (N,).
        biserial: Their matched rank-biserial correlation, from which the sum of signed ranks follows: it is
            the number of pairs, each with itself too, whose sum is above 0 less that of those below.
        greater: Whether only differences above 0 count against chance.

    Source: Wilcoxon (1945), Biometrics Bulletin 1; Tukey (1949) for the sums of pairs; the same as SciPy's
    `wilcoxon`.
    """
    moved = differences[differences != 0]
    count, above = len(moved), int((moved > 0).sum())
    if not count:
        return 1.0
    if count <= FEW_PAIRS:
        from scipy.stats import wilcoxon as of_scipy

        return float(of_scipy(moved, alternative="greater" if greater else "two-sided").pvalue)
    more = 2 * above - count
    sums = round(biserial * len(differences) ** 2)  # of both orders of a pair
    signed = (sums - 2 * (len(differences) - count) * more + more) / 2  # without those with a 0
    ordered = ascending(moved)
    tied = _tie_sum(_merged([-ordered[: count - above][::-1], ordered[count - above :]]))
    spread = math.sqrt((count * (count + 1) * (2 * count + 1) - tied / 2) / 24)
    distance = signed / 2 / spread
    return _beyond(distance) if greater else min(1.0, 2 * _beyond(abs(distance)))


def kruskal_wallis(groups: Sequence[DoubleArray]) -> tuple[float, float]:
    """Return statistic and p of Kruskal and Wallis's test of groups (N,) each, with ties corrected.

    Source: Kruskal and Wallis (1952), Journal of the American Statistical Association 47; the same as SciPy's
    `kruskal`.
    """
    from scipy.special import chdtrc

    ordered = _merged(groups)
    size = len(ordered)
    sums = [np.searchsorted(ordered, own) + np.searchsorted(ordered, own, "right") + 1 for own in groups]
    between = sum((doubled.sum() / 2) ** 2 / len(doubled) for doubled in sums)  # of mean ranks
    statistic = 12 / (size * (size + 1)) * between - 3 * (size + 1)
    statistic /= 1 - _tie_sum(ordered) / (size**3 - size)
    return float(statistic), float(chdtrc(len(groups) - 1, statistic))


def _merged(groups: Sequence[DoubleArray]) -> DoubleArray:
    """Return the values of all groups in order."""
    return np.sort(np.concatenate([ascending(own) for own in groups]), kind="stable")  # merges what ascends


def _tie_sum(ordered: DoubleArray) -> float:
    """Return the sum of t^3 - t over the t equals of each value, of values in order (N,)."""
    ends = np.flatnonzero(ordered[1:] != ordered[:-1])
    equals = np.diff(ends, prepend=-1, append=len(ordered) - 1).astype(np.float64)
    return float((equals**3 - equals).sum())


def _beyond(distance: float) -> float:
    """Return the share of a normal distribution above a distance in standard deviations."""
    return 0.5 * math.erfc(distance / math.sqrt(2))
