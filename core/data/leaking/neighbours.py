"""Windows that are nearly the same: copies with a little noise, or moved by a few steps.

Two windows are nearly the same when they differ, over all steps and channels, by less than three percent of
what each of them varies by itself around its own means (root mean squares of values in deviations of their
channels). That is a correlation above 0.9995 at the same level. Candidates come from random projections and
their nearest neighbours, and each is then compared in full.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray, length_mask
from core.data.dataset import CHUNK_CELLS, Dataset
from core.data.scaler import channel_moments

BOUND = 0.03
DIMENSIONS = 16
RADIUS = 2.5 * BOUND  # of projections: chance moves them by more than this in one of a million pairs
CANDIDATES = 4
MOST_CELLS = 16_384  # cells of a window that are projected; of longer ones evenly spread steps
MOMENT_SAMPLES = 4096
FURTHEST = 1e6  # deviations from the mean, so that squares of values stay numbers


@dataclass(frozen=True, eq=False)
class Cut:
    """Windows as they are compared: some samples, without their first or last steps.

    Attributes:
        rows: Indices of the samples (n,), ascending.
        first: First step that counts.
        drop: Steps at the end of each sample that don't.
        alone: Whether each channel of each window is taken by its own mean and deviation.
    """

    rows: IntArray
    first: int = 0
    drop: int = 0
    alone: bool = False

    def of(self, rows: IntArray) -> Self:
        """Return the same cut of other samples."""
        return replace(self, rows=rows)


class Neighbourhood:
    """Finds windows of a dataset that are nearly the same.

    Args:
        dataset: The dataset.
        seed: Seed of the projections.
    """

    def __init__(self, dataset: Dataset, seed: int = 0) -> None:
        self._dataset = dataset
        self._seed = seed
        chosen = spread(np.arange(dataset.samples), MOMENT_SAMPLES)
        mean, deviation = channel_moments(dataset.series[chosen], np.asarray(dataset.lengths)[chosen])
        self._mean = mean.astype(np.float32)
        self._scale = np.where(deviation > 1e-6 * np.abs(mean), deviation, 1.0).astype(np.float32)

    def near(self, asked: Cut, others: Cut) -> BoolArray:
        """Return which windows (n,) of one cut have a window of another cut that is nearly the same."""
        from scipy.spatial import cKDTree

        found = np.zeros(len(asked.rows), dtype=bool)
        if not len(asked.rows) or not len(others.rows):
            return found
        here, sound = self._sketches(asked)
        there, there_sound = self._sketches(others)
        mine, yours = np.flatnonzero(sound), np.flatnonzero(there_sound)
        if not len(mine) or not len(yours):
            return found
        tree = cKDTree(there[yours])
        candidates = min(CANDIDATES, len(yours))
        _, places = tree.query(
            here[mine], k=list(range(1, candidates + 1)), distance_upper_bound=RADIUS
        )  # (n, k), the number of windows where there is none
        pairs = np.argwhere(places < len(yours))
        left, right = mine[pairs[:, 0]], yours[places[pairs[:, 0], pairs[:, 1]]]
        same = self._compare(asked.of(asked.rows[left]), others.of(others.rows[right]))
        found[left[same]] = True
        return found

    def _sketches(self, cut: Cut) -> tuple[DoubleArray, BoolArray]:
        """Return short forms (n, D) that keep distances, and which windows vary at all (n,)."""
        steps = self._dataset.steps - cut.first - cut.drop
        channels = self._dataset.channel_count
        stride = max(1, -(-steps * channels // MOST_CELLS))
        rng = np.random.default_rng(self._seed)
        kept = len(range(0, steps, stride))
        shape_map = rng.standard_normal((kept * channels, DIMENSIONS)).astype(np.float32)
        level_map = rng.standard_normal((channels, DIMENSIONS)).astype(np.float32) / np.sqrt(channels)
        sketches = np.empty((len(cut.rows), DIMENSIONS))
        varied = np.empty(len(cut.rows), dtype=bool)
        for place, values, valid in self._chunks(cut):
            counts = np.maximum(1, valid.sum(axis=1))[:, None]
            level = values.sum(axis=1) / counts  # (n, C)
            np.subtract(values, level[:, None, :], out=values)
            if not valid.all():
                values[~valid] = 0
            shape = values[:, ::stride].reshape(len(values), -1)
            norm = np.sqrt(np.einsum("nd,nd->n", shape, shape))
            varied[place] = norm > 1e-6
            unit = shape @ shape_map / np.maximum(norm, 1e-6)[:, None]
            sketches[place] = (unit + level @ level_map) / np.sqrt(DIMENSIONS)
        varied &= np.isfinite(sketches).all(axis=1)
        return sketches, varied

    def _compare(self, left: Cut, right: Cut) -> BoolArray:
        """Return which pairs (n,) of windows are nearly the same, by all their values."""
        found = np.zeros(len(left.rows), dtype=bool)
        for (place, mine, valid), (_, yours, other_valid) in zip(
            self._chunks(left), self._chunks(right), strict=True
        ):
            counts = np.maximum(1, valid.sum(axis=1) * mine.shape[2])
            apart = ((mine - yours) ** 2).sum(axis=(1, 2)) / counts
            varies = np.minimum(_variance(mine, valid), _variance(yours, other_valid))
            # The very same windows are counted by their hash, not here.
            found[place] = (apart <= BOUND**2 * varies) & (varies > 0) & (valid == other_valid).all(axis=1)
        return found

    def _chunks(self, cut: Cut) -> Iterator[tuple[slice, FloatArray, BoolArray]]:
        """Yield scaled values (n, t, C), 0 where there is none, and the mask (n, t) of valid steps."""
        stop = self._dataset.steps - cut.drop
        cells = (stop - cut.first) * self._dataset.channel_count
        size = max(1, CHUNK_CELLS // 2 // max(1, cells))
        lengths = np.asarray(self._dataset.lengths)
        for start in range(0, len(cut.rows), size):
            place = slice(start, min(start + size, len(cut.rows)))
            rows = cut.rows[place]
            values = np.array(self._dataset.series[rows][:, cut.first : stop])
            with np.errstate(over="ignore"):  # what lies so far away ends at the bound
                values -= self._mean
                values /= self._scale
            np.clip(values, -FURTHEST, FURTHEST, out=values)
            valid = length_mask(lengths[rows] - cut.drop, self._dataset.steps)[:, cut.first : stop]
            if not valid.all():
                values[~valid] = 0
            if self._dataset.nan_policy == "mask":
                np.nan_to_num(values, copy=False, nan=0.0)
            yield place, _alone(values, valid) if cut.alone else values, valid


def _alone(values: FloatArray, valid: BoolArray) -> FloatArray:
    """Return windows whose channels have mean 0 and deviation 1 each; those that don't move stay 0."""
    counts = np.maximum(1, valid.sum(axis=1))[:, None, None]
    values -= values.sum(axis=1, keepdims=True) / counts
    values[~valid] = 0
    deviation = np.sqrt((values**2).sum(axis=1, keepdims=True) / counts)
    values /= np.where(deviation > 1e-6, deviation, np.inf)
    return values


def _variance(values: FloatArray, valid: BoolArray) -> DoubleArray:
    """Return the mean square (n,) of windows around their own mean of each channel."""
    counts = np.maximum(1, valid.sum(axis=1))[:, None]
    level = values.sum(axis=1) / counts
    squares = (values**2).sum(axis=1) / counts - level**2  # (n, C)
    found: DoubleArray = np.maximum(0, squares).mean(axis=1).astype(np.float64)
    return found


def spread(rows: IntArray, most: int) -> IntArray:
    """Return at most so many of the rows, evenly spread over their order."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).round().astype(np.int64)]
