"""What an archive of arrays seems to hold: each array's role, and the dataset that would come of them."""

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import length_mask
from core.data.archives import Archive
from core.data.labels import Labels
from core.data.limits import METADATA
from core.data.preview import ColumnRole, FileColumn, Preview
from core.data.stored import LABELS, NUMBERS, Shape
from core.data.texts import clean_text
from core.errors import HeedError

LOOK_CELLS = 1_000_000
LABEL_ARRAYS = ("y", "Y", "label", "labels", "target", "targets", "class")

Sizes = tuple[int, int, int]
Attempt = Callable[[Archive, dict[str, Any]], tuple[Sizes, dict[str, Labels]]]

_MORE_LABELS = re.compile(r"y(\d+|_\w+)")
_ROLES: Mapping[str, ColumnRole] = {
    "channels": "names",
    "channel_names": "names",
    "classes": "names",
    "class_names": "names",
    "groups": "names",
    "ids": "id",
    "sample_ids": "id",
    "times": "order",
    "time": "order",
    "timestamps": "order",
    "spans": "order",
    "entities": "entity",
    "entity": "entity",
    "lengths": "lengths",
    "truth": "truth",
}


@dataclass
class _Found:
    """The headers of an archive's arrays: shape and kind by name; what can't be read is a notice."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    kinds: dict[str, "np.dtype[Any]"] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def archive_preview(
    archive: Archive, reader: str, settings: dict[str, Any], given: Set[str], attempt: Attempt
) -> Preview:
    """Return what an archive seems to hold.

    Args:
        archive: The archive.
        reader: Name of the reader.
        settings: All settings of the reader.
        given: Names of the settings that were given; the others are guessed.
        attempt: Returns the sizes and labels that settings lead to, or raises what reading would.
    """
    found = _headers(archive)
    complete = {**settings, **_guessed(found, settings, given)}
    sizes: Sizes | None = None
    labels: dict[str, Labels] = {}
    missing = 0
    problems: list[str] = []
    try:
        sizes, labels = attempt(archive, complete)
        missing = _missing(archive, complete, sizes)
    except HeedError as error:
        problems.append(str(error))
    if missing and complete["missing"] == "reject":
        problems.append(
            f"values must be there; {missing:,} of those looked at are missing: choose what to do about "
            "missing values: interpolate, forward or mask"
        )
    first = next(iter(labels.values()), None)
    samples, steps, channels = sizes or (None, None, None)
    return Preview(
        reader=reader,
        settings=complete,
        columns=tuple(_column(archive, found, name, complete) for name in found.shapes),
        rows=samples or 0,
        looked=samples or 0,
        samples=samples,
        steps=steps,
        channels=channels,
        classes={} if first is None else _counts(first),
        problems=tuple(problems),
        notices=(
            *(notice for notice in found.notices if notice not in problems),
            *(notice for each in labels.values() for notice in each.notices),
        ),
    )


def _headers(archive: Archive) -> _Found:
    found = _Found()
    for name in archive.names:
        try:
            with archive.open(name) as stored:
                found.shapes[name] = stored.shape
                found.kinds[name] = stored.kind
        except HeedError as error:
            found.notices.append(str(error))
    return found


def _guessed(found: _Found, settings: Mapping[str, Any], given: Set[str]) -> dict[str, Any]:
    """Return the settings that were not given, as the names and shapes of the arrays suggest them."""
    guesses: dict[str, Any] = {}
    series = settings["series"]
    if "series" not in given and series not in found.shapes:
        guesses["series"] = series = _likely_series(found) or series
    shape = found.shapes.get(series, ())
    samples = shape[0] if shape else -1
    labels = list(settings["labels"])
    if "labels" not in given:
        likely = [name for name in LABEL_ARRAYS if found.shapes.get(name, ())[:1] == (samples,)][:1]
        likely += [
            name
            for name, own in found.shapes.items()
            if _MORE_LABELS.fullmatch(name) and own[:1] == (samples,)
        ]
        guesses["labels"] = labels = likely[:8] or labels
    if "metadata" not in given:
        taken = {
            series,
            *labels,
            *_ROLES,
            *(f"{prefix}_{name}" for prefix in ("classes", "class_names") for name in labels),
        }
        guesses["metadata"] = [
            name
            for name, own in found.shapes.items()
            if own == (samples,) and name not in taken and found.kinds[name].kind in LABELS
        ][:METADATA]
    return guesses


def _likely_series(found: _Found) -> str | None:
    fitting = [
        name
        for name, shape in found.shapes.items()
        if len(shape) in {2, 3} and found.kinds[name].kind in NUMBERS and name not in _ROLES
    ]
    return max(fitting, key=lambda name: (len(found.shapes[name]), np.prod(found.shapes[name])), default=None)


def _missing(archive: Archive, settings: Mapping[str, Any], sizes: Sizes) -> int:
    """Return how many values are missing on valid steps of the first samples."""
    with archive.open(settings["series"]) as stored:
        if stored.kind.kind != "f":
            return 0
        rows = stored.first_rows(LOOK_CELLS)
    if rows.ndim == 3 and settings["axes"] == "N C T":
        rows = rows.transpose(0, 2, 1)
    values: NDArray[Any] = rows.reshape(len(rows), *sizes[1:])
    lengths = np.full(len(rows), sizes[1], dtype=np.int64)
    if "lengths" in archive.names:
        lengths = archive.small("lengths")[: len(rows)].astype(np.int64)
    return int((np.isnan(values) & length_mask(lengths, sizes[1])[:, :, None]).sum())


def _column(archive: Archive, found: _Found, name: str, settings: Mapping[str, Any]) -> FileColumn:
    shape = found.shapes[name]
    role: ColumnRole = _ROLES.get(name, "skip")
    if name == settings["series"]:
        role = "feature"
    elif name in settings["labels"]:
        role = "label"
    elif name in settings["metadata"]:
        role = "metadata"
    elif name.startswith(("classes_", "class_names_")):
        role = "names"
    examples: tuple[str, ...] = ()
    if found.kinds[name].kind in LABELS:
        with archive.open(name) as stored:
            head = stored.first_rows(3) if len(shape) == 1 else np.zeros(0)
        examples = tuple(clean_text(str(value.item()))[:60] for value in head)
    return FileColumn(name=name[:300], kind="array", role=role, examples=examples, shape=shape)


def _counts(labels: Labels) -> dict[str, int]:
    codes = labels.codes[labels.codes >= 0]
    counts = np.bincount(codes.reshape(-1), minlength=len(labels.names))
    return {name: int(count) for name, count in zip(labels.names, counts, strict=True)}
