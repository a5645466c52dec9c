"""How far each sample lies from the mean of its class, in the scaled series that a model reads."""

from typing import Protocol

import numpy as np

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray, length_mask, require_axes
from core.data.dataset import spread_rows

MOST_FOR_MEAN = 2000  # training samples of a class
MOST_CELLS = 200_000_000  # values that are read; of more, steps spread evenly are
CELLS_AT_ONCE = 2_000_000


class Scaling(Protocol):
    """What scales series; `data.scaler.Scaler` is one."""

    def transform(self, series: FloatArray, lengths: IntArray) -> FloatArray:
        """Return series (N, T, C) as a model reads them."""


class SeriesOfSamples(Protocol):
    """The part of a dataset that distances need."""

    @property
    def series(self) -> FloatArray:
        """Series (N, T, C), padded on the right."""

    @property
    def lengths(self) -> IntArray:
        """Number of valid steps (N,)."""


def class_distances(
    data: SeriesOfSamples,
    codes: IntArray,
    training: IntArray,
    scaling: Scaling,
    *,
    most_cells: int = MOST_CELLS,
) -> DoubleArray:
    """Return the distance of each sample to the mean of its actual class (N,), NaN where there is none.

    A distance is the root of the mean squared difference over the sample's own steps and all channels, in
    units of the scaled series, so that long and short samples compare. Values that are missing, and steps
    that no training sample of the class reaches, are left out.

    Args:
        data: The series of the dataset.
        codes: Actual class of each sample (N,), -1 where unknown.
        training: Positions of the training samples, which the means are of: at most 2,000 a class, spread
            evenly.
        scaling: The run's scaler.
        most_cells: Most values to read; of larger data only steps spread evenly are compared.
    """
    sizes = require_axes(data.series, "N T C", "series")
    lengths = np.asarray(data.lengths)
    found = np.full(sizes["N"], np.nan)
    cells = sizes["N"] * sizes["T"] * sizes["C"]
    steps = spread_rows(sizes["T"], max(1, sizes["T"] * most_cells // max(1, cells)))
    rows_at_once = max(1, CELLS_AT_ONCE // max(1, len(steps) * sizes["C"]))
    for code in np.unique(codes[codes >= 0]):
        own = training[codes[training] == code]
        if not len(own):
            continue
        own = own[spread_rows(len(own), MOST_FOR_MEAN)]
        mean = _mean(data, own, steps, scaling, rows_at_once)
        members = np.flatnonzero(codes == code)
        for start in range(0, len(members), rows_at_once):
            rows = members[start : start + rows_at_once]
            values, known = _scaled(data, rows, steps, scaling, lengths)
            away = np.where(known & np.isfinite(mean), values - np.nan_to_num(mean), 0.0)
            counted = (known & np.isfinite(mean)).sum(axis=(1, 2))
            total = np.einsum("nsc,nsc->n", away, away)
            found[rows] = np.sqrt(
                np.divide(total, counted, out=np.full(len(rows), np.nan), where=counted > 0)
            )
    return found


def _mean(
    data: SeriesOfSamples, rows: IntArray, steps: IntArray, scaling: Scaling, rows_at_once: int
) -> DoubleArray:
    """Return the mean of some samples at some steps (S, C), NaN where none reaches."""
    lengths = np.asarray(data.lengths)
    total, counts = np.zeros((len(steps), data.series.shape[2])), np.zeros((len(steps), data.series.shape[2]))
    for start in range(0, len(rows), rows_at_once):
        values, known = _scaled(data, rows[start : start + rows_at_once], steps, scaling, lengths)
        total += np.where(known, values, 0.0).sum(axis=0)
        counts += known.sum(axis=0)
    mean: DoubleArray = np.divide(total, counts, out=np.full(total.shape, np.nan), where=counts > 0)
    return mean


def _scaled(
    data: SeriesOfSamples, rows: IntArray, steps: IntArray, scaling: Scaling, lengths: IntArray
) -> tuple[DoubleArray, BoolArray]:
    """Return scaled values at some steps (n, S, C), and which of them are known."""
    whole = len(steps) == data.series.shape[1]
    own = np.asarray(data.series[rows] if whole else data.series[rows[:, None], steps])
    within = np.searchsorted(steps, lengths[rows])  # own steps among those that are compared
    known = length_mask(within, len(steps))[:, :, None] & np.isfinite(own)
    return np.asarray(scaling.transform(own, within), np.float64), known
