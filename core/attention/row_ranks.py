"""Ranks of weights within their rows, of many rows at once."""

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, FloatArray, IntArray

BITS = np.uint64(32)  # of a place in the block, below those of its value
PLACE = np.uint64(2**32 - 1)
NOWHERE = np.float32(np.inf)


def row_ranks(block: FloatArray, mask: BoolArray | None = None) -> FloatArray:
    """Return the ranks of each row's weights from 1 on (n, T), equals sharing the mean of theirs.

    Value and place are sorted as one number, which is faster than places by their values: the bits of a float
    that is not negative are in the order of the values (IEEE 754).

    Args:
        block: Weights (n, T), none negative.
        mask: The cells that count (n, T), all unless given; the others come after them.
    """
    rows, steps = block.shape
    known = block if mask is None else np.where(mask, block, NOWHERE)
    keys = (known + np.float32(0)).view(np.uint32).astype(np.uint64)  # + 0: -0 has another sign
    keys <<= BITS
    keys |= np.arange(block.size, dtype=np.uint64).reshape(block.shape)
    keys.sort(axis=1)
    tied = _with_equals(keys)
    values = keys[tied] >> BITS
    keys &= PLACE
    places = keys.view(np.int64)
    ranks = np.empty(block.size, np.float32)
    usual = np.arange(1, steps + 1, dtype=np.float32)
    ranks[places.ravel()] = np.tile(usual, rows)  # flat, which is twice as fast
    if len(tied):
        equal = values[:, 1:] == values[:, :-1]
        ranks[places[tied]] = (_first(equal) + _last(equal)) / 2 + 1
    return ranks.reshape(block.shape)


def _with_equals(keys: NDArray[np.uint64]) -> IntArray:
    """Return the rows in which values that count are equal, by their keys in order (n, T)."""
    flat, steps = keys.ravel(), keys.shape[1]
    alike = np.flatnonzero((flat[1:] ^ flat[:-1]) <= PLACE)  # only places differ
    known = (alike % steps < steps - 1) & (flat[alike] >> BITS < NOWHERE.view(np.uint32))
    found = np.zeros(len(keys), np.bool_)
    found[alike[known] // steps] = True
    return np.flatnonzero(found)


def _first(equal: BoolArray) -> IntArray:
    """Return the place of the first of each place's equals, by whether it equals the one before (n, T)."""
    new = np.concatenate([np.ones((len(equal), 1), np.bool_), ~equal], axis=1)
    found: IntArray = np.maximum.accumulate(np.where(new, np.arange(new.shape[1]), 0), axis=1)
    return found


def _last(equal: BoolArray) -> IntArray:
    """Return the place of the last of each place's equals (n, T)."""
    found: IntArray = equal.shape[1] - _first(equal[:, ::-1])[:, ::-1]
    return found
