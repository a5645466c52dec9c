"""NumPy archives: series X, and optionally labels, names, lengths and groups."""

from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from core.arrays import FloatArray, IntArray
from core.data.archives import Archive
from core.data.dataset import NO_PART, Dataset
from core.data.desk import Desk
from core.data.families import READERS, FileReader
from core.data.labels import Labels, code_labels, require_classes
from core.data.limits import COLUMNS
from core.data.texts import clean_labels
from core.errors import DataError, LimitError

FEW_STEPS = 16
_CHANNELS = ("channels", "channel_names")
_CLASSES = ("classes", "class_names")
_IDS = ("ids", "sample_ids")
_USED = (*_CHANNELS, *_CLASSES, *_IDS, "lengths", "groups")


@READERS.register("npz")
class NpzReader(FileReader):
    """NumPy archive with arrays X (N, T, C) and y; optionally channels, classes, lengths, groups, ids."""

    suffixes: ClassVar[tuple[str, ...]] = (".npz",)
    contents: ClassVar[tuple[str, ...]] = ("npz",)

    series: str = Field("X", max_length=100, title="Array of series", description="its name in the archive")
    labels: str = Field(
        "y",
        max_length=100,
        title="Array of labels",
        description="its name in the archive; empty to load without labels",
    )
    axes: Literal["auto", "N T C", "N C T"] = Field(
        "auto",
        description="samples, steps, channels in which order; auto takes N T C and asks when it looks wrong",
    )

    def read(self, path: Path, desk: Desk) -> Dataset:  # noqa: ARG002 - small enough for memory
        """Read the archive; a label is the text of its value, whole floating numbers lose their point."""
        with Archive(path) as archive:
            channels = self._channels(archive)
            series = self._series(archive, channels)
            samples, steps, width = series.shape
            labels = self._labels(archive, samples)
            ids = _texts(archive, _IDS, "sample", samples)
            unused = sorted(set(archive.names) - {self.series, self.labels, *_USED})
            notices = [f"arrays that were not used: {', '.join(unused)}"[:300]] if unused else []
            return Dataset(
                series=series,
                lengths=_lengths(archive, samples, steps),
                targets={} if labels is None else {"label": labels.codes},
                classes={} if labels is None else {"label": labels.names},
                channels=channels or tuple(f"channel {number}" for number in range(width)),
                sample_ids=np.arange(samples).astype(np.str_) if ids is None else np.array(ids),
                step_labels=tuple(map(str, range(steps))),
                groups=_groups(archive, width),
                parts=np.full(samples, NO_PART, dtype=np.int8),
                name=path.stem,
                origin={"notices": [*notices, *(labels.notices if labels else ())]},
            )

    def _channels(self, archive: Archive) -> tuple[str, ...] | None:
        names = _texts(archive, _CHANNELS, "channel", None)
        if names is not None and len(set(names)) != len(names):
            raise DataError(f"channel names must differ; got {', '.join(names)[:200]}")
        return names

    def _series(self, archive: Archive, channels: tuple[str, ...] | None) -> FloatArray:
        if self.series not in archive.names:
            raise DataError(
                f"the archive must hold the series as {self.series!r:.80}; its arrays: "
                f"{', '.join(archive.names)[:300] or 'none'}: rename one or choose it as series"
            )
        shape = archive.shape(self.series)
        if len(shape) not in {2, 3}:
            raise DataError(f"{self.series} must have axes (N, T, C) or (N, T); got shape {shape}")
        if 0 in shape:
            raise DataError(
                f"{self.series} must hold at least one sample, step and channel; got shape {shape}"
            )
        if len(shape) == 3:
            self._require_order(archive, shape, channels)
        series = archive.numbers(self.series)
        if series.ndim == 2:
            series = series[:, :, None]
        elif self.axes == "N C T":
            series = np.ascontiguousarray(series.transpose(0, 2, 1))
        if channels is not None and len(channels) != series.shape[2]:
            raise DataError(
                f"there must be as many channel names as channels; got {len(channels)} for {series.shape[2]}"
            )
        return series

    def _require_order(
        self, archive: Archive, shape: tuple[int, ...], channels: tuple[str, ...] | None
    ) -> None:
        """Refuse axes that contradict the labels or names, or that hardly anybody can mean."""
        if self.labels in archive.names:
            labels = archive.shape(self.labels)
            if labels and labels[0] != shape[0]:
                hint = (
                    f": samples seem to lie along axis {shape.index(labels[0])}" if labels[0] in shape else ""
                )
                raise DataError(
                    f"{self.series} must have axes (N, T, C) with N = {labels[0]} as {self.labels} has; "
                    f"got shape {shape}{hint}"
                )
        second, third = (shape[2], shape[1]) if self.axes == "N C T" else shape[1:]
        if third > COLUMNS:
            raise LimitError(f"there may be at most {COLUMNS:,} channels; got {third:,} in shape {shape}")
        if self.axes != "auto":
            return
        named = channels is not None and len(channels) == second != third
        odd = channels is None and second <= FEW_STEPS and second < third
        if named or odd:
            raise DataError(
                f"{self.series} must have axes (N, T, C); got shape {shape}, which looks like (N, C, T): "
                f"choose axes 'N C T' for {second} channels over {third} steps, or 'N T C' "
                f"if {third} channels over {second} steps are meant"
            )

    def _labels(self, archive: Archive, samples: int) -> Labels | None:
        if not self.labels or (self.labels == "y" and "y" not in archive.names):
            return None
        if self.labels not in archive.names:
            raise DataError(
                f"the archive must hold the labels as {self.labels!r:.80}; its arrays: "
                f"{', '.join(archive.names)[:300]}: choose one of them, or none to load without labels"
            )
        raw = archive.small(self.labels)
        if raw.ndim == 2 and raw.shape[1] == 1:
            raw = raw[:, 0]
        if raw.shape != (samples,):
            one_hot = ": give class codes instead of one column a class" if raw.ndim == 2 else ""
            raise DataError(
                f"{self.labels} must have axes (N,) with N = {samples}; got shape {raw.shape}{one_hot}"
            )
        if raw.dtype.kind == "f" and not np.isfinite(raw).all():
            raise DataError(
                f"{self.labels} must not hold NaN or infinite values; the first stands at sample "
                f"{int(np.argmin(np.isfinite(raw)))}"
            )
        names = _texts(archive, _CLASSES, "class", None)
        if names is not None and raw.dtype.kind in "iub":
            return _named(raw.astype(np.int64), names, self.labels)
        values, places = np.unique(raw, return_inverse=True)
        return code_labels([_label_text(value) for value in values], places, f"the array {self.labels!r:.80}")


