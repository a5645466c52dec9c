"""Missing values: refused, filled within each window, or left to those who can work around them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, FloatArray, IntArray, require_axes
from core.data.dataset import NanPolicy, row_chunks
from core.errors import DataError

GAP = "missing"  # name of what is missing in a categorical channel


def fill_missing(
    series: FloatArray,
    lengths: IntArray,
    policy: NanPolicy,
    categorical: Sequence[int] = (),
    channels: Sequence[str] = (),
    first: int = 0,
) -> tuple[FloatArray, IntArray | None]:
    """Do what the policy says about NaN on valid steps, window by window and channel by channel.

    "interpolate" draws a straight line over the steps between the known values and extends the first and the
    last of them to the ends; a categorical channel is filled forward instead. "forward" repeats the last
    known value; before the first known value there is none to repeat, so that one is taken backwards. "mask"
    leaves NaN where it is. A channel without a single known value in a window can't be filled: it is refused.

    Args:
        series: Values (N, T, C); filled in place when a value is missing.
        lengths: Valid steps of each sample (N,); what stands behind them is not looked at.
        policy: What to do.
        categorical: Channels that hold codes.
        channels: Names of the channels, for messages.
        first: Number of the first sample, for messages of readers that fill piece by piece.

    Returns:
        The series, and the number of samples that were filled by step and channel (T, C); None if none was.

    Raises:
        DataError: If the policy is "reject" and a value is missing, or there is nothing to fill from.
    """
    sizes = require_axes(series, "N T C", "series")
    require_axes(lengths, "N", "lengths", sizes)
    if policy == "mask":
        return series, None
    filled: IntArray = np.zeros((sizes["T"], sizes["C"]), dtype=np.int64)
    for rows in row_chunks(sizes["N"], sizes["T"] * sizes["C"]):
        block = series[rows]
        missing = np.isnan(block)
        if not missing.any():
            continue
        missing &= (np.arange(sizes["T"])[None, :] < lengths[rows][:, None])[:, :, None]
        if policy == "reject":
            _refuse(missing, lengths[rows], channels, first + rows.start)
        filled += missing.sum(axis=0)
        _fill(block, missing, lengths[rows], policy, _Names(categorical, channels, first + rows.start))
        series[rows] = block
    return series, filled if filled.any() else None


def name_gaps(
    series: FloatArray, lengths: IntArray, categories: Mapping[int, tuple[str, ...]]
) -> dict[int, tuple[str, ...]]:
    """Give missing categories a name of their own, since a code of 0 would make them the first category.

    Args:
        series: Values (N, T, C); NaN on valid steps of categorical channels becomes a code, in place.
        lengths: Valid steps of each sample (N,).
        categories: Names of the codes by categorical channel.

    Returns:
        The names with "missing" at the end of those of a channel where a category is missing.
    """
    sizes = require_axes(series, "N T C", "series")
    named = dict(categories)
    for rows in row_chunks(sizes["N"], sizes["T"]):
        valid = np.arange(sizes["T"])[None, :] < np.asarray(lengths)[rows][:, None]
        for channel, names in categories.items():
            gaps = np.isnan(series[rows, :, channel]) & valid
            if gaps.any():
                full = names if GAP in names else (*names, GAP)
                series[rows, :, channel] = np.where(gaps, full.index(GAP), series[rows, :, channel])
                named[channel] = full
    return named


class _Names:
    """Which channels hold codes, and what messages call channels and samples."""

    def __init__(self, categorical: Sequence[int], channels: Sequence[str], first: int) -> None:
        self.categorical = categorical
        self._channels = channels
        self._first = first

    def place(self, sample: int, channel: int) -> str:
        return f"sample {self._first + sample + 1}, channel {_channel(self._channels, channel)}"


def _channel(names: Sequence[str], channel: int) -> str:
    return f"{names[channel]!r:.120}" if names else str(channel + 1)


def _refuse(missing: BoolArray, lengths: IntArray, channels: Sequence[str], first: int) -> None:
    if not missing.any():
        return
    sample, step, channel = map(int, np.argwhere(missing)[0])
    raise DataError(
        f"values must be there; sample {first + sample + 1} of {int(lengths[sample])} steps lacks one at "
        f"step {step + 1}, channel {_channel(channels, channel)}: choose what to do about missing values: "
        "interpolate, forward or mask"
    )


def _fill(block: FloatArray, missing: BoolArray, lengths: IntArray, policy: NanPolicy, names: _Names) -> None:
    """Fill the windows of a block in which something is missing, each channel for itself."""
    samples, channels = np.nonzero(missing.any(axis=1))  # (M,)
    if not len(samples):
        return
    values: FloatArray = block[samples, :, channels]  # (M, T)
    valid: BoolArray = np.arange(block.shape[1])[None, :] < lengths[samples][:, None]
    known = valid & ~missing[samples, :, channels]
    nothing = ~known.any(axis=1)
    if nothing.any():
        worst = int(np.argmax(nothing))
        place = names.place(int(samples[worst]), int(channels[worst]))
        raise DataError(
            "a window must hold at least one known value of each channel to fill the others from; "
            f"{int(nothing.sum())} hold none, the first: {place}"
            ": choose mask for missing values, or leave the channel out"
        )
    straight = (policy == "interpolate") & ~np.isin(channels, np.asarray(names.categorical, dtype=np.int64))
    block[samples, :, channels] = np.where(valid, _between(values, known, straight), values)


def _between(values: FloatArray, known: BoolArray, straight: BoolArray) -> FloatArray:
    """Return rows (M, T) filled from their known values: by straight lines where asked, else forward."""
    steps = values.shape[1]
    at: NDArray[Any] = np.arange(steps, dtype=np.int64)[None, :]
    before: IntArray = np.maximum.accumulate(np.where(known, at, -1), axis=1)
    after: IntArray = np.minimum.accumulate(np.where(known, at, steps)[:, ::-1], axis=1)[:, ::-1]
    before = np.where(before < 0, after, before)
    after = np.where(after == steps, before, after)
    low = np.take_along_axis(values, before, axis=1).astype(np.float64)
    high = np.take_along_axis(values, after, axis=1).astype(np.float64)
    share = (at - before) / np.maximum(after - before, 1)
    share = np.where(straight[:, None], share, 0.0)
    return np.where(known, values, low + (high - low) * share).astype(np.float32)
