"""What a run's training samples say of a series: usual values, class means, and how near they come to it."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray, length_mask
from core.data.by_window import codes_by_window
from core.data.dataset import PARTS, Dataset, spread_rows
from core.data.scaler import channel_moments
from core.errors import DataError
from core.inference.runs import OpenRun
from core.store import Store

MOST_ROWS = 2000
MOST_CELLS = 8_000_000  # values of scaled training samples that are kept for a run, in float32
KEPT_RUNS, KEPT_MEANS = 3, 16
BLOCK = 256


@dataclass(frozen=True, eq=False)
class TrainingSamples:
    """Training samples of a run, evenly spread ones where there are many, with what is asked of them again.

    Distances are Euclidean over all steps and channels of the scaled series (T C); where a sample ends, its
    padding counts as 0, the mean.

    Attributes:
        rows: Their places in the dataset (n,).
        members: Places of all samples the run was trained on, ascending.
        codes: Class of each (n,), -1 where it has none.
        mean: Mean of each channel (C,), raw.
        std: Standard deviation of each channel (C,), raw.
        scaled: Scaled series, flat (n, T C).
        squares: Their squared lengths (n,).
        nearest: Distance of each to the nearest other one, ascending (n,); empty for less than two.
    """

    rows: IntArray
    members: IntArray
    codes: IntArray
    mean: DoubleArray
    std: DoubleArray
    scaled: FloatArray
    squares: DoubleArray
    nearest: DoubleArray
    _means: "OrderedDict[int, tuple[FloatArray, IntArray]]" = field(default_factory=OrderedDict)

    @property
    def total(self) -> int:
        """How many samples the run was trained on."""
        return len(self.members)

    def distances(self, scaled: FloatArray) -> DoubleArray:
        """Return the distance (n,) of a scaled series, flat (T C), to each training sample."""
        flat = np.asarray(scaled, np.float32).ravel()
        # Of two that are alike the difference of large squares is rounding: what is tiny is measured anew.
        squared = self.squares + float(flat.astype(np.float64) @ flat) - 2.0 * (self.scaled @ flat)
        found: DoubleArray = np.sqrt(np.maximum(squared, 0.0)).astype(np.float64)
        for near in np.argsort(found, kind="stable")[:8]:
            found[near] = np.linalg.norm(self.scaled[near].astype(np.float64) - flat)
        return found

    def distance(self, scaled: FloatArray, without: int) -> float | None:
        """Return the distance of a series to the nearest training sample, one left out; None without any."""
        found = self.distances(scaled)[self.rows != without]
        return float(found.min()) if len(found) else None

    def percentile(self, distance: float | None) -> float | None:
        """Return which share of training samples has its nearest one at most so far away, 0 to 100."""
        if distance is None or not len(self.nearest):
            return None
        return float(
            100 * np.searchsorted(self.nearest, distance * (1 + 1e-6), side="right") / len(self.nearest)
        )

    def class_mean(self, dataset: Dataset, code: int) -> tuple[FloatArray, IntArray]:
        """Return the raw mean (T, C) of a class, NaN where no sample reaches, and the samples behind it (T,).

        Raises:
            DataError: If no training sample is of the class.
        """
        kept = self._means.get(code)
        if kept is not None:
            return kept
        rows = self.rows[self.codes == code]
        if not len(rows):
            raise DataError("a class mean needs training samples of the class; there is none")
        valid = length_mask(np.asarray(dataset.lengths)[rows], dataset.steps)
        values = np.asarray(dataset.series[rows], np.float64)
        known = valid[:, :, None] & np.isfinite(values)
        counts = known.sum(axis=0)
        total = np.where(known, values, 0.0).sum(axis=0)
        mean = np.divide(total, counts, out=np.full(total.shape, np.nan), where=counts > 0)
        found = np.asarray(mean, np.float32), np.asarray(valid.sum(axis=0), np.int64)
        self._means[code] = found
        while len(self._means) > KEPT_MEANS:
            self._means.popitem(last=False)
        return found


def training_samples(store: Store, run: OpenRun, dataset: Dataset) -> TrainingSamples:
    """Return training samples of a run, at most MOST_ROWS and MOST_CELLS of them; measured once a process.

    Raises:
        DataError: If the run names no training sample.
    """
    key = (store.runs.directory(run.manifest.id), run.manifest.id)
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _measured(store, run, dataset)
    with _guard:
        _kept[key] = found
        while len(_kept) > KEPT_RUNS:
            _kept.popitem(last=False)
    return found


def _measured(store: Store, run: OpenRun, dataset: Dataset) -> TrainingSamples:
    parts = np.asarray(store.runs.array(run.manifest.id, "parts.npy"))
    training = np.flatnonzero(parts == PARTS.index("train"))
    if not len(training):
        raise DataError("this needs training samples; the run names none")
    cells = dataset.steps * dataset.channel_count
    rows = training[spread_rows(len(training), min(MOST_ROWS, max(1, MOST_CELLS // cells)))]
    series, lengths = np.asarray(dataset.series[rows]), np.asarray(dataset.lengths)[rows]
    mean, std = channel_moments(series, lengths)
    scaled = run.scaler.transform(series, lengths).reshape(len(rows), -1)
    squares = np.einsum("nd,nd->n", scaled, scaled, dtype=np.float64)
    codes = _window_codes(dataset, run.manifest.target, rows)
    return TrainingSamples(rows, training, codes, mean, std, scaled, squares, _own_nearest(scaled, squares))


def _window_codes(dataset: Dataset, target: str, rows: IntArray) -> IntArray:
    codes = dataset.targets.get(target)
    if codes is None:
        return np.full(len(rows), -1)
    return codes_by_window(codes[rows])


def _own_nearest(scaled: FloatArray, squares: DoubleArray) -> DoubleArray:
    """Return the distance of each row to the nearest other row, ascending."""
    if len(scaled) < 2:
        return np.zeros(0)
    found = np.empty(len(scaled))
    for start in range(0, len(scaled), BLOCK):
        block = scaled[start : start + BLOCK]
        squared = squares[None, :] - 2.0 * (block @ scaled.T)
        places = np.arange(len(block))
        squared[places, start + places] = np.inf
        near = squared.argmin(axis=1)
        found[start : start + BLOCK] = np.linalg.norm(block.astype(np.float64) - scaled[near], axis=1)
    return np.sort(found)


_kept: OrderedDict[tuple[Path, str], TrainingSamples] = OrderedDict()
_guard = threading.Lock()
