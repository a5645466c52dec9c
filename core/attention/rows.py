"""Rows of attention weights as a picture reads them: in an order, some at a time, on a chosen axis."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, FloatArray, IntArray, length_mask
from core.attention.inputs import StepAxis

SHARES = 100  # columns of an axis that is each sample's own length
ALIKE = 32  # samples of one length from which they are shared out together, ten times as fast


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
        rows, steps = self.rows[start:stop], int(self.weights.shape[1])
        lengths = None if self.lengths is None else self.lengths[start:stop]
        if self.shares:
            own = np.full(len(rows), steps) if lengths is None else lengths
            return share_of_length(self.weights, own, SHARES, rows), None
        block: FloatArray = np.take(self.weights, rows, axis=0, mode="clip").astype(np.float32, copy=False)
        if lengths is None:
            return block, None
        mask = length_mask(lengths, steps)
        block[~mask] = 0.0
        return block, mask


def share_axis() -> StepAxis:
    """Return the axis of each sample's own length in hundredths."""
    return StepAxis(tuple(map(str, range(SHARES))), "% of its own length")


def share_of_length(
    weights: NDArray[Any], lengths: NDArray[Any], columns: int = SHARES, rows: IntArray | None = None
) -> FloatArray:
    """Share samples' weights out over equal parts of their own lengths (N, columns).

    A step that lies across a border is shared out in proportion, so that no weight is lost.

    Args:
        weights: Attention (M, T); what lies beyond a sample's length is not read.
        lengths: Number of valid steps (N,).
        columns: Number of parts.
        rows: The row of each sample (N,); all in order unless given.
    """
    own = np.asarray(lengths, np.int64)
    of = np.arange(len(own)) if rows is None else rows
    shares = np.empty((len(own), columns), np.float32)
    short = own.astype(np.uint16) if weights.shape[1] < 2**16 else own  # sorted by counting
    order = np.argsort(short, kind="stable")
    alike = np.split(order, np.flatnonzero(np.diff(own[order])) + 1) if len(own) else []
    few = [places for places in alike if len(places) < ALIKE]
    for places in alike:
        if len(places) >= ALIKE:
            length = int(own[places[0]])
            block = np.take(weights, of[places], axis=0, mode="clip")[:, :length]
            shares[places] = _share_alike(block.astype(np.float32, copy=False), columns)
    if few:
        places = np.concatenate(few)
        shares[places] = _share_each(weights[of[places]], own[places], columns)
    return shares


def _share_alike(block: FloatArray, columns: int) -> FloatArray:
    """Share out the weights of samples of one length (n, columns), by what of each step lies where."""
    length = block.shape[1]
    if length % columns == 0:
        added: FloatArray = block.reshape(len(block), columns, -1).sum(axis=2)
        return added
    borders = length * np.arange(columns + 1) / columns
    steps = np.arange(length)[:, None]
    within = np.minimum(borders[1:], steps + 1) - np.maximum(borders[:-1], steps)  # (length, columns)
    shared: FloatArray = block @ np.maximum(within, 0.0).astype(np.float32)
    return shared


def _share_each(weights: NDArray[Any], own: IntArray, columns: int) -> FloatArray:
    """Share out the weights of rows that nearly all differ in length (n, columns)."""
    mask = length_mask(own, weights.shape[1])
    block = np.where(mask, weights, 0.0).astype(np.float64)
    sums = np.concatenate([np.zeros((len(block), 1)), np.cumsum(block, axis=1)], axis=1)  # (N, T + 1)
    borders = own[:, None] * np.arange(columns + 1)[None, :] / columns  # (N, columns + 1)
    step = np.minimum(borders.astype(np.int64), weights.shape[1] - 1)
    below = np.take_along_axis(sums, step, axis=1)
    below += (borders - step) * np.take_along_axis(block, step, axis=1)
    return np.diff(below, axis=1).astype(np.float32)
