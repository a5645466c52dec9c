"""Effect sizes of two groups, or of pairs, with their intervals; between -1 and 1, 0 for no difference."""

import numpy as np

from core.arrays import DoubleArray
from core.intervals import Z_95


def cliffs_delta(a: DoubleArray, b: DoubleArray) -> tuple[float, float, float]:
    """Return Cliff's delta of two groups with its 95 % interval.

    The interval is that of Feng and Cliff (2004), which does not leave -1 to 1; for groups that do not
    overlap, where it has no width, Wilson's of the smaller group's size.
    """
    size_a, size_b = len(a), len(b)
    over, under = ascending(a), ascending(b)
    # Looked up in order, several times faster: neither mean nor variance asks whose value is whose.
    rows = (np.searchsorted(under, over, "left") + np.searchsorted(under, over, "right")) / size_b - 1
    columns = 1 - (np.searchsorted(over, under, "left") + np.searchsorted(over, under, "right")) / size_a
    delta = float(rows.mean())
    if min(size_a, size_b) < 2:
        return delta, -1.0, 1.0
    variance = float(rows.var(ddof=1) / size_a + columns.var(ddof=1) / size_b)
    return delta, *_within(delta, variance, min(size_a, size_b))


def rank_biserial(differences: DoubleArray) -> tuple[float, float, float]:
    """Return the matched rank-biserial correlation of paired differences with its 95 % interval."""
    size = len(differences)
    ordered = ascending(differences)
    opposite = -ordered[::-1]
    above = size - np.searchsorted(ordered, opposite, "right")  # partners with a sum above 0
    below = np.searchsorted(ordered, opposite, "left")
    rows = (above - below) / size  # (N,), a pair with itself is no more than 1 / N
    value = float(np.clip(rows.mean(), -1, 1))
    if size < 2:
        return value, -1.0, 1.0
    return value, *_within(value, 4 * float(rows.var(ddof=1)) / size, size)


def ascending(values: DoubleArray) -> DoubleArray:
    """Return values in order; what has it is not sorted again."""
    return values if bool((values[1:] >= values[:-1]).all()) else np.sort(values)


def _within(value: float, variance: float, size: int) -> tuple[float, float]:
    """Return an asymmetric 95 % interval of an effect between -1 and 1."""
    square = Z_95**2 * variance
    spread = 1 - value**2 + square
    if abs(value) >= 1 - 1e-12 or spread <= 0:
        low = 2 * size / (size + Z_95**2) - 1
        return (low, 1.0) if value > 0 else (-1.0, -low)
    half = np.sqrt(square * ((1 - value**2) ** 2 + square))
    middle = value - value**3
    return float(max(-1.0, (middle - half) / spread)), float(min(1.0, (middle + half) / spread))
