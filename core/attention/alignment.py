"""Whether two directions of cross attention, a looking at b and b looking at a, say the same.

Both maps are put on one joint grid: P_ab = A_ab / T_a and P_ba = transposed A_ba / T_b are distributions over
pairs of a place in a and a place in b, each summing to one. Untransposed the two have nothing to do with each
other, even where they have one shape.

Source: mutual information as in Cover and Thomas (2006), ch. 2; balancing of Sinkhorn and Knopp (1967).
"""

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, require_axes
from core.attention.lags import lag_agreement, lag_weights, mean_lag
from core.errors import ShapeError

MEASURES = (
    *("pearson", "spearman", "jsd", "sinkhorn", "sinkhorn_jsd", "information_ab", "information_ba"),
    *("lag_ab", "lag_ba", "lag_agreement"),
)
"""What is measured of a pair of maps.

pearson, spearman: correlation of the cells of P_ab and P_ba, -1 to 1; NaN where one of them is even.
jsd: their Jensen-Shannon divergence divided by ln 2, 0 alike, 1 nothing in common.
sinkhorn, sinkhorn_jsd: Pearson and divergence after both got even marginals, so that only their form counts.
information: mutual information of query and key divided by ln min(T_a, T_b): 0 every query looks the same
way, 1 each looks at a place of its own.
lag_ab: mean of key less query on the common grid, in its cells; lag_ba: the same of b looking at a.
lag_agreement: correlation of the weight at each lag of ab with that at the opposite lag of ba.
"""
EVEN_BELOW = 1e-6  # deviation by mean of a map, from which it counts as even: weights come in float32
ROUNDS = 200
BALANCED = 1e-6
TINY = 1e-30

Maps = NDArray[np.floating]


def joint_maps(ab: Maps, ba: Maps) -> tuple[DoubleArray, DoubleArray]:
    """Return both directions as distributions over pairs of places (N, H, A, B), the second one transposed.

    Where the token grids of a modality differ between the directions, both are pooled to the coarser one.

    Args:
        ab: Maps of a looking at b, queries of a (N, H, A, B), valid tokens alone.
        ba: Maps of b looking at a, queries of b (N, H, B, A).
    """
    sizes = require_axes(ab, "N H Q S", "attention of a to b")
    back = require_axes(ba, "N H Q S", "attention of b to a", {name: sizes[name] for name in ("N", "H")})
    rows, columns = min(sizes["Q"], back["S"]), min(sizes["S"], back["Q"])
    first = pooled_map(ab, rows, columns) / rows
    second = pooled_map(ba, columns, rows) / columns
    return first, np.swapaxes(second, 2, 3)


def pooled_map(maps: Maps, queries: int, keys: int) -> DoubleArray:
    """Return maps on another grid: queries averaged, weights of keys added up, so that rows sum to one."""
    found = np.asarray(maps, np.float64)
    if found.shape[-2] != queries:
        found = queries * shares(found.shape[-2], queries).T @ found / found.shape[-2]
    if found.shape[-1] != keys:
        found = found @ shares(found.shape[-1], keys)
    return found


def shares(cells: int, onto: int) -> DoubleArray:
    """Return which share of each of some cells lies in each of others that cover the same length (n, m)."""
    start = np.arange(cells)[:, None] / cells
    other = np.arange(onto)[None, :] / onto
    overlap = np.minimum(start + 1 / cells, other + 1 / onto) - np.maximum(start, other)
    found: DoubleArray = np.maximum(overlap, 0.0) * cells
    return found


def alignment(ab: Maps, ba: Maps) -> DoubleArray:
    """Measure how far two directions agree, sample by sample and head by head.

    Head h of one direction is held against head h of the other: the number alone ties them.

    Args:
        ab: Maps of a looking at b (N, H, A, B), valid tokens alone, rows sum to one.
        ba: Maps of b looking at a (N, H, B, A).

    Returns:
        Values of MEASURES (N, H, M).
    """
    first, second = joint_maps(ab, ba)
    balanced = balance(first), balance(second)
    size = min(first.shape[2:])
    square = pooled_map(ab, size, size), pooled_map(ba, size, size)
    lags = lag_weights(square[0]), lag_weights(square[1])
    found = (
        correlation(first, second),
        _rank_correlation(first, second),
        divergence(first, second),
        correlation(*balanced),
        divergence(*balanced),
        information(first),
        information(second),
        mean_lag(square[0]),
        mean_lag(square[1]),
        lag_agreement(*lags),
    )
    return np.stack(found, axis=2)


def correlation(one: DoubleArray, other: DoubleArray) -> DoubleArray:
    """Return Pearson's correlation of the cells of maps (N, H); NaN where one of them is even."""
    a, b = _centred(one), _centred(other)
    found: DoubleArray = np.clip(np.einsum("nhc,nhc->nh", a, b), -1.0, 1.0)
    return found


