"""What must hold for every dataset before it is stored, checked once in bounded memory."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray, IntArray, length_mask
from core.data.dataset import NO_PART, PARTS, Dataset, Modality, row_chunks
from core.data.limits import CELLS, CLASSES, COLUMNS, LABEL_CHARACTERS, METADATA, MODALITIES, SAMPLES, STEPS
from core.errors import DataError, LimitError

NO_LABEL = -1


def sound(dataset: Dataset) -> Dataset:
    """Return the dataset with padding set to 0 after all its values were checked.

    Raises:
        LimitError: If it holds more than Heed accepts.
        DataError: If it is empty, holds values that its policy of missing values does not allow, or its codes
            and names don't fit.
    """
    _require_sizes(dataset)
    _require_lengths(np.asarray(dataset.lengths), dataset.steps)
    for target in dataset.targets:
        _require_target(dataset, target)
    _require_names(dataset)
    _require_metadata(dataset)
    if len(np.unique(dataset.sample_ids)) != dataset.samples:
        raise DataError("sample ids must be unique; at least one comes twice")
    modalities = {name: _sound_modality(name, found) for name, found in dataset.modalities.items()}
    series = _checked_values(dataset)
    for channel in dataset.categorical:
        _require_categories(dataset, channel)
    return replace(dataset, series=series, modalities=modalities)


def _require_sizes(dataset: Dataset) -> None:
    if min(dataset.series.shape) == 0:
        raise DataError(
            f"a dataset needs at least one sample, step and channel; got shape {dataset.series.shape}"
        )
    rules = (
        ("values", dataset.series.size, CELLS),
        ("samples", dataset.samples, SAMPLES),
        ("steps", dataset.steps, STEPS),
        ("channels", dataset.channel_count, COLUMNS),
        ("columns of metadata", len(dataset.metadata), METADATA),
        ("further modalities", len(dataset.modalities), MODALITIES),
        *(("classes", len(names), CLASSES) for names in dataset.classes.values()),
        *(("categories", len(names), CLASSES) for names in dataset.categories.values()),
    )
    for what, count, most in rules:
        if count > most:
            raise LimitError(f"a dataset may hold at most {most:,} {what}; got {count:,}")


def _require_lengths(lengths: IntArray, steps: int) -> None:
    if lengths.min() < 1 or lengths.max() > steps:
        worst = int(np.argmax((lengths < 1) | (lengths > steps)))
        raise DataError(
            f"lengths must lie between 1 and {steps} steps; sample {worst} has {int(lengths[worst])}"
        )


def _require_target(dataset: Dataset, target: str) -> None:
    codes, classes = dataset.targets[target], dataset.classes[target]
    if len(set(classes)) != len(classes):
        raise DataError(f"class names of the target {target} must differ; got {classes!r:.200}")
    least = NO_LABEL if codes.ndim == 2 else 0
    if int(codes.min()) < least or int(codes.max()) >= len(classes):
        raise DataError(
            f"class codes of the target {target} must lie between {least} and {len(classes) - 1}; "
            f"got {int(codes.min())} to {int(codes.max())}"
        )
    if codes.ndim == 2:
        for rows in row_chunks(dataset.samples, dataset.steps):
            valid = length_mask(dataset.lengths[rows], dataset.steps)
            if np.any(np.asarray(codes[rows])[~valid] != NO_LABEL):
                raise DataError(
                    f"labels of the target {target} must be {NO_LABEL} after a sample's last step"
                )


def _require_names(dataset: Dataset) -> None:
    if len(set(dataset.channels)) != len(dataset.channels):
        raise DataError(f"channel names must differ; got {dataset.channels!r:.200}")
    if int(dataset.parts.min()) < NO_PART or int(dataset.parts.max()) >= len(PARTS):
        raise DataError("parts must be 0 (train), 1 (validation), 2 (test) or -1 (none)")
    for name, indices in dataset.groups.items():
        if not indices or min(indices) < 0 or max(indices) >= dataset.channel_count:
            raise DataError(f"group {name!r:.80} must name channels that exist; got {indices!r:.200}")
    strangers = sorted(set(dataset.categories) - set(dataset.channels))
    if strangers:
        raise DataError(f"categories must belong to channels; there is no channel {strangers[0]!r:.80}")
    if dataset.spans is not None and np.any(dataset.spans[:, 0] > dataset.spans[:, 1]):
        raise DataError("a span must not end before it begins")


def _require_metadata(dataset: Dataset) -> None:
    columns: dict[str, NDArray[Any]] = dict(dataset.metadata)
    if dataset.entities is not None:
        columns["entities"] = dataset.entities
    for name, values in columns.items():
        texts = values.dtype.kind == "U" and values.dtype.itemsize <= 4 * LABEL_CHARACTERS
        if not texts and (values.dtype != np.float64 or name == "entities"):
            raise DataError(
                f"metadata {name!r:.80} must be numbers, or texts of at most {LABEL_CHARACTERS} signs"
            )


def _require_categories(dataset: Dataset, channel: int) -> None:
    name = dataset.channels[channel]
    most = len(dataset.categories[name]) - 1
    for rows in row_chunks(dataset.samples, dataset.steps):
        codes = np.asarray(dataset.series[rows, :, channel])
        codes = codes[np.isfinite(codes)]
        if codes.size and (codes.min() < 0 or codes.max() > most or np.any(codes != np.floor(codes))):
            raise DataError(
                f"codes of the categorical channel {name!r:.80} must be whole numbers from 0 to {most}; "
                f"got {codes.min():g} to {codes.max():g}"
            )


def _sound_modality(name: str, modality: Modality) -> Modality:
    if min(modality.series.shape) == 0 or modality.series.size > CELLS:
        raise LimitError(
            f"the modality {name!r:.80} must hold 1 to {CELLS:,} values; got shape {modality.series.shape}"
        )
    _require_lengths(np.asarray(modality.lengths), modality.series.shape[1])
    places = [f"number {number}" for number in range(len(modality.series))]
    values = _Values(modality.series, modality.lengths, places, modality.step_labels, modality.channels)
    return replace(modality, series=values.checked(missing_allowed=False))


def _checked_values(dataset: Dataset) -> FloatArray:
    places = dataset.sample_ids
    values = _Values(dataset.series, dataset.lengths, places, dataset.step_labels, dataset.channels)
    return values.checked(missing_allowed=dataset.nan_policy == "mask")


class _Values:
    """Series with what is needed to say where something is wrong in them."""

    def __init__(
        self,
        series: FloatArray,
        lengths: IntArray,
        samples: "Sequence[str] | NDArray[np.str_]",
        steps: Sequence[str],
        channels: Sequence[str],
    ) -> None:
        self._series = series
        self._lengths = np.asarray(lengths)
        self._names = (samples, steps, channels)
        self._bad = 0
        self._first: tuple[int, int, int] | None = None

    def checked(self, missing_allowed: bool) -> FloatArray:
        """Return the series with padding set to 0; DataError if a value may not be there."""
        series = self._series
        if series.dtype != np.float32:
            raise DataError(f"series must be float32; got {series.dtype}")
        mended = None
        steps = series.shape[1]
        for rows in row_chunks(len(series), steps * series.shape[2]):
            valid = length_mask(self._lengths[rows], steps)[:, :, None]  # (n, T, 1)
            chunk = np.asarray(series[rows])
            wrong = (np.isinf(chunk) if missing_allowed else ~np.isfinite(chunk)) & valid
            if wrong.any():
                self._note(rows.start, wrong)
            elif np.any((chunk != 0) & ~valid):  # NaN differs from 0 too
                mended = np.array(series) if mended is None else mended
                mended[rows] = np.where(valid, chunk, np.float32(0))
        if self._first is not None:
            raise DataError(self._told(missing_allowed))
        return series if mended is None else mended

    def _note(self, start: int, wrong: NDArray[np.bool_]) -> None:
        if self._first is None:
            place = np.argwhere(wrong)[0]
            self._first = (start + int(place[0]), int(place[1]), int(place[2]))
        self._bad += int(wrong.sum())

    def _told(self, missing_allowed: bool) -> str:
        samples, steps, channels = self._names
        sample, step, channel = self._first or (0, 0, 0)
        kind = "infinite" if missing_allowed else "NaN or infinite"
        return (
            f"values must be finite numbers; {self._bad} {'is' if self._bad == 1 else 'are'} {kind}, "
            f"the first in sample {samples[sample]} (row {sample + 1}), "
            f"step {steps[step]}, channel {channels[channel]}"
        )
