"""How much weight a map of attention has at each lag, key less query, on a square grid."""

import numpy as np

from core.arrays import DoubleArray

SHARED_BY = 0.5  # of the queries that must have a key at a lag, so that the corners of a map decide nothing


def lag_weights(maps: DoubleArray) -> DoubleArray:
    """Return the mean weight L(d) of A[i, i + d] over the queries that have such a key (N, H, 2G - 1).

    Args:
        maps: Square maps (N, H, G, G); the lags go from -(G - 1) to G - 1.
    """
    size = maps.shape[2]
    queries = size - np.abs(np.arange(1 - size, size))
    found: DoubleArray = _sums(maps) / queries
    return found


def mean_lag(maps: DoubleArray) -> DoubleArray:
    """Return the expected lag of a query's weight, in cells (N, H); 0 for even weights."""
    size = maps.shape[2]
    total: DoubleArray = _sums(maps) @ np.arange(1 - size, size) / size
    return total


def shared_lags(size: int) -> DoubleArray:
    """Return the lags that at least half of the queries of a square grid have a key at."""
    lags = np.arange(1 - size, size)
    found: DoubleArray = lags[(size - np.abs(lags)) >= SHARED_BY * size].astype(np.float64)
    return found


def lag_agreement(ab: DoubleArray, ba: DoubleArray) -> DoubleArray:
    """Return the correlation of L_ab(d) with L_ba(-d) over shared lags (N, H); NaN where one is even."""
    size = (ab.shape[2] + 1) // 2
    reach = int(shared_lags(size).max(initial=0))
    kept = slice(size - 1 - reach, size + reach)
    one, other = ab[:, :, kept], ba[:, :, ::-1][:, :, kept]
    one, other = (part - part.mean(axis=2, keepdims=True) for part in (one, other))
    sizes = np.linalg.norm(one, axis=2) * np.linalg.norm(other, axis=2)
    even = sizes <= 1e-12
    found: DoubleArray = np.where(
        even, np.nan, np.clip((one * other).sum(axis=2) / np.where(even, 1.0, sizes), -1.0, 1.0)
    )
    return found


def peak_lag(weights: DoubleArray) -> int:
    """Return the lag with the largest weight of a profile (2G - 1,), among shared lags."""
    size = (len(weights) + 1) // 2
    reach = int(shared_lags(size).max(initial=0))
    near = weights[size - 1 - reach : size + reach]
    return int(np.argmax(near)) - reach


def _sums(maps: DoubleArray) -> DoubleArray:
    """Return the weight at each lag, added up over queries (N, H, 2G - 1)."""
    size = maps.shape[2]
    found = np.zeros((*maps.shape[:2], 2 * size - 1))
    for query in range(size):
        found[:, :, size - 1 - query : 2 * size - 1 - query] += maps[:, :, query]
    return found
