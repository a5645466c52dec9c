"""A dataset: windows of series with their lengths, classes and names, checked once, never changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, FloatArray, IntArray, length_mask, require_axes
from core.errors import DataError, ShapeError

NanPolicy = Literal["reject", "interpolate", "forward", "mask"]

PARTS = ("train", "validation", "test")
NO_PART = -1
_GOLDEN = 0.6180339887498949
CHUNK_CELLS = 4_000_000  # what is held in memory at once when arrays are walked through


@dataclass(frozen=True, eq=False)
class Modality:
    """A further series of the same samples with an axis of its own, for example a spectrogram.

    Attributes:
        series: Values (N, T, C), float32, right-padded with 0; T and C are its own.
        lengths: Valid steps of each sample (N,).
        channels: Names of its channels.
        step_labels: Labels of its steps.
        step_name: What a step of it is called.
        origin: How it was derived.
    """

    series: FloatArray
    lengths: IntArray
    channels: tuple[str, ...]
    step_labels: tuple[str, ...]
    step_name: str = "step"
    origin: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check axes and names."""
        sizes = require_axes(self.series, "N T C", "modality")
        require_axes(self.lengths, "N", "lengths of the modality", sizes)
        if len(self.channels) != sizes["C"] or len(self.step_labels) != sizes["T"]:
            raise ShapeError(
                f"a modality of {sizes['T']} steps and {sizes['C']} channels needs as many labels; "
                f"got {len(self.step_labels)} step labels and {len(self.channels)} channel names"
            )


@dataclass(frozen=True, eq=False)
class Dataset:
    """Windows of a series or of several series, right-padded with 0 to the length of the longest.

    Attributes:
        series: Values (N, T, C), float32; may be memory-mapped. NaN is a missing value, under the policy
            "mask" only. Categorical channels hold codes.
        lengths: Valid steps of each sample (N,).
        targets: Class codes by target name, (N,), or (N, T) with -1 where a step has no label; empty when
            unlabelled. The usual name is "label".
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
        categories: Names of the codes by categorical channel.
        nan_policy: What was done about missing values.
        filled: Samples with a missing value that the policy filled, by step and channel (T, C).
        entities: What each sample was recorded of (N,).
        spans: First and last place (N, 2) of each sample on the axis it was cut from: nanoseconds since 1970
            with dates, else row numbers within the entity.
        timestamps: Nanoseconds since 1970 in UTC (N, T), 0 on padding.
        metadata: Further columns of the samples (N,), float64 or texts.
        truth: Cells (N, T, C) that decide the class, where they were planted.
        modalities: Derived further series of the same samples by name.
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
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    nan_policy: NanPolicy = "reject"
    filled: IntArray | None = None
    entities: NDArray[np.str_] | None = None
    spans: IntArray | None = None
    timestamps: IntArray | None = None
    metadata: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    truth: BoolArray | None = None
    modalities: Mapping[str, Modality] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check axes, sizes and names; the values are checked by `sound`."""
        sizes = require_axes(self.series, "N T C", "series")
        for name, array, axes in (
            ("lengths", self.lengths, "N"),
            ("sample ids", self.sample_ids, "N"),
            ("parts", self.parts, "N"),
            ("entities", self.entities, "N"),
            ("timestamps", self.timestamps, "N T"),
            ("truth", self.truth, "N T C"),
            ("filled", self.filled, "T C"),
            *((f"metadata {name}", values, "N") for name, values in self.metadata.items()),
            *((f"target {name}", codes, target_axes(codes)) for name, codes in self.targets.items()),
        ):
            if array is not None:
                require_axes(array, axes, name, sizes)
        if self.spans is not None and self.spans.shape != (sizes["N"], 2):
            raise ShapeError(f"spans must have axes (N, 2); got shape {self.spans.shape}")
        for name, modality in self.modalities.items():
            require_axes(modality.series, "N T C", f"modality {name}", {"N": sizes["N"]})
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
    def window_targets(self) -> tuple[str, ...]:
        """Names of the targets with one label a sample."""
        return tuple(name for name, codes in self.targets.items() if codes.ndim == 1)

    @property
    def categorical(self) -> tuple[int, ...]:
        """Indices of the channels that hold codes of categories."""
        return tuple(place for place, name in enumerate(self.channels) if name in self.categories)

    def per_step(self, target: str) -> bool:
        """Return whether a target has a label for every step."""
        return self.require_any_target(target).ndim == 2

    def labels_of(self, sample: int) -> tuple[str, ...]:
        """Return the labels of a sample's valid steps: its dates where it has some, else the step labels."""
        length = int(self.lengths[sample])
        if self.timestamps is None:
            return self.step_labels[:length]
        return date_labels(np.asarray(self.timestamps[sample, :length]))

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
        """Return the class codes (N,) of a target.

        Raises:
            DataError: If there is none of this name, or it has a label for every step.
        """
        codes = self.require_any_target(target)
        if codes.ndim == 2:
            others = ", ".join(self.window_targets) or "none"
            raise DataError(
                f"this needs one label a sample; the target {target!r:.80} has one a step "
                f"(targets with one a sample: {others})"
            )
        return codes

    def require_any_target(self, target: str = "label") -> IntArray:
        """Return the class codes (N,) or (N, T) of a target; DataError if there is none of this name."""
        if target not in self.targets:
            known = ", ".join(self.targets) or "none (the dataset is unlabelled)"
            raise DataError(f"the dataset must have the target {target!r:.80}; its targets: {known}")
        return self.targets[target]


def target_axes(codes: IntArray) -> str:
    """Return the axes of a target: one label a step where it has two, else one a sample."""
    return "N T" if codes.ndim == 2 else "N"


def date_labels(nanoseconds: IntArray) -> tuple[str, ...]:
    """Return dates in UTC, as short as their finest common unit allows: day, minute, second, fraction."""
    unit: Literal["D", "m", "s", "ms", "ns"] = "D"
    if np.any(nanoseconds % 86_400_000_000_000):
        unit = "m" if not np.any(nanoseconds % 60_000_000_000) else "s"
    if np.any(nanoseconds % 1_000_000_000):
        unit = "ms" if not np.any(nanoseconds % 1_000_000) else "ns"
    texts = np.datetime_as_string(nanoseconds.view("M8[ns]"), unit=unit)
    return tuple(str(text).replace("T", " ") for text in texts)


def spread_rows(samples: int, most: int) -> IntArray:
    """Return at most so many positions, one of each of as many equal stretches.

    Within its stretch a position is shifted, always by the same rule, so that an order that repeats itself
    (one class, then the other) does not meet the same stride.
    """
    most = max(1, most)
    if samples <= most:
        return np.arange(samples)
    place = np.arange(most)
    return np.unique(((place + (place * _GOLDEN) % 1) * samples / most).astype(np.int64))


def row_chunks(samples: int, cells_of_row: int) -> Iterator[slice]:
    """Yield slices over samples that keep a chunk at a size which fits in memory."""
    rows = max(1, CHUNK_CELLS // max(1, cells_of_row))
    for start in range(0, samples, rows):
        yield slice(start, min(start + rows, samples))
