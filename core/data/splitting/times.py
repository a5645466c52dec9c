"""Splits by time: the oldest windows train, the newest test, with a gap between."""

import numpy as np

from core.arrays import IntArray
from core.data.dataset import NO_PART, Dataset
from core.data.splitting.settings import TEST, TRAIN, VALIDATION, SplitSettings
from core.data.splitting.strata import Parts
from core.errors import DataError


def time_spans(dataset: Dataset) -> IntArray | None:
    """Return first and last place (N, 2) of each sample on its time axis; None where nobody knows."""
    if dataset.spans is not None:
        return np.asarray(dataset.spans, dtype=np.int64)
    if dataset.timestamps is None:
        return None
    last = np.asarray(dataset.lengths) - 1
    ends = np.asarray(dataset.timestamps[np.arange(dataset.samples), last])
    return np.stack([np.asarray(dataset.timestamps[:, 0]), ends], axis=1).astype(np.int64)


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
    """Return the steps that are left out between parts: those of the longest window unless chosen."""
    return int(np.max(dataset.lengths)) if settings.embargo is None else settings.embargo


def draw_by_time(dataset: Dataset, settings: SplitSettings) -> Parts:
    """Return the part of each sample; windows that touch a boundary or its embargo are in none.

    Dates are cut at one moment for all entities; row numbers are cut within each entity. Of F folds, fold f
    tests the block f + 2 of F + 1 blocks of time, after training on all that lie before it.

    Raises:
        DataError: If times are unknown.
    """
    spans = time_spans(dataset)
    if spans is None:
        raise DataError(
            "a split by time needs to know when each window was recorded; this dataset does not say: "
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
