"""Windows that seem to be cut from one record at places that overlap, where nobody says where they were cut.

Two searches. Stretches of steps with the very same values, at whatever place they stand in two windows: that
finds windows moved by any number of steps. And windows of nearly the same shape after moving one of them by
one to three steps: that finds them after each was scaled by itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, IntArray
from core.data.dataset import Dataset
from core.data.leaking.neighbours import Cut, Neighbourhood, spread

MOST_ASKED = 1000
AROUND = 4  # windows of training on each side of a test window, in the order of the dataset
MOST_CELLS = 1_500_000
MOST_LAG = 3
LEAST_STEPS = 8
INFORMATION = 64.0  # bits that a stretch must hold, so that two of a million do not meet by chance
CHANGES = 0.8  # share of the steps of a stretch that must differ from the step before

_ODD = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))


@dataclass(frozen=True, eq=False)
class Shifted:
    """Test windows that share a stretch with training windows.

    Attributes:
        found: Which of the windows that were asked about (n,).
        stretch: Steps of the stretches that were looked for; 0 where values are too coarse for that.
        others: How many training windows they were held against.
    """

    found: BoolArray
    stretch: int
    others: int


def find_shifted(
    dataset: Dataset, neighbourhood: Neighbourhood, train: IntArray, test: IntArray
) -> Shifted | None:
    """Look for test windows that were cut beside training windows; None if windows are too short.

    Test windows are evenly spread; each meets the training windows next to it in the order of the dataset,
    and evenly spread ones.
    """
    if dataset.steps < LEAST_STEPS or not len(train) or not len(test):
        return None
    most = max(50, MOST_CELLS // (dataset.steps * dataset.channel_count))
    asked = spread(test, min(MOST_ASKED, most // 4))
    beside = np.unique(
        (np.searchsorted(train, asked)[:, None] + np.arange(-AROUND, AROUND)).clip(0, len(train) - 1)
    )
    others = np.union1d(train[spread(beside, most // 2)], spread(train, most // 4))
    length = stretch_length(dataset, others)
    found = _same_stretches(dataset, asked, others, length)
    for lag in range(1, min(MOST_LAG, dataset.steps // 4) + 1):
        for first, second in ((0, lag), (lag, 0)):
            found |= neighbourhood.near(
                Cut(asked, first, lag - first, alone=True), Cut(others, second, lag - second, alone=True)
            )
    return Shifted(found, length, len(others))


def stretch_length(dataset: Dataset, rows: IntArray) -> int:
    """Return how many steps hold enough information to tell two records apart; 0 if half a window does not.

    The information of a step is the entropy of the changes from step to step, in the channel that has most.
    """
    series = np.asarray(dataset.series[spread(rows, 200)])
    with np.errstate(over="ignore"):
        changes = np.diff(series, axis=1)
    changes = changes.reshape(-1, dataset.channel_count)
    most = 0.0
    for channel in range(min(dataset.channel_count, 64)):
        counts = np.unique(changes[:, channel], return_counts=True)[1] / max(1, len(changes))
        most = max(most, float(-(counts * np.log2(counts)).sum()))
    steps = max(4, dataset.steps // 8, int(np.ceil(INFORMATION / most)) if most > 0 else 10**9)
    return steps if steps <= dataset.steps // 2 else 0


def _same_stretches(dataset: Dataset, asked: IntArray, others: IntArray, length: int) -> BoolArray:
    """Return which windows begin or end with a stretch that stands anywhere in other windows."""
    if not length:
        return np.zeros(len(asked), dtype=bool)
    mine, sound = _stretches(dataset, asked, length)
    known = np.unique(np.concatenate([_stretches(dataset, others, length)[0].ravel()]))
    lengths = np.asarray(dataset.lengths)[asked]
    ends = np.maximum(0, lengths - length)
    found = np.zeros(len(asked), dtype=bool)
    for places in (np.zeros(len(asked), dtype=np.int64), ends):
        row = np.arange(len(asked))
        found |= sound[row, places] & np.isin(mine[row, places], known) & (lengths >= length)
    return found


def _stretches(dataset: Dataset, rows: IntArray, length: int) -> tuple[NDArray[np.uint64], BoolArray]:
    """Return the hash (n, T - length + 1) of every stretch, and which ones change enough to mean anything."""
    values = np.ascontiguousarray(dataset.series[rows], dtype=np.float32) + np.float32(0)
    moves = (values[:, 1:] != values[:, :-1]).any(axis=2).cumsum(axis=1)  # (n, T - 1)
    moves = np.pad(moves, ((0, 0), (1, 0)))
    sound = moves[:, length - 1 :] - moves[:, : moves.shape[1] - length + 1] >= CHANGES * (length - 1)
    gaps = np.pad(np.isnan(values).any(axis=2).cumsum(axis=1), ((0, 0), (1, 0)))
    sound &= gaps[:, length:] == gaps[:, :-length]
    mixed = _mixed(values.view(np.uint32).astype(np.uint64), np.arange(values.shape[2], dtype=np.uint64))
    powers = np.cumprod(np.full(values.shape[1], _ODD))
    inverse = np.cumprod(np.full(values.shape[1], _INVERSE))
    sums = np.pad(np.cumsum(mixed.sum(axis=2) * powers, axis=1), ((0, 0), (1, 0)))
    hashes = (sums[:, length:] - sums[:, :-length]) * inverse[: values.shape[1] - length + 1]
    return hashes, sound


def _mixed(bits: NDArray[np.uint64], place: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers whose bits all depend on all bits of a value and on its channel (splitmix64)."""
    mixed = bits + (place + np.uint64(1)) * _ODD
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    done: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return done
