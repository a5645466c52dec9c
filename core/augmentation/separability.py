"""Whether copies still lie where their class lies: nearest neighbours of originals and of copies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray, length_mask, require_axes
from core.augmentation.family import Windows
from core.intervals import wilson_interval
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

ORIGINALS = "Original"
LEAST_ASKED = 4  # samples on either side
MOST_VALUES = 1000  # of each sample, that distances are measured over


@dataclass(frozen=True)
class Separability:
    """How many samples lie nearest to one of their own class, as they are and after each augmentation.

    Attributes:
        names: The originals first, then each augmentation.
        right: Whether each asked sample found its own class (A, N).
        neighbours: Number of originals that were searched for the nearest one.
        values: Number of values of each sample that distances were measured over.
        largest: Share of the largest class among the asked samples.
        problem: Why nothing could be measured; "" where it was.
    """

    names: tuple[str, ...]
    right: BoolArray
    neighbours: int
    values: int
    largest: float
    problem: str
    provenance: Provenance

    def __post_init__(self) -> None:
        """Check that every line has its samples."""
        require_axes(self.right, "A N", "right", {"A": len(self.names)})

    @property
    def samples(self) -> int:
        """Number of samples asked."""
        return int(self.right.shape[1])

    @property
    def accuracies(self) -> DoubleArray:
        """Share of the asked samples that found their own class (A,)."""
        shares: DoubleArray = self.right.mean(axis=1) if self.samples else np.full(len(self.names), np.nan)
        return shares

    @property
    def intervals(self) -> DoubleArray:
        """Wilson 95 % intervals of these shares (A, 2)."""
        if not self.samples:
            return np.full((len(self.names), 2), np.nan)
        return np.array([wilson_interval(int(line.sum()), self.samples) for line in self.right])

    @property
    def lost(self) -> IntArray:
        """Samples that find their class as they are and not after the augmentation (A,)."""
        count: IntArray = (self.right[:1] & ~self.right).sum(axis=1)
        return count

    @property
    def found(self) -> IntArray:
        """Samples that find their class only after the augmentation (A,)."""
        count: IntArray = (~self.right[:1] & self.right).sum(axis=1)
        return count

    @property
    def method(self) -> str:
        """How it was measured, in one sentence for the screen."""
        if self.problem:
            return f"The effect on the classes can't be measured: {self.problem}."
        return (
            f"{self.samples} samples, as they are and as copies, each look for the nearest of"
            f" {self.neighbours} other originals (Euclidean distance over standardised values);"
            " counted is who finds its own class."
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """What came out, a sentence for the originals and one for each augmentation."""
        if self.problem:
            return ()
        told = []
        for place, (name, share) in enumerate(zip(self.names, self.accuracies, strict=True)):
            low, high = self.intervals[place]
            said = (
                f"{name}: {100 * share:.1f} % find their own class"
                f" (95 % CI {100 * low:.1f} to {100 * high:.1f} %, n = {self.samples:,})"
            )
            change = f"; {self.lost[place]} lost it, {self.found[place]} found it" if place else ""
            told.append(said + change + ".")
        return tuple(told)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row for the originals and one for each augmentation."""
        import pandas as pd

        low, high = self.intervals.T
        return pd.DataFrame(
            {
                "augmentation": self.names,
                "accuracy": self.accuracies,
                "low": low,
                "high": high,
                "n": self.samples,
                "lost": self.lost,
                "found": self.found,
            }
        )


def class_separability(
    originals: Windows,
    neighbours: Windows,
    copies: Sequence[tuple[str, Windows]],
    provenance: Provenance,
) -> Separability:
    """Measure how often the nearest neighbour has the same class, for originals and for their copies.

    The nearest neighbour is sought among samples that took no part in the copies, so that a copy finds
    neither its own original nor what was mixed into it.

    Args:
        originals: The samples that are asked.
        neighbours: Other samples, the ones that are searched.
        copies: Names and copies of the asked samples, in their order.
        provenance: Where the samples come from.
    """
    names = (ORIGINALS, *(name for name, _ in copies))
    asked = np.flatnonzero(np.asarray(originals.labels) >= 0)
    there = np.flatnonzero(np.asarray(neighbours.labels) >= 0)
    problem = _problem(originals, originals.labels[asked], neighbours.labels[there])
    if problem:
        return Separability(names, np.zeros((len(names), 0), np.bool_), 0, 0, 0.0, problem, provenance)
    found = neighbours.take(there)
    codes = originals.labels[asked]
    measure = _Measure.of(found)
    nearest = measure.nearest([windows.take(asked) for windows in (originals, *(made for _, made in copies))])
    right = found.labels[nearest] == codes  # (A, N)
    largest = float(np.unique(codes, return_counts=True)[1].max() / len(codes))
    return Separability(names, right, len(there), measure.features.shape[1], largest, "", provenance)


def _problem(windows: Windows, asked: IntArray, there: IntArray) -> str:
    if not len(windows.continuous):
        return "all channels hold codes"
    if min(len(asked), len(there)) < LEAST_ASKED:
        return f"there are only {len(asked) + len(there)} samples with a class"
    if len(np.union1d(asked, there)) < 2:
        return "there is only one class"
    return ""


@dataclass(frozen=True, eq=False)
class _Measure:
    """Distances to some samples over standardised values; missing values and padding count as the mean."""

    features: FloatArray  # (N, F)
    mean: FloatArray  # (C,)
    scale: FloatArray  # (C,)
    cells: IntArray  # (F,) places in a flattened sample (T, C)

    @classmethod
    def of(cls, windows: Windows) -> "_Measure":
        channels = windows.continuous
        valid = length_mask(windows.lengths, windows.steps)[:, :, None] & ~np.isnan(windows.series)
        count = np.maximum(valid.sum(axis=(0, 1)), 1)
        mean = np.where(valid, windows.series, 0).sum(axis=(0, 1), dtype=np.float64) / count  # (C,)
        away = np.where(valid, windows.series - mean.astype(np.float32), 0)
        spread = np.sqrt(np.square(away).sum(axis=(0, 1), dtype=np.float64) / count)
        scale = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 0)
        cells = (np.arange(windows.steps)[:, None] * windows.channels + channels).ravel()
        if len(cells) > MOST_VALUES:
            cells = cells[np.sort(np.random.default_rng(0).choice(len(cells), MOST_VALUES, replace=False))]
        measure = cls(
            np.empty((0, len(cells)), np.float32), mean.astype(np.float32), scale.astype(np.float32), cells
        )
        return cls(measure._standardised(windows), measure.mean, measure.scale, cells)

    def nearest(self, lines: Sequence[Windows]) -> IntArray:
        """Return the place of the nearest of the samples for each sample of several lines (A, N).

        All lines are compared in one product: each further one would wait for BLAS's threads once more.
        """
        asked = np.concatenate([self._standardised(windows) for windows in lines])  # (A N, F)
        distances = np.square(self.features).sum(axis=1) - 2 * (asked @ self.features.T)
        places: IntArray = distances.argmin(axis=1).reshape(len(lines), -1)
        return places

    def _standardised(self, windows: Windows) -> FloatArray:
        step, channel = np.divmod(self.cells, windows.channels)
        flat = windows.series.reshape(windows.samples, -1)  # (N, T C)
        values: FloatArray = flat if len(self.cells) == flat.shape[1] else flat.take(self.cells, axis=1)
        values = values - self.mean[channel]
        values *= self.scale[channel]
        nothing = step[None, :] >= np.asarray(windows.lengths)[:, None]
        nothing |= np.isnan(values)
        np.copyto(values, 0, where=nothing)
        return values
