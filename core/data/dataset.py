"""A dataset: windows of series with their lengths, classes and names, checked once, never changed."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, FloatArray, IntArray, length_mask, require_axes
from core.data.limits import CELLS, CLASSES, COLUMNS, SAMPLES
from core.errors import DataError, LimitError, ShapeError

PARTS = ("train", "validation", "test")
NO_PART = -1
CHUNK_CELLS = 4_000_000  # what is held in memory at once when arrays are walked through


@dataclass(frozen=True, eq=False)
class Dataset:
    """Windows of a series or of several series, right-padded with 0 to the length of the longest.

    Attributes:
        series: Values (N, T, C), float32; may be memory-mapped.
        lengths: Valid steps of each sample (N,).
        targets: Class codes (N,) by target name; empty when unlabelled. The usual name is "label".
        classes: Names of the classes by target name, in natural order; codes point into them.
        channels: Names of the channels.
        sample_ids: Names of the samples (N,), unique.
        step_labels: Labels of the T steps.
        step_name: What a step is called, for the axis.
        groups: Channel indices by modality; empty when all channels belong together.
        parts: The published split (N,): an index into PARTS or -1 for no part.
        name: What people call the dataset.
        description: Where it comes from and what it means.
        origin: How it was made: source and settings, or reader and file, and what was noticed on the way.
        id: Its place in a store; empty before it is published.
        sha256: Hash over arrays and names; filled when published.
    """

    series: FloatArray
    lengths: IntArray
    targets: Mapping[str, IntArray]
    classes: Mapping[str, tuple[str, ...]]
    channels: tuple[str, ...]
    sample_ids: NDArray[np.str_]
    step_labels: tuple[str, ...]
    parts: NDArray[np.int8]
    name: str
    step_name: str = "step"
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    description: str = ""
    origin: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        """Check axes, sizes and names; the values are checked by `sound`."""
        sizes = require_axes(self.series, "N T C", "series")
        for name, array in (
            ("lengths", self.lengths),
            ("sample ids", self.sample_ids),
            ("parts", self.parts),
        ):
            require_axes(array, "N", name, sizes)
        for name, codes in self.targets.items():
            require_axes(codes, "N", f"target {name}", sizes)
        if len(self.channels) != sizes["C"] or len(self.step_labels) != sizes["T"]:
            raise ShapeError(
                f"series of {sizes['T']} steps and {sizes['C']} channels need as many labels; "
                f"got {len(self.step_labels)} step labels and {len(self.channels)} channel names"
            )
        if set(self.targets) != set(self.classes):
            raise ShapeError("every target needs class names, and only targets have them")

    @property
    def samples(self) -> int:
        """Number of samples."""
        return int(self.series.shape[0])

    @property
    def steps(self) -> int:
        """Number of steps of the longest sample."""
        return int(self.series.shape[1])

    @property
    def channel_count(self) -> int:
        """Number of channels."""
        return int(self.series.shape[2])

    @property
    def labelled(self) -> bool:
        """Whether there is at least one target."""
        return bool(self.targets)

    @property
    def notices(self) -> tuple[str, ...]:
        """What was noticed when the dataset was read, in sentences."""
        return tuple(self.origin.get("notices", ()))

    def mask(self) -> BoolArray:
        """Return the mask (N, T) of valid steps."""
        return length_mask(self.lengths, self.steps)

    def positive(self, target: str = "label") -> int:
        """Return the code of the positive class: the second one in natural order."""
        self.require_target(target)
        return 1

    def require_target(self, target: str = "label") -> IntArray:
        """Return the class codes of a target; DataError if there is none of this name."""
        if target not in self.targets:
            known = ", ".join(self.targets) or "none (the dataset is unlabelled)"
            raise DataError(f"the dataset must have the target {target!r:.80}; its targets: {known}")
        return self.targets[target]


def row_chunks(samples: int, cells_of_row: int) -> Iterator[slice]:
    """Yield slices over samples that keep a chunk at a size which fits in memory."""
    rows = max(1, CHUNK_CELLS // max(1, cells_of_row))
    for start in range(0, samples, rows):
        yield slice(start, min(start + rows, samples))


def sound(dataset: Dataset) -> Dataset:
    """Return the dataset with padding set to 0 after all its values were checked.

    Raises:
        LimitError: If it holds more than Heed accepts.
        DataError: If it is empty, holds NaN or infinite values, or its codes and names don't fit.
    """
    _require_sizes(dataset)
    lengths = np.asarray(dataset.lengths)
    if lengths.min() < 1 or lengths.max() > dataset.steps:
        worst = int(np.argmax((lengths < 1) | (lengths > dataset.steps)))
        raise DataError(
            f"lengths must lie between 1 and {dataset.steps} steps; sample {worst} has {int(lengths[worst])}"
        )
    _require_codes(dataset)
    if len(np.unique(dataset.sample_ids)) != dataset.samples:
        raise DataError("sample ids must be unique; at least one comes twice")
    return replace(dataset, series=_checked_values(dataset))


def content_hash(dataset: Dataset) -> str:
    """Return the SHA-256 over the arrays in canonical form and all names but the dataset's own."""
    names = {
        "shape": dataset.series.shape,
        "classes": {name: dataset.classes[name] for name in sorted(dataset.classes)},
        "channels": dataset.channels,
        "sample_ids": dataset.sample_ids.tolist(),
        "step_labels": dataset.step_labels,
        "step_name": dataset.step_name,
        "groups": {name: dataset.groups[name] for name in sorted(dataset.groups)},
    }
    digest = hashlib.sha256(json.dumps(names, sort_keys=True, ensure_ascii=True).encode())
    for rows in row_chunks(dataset.samples, dataset.steps * dataset.channel_count):
        digest.update(np.ascontiguousarray(dataset.series[rows], dtype="<f4").tobytes())
    for array in (dataset.lengths, *(dataset.targets[name] for name in sorted(dataset.targets))):
        digest.update(np.ascontiguousarray(array, dtype="<i8").tobytes())
    digest.update(np.ascontiguousarray(dataset.parts, dtype="<i1").tobytes())
    return digest.hexdigest()


