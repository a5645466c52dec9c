"""Splits by time: the oldest windows train, the newest test, with a gap between."""

import numpy as np

from core.arrays import IntArray
from core.data.dataset import NO_PART, Dataset
from core.data.splitting.settings import TEST, TRAIN, VALIDATION, SplitSettings
from core.data.splitting.strata import Parts
from core.errors import DataError


def time_spans(dataset: Dataset) -> IntArray | None:
    """Return first and last place (N, 2) of each sample on its time axis; None where nobody knows.

    Samples that begin together, without entities, are records of their own: their times set none apart.
    """
    if dataset.spans is None or begin_together(dataset):
        return None
    return np.asarray(dataset.spans, dtype=np.int64)


def begin_together(dataset: Dataset) -> bool:
    """Return whether more than half of the samples begin at one moment, and no entities are named."""
    if dataset.entities is not None or dataset.samples < 2:
        return False
    begins = dataset.timestamps if dataset.spans is None else dataset.spans
    if begins is None:
        return False
    counts = np.unique(np.asarray(begins[:, 0]), return_counts=True)[1]
    return int(counts.max()) > max(1, dataset.samples // 2)


def label_horizon(dataset: Dataset) -> int:
    """Return how many rows after a window's last one its label stands, as the data was made or read."""
    settings = dataset.origin.get("settings")
    if not isinstance(settings, dict) or settings.get("label_at", "horizon") != "horizon":
        return 0
    horizon = settings.get("horizon", 0)
    return horizon if isinstance(horizon, int) and horizon > 0 else 0


def label_spans(dataset: Dataset) -> IntArray | None:
    """Return the spans (N, 2) of samples up to the row of their label; None where nobody knows."""
    spans = time_spans(dataset)
    horizon = label_horizon(dataset)
    if spans is None or not horizon:
        return spans
    reach: IntArray = spans + np.array([0, int(np.ceil(horizon * step_between(dataset, spans)))])
    return reach


def time_axes(dataset: Dataset) -> IntArray:
    """Return which axis (N,) the times of each sample belong to: dates share one, row numbers do not."""
    if dataset.entities is None or dataset.timestamps is not None:
        return np.zeros(dataset.samples, dtype=np.int64)
    return np.unique(np.asarray(dataset.entities), return_inverse=True)[1].reshape(-1).astype(np.int64)


def step_between(dataset: Dataset, spans: IntArray) -> float:
    """Return how far apart two steps lie in the units of the spans."""
    gaps = np.asarray(dataset.lengths) - 1
    longer = gaps > 0
    if longer.any():
        return float(np.median((spans[longer, 1] - spans[longer, 0]) / gaps[longer]))
    apart = np.diff(np.unique(spans[:, 0]))
    return float(np.median(apart)) if len(apart) else 0.0


def embargo_steps(dataset: Dataset, settings: SplitSettings) -> int:
    """Return the steps that are left out between parts.

    Unless chosen, as many as the longest window has, or as lie between a window's end and its label if that
    is more: no label of one part stands within a window of the next.
    """
    if settings.embargo is not None:
        return settings.embargo
    return max(int(np.max(dataset.lengths)), label_horizon(dataset))


def draw_by_time(dataset: Dataset, settings: SplitSettings) -> Parts:
    """Return the part of each sample; windows that touch a boundary or its embargo are in none.

    Dates are cut at one moment for all entities; row numbers are cut within each entity. Of F folds, fold f
    tests the block f + 2 of F + 1 blocks of time, after training on all that lie before it.

    Raises:
        DataError: If times are unknown.
    """
    spans = time_spans(dataset)
    if spans is None:
        lacks = "begins most of them together" if begin_together(dataset) else "does not say"
        raise DataError(
            f"a split by time needs to know when each window was recorded; this dataset {lacks}: "
            "choose stratified or entity"
        )
    gap = int(embargo_steps(dataset, settings) * step_between(dataset, spans))
    parts = np.full(dataset.samples, NO_PART, dtype=np.int8)
    axes = time_axes(dataset)
    order = np.argsort(axes, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(axes[order])) + 1):
        parts[rows] = _cut(spans[rows, 0], spans[rows, 1], settings, gap)
    return parts


def _cut(starts: IntArray, ends: IntArray, settings: SplitSettings, gap: int) -> Parts:
    parts = np.full(len(starts), NO_PART, dtype=np.int8)
    if settings.folds:
        blocks = settings.folds + 1
        begin = _place(starts, (settings.fold + 1) / blocks)
        tested = starts >= begin
        if settings.fold + 2 < blocks:
            tested &= starts < _place(starts, (settings.fold + 2) / blocks)
    else:
        begin = _place(starts, 1 - settings.test)
        tested = starts >= begin
    parts[tested] = TEST
    before = ends + gap < begin
    if before.any():
        validated = _place(starts[before], 1 - settings.validation)
        parts[before & (starts >= validated)] = VALIDATION
        parts[before & (ends + gap < validated)] = TRAIN
    return parts


def _place(starts: IntArray, share: float) -> int:
    """Return the start before which a share of the windows begin."""
    ordered = np.sort(starts)
    return int(ordered[min(len(ordered) - 1, max(0, round(share * len(ordered))))])
