"""Relabellings of rows for permutation tests, some at a time: all there are, or drawn ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from core.arrays import DoubleArray


@dataclass(frozen=True)
class Draws:
    """How relabellings are drawn.

    Attributes:
        number: How many.
        rng: Source of the draws.
    """

    number: int
    rng: np.random.Generator

    def blocks(self, at_once: int) -> Iterator[int]:
        """Yield how many are drawn together."""
        for start in range(0, self.number, at_once):
            yield min(at_once, self.number - start)


def labellings(samples: int, first: int, draws: Draws | None, at_once: int) -> Iterator[DoubleArray]:
    """Yield which rows are of the first set (m, N), 1 for those that are; the observed ones come first.

    Args:
        samples: Number of rows.
        first: Number of those of the first set, which come first.
        draws: How others are drawn; None for all there are.
        at_once: Most of them that are yielded together.
    """
    if draws is None:
        yield from _together(_all_labels(samples, first), at_once)
        return
    observed = np.zeros((1, samples))
    observed[:, :first] = 1.0
    yield observed
    for number in draws.blocks(at_once):
        yield draws.rng.permuted(np.repeat(observed, number, axis=0), axis=1)


def signings(samples: int, draws: Draws | None, at_once: int) -> Iterator[DoubleArray]:
    """Yield which pairs are turned round (m, N), -1 for those that are; the observed ones come first.

    Args:
        samples: Number of pairs.
        draws: How others are drawn; None for all there are.
        at_once: Most of them that are yielded together.
    """
    if draws is None:
        yield from _together(_all_signs(samples), at_once)
        return
    yield np.ones((1, samples))
    for number in draws.blocks(at_once):
        turned = draws.rng.integers(0, 2, (number, samples)).astype(np.float64)
        yield 1.0 - 2.0 * turned


def _together(rows: Iterator[DoubleArray], at_once: int) -> Iterator[DoubleArray]:
    while waiting := list(islice(rows, at_once)):
        yield np.stack(waiting)


def _all_labels(samples: int, first: int) -> Iterator[DoubleArray]:
    for chosen in combinations(range(samples), first):  # the observed one comes first
        row = np.zeros(samples)
        row[list(chosen)] = 1.0
        yield row


def _all_signs(samples: int) -> Iterator[DoubleArray]:
    for code in range(2**samples):
        yield np.where((code >> np.arange(samples)) & 1, -1.0, 1.0)
