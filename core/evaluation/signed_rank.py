"""Wilcoxon's signed-rank test, exact with ties where there are few differences."""

import math

import numpy as np

from core.arrays import DoubleArray

EXACT_UP_TO = 50


def signed_rank(differences: DoubleArray) -> tuple[float, bool]:
    """Return the two-sided p of differences (M,) and whether it is exact; differences of 0 are left out.

    Up to 50 differences the distribution of the sum of ranks over all signs is counted, mean ranks of ties
    included; beyond, it is taken for normal, with ties and continuity corrected.
    """
    kept = differences[np.abs(differences) > 1e-12]
    if not len(kept):
        return 1.0, True
    doubled = _doubled_ranks(np.abs(kept))
    positive = int(doubled[kept > 0].sum())
    total = int(doubled.sum())
    if len(kept) <= EXACT_UP_TO:
        return _counted(doubled, min(positive, total - positive)), True
    variance = float(np.sum((doubled / 2) ** 2)) / 4
    distance = max(0.0, abs(positive / 2 - total / 4) - 0.5)
    return math.erfc(distance / math.sqrt(2 * variance)), False


def least_signed_rank(pairs: int) -> float:
    """Return the smallest p that so many differences can give: all of one sign."""
    return min(1.0, 2.0 ** (1 - pairs))


def _doubled_ranks(sizes: DoubleArray) -> np.ndarray:
    """Return twice the ranks, ties sharing their mean: whole numbers."""
    _, place, counts = np.unique(np.round(sizes, 12), return_inverse=True, return_counts=True)
    doubled: np.ndarray = (2 * np.cumsum(counts) - counts + 1)[place]
    return doubled


def _counted(doubled: np.ndarray, least: int) -> float:
    """Return twice the share of all choices of signs whose sum of ranks is at most the least."""
    ways = np.zeros(int(doubled.sum()) + 1)
    ways[0] = 1.0
    for rank in doubled:
        moved = ways.copy()
        moved[rank:] += ways[: len(ways) - rank]
        ways = moved / 2
    return float(min(1.0, 2 * ways[: least + 1].sum()))