def _require_sizes(dataset: Dataset) -> None:
    if min(dataset.series.shape) == 0:
        raise DataError(
            f"a dataset needs at least one sample, step and channel; got shape {dataset.series.shape}"
        )
    rules = (
        ("values", dataset.series.size, CELLS),
        ("samples", dataset.samples, SAMPLES),
        ("channels", dataset.channel_count, COLUMNS),
        *(("classes", len(names), CLASSES) for names in dataset.classes.values()),
    )
    for what, count, most in rules:
        if count > most:
            raise LimitError(f"a dataset may hold at most {most:,} {what}; got {count:,}")


def _require_codes(dataset: Dataset) -> None:
    for name, codes in dataset.targets.items():
        classes = dataset.classes[name]
        if len(set(classes)) != len(classes):
            raise DataError(f"class names of the target {name} must differ; got {classes!r:.200}")
        if int(codes.min()) < 0 or int(codes.max()) >= len(classes):
            raise DataError(
                f"class codes of the target {name} must lie between 0 and {len(classes) - 1}; "
                f"got {int(codes.min())} to {int(codes.max())}"
            )
    if len(set(dataset.channels)) != len(dataset.channels):
        raise DataError(f"channel names must differ; got {dataset.channels!r:.200}")
    if int(dataset.parts.min()) < NO_PART or int(dataset.parts.max()) >= len(PARTS):
        raise DataError("parts must be 0 (train), 1 (validation), 2 (test) or -1 (none)")
    for name, indices in dataset.groups.items():
        if not indices or min(indices) < 0 or max(indices) >= dataset.channel_count:
            raise DataError(f"group {name!r:.80} must name channels that exist; got {indices!r:.200}")


def _checked_values(dataset: Dataset) -> FloatArray:
    series = dataset.series
    if series.dtype != np.float32:
        raise DataError(f"series must be float32; got {series.dtype}")
    mended = None
    bad = 0
    first: tuple[int, int, int] | None = None
    for rows in row_chunks(dataset.samples, dataset.steps * dataset.channel_count):
        valid = length_mask(dataset.lengths[rows], dataset.steps)[:, :, None]  # (n, T, 1)
        chunk = np.asarray(series[rows])
        wrong = ~np.isfinite(chunk) & valid
        if wrong.any():
            if first is None:
                place = np.argwhere(wrong)[0]
                first = (rows.start + int(place[0]), int(place[1]), int(place[2]))
            bad += int(wrong.sum())
        elif np.any((chunk != 0) & ~valid):
            mended = np.array(series) if mended is None else mended
            mended[rows] = np.where(valid, chunk, np.float32(0))
    if first is not None:
        sample, step, channel = first
        raise DataError(
            f"values must be finite numbers; {bad} {'is' if bad == 1 else 'are'} NaN or infinite, "
            f"the first in sample {dataset.sample_ids[sample]} (row {sample + 1}), "
            f"step {dataset.step_labels[step]}, channel {dataset.channels[channel]}"
        )
    return series if mended is None else mended
