"""Segments in a new order."""

import numpy as np
from pydantic import Field

from core.arrays import IntArray
from core.augmentation.family import AUGMENTATIONS, Augmentation, Windows
from core.augmentation.movement import moved


@AUGMENTATIONS.register("permutation")
class Permutation(Augmentation):
    """Cuts each sample at random steps and puts the segments together in a new order.

    Every segment has at least one step; a sample with fewer steps than segments is cut into single steps.
    An order that came out unchanged is turned by one segment. Not for classes that an order decides.

    Source: Um et al. (2017), arXiv 1706.00527.
    """

    segments: int = Field(
        4, ge=2, le=20, title="Segments", description="number of segments each sample is cut into"
    )

    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        """Reorder the segments of each sample, all of its channels alike."""
        lengths = np.asarray(windows.lengths)
        bounds = _bounds(lengths, self.segments, rng)  # (N, S + 1)
        order = _orders(windows.samples, self.segments, rng)  # (N, S)
        sizes = np.take_along_axis(np.diff(bounds, axis=1), order, axis=1)
        moves = np.take_along_axis(bounds[:, :-1], order, axis=1) - (np.cumsum(sizes, axis=1) - sizes)

        def places(rows: slice) -> IntArray:
            at = np.tile(np.arange(windows.steps), (len(lengths[rows]), 1))  # (n, T)
            at[~windows.padding(rows)] += np.repeat(moves[rows].ravel(), sizes[rows].ravel())
            return at

        return moved(windows, places)


def _bounds(lengths: IntArray, segments: int, rng: np.random.Generator) -> IntArray:
    """Return where segments begin and end (N, S + 1); those beyond a sample's steps are empty."""
    room = np.maximum(lengths - segments, 0)[:, None]
    drawn = np.sort(rng.integers(0, room, (len(lengths), segments - 1), endpoint=True), axis=1)
    cuts = np.minimum(drawn + np.arange(1, segments), lengths[:, None])
    return np.concatenate([np.zeros_like(lengths)[:, None], cuts, lengths[:, None]], axis=1)


def _orders(samples: int, segments: int, rng: np.random.Generator) -> IntArray:
    unchanged = np.arange(segments)
    orders = rng.permuted(np.tile(unchanged, (samples, 1)), axis=1)
    orders[(orders == unchanged).all(axis=1)] = np.roll(unchanged, 1)
    return orders