def divergence(one: DoubleArray, other: DoubleArray) -> DoubleArray:
    """Return the Jensen-Shannon divergence over the last two axes, divided by ln 2 (N, H)."""
    middle = (one + other) / 2
    total = _relative(one, middle) + _relative(other, middle)
    found: DoubleArray = np.clip(total / (2 * np.log(2)), 0.0, 1.0)
    return found


def information(joint: DoubleArray) -> DoubleArray:
    """Return the mutual information of query and key divided by its largest value, 0 to 1 (N, H).

    A map of one query or one key has 0.
    """
    smallest = min(joint.shape[2:])
    if smallest < 2:
        return np.zeros(joint.shape[:2])
    apart = joint.sum(axis=3, keepdims=True) * joint.sum(axis=2, keepdims=True)
    found: DoubleArray = np.clip(_relative(joint, apart) / np.log(smallest), 0.0, 1.0)
    return found


def balance(joint: DoubleArray) -> DoubleArray:
    """Return distributions with even marginals on both axes, each cell scaled by its row and column."""
    rows, columns = joint.shape[2:]
    kept = np.maximum(joint, TINY)
    left, right = np.ones((*joint.shape[:2], rows)), np.ones((*joint.shape[:2], columns))
    for _ in range(ROUNDS):
        right = 1 / (columns * np.matmul(left[..., None, :], kept)[..., 0, :])
        across = np.matmul(kept, right[..., None])[..., 0]
        off = np.abs(left * across * rows - 1).max(initial=0.0)
        left = 1 / (rows * across)
        if off < BALANCED:
            break
    found: DoubleArray = left[..., :, None] * kept * right[..., None, :]
    return found


def shifted_correlations(one: DoubleArray, other: DoubleArray, axis: int = 3) -> DoubleArray:
    """Return Pearson's correlation after each circular shift of the second map along an axis (N, H, B).

    Shifts keep what neighbouring cells have in common, so they tell what alignment maps of this form reach
    by chance. The first shift, by 0, is the maps as they are.

    Args:
        one: Maps on the joint grid (N, H, A, B).
        other: The same of the other direction.
        axis: 2 to shift along a, 3 along b.
    """
    if one.shape != other.shape:
        raise ShapeError(f"maps must have one shape; got {one.shape} and {other.shape}")
    a, b = _centred(one).reshape(one.shape), _centred(other).reshape(one.shape)
    # correlation theorem along the axis, added up over the other one: all shifts at once
    product = (np.fft.rfft(a, axis=axis) * np.conj(np.fft.rfft(b, axis=axis))).sum(axis=5 - axis)
    found: DoubleArray = np.clip(np.fft.irfft(product, n=one.shape[axis], axis=2), -1.0, 1.0)
    return found


def _centred(maps: DoubleArray) -> DoubleArray:
    """Return cells (N, H, C) less their mean, of length 1; NaN where a map is even."""
    flat = maps.reshape(*maps.shape[:2], -1)
    mean = flat.mean(axis=2, keepdims=True)
    away = flat - mean
    size = np.sqrt(np.einsum("nhc,nhc->nh", away, away))[..., None]
    even = size <= EVEN_BELOW * np.abs(mean) * np.sqrt(flat.shape[2])
    return np.where(even, np.nan, away / np.where(even, 1.0, size))


def _rank_correlation(one: DoubleArray, other: DoubleArray) -> DoubleArray:
    even = np.isnan(_centred(one)[..., 0] + _centred(other)[..., 0])
    return np.where(even, np.nan, correlation(_ranks(one), _ranks(other)))


def _ranks(maps: DoubleArray) -> DoubleArray:
    """Return the ranks of the cells of each map, equal ones sharing their mean; much faster than SciPy's."""
    flat = maps.reshape(-1, maps.shape[2] * maps.shape[3])
    order = np.argsort(flat, axis=1)
    ordered = np.take_along_axis(flat, order, axis=1)
    first = np.ones(flat.shape, np.bool_)  # whether a cell is the first of its equals
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    group = np.cumsum(first.ravel()) - 1
    sizes = np.bincount(group)
    place = np.tile(np.arange(flat.shape[1], dtype=np.float64), len(flat))
    means = np.bincount(group, weights=place) / sizes
    found = np.empty(flat.shape)
    np.put_along_axis(found, order, means[group].reshape(flat.shape), axis=1)
    return found.reshape(maps.shape)


def _relative(one: DoubleArray, other: DoubleArray) -> DoubleArray:
    """Return the relative entropy over the last two axes, in nats."""
    ratio = np.maximum(one, TINY) / np.maximum(other, TINY)
    found: DoubleArray = (one * np.log(ratio)).sum(axis=(2, 3))
    return found
