"""In which order the axes of a foreign array of series stand, and how it is read into (N, T, C)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

from core.data.limits import CELLS, COLUMNS, SAMPLES, STEPS
from core.data.stored import Shape
from core.errors import DataError, LimitError

Axes = Literal["auto", "N T C", "N C T"]

AXES_WORDS = "samples, steps, channels in which order; auto takes N T C and asks when it looks wrong"
FEW_STEPS = 16


@dataclass(frozen=True)
class Known:
    """What is known of series beside their array.

    Attributes:
        labels: Name of the array of labels; empty when there is none.
        samples: Number of those labels.
        channels: Names of the channels; None when they have none.
    """

    labels: str = ""
    samples: int = 0
    channels: Sequence[str] | None = None


def series_shape(name: str, shape: Shape, axes: Axes, known: Known) -> tuple[int, int, int]:
    """Return the sizes N, T, C of an array of series.

    Args:
        name: What messages call it.
        shape: Its shape: (N, T), or three axes.
        axes: In which order they stand.
        known: What else is known, to find out a wrong order.

    Raises:
        DataError: If the axes contradict the labels or names, or hardly anybody can mean them.
        LimitError: If there are too many of something.
    """
    if len(shape) not in {2, 3}:
        raise DataError(f"{name} must have axes (N, T, C) or (N, T); got shape {shape}")
    if 0 in shape:
        raise DataError(f"{name} must hold at least one sample, step and channel; got shape {shape}")
    samples, steps, channels = (*shape, 1) if len(shape) == 2 else shape
    if len(shape) == 3 and axes == "N C T":
        steps, channels = channels, steps
    if len(shape) == 3:
        _require_order(name, shape, axes, known)
    for what, count, most in (
        ("samples", samples, SAMPLES),
        ("steps", steps, STEPS),
        ("values", _size(shape), CELLS),
    ):
        if count > most:
            raise LimitError(f"there may be at most {most:,} {what}; got {count:,} in shape {shape}")
    if known.channels is not None and len(known.channels) != channels:
        raise DataError(
            f"there must be as many channel names as channels; got {len(known.channels)} for {channels}"
        )
    return samples, steps, channels


def as_stored(target: NDArray[Any], shape: Shape, axes: Axes) -> NDArray[Any]:
    """Return a view of series (N, T, C) whose axes stand as those of the foreign array do."""
    if len(shape) == 2:
        return target[:, :, 0]
    return target.transpose(0, 2, 1) if axes == "N C T" else target


def _size(shape: Shape) -> int:
    size = 1
    for count in shape:
        size *= count
    return size


def _require_order(name: str, shape: Shape, axes: Axes, known: Known) -> None:
    if known.labels and known.samples != shape[0]:
        hint = (
            f": samples seem to lie along axis {shape.index(known.samples)}" if known.samples in shape else ""
        )
        raise DataError(
            f"{name} must have axes (N, T, C) with N = {known.samples} as {known.labels} has; "
            f"got shape {shape}{hint}"
        )
    second, third = (shape[2], shape[1]) if axes == "N C T" else shape[1:]
    if third > COLUMNS:
        raise LimitError(f"there may be at most {COLUMNS:,} channels; got {third:,} in shape {shape}")
    if axes != "auto":
        return
    named = known.channels is not None and len(known.channels) == second != third
    odd = known.channels is None and second <= FEW_STEPS and second < third
    if named or odd:
        raise DataError(
            f"{name} must have axes (N, T, C); got shape {shape}, which looks like (N, C, T): "
            f"choose axes 'N C T' for {second} channels over {third} steps, or 'N T C' "
            f"if {third} channels over {second} steps are meant"
        )
