"""Moments of attention by step over blocks of rows, and the intervals of differences made from them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray
from core.attention.rows import OrderedRows

CELLS_AT_ONCE = 100_000  # stay in the cache of a core
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
    def of(cls, rows: OrderedRows) -> "Moments":
        """Return them of some rows, zero where masked."""
        sums = _Sums(rows.columns)
        for block, mask in blocks_of(rows):
            sums.add(block, mask)
        return sums.moments()

    @classmethod
    def of_pairs(cls, a: OrderedRows, b: OrderedRows) -> "tuple[Moments, Moments, Moments]":
        """Return them of both sides of pairs and of their differences, each row read once."""
        sums = [_Sums(a.columns) for _ in range(3)]
        for (one, mask), (other, _) in zip(blocks_of(a), blocks_of(b), strict=True):
            for own, block in zip(sums, (one, other, one - other), strict=True):
                own.add(block, mask)
        first, second, differences = (own.moments() for own in sums)
        return first, second, differences

    def error(self) -> tuple[DoubleArray, DoubleArray]:
        """Return the squared standard error of the mean and its degrees of freedom; NaN below two samples."""
        n = np.where(self.present >= LEAST_SPREAD, self.present, np.nan)
        return self.deviation**2 / (n - 1), n - 1


class _Sums:
    """Sums over blocks of rows from which moments follow."""

    def __init__(self, steps: int) -> None:
        self._total, self._square, self._present = np.zeros((3, steps))

    def add(self, block: DoubleArray, mask: BoolArray | None) -> None:
        """Take in rows (n, T), zero where masked."""
        self._total += block.sum(axis=0)
        self._square += np.einsum("nt,nt->t", block, block)
        self._present += len(block) if mask is None else mask.sum(axis=0)

    def moments(self) -> Moments:
        """Return the moments."""
        known = np.where(self._present > 0, self._present, np.nan)
        mean = self._total / known
        spread = np.sqrt(np.maximum(self._square / known - mean**2, 0.0))
        return Moments(mean, spread, self._present.astype(np.int64))


def welch_half(a: Moments, b: Moments) -> DoubleArray:
    """Return half of Welch's 95 % interval of the difference of means (T,)."""
    (square_a, free_a), (square_b, free_b) = a.error(), b.error()
    both = square_a + square_b
    part_a, part_b = (square / np.maximum(both, 1e-300) for square in (square_a, square_b))
    inverse = part_a**2 / free_a + part_b**2 / free_b
    freedom = 1 / np.where(inverse > 0, inverse, 1 / (free_a + free_b))
    half: DoubleArray = _quantile(freedom) * np.sqrt(both)
    return half


def pair_half(differences: Moments) -> DoubleArray:
    """Return half of the 95 % interval of the mean paired difference (T,)."""
    square, freedom = differences.error()
    half: DoubleArray = _quantile(freedom) * np.sqrt(square)
    return half


def _quantile(freedom: DoubleArray) -> DoubleArray:
    from scipy.special import stdtrit

    found: DoubleArray = stdtrit(freedom, 0.975)
    return found
