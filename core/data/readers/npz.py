"""NumPy archives: series X, and optionally labels, names, lengths, groups, times, entities and more."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field, field_validator

from core.arrays import BoolArray, FloatArray, IntArray
from core.data.archives import Archive
from core.data.dataset import NO_PART, Dataset, NanPolicy
from core.data.desk import Desk
from core.data.families import READERS, FileReader
from core.data.grouping import Grouping, guess_groups
from core.data.label_arrays import label_text, labels_of
from core.data.labels import Labels
from core.data.layout import AXES_WORDS, Axes, Known, as_stored, series_shape
from core.data.limits import LABEL_CHARACTERS, METADATA
from core.data.member_preview import archive_preview
from core.data.missing import fill_missing
from core.data.preview import Preview
from core.data.stored import LABELS, NUMBERS, TIMES
from core.data.texts import clean_labels
from core.data.times import Times, times_of
from core.errors import DataError, LimitError

CHANNELS = ("channels", "channel_names")
CLASSES = ("classes", "class_names")
IDS = ("ids", "sample_ids")
TIMES_OF_STEPS = ("times", "time", "timestamps")
ENTITIES = ("entities", "entity")
USED = (*CHANNELS, *CLASSES, *IDS, *TIMES_OF_STEPS, *ENTITIES, "lengths", "groups", "truth", "spans")


@READERS.register("npz")
class NpzReader(FileReader):
    """NumPy archive with series X (N, T, C), labels y; optionally names, lengths, times, entities, truth."""

    suffixes: ClassVar[tuple[str, ...]] = (".npz",)
    contents: ClassVar[tuple[str, ...]] = ("npz",)

    series: str = Field("X", max_length=100, title="Array of series", description="its name in the archive")
    labels: tuple[str, ...] = Field(
        ("y",),
        max_length=8,
        title="Arrays of labels",
        description="their names in the archive, one label a sample or a step; empty to load without labels",
    )
    metadata: tuple[str, ...] = Field(
        (),
        max_length=METADATA,
        title="Further columns",
        description="arrays with one number or text a sample, kept for hovering and filtering",
    )
    axes: Axes = Field("auto", description=AXES_WORDS)
    missing: NanPolicy = Field(
        "reject",
        title="Missing values",
        description="what to do about NaN: reject, fill by interpolation or forward, or keep and mask",
    )

    @field_validator("labels", "metadata", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(name.strip() for name in value.split(",") if name.strip())

    def read(self, path: Path, desk: Desk) -> Dataset:
        """Read the archive; a label is the text of its value, whole floating numbers lose their point."""
        with Archive(path) as archive:
            channels = self._channels(archive)
            series = self._series(archive, channels, desk)
            samples, steps, width = series.shape
            lengths = _lengths(archive, samples, steps)
            series, filled = fill_missing(series, lengths, self.missing, channels=channels or ())
            labels = self._labels(archive, lengths, steps)
            times = _times(archive, lengths, steps, desk)
            names = channels or tuple(f"channel {number}" for number in range(width))
            groups = _groups(archive, names)
            ids = _texts(archive, IDS, "sample", samples)
            return Dataset(
                series=series,
                lengths=lengths,
                targets={target: found.codes for target, found in labels.items()},
                classes={target: found.names for target, found in labels.items()},
                channels=names,
                sample_ids=_numbered(samples) if ids is None else np.array(ids),
                step_labels=times.step_labels or tuple(map(str, range(steps))),
                groups=groups.groups,
                parts=np.full(samples, NO_PART, dtype=np.int8),
                name=path.stem,
                origin={"notices": [*self._unused(archive), *times.notices, *groups.notices, *_told(labels)]},
                nan_policy=self.missing,
                filled=filled,
                entities=_entities(archive, samples),
                spans=times.spans if "spans" not in archive.names else _spans(archive, samples),
                timestamps=times.timestamps,
                metadata={name: _column(archive, name, samples) for name in self.metadata},
                truth=self._truth(archive, series.shape, desk),
            )

    def inspect(self, path: Path) -> Preview:
        """Return the arrays and what they are taken for; looks at headers, labels and the first values."""
        with Archive(path) as archive:
            return archive_preview(
                archive, "npz", self.model_dump(mode="json"), self.model_fields_set, self._try
            )

    def _try(
        self, archive: Archive, settings: dict[str, Any]
    ) -> tuple[tuple[int, int, int], dict[str, Labels]]:
        """Return the shape and the labels that these settings would give; HeedError as reading raises it."""
        reader = READERS.create("npz", settings)
        if not isinstance(reader, NpzReader):
            raise TypeError("another reader has taken the name npz")
        shape = reader._shape(archive, reader._channels(archive))
        lengths = _lengths(archive, shape[0], shape[1])
        for name in reader.metadata:
            _column(archive, name, shape[0])
        return shape, reader._labels(archive, lengths, shape[1])

    def _channels(self, archive: Archive) -> tuple[str, ...] | None:
        names = _texts(archive, CHANNELS, "channel", None)
        if names is not None and len(set(names)) != len(names):
            raise DataError(f"channel names must differ; got {', '.join(names)[:200]}")
        return names

    def _shape(self, archive: Archive, channels: tuple[str, ...] | None) -> tuple[int, int, int]:
        if self.series not in archive.names:
            raise DataError(
                f"the archive must hold the series as {self.series!r:.80}; its arrays: "
                f"{', '.join(archive.names)[:300] or 'none'}: rename one or choose it as series"
            )
        known = Known(channels=channels)
        label = next((name for name in self.labels if name in archive.names), "")
        if label:
            shape = archive.shape(label)
            known = Known(label if shape else "", shape[0] if shape else 0, channels)
        return series_shape(self.series, archive.shape(self.series), self.axes, known)

    def _series(self, archive: Archive, channels: tuple[str, ...] | None, desk: Desk) -> FloatArray:
        shape = self._shape(archive, channels)
        with archive.open(self.series) as stored:
            stored.require_kind(NUMBERS, "numbers")
            series: FloatArray = desk.array("series", shape)
            stored.fill(as_stored(series, stored.shape, self.axes), desk.tell)
        return series

    def _labels(self, archive: Archive, lengths: IntArray, steps: int) -> dict[str, Labels]:
        if self.labels == ("y",) and "y" not in archive.names:
            return {}
        found: dict[str, Labels] = {}
        for place, name in enumerate(self.labels):
            if name not in archive.names:
                raise DataError(
                    f"the archive must hold the labels as {name!r:.80}; its arrays: "
                    f"{', '.join(archive.names)[:300]}: choose one of them, or none to load without labels"
                )
            own = () if place else CLASSES
            classes = _texts(archive, (f"{CLASSES[0]}_{name}", f"{CLASSES[1]}_{name}", *own), "class", None)
            target = name if place else "label"
            if target in found:
                raise DataError(f"names of labels must differ; {target!r:.80} comes twice")
            found[target] = labels_of(name, archive.small(name), classes, lengths, steps)
        return found

    def _truth(self, archive: Archive, shape: tuple[int, ...], desk: Desk) -> BoolArray | None:
        if "truth" not in archive.names:
            return None
        with archive.open("truth") as stored:
            if stored.kind.kind not in "biu":
                raise DataError(f"truth must hold flags, 0 or 1; it holds {stored.words}")
            truth: BoolArray = desk.array("truth", shape, np.bool_)
            view = as_stored(truth, stored.shape, self.axes) if len(stored.shape) in {2, 3} else truth
            if view.shape != stored.shape:
                raise DataError(f"truth must have the shape of the series, {shape}; got {stored.shape}")
            stored.fill(view)
        return truth

    def _unused(self, archive: Archive) -> list[str]:
        classes = {f"{name}_{label}" for name in CLASSES for label in self.labels}
        used = {self.series, *self.labels, *self.metadata, *USED, *classes}
        unused = sorted(set(archive.names) - used)
        return [f"arrays that were not used: {', '.join(unused)}"[:300]] if unused else []


def _told(labels: dict[str, Labels]) -> tuple[str, ...]:
    return tuple(notice for found in labels.values() for notice in found.notices)


def _numbered(samples: int) -> "np.ndarray[Any, np.dtype[np.str_]]":
    return np.arange(samples).astype(f"U{len(str(samples))}")


def _first(archive: Archive, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in archive.names), None)


def _texts(archive: Archive, names: tuple[str, ...], what: str, wanted: int | None) -> tuple[str, ...] | None:
    name = _first(archive, names)
    if name is None:
        return None
    raw = archive.small(name)
    if raw.ndim != 1 or (wanted is not None and len(raw) != wanted):
        raise DataError(
            f"{name} must be a list of {'' if wanted is None else f'{wanted} '}names; got shape {raw.shape}"
        )
    return clean_labels([label_text(value) for value in raw], what)


def _lengths(archive: Archive, samples: int, steps: int) -> IntArray:
    if "lengths" not in archive.names:
        return np.full(samples, steps, dtype=np.int64)
    raw = archive.small("lengths")
    if raw.shape != (samples,) or raw.dtype.kind not in "iu":
        raise DataError(
            f"lengths must be {samples} whole numbers, one a sample; got shape {raw.shape} of {raw.dtype}"
        )
    wrong = (raw < 1) | (raw > steps)
    if wrong.any():
        worst = int(np.argmax(wrong))
        raise DataError(f"lengths must lie between 1 and {steps} steps; sample {worst} has {int(raw[worst])}")
    return raw.astype(np.int64)


def _times(archive: Archive, lengths: IntArray, steps: int, desk: Desk) -> Times:
    name = _first(archive, TIMES_OF_STEPS)
    if name is None:
        return Times()
    return times_of(name, archive.small(name, f"{TIMES}US", "dates, numbers or texts"), lengths, steps, desk)


def _spans(archive: Archive, samples: int) -> IntArray:
    raw = archive.small("spans")
    if raw.shape != (samples, 2) or raw.dtype.kind not in "iu":
        raise DataError(
            f"spans must be whole numbers with shape ({samples}, 2); got {raw.shape} of {raw.dtype}"
        )
    return raw.astype(np.int64)


def _entities(archive: Archive, samples: int) -> "np.ndarray[Any, np.dtype[np.str_]] | None":
    names = _texts(archive, ENTITIES, "entity", samples)
    return None if names is None else np.array(names)


def _column(archive: Archive, name: str, samples: int) -> "np.ndarray[Any, Any]":
    if name not in archive.names:
        raise DataError(
            f"the archive must hold the further column {name!r:.80}; its arrays: "
            f"{', '.join(archive.names)[:300]}"
        )
    raw = archive.small(name, LABELS)
    if raw.shape != (samples,):
        raise DataError(f"{name} must have one value a sample, shape ({samples},); got {raw.shape}")
    if raw.dtype.kind in NUMBERS:
        return raw.astype(np.float64)
    if raw.dtype.itemsize > (4 if raw.dtype.kind == "U" else 1) * LABEL_CHARACTERS:
        raise LimitError(f"texts in {name} may have at most {LABEL_CHARACTERS} characters")
    return np.array(clean_labels([label_text(value) for value in raw], name))


def _groups(archive: Archive, channels: tuple[str, ...]) -> Grouping:
    names = _texts(archive, ("groups",), "group", len(channels))
    if names is None:
        return guess_groups(channels)
    return Grouping(
        {
            group: tuple(place for place, name in enumerate(names) if name == group)
            for group in dict.fromkeys(names)
        }
    )
