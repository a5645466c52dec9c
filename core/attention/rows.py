"""Rows of attention weights as a picture reads them: in an order, some at a time, on a chosen axis."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, FloatArray, IntArray, length_mask
from core.attention.inputs import StepAxis

SHARES = 100  # columns of an axis that is each sample's own length


@dataclass(frozen=True, eq=False)
class OrderedRows:
    """Where the rows of a picture come from.

    Attributes:
        weights: Weights (M, T) that were found to be finite and positive within each sample's length.
        rows: The row of each place of the order (N,).
        lengths: Number of valid steps of each place (N,); None where all are T.
        shares: Whether columns are hundredths of each sample's own length and not steps.
    """

    weights: NDArray[Any]
    rows: IntArray
    lengths: IntArray | None = None
    shares: bool = False

    @classmethod
    def of(
        cls, weights: NDArray[Any], rows: NDArray[Any], lengths: NDArray[Any], shares: bool = False
    ) -> "OrderedRows":
        """Return rows with their lengths (N,), which are forgotten where all are alike."""
        alike = not len(lengths) or int(np.min(lengths)) == weights.shape[1]
        return cls(weights, np.asarray(rows), None if alike else np.asarray(lengths, np.int64), shares)

    @property
    def columns(self) -> int:
        """Number of columns: steps, or hundredths of a length."""
        return SHARES if self.shares else int(self.weights.shape[1])

    def __len__(self) -> int:
        return len(self.rows)

    def read(self, start: int, stop: int) -> tuple[FloatArray, BoolArray | None]:
        """Return the weights of some places (n, S), 0 where there are none, and their mask; None for all."""
        block: FloatArray = np.take(self.weights, self.rows[start:stop], axis=0, mode="clip")
        block = block.astype(np.float32, copy=False)
        steps = block.shape[1]
        lengths = None if self.lengths is None else self.lengths[start:stop]
        if self.shares:
            own = np.full(len(block), steps) if lengths is None else lengths
            return share_of_length(block, own, SHARES), None
        if lengths is None:
            return block, None
        mask = length_mask(lengths, steps)
        block[~mask] = 0.0
        return block, mask


def share_axis() -> StepAxis:
    """Return the axis of each sample's own length in hundredths."""
    return StepAxis(tuple(map(str, range(SHARES))), "% of its own length")


def share_of_length(weights: NDArray[Any], lengths: NDArray[Any], columns: int = SHARES) -> FloatArray:
    """Share each sample's weights out over equal parts of its own length (N, columns).

    A step that lies across a border is shared out in proportion, so that no weight is lost.

    Args:
        weights: Attention (N, T); what lies beyond a sample's length is not read.
        lengths: Number of valid steps (N,).
        columns: Number of parts.
    """
    own = np.asarray(lengths, np.int64)
    mask = length_mask(own, weights.shape[1])
    block = np.where(mask, weights, 0.0).astype(np.float64)
    sums = np.concatenate([np.zeros((len(block), 1)), np.cumsum(block, axis=1)], axis=1)  # (N, T + 1)
    borders = own[:, None] * np.arange(columns + 1)[None, :] / columns  # (N, columns + 1)
    step = np.minimum(borders.astype(np.int64), weights.shape[1] - 1)
    below = np.take_along_axis(sums, step, axis=1)
    below += (borders - step) * np.take_along_axis(block, step, axis=1)
    return np.diff(below, axis=1).astype(np.float32)
