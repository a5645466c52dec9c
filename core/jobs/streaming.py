"""Rows of arrays on disk, scaled as they are read: what lets a training see more than memory holds."""

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray, IntArray
from core.data.scaler import Scaler
from core.training.examples import Rows

MANY_BYTES = 64 * 2**20  # of an array larger than this no pages are kept after reading


@dataclass(frozen=True, eq=False)
class Picked:
    """Some rows of an array, read as they are asked for.

    Attributes:
        whole: The array, or what reads rows of one.
        rows: Which rows, in this order.
    """

    whole: Rows
    rows: IntArray

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of what was picked."""
        return (len(self.rows), *self.whole.shape[1:])

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, chosen: Any) -> Any:
        return read_rows(self.whole, self.rows[chosen])


@dataclass(frozen=True, eq=False)
class Scaled:
    """A series whose rows are scaled as they are read.

    Attributes:
        series: Values (N, T, C).
        lengths: Valid steps (N,).
        scaler: How they are scaled.
        columns: Which channels are given; None gives all.
        missing: Whether missing values stay NaN; else they become 0, the mean.
    """

    series: FloatArray
    lengths: IntArray
    scaler: Scaler
    columns: Sequence[int] | None = None
    missing: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of what is given."""
        channels = self.series.shape[2] if self.columns is None else len(self.columns)
        return (*self.series.shape[:2], channels)

    def __getitem__(self, rows: Any) -> FloatArray:
        values = read_rows(self.series, rows)
        scaled = self.scaler.transform(values, np.asarray(self.lengths[rows], np.int64))
        if self.missing:
            scaled[np.isnan(values)] = np.nan
        return scaled if self.columns is None else np.ascontiguousarray(scaled[:, :, list(self.columns)])


def read_rows(array: Rows, rows: Any) -> NDArray[Any]:
    """Return a copy of some rows; of a large file, what was mapped for reading them is let go again."""
    found: NDArray[Any] = array[rows]
    if not isinstance(array, np.ndarray) or array.nbytes < MANY_BYTES:
        return found
    mapped: Any = array
    while isinstance(mapped, np.ndarray):
        mapped = mapped.base
    if isinstance(mapped, mmap.mmap):
        found = np.array(found)
        mapped.madvise(mmap.MADV_DONTNEED)
    return found