def _named(codes: IntArray, names: tuple[str, ...], where: str) -> Labels:
    if len(set(names)) != len(names):
        raise DataError(f"class names must differ; got {', '.join(names)[:200]}")
    if codes.min() < 0 or codes.max() >= len(names):
        raise DataError(
            f"codes in {where} must lie between 0 and {len(names) - 1}, the last of the class names; "
            f"got {codes.min()} to {codes.max()}"
        )
    present = len(np.unique(codes))
    require_classes(len(names) if present > 1 else 1, len(codes), where, names[int(codes[0])])
    return Labels(codes, names)


def _label_text(value: np.generic) -> str:
    plain = value.item()
    if isinstance(plain, float) and plain.is_integer():
        return str(int(plain))
    return plain.decode("utf-8", "replace") if isinstance(plain, bytes) else str(plain)


def _texts(archive: Archive, names: tuple[str, ...], what: str, wanted: int | None) -> tuple[str, ...] | None:
    name = next((name for name in names if name in archive.names), None)
    if name is None:
        return None
    raw = archive.small(name)
    if raw.ndim != 1 or (wanted is not None and len(raw) != wanted):
        raise DataError(
            f"{name} must be a list of {'' if wanted is None else f'{wanted} '}names; got shape {raw.shape}"
        )
    return clean_labels([_label_text(value) for value in raw], what)


def _lengths(archive: Archive, samples: int, steps: int) -> IntArray:
    if "lengths" not in archive.names:
        return np.full(samples, steps, dtype=np.int64)
    raw = archive.small("lengths")
    if raw.shape != (samples,) or raw.dtype.kind not in "iu":
        raise DataError(
            f"lengths must be {samples} whole numbers, one a sample; got shape {raw.shape} of {raw.dtype}"
        )
    return raw.astype(np.int64)


def _groups(archive: Archive, channels: int) -> dict[str, tuple[int, ...]]:
    names = _texts(archive, ("groups",), "group", channels)
    if names is None:
        return {}
    return {
        group: tuple(place for place, name in enumerate(names) if name == group)
        for group in dict.fromkeys(names)
    }
