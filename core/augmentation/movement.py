"""Movement in time and curves along it: what several transforms are made of."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray, IntArray
from core.augmentation.family import Windows


def moved(windows: Windows, places: Callable[[slice], NDArray[Any]]) -> Windows:
    """Read every sample at other places of its own time.

    Measured values are interpolated linearly between whole steps; codes, truth and step targets come from the
    nearest step, and so does a missing value: what reads nearest to it is missing.

    Args:
        windows: The samples.
        places: Gives for a slice of the samples where each of their steps reads (n, T): whole numbers or
            fractions, kept between 0 and the sample's last step; what it says of padding does not matter.
    """
    series = np.empty(windows.series.shape, np.float32)
    truth = None if windows.truth is None else np.empty(windows.truth.shape, np.bool_)
    targets = None if windows.step_targets is None else np.empty_like(windows.step_targets)
    for rows in windows.chunks():
        lengths = np.asarray(windows.lengths[rows])
        at = np.clip(places(rows), 0, lengths[:, None] - 1)  # (n, T)
        nearest = _flat(np.floor(at + 0.5) if at.dtype.kind == "f" else at)
        padding = windows.padding(rows)
        series[rows] = _values(windows, rows, at, nearest)
        series[rows][padding] = 0
        if truth is not None and windows.truth is not None:
            truth[rows] = _picked(windows.truth[rows], nearest)
            truth[rows][padding] = False
        if targets is not None and windows.step_targets is not None:
            targets[rows] = _picked(windows.step_targets[rows], nearest)
            targets[rows][padding] = -1
    return replace(windows, series=series, truth=truth, step_targets=targets)


def smooth_curves(knots: NDArray[np.floating[Any]], lengths: IntArray, steps: int) -> NDArray[Any]:
    """Return curves that run smoothly through knots spread evenly over each sample's length.

    Between two knots a curve eases from one to the other (3u^2 - 2u^3) and never leaves the range between
    them, other than a cubic spline.

    Args:
        knots: Values at the knots (N, K, C), K at least 2.
        lengths: Valid steps (N,).
        steps: Steps of the result.

    Returns:
        Values (N, T, C); after a sample's end they stay at the last knot.
    """
    last = knots.shape[1] - 1
    spans = np.maximum(np.asarray(lengths) - 1, 1)[:, None]
    along = np.minimum(np.arange(steps)[None, :] / spans, 1) * last  # (N, T)
    left = np.minimum(along.astype(np.int64), last - 1)
    part = (along - left).astype(knots.dtype)
    ease = (part * part * (3 - 2 * part))[:, :, None]
    start = _flat(left, knots.shape[1])
    before, after = _picked(knots, start), _picked(knots, start + 1)
    after -= before
    after *= ease
    after += before
    return after


def _values(windows: Windows, rows: slice, at: NDArray[Any], nearest: IntArray) -> FloatArray:
    block = np.asarray(windows.series[rows], np.float32)
    if at.dtype.kind != "f":
        return _picked(block, nearest)
    low = at.astype(np.int64)
    high = np.minimum(low + 1, np.asarray(windows.lengths[rows])[:, None] - 1)
    share = (at - low).astype(np.float32)[:, :, None]
    before, values = _picked(block, _flat(low)), _picked(block, _flat(high))
    values -= before
    values *= share
    values += before
    codes = list(windows.categorical)
    if codes:
        values[..., codes] = _picked(block[..., codes], nearest)
    missing = np.isnan(values)
    if missing.any():
        values[missing] = _picked(block, nearest)[missing]
    return values


def _flat(places: NDArray[Any], steps: int = 0) -> IntArray:
    """Return places (n, T) as rows of the samples laid one after the other."""
    steps = steps or places.shape[1]
    flat: IntArray = places.astype(np.int64) + steps * np.arange(len(places))[:, None]
    return flat


def _picked(block: NDArray[Any], flat: IntArray) -> NDArray[Any]:
    """Return the rows (n, S, ...) of a block (n, T, ...) at flat places (n, S)."""
    tail = block.shape[2:]
    return block.reshape(-1, *tail).take(flat.ravel(), axis=0).reshape(*flat.shape, *tail)
