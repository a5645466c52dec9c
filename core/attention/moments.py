"""Moments of attention by step over blocks of rows, and the intervals of differences made from them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray
from core.attention.rows import OrderedRows

CELLS_AT_ONCE = 2_000_000
LEAST_SPREAD = 2  # rows: one has no spread


def blocks_of(rows: OrderedRows) -> Iterator[tuple[DoubleArray, BoolArray | None]]:
    """Yield the weights of some rows at a time with their mask; None for all."""
    step = max(1, CELLS_AT_ONCE // rows.columns)
    for start in range(0, len(rows), step):
        block, mask = rows.read(start, start + step)
        yield block.astype(np.float64), mask


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean, standard deviation and number of samples by step, each (T,); NaN where there is none."""

    mean: DoubleArray
    deviation: DoubleArray
    present: IntArray

    @classmethod
    def of(cls, blocks: Iterator[tuple[DoubleArray, BoolArray | None]]) -> "Moments":
        """Return them over blocks of rows, zero where masked."""
        sums = [
            np.stack([block.sum(axis=0), (block**2).sum(axis=0), _present(block, mask)])
            for block, mask in blocks
        ]
        total, square, present = np.sum(sums, axis=0)  # (3, T)
        known = np.where(present > 0, present, np.nan)
        mean = total / known
        spread = np.sqrt(np.maximum(square / known - mean**2, 0.0))
        return cls(mean, spread, present.astype(np.int64))

    def error(self) -> tuple[DoubleArray, DoubleArray]:
        """Return the squared standard error of the mean and its degrees of freedom; NaN below two samples."""
        n = np.where(self.present >= LEAST_SPREAD, self.present, np.nan)
        return self.deviation**2 / (n - 1), n - 1


def _present(block: DoubleArray, mask: BoolArray | None) -> DoubleArray:
    found: DoubleArray = np.full(block.shape[1], len(block)) if mask is None else mask.sum(axis=0)
    return found.astype(np.float64)


def welch_half(a: Moments, b: Moments) -> DoubleArray:
    """Return half of Welch's 95 % interval of the difference of means (T,)."""
    (square_a, free_a), (square_b, free_b) = a.error(), b.error()
    both = square_a + square_b
    part_a, part_b = (square / np.maximum(both, 1e-300) for square in (square_a, square_b))
    inverse = part_a**2 / free_a + part_b**2 / free_b
    freedom = 1 / np.where(inverse > 0, inverse, 1 / (free_a + free_b))
    half: DoubleArray = _quantile(freedom) * np.sqrt(both)
    return half


def pair_half(a: OrderedRows, b: OrderedRows) -> DoubleArray:
    """Return half of the 95 % interval of the mean paired difference (T,)."""
    pairs = ((one - other, mask) for (one, mask), (other, _) in zip(blocks_of(a), blocks_of(b), strict=True))
    square, freedom = Moments.of(pairs).error()
    half: DoubleArray = _quantile(freedom) * np.sqrt(square)
    return half


def _quantile(freedom: DoubleArray) -> DoubleArray:
    from scipy.special import stdtrit

    found: DoubleArray = stdtrit(freedom, 0.975)
    return found
