"""Edits of the signal, applied to the raw series of one sample."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, FloatArray, IntArray
from core.data.dataset import Dataset
from core.errors import DataError, NotFoundError, SettingsError
from core.inference.edits import Edit
from core.inference.neighbours import TrainingSamples

OF_CODES = frozenset({"donor", "shift"})  # what suits a channel that holds codes of categories


@dataclass(frozen=True)
class Material:
    """What edits of a sample's signal may draw on.

    Attributes:
        dataset: The dataset.
        training: Training samples of the run.
        classes: Names of the run's classes.
        sample: Place of the sample in the dataset.
    """

    dataset: Dataset
    training: TrainingSamples
    classes: tuple[str, ...]
    sample: int


def edited_series(material: Material, edits: Sequence[Edit]) -> FloatArray:
    """Return the raw series (T, C) of a sample, its own length, after edits of the signal in order.

    Raises:
        SettingsError: If an edit names steps, channels, a class or a sample that there are not.
        DataError: If there is nothing to take values from.
    """
    dataset = material.dataset
    length = int(dataset.lengths[material.sample])
    series = np.array(dataset.series[material.sample, :length], np.float32)
    for edit in edits:
        start, stop = interval(edit, length)
        channels = _channels(edit, dataset)
        series[start:stop, channels] = _values(material, edit, series, channels)[start:stop]
    return series


def interval(edit: Edit, length: int, of: str = "this sample") -> tuple[int, int]:
    """Return the steps [start, stop) of an edit on an axis of so many steps, which `of` names.

    Raises:
        SettingsError: If the axis is shorter.
    """
    if edit.start is None or edit.stop is None:
        return 0, length
    if edit.stop > length:
        raise SettingsError(
            f"steps of {of} are numbered 0 to {length - 1}: an interval must end at {length} at most; "
            f"got {edit.start}-{edit.stop}"
        )
    return edit.start, edit.stop


def _channels(edit: Edit, dataset: Dataset) -> IntArray:
    strangers = [channel for channel in edit.channels if channel >= dataset.channel_count]
    if strangers:
        raise SettingsError(f"channels are numbered 0 to {dataset.channel_count - 1}; got {strangers[0]}")
    if edit.kind in OF_CODES:
        return np.array(edit.channels or range(dataset.channel_count), np.int64)
    categorical = set(dataset.categorical)
    codes = [channel for channel in edit.channels if channel in categorical]
    if codes:
        name = dataset.channels[codes[0]]
        raise SettingsError(
            f"a channel of categories is changed by donor or shift; {name!r:.60} can't take {edit.kind}"
        )
    numbers = [channel for channel in range(dataset.channel_count) if channel not in categorical]
    if not numbers:
        raise SettingsError(f"{edit.kind} needs a channel of numbers; all hold categories")
    return np.array(edit.channels or numbers, np.int64)


def _values(material: Material, edit: Edit, series: FloatArray, channels: IntArray) -> FloatArray:
    """Return what stands in these channels after an edit (T, c); only its interval is taken."""
    length = len(series)
    if edit.kind == "interpolate":
        return _bridged(series[:, channels], interval(edit, length))
    if edit.kind == "mean":
        return np.broadcast_to(material.training.mean[channels].astype(np.float32), (length, len(channels)))
    if edit.kind == "class_mean":
        return _class_mean(material, edit, length)[:, channels]
    if edit.kind == "donor":
        return _donated(material, edit, length)[:, channels]
    if edit.kind == "noise":
        return _noise(material, edit, length)[:, channels]
    moved: FloatArray = series[np.clip(np.arange(length) - edit.number, 0, length - 1)][:, channels]
    return moved


def _bridged(values: FloatArray, span: tuple[int, int]) -> FloatArray:
    """Draw a straight line between the known values on both sides; at an end, the nearest goes on level."""
    steps = np.arange(len(values))
    outside: BoolArray = (steps < span[0]) | (steps >= span[1])
    found = np.array(values)
    for channel in range(values.shape[1]):
        known = outside & np.isfinite(values[:, channel])
        if not known.any():
            raise DataError(
                "interpolation needs a known value outside the interval; there is none: choose mean"
            )
        found[:, channel] = np.interp(steps, steps[known], values[known, channel])
    return found


def _class_mean(material: Material, edit: Edit, length: int) -> FloatArray:
    if edit.value not in material.classes:
        known = ", ".join(material.classes)
        raise SettingsError(f"classes are {known!s:.200}; got {edit.value!r:.60}")
    mean, behind = material.training.class_mean(material.dataset, material.classes.index(edit.value))
    start, stop = interval(edit, length)
    if not behind[start:stop].all():
        step = start + int(np.argmin(behind[start:stop] > 0))
        raise DataError(f"no training sample of the class {edit.value!r:.60} reaches step {step}")
    return mean[:length]


def _donated(material: Material, edit: Edit, length: int) -> FloatArray:
    dataset = material.dataset
    if edit.number >= dataset.samples:
        raise NotFoundError(f"samples are numbered 0 to {dataset.samples - 1}; got the donor {edit.number}")
    own = int(dataset.lengths[edit.number])
    if interval(edit, length)[1] > own:
        raise SettingsError(
            f"a donor must reach the end of the interval; sample {edit.number} has {own} steps"
        )
    return np.asarray(dataset.series[edit.number, :length], np.float32)


def _noise(material: Material, edit: Edit, length: int) -> FloatArray:
    """Return normal noise (T, C); a longer interval of the same seed holds the same values."""
    drawn = np.random.default_rng(edit.number).standard_normal((length, material.dataset.channel_count))
    return np.asarray(material.training.mean + material.training.std * drawn, np.float32)
