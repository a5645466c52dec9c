"""Times of the steps as files hold them: dates become timestamps, numbers become labels of the steps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import IntArray, length_mask
from core.data.dataset import row_chunks
from core.data.desk import Desk
from core.data.texts import clean_labels
from core.errors import DataError


@dataclass(frozen=True, eq=False)
class Times:
    """When the steps were: timestamps (N, T), or labels of the steps that all samples share, or neither."""

    timestamps: IntArray | None = None
    step_labels: tuple[str, ...] | None = None
    spans: IntArray | None = None
    notices: tuple[str, ...] = ()


def times_of(name: str, times: NDArray[Any], lengths: IntArray, steps: int, desk: Desk) -> Times:
    """Return what an array of times says.

    Args:
        name: What messages call it.
        times: Times (N, T), or (T,) where all samples share them; dates, numbers or texts.
        lengths: Valid steps of each sample (N,).
        steps: T.
        desk: Where the timestamps are filled.

    Raises:
        DataError: If the shape does not fit, or a valid step has no date.
    """
    samples = len(lengths)
    if times.shape not in {(steps,), (samples, steps)}:
        raise DataError(
            f"{name} must have axes (T,) with T = {steps} or (N, T) with N = {samples}; "
            f"got shape {times.shape}"
        )
    if times.dtype.kind == "M":
        return _dated(name, times, lengths, desk)
    if times.ndim == 2 and (times != times[:1]).any():
        words = "they are no dates and differ between samples"
        return Times(notices=(f"{name} was not used: {words}: the steps are numbered instead",))
    shared = times if times.ndim == 1 else times[0]
    labels = clean_labels([time_text(value) for value in shared], "step")
    return Times(step_labels=labels)


def time_text(value: np.generic) -> str:
    """Return a time as the label of its step: whole numbers lose their point."""
    plain = value.item()
    if isinstance(plain, float):
        return f"{plain:.10g}"
    return plain.decode("utf-8", "replace") if isinstance(plain, bytes) else str(plain)


def _dated(name: str, times: NDArray[Any], lengths: IntArray, desk: Desk) -> Times:
    steps = times.shape[-1]
    stamps = desk.array("timestamps", (len(lengths), steps), np.int64)
    for rows in row_chunks(len(lengths), steps):
        valid = length_mask(lengths[rows], steps)
        block = np.broadcast_to(times if times.ndim == 1 else times[rows], valid.shape)
        if np.any(np.isnat(block) & valid):
            sample = rows.start + int(np.argwhere(np.isnat(block) & valid)[0][0])
            raise DataError(f"{name} must hold a date for every step; one of sample {sample} is missing")
        stamps[rows] = np.where(valid, nanoseconds(name, block), 0)
    if times.ndim == 1:
        return Times(stamps)
    return Times(stamps, spans=spans_of(stamps, lengths))


def spans_of(stamps: IntArray, lengths: IntArray) -> IntArray | None:
    """Return the first and last timestamp (N, 2) of each sample; None where dates run backwards."""
    last = stamps[np.arange(len(lengths)), np.maximum(lengths, 1) - 1]
    spans: IntArray = np.stack([stamps[:, 0], last], axis=1)
    return None if np.any(spans[:, 0] > spans[:, 1]) else spans


def nanoseconds(name: str, dates: NDArray[Any]) -> IntArray:
    """Return dates as nanoseconds since 1970; DataError where 64 bits can't hold them."""
    if np.datetime_data(dates.dtype)[0] == "generic":
        raise DataError(f"dates in {name} must have a unit, such as seconds; they have none")
    years = dates.astype("M8[Y]").astype(np.int64) + 1970
    known = years[~np.isnat(dates)]
    if known.size and (known.min() < 1678 or known.max() > 2261):
        raise DataError(
            f"dates in {name} must lie between the years 1678 and 2261; got {known.min()} to {known.max()}"
        )
    whole: IntArray = dates.astype("M8[ns]").astype(np.int64)
    return whole
