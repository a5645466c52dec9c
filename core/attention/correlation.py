"""Rank correlation, and intervals of several values that hold together."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray

ALPHA = 0.05
LEAST = 4  # samples that an interval needs


def spearman(a: NDArray[Any], b: NDArray[Any]) -> tuple[float, float, float]:
    """Return Spearman's rank correlation with its 95 % interval (Bonett and Wright, 2000, Psychometrika 65).

    All are NaN where one of both does not vary, the interval is where there are fewer than 4 pairs.
    """
    first, second = _ranks(a), _ranks(b)
    first, second = first - first.mean(), second - second.mean()
    spread = math.sqrt(float((first**2).sum()) * float((second**2).sum()))
    if spread == 0:
        return math.nan, math.nan, math.nan
    value = min(1.0, max(-1.0, float((first * second).sum()) / spread))
    return value, *fisher_interval(value, len(first), 1 + value**2 / 2, 1)


def fisher_interval(value: float, count: int, variance: float, looked_at: int) -> tuple[float, float]:
    """Return the interval of a correlation by Fisher's transformation; NaN of fewer than 4 pairs.

    Args:
        value: The correlation.
        count: Number of pairs.
        variance: Of the transformed correlation, times the number of pairs less 3.
        looked_at: Number of correlations whose intervals hold together with 95 %.
    """
    if count < LEAST:
        return math.nan, math.nan
    middle = math.atanh(min(0.9999999, max(-0.9999999, value)))
    half = simultaneous_z(looked_at) * math.sqrt(variance / (count - 3))
    return math.tanh(middle - half), math.tanh(middle + half)


def simultaneous_level(looked_at: int) -> float:
    """Return the level of each of several intervals that together hold with 95 % (Bonferroni)."""
    return 1 - ALPHA / looked_at


def simultaneous_z(looked_at: int) -> float:
    """Return the quantile of the normal distribution that belongs to that level."""
    return NormalDist().inv_cdf(1 - ALPHA / (2 * looked_at))


def _ranks(values: NDArray[Any]) -> DoubleArray:
    """Return ranks (N,), equals sharing the mean of theirs."""
    _, inverse, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: DoubleArray = (ends - (counts - 1) / 2.0)[inverse]
    return ranks
