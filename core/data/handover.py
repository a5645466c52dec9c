"""What a confined child hands over when it has read a file, and its check: none of it is trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from core.data.dataset import Dataset, NanPolicy
from core.data.files import FURTHER, numbered_steps
from core.data.limits import CLASSES, COLUMNS, LABEL_CHARACTERS, METADATA, STEPS
from core.data.preview import Preview
from core.data.stored import holds_text
from core.data.texts import clean_text
from core.errors import DataError, StoreError
from core.store.arrays import HEADER_LIMIT, open_array
from core.store.files import read_json

DESCRIPTION = "description.json"
PREVIEW = "preview.json"
PREVIEW_LIMIT = 4 * 2**20
NOTICES, NOTICE_CHARACTERS = 20, 500

_KINDS = {"series": "f4", "lengths": "i8", "parts": "i1", "filled": "i8", "spans": "i8", "timestamps": "i8"}
_KINDS |= {"truth": "?"}
_TEXTS = ("sample_ids", "entities")
_ALWAYS = ("series", "lengths", "parts", "sample_ids")


class Description(BaseModel):
    """What of a parsed file is no array; checked as strictly as the file itself.

    Attributes:
        reader: The reader that read it.
        settings: All its settings, as given or guessed.
        further: Which arrays that not every dataset has are there.
        text: The dataset's description.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    reader: str
    settings: dict[str, Any]
    targets: list[str]
    classes: list[list[str]]
    channels: list[str]
    step_labels: list[str] | None
    step_name: str
    groups: dict[str, list[int]]
    categories: dict[str, list[str]]
    nan_policy: NanPolicy
    metadata: list[str]
    further: list[str]
    text: str
    notices: list[str]


@dataclass(frozen=True, eq=False)
class Handover:
    """A dataset that is not checked yet, and with which reader and settings it was read."""

    dataset: Dataset
    reader: str
    settings: Mapping[str, Any]


def received(out: Path, name: str) -> Handover:
    """Return what the confined child left, its arrays mapped; the values are checked on publishing.

    Args:
        out: The directory that the child filled.
        name: What to call the dataset.

    Raises:
        DataError: If it is not what a child leaves that does what it should.
        ShapeError: If arrays and names don't fit together.
    """
    try:
        plain = Description.model_validate(read_json(out / DESCRIPTION))
        _require_names(plain)
        arrays = {file: _opened(out, file) for file in (*_ALWAYS, *plain.further)}
        targets = [_opened(out, f"target_{place}") for place in range(len(plain.targets))]
        metadata = [_opened(out, f"metadata_{place}") for place in range(len(plain.metadata))]
    except (StoreError, ValidationError) as error:
        raise DataError(f"the file could not be read: {error!s:.200}") from None
    _require_kinds(arrays, targets, metadata)
    further: dict[str, Any] = {file: arrays[file] for file in plain.further}
    dataset = Dataset(
        series=arrays["series"],
        lengths=arrays["lengths"],
        targets=dict(zip(plain.targets, targets, strict=True)),
        classes={target: tuple(names) for target, names in zip(plain.targets, plain.classes, strict=True)},
        channels=tuple(plain.channels),
        sample_ids=arrays["sample_ids"],
        step_labels=_step_labels(plain, arrays["series"]),
        step_name=plain.step_name,
        groups={group: tuple(places) for group, places in plain.groups.items()},
        parts=arrays["parts"],
        name=name,
        description=plain.text,
        origin={"notices": [clean_text(notice)[:NOTICE_CHARACTERS] for notice in plain.notices[:NOTICES]]},
        categories={channel: tuple(codes) for channel, codes in plain.categories.items()},
        nan_policy=plain.nan_policy,
        metadata=dict(zip(plain.metadata, metadata, strict=True)),
        **further,
    )
    return Handover(dataset, plain.reader, plain.settings)


def received_preview(out: Path) -> Preview:
    """Return the preview that a confined child left; DataError if it left something else."""
    try:
        return Preview.model_validate(read_json(out / PREVIEW, PREVIEW_LIMIT))
    except (StoreError, ValidationError) as error:
        raise DataError(f"the file could not be looked at: {error!s:.200}") from None


def _opened(out: Path, file: str) -> NDArray[Any]:
    """Map an array whose file holds it and nothing else, row after row."""
    path = out / f"{file}.npy"
    array = open_array(path)
    behind = path.stat().st_size - array.nbytes
    if not array.flags.c_contiguous or behind > HEADER_LIMIT + 12:
        raise DataError(f"the file could not be read: {file} is not stored as it should be")
    return array


def _step_labels(plain: Description, series: NDArray[Any]) -> tuple[str, ...]:
    if plain.step_labels is not None:
        return tuple(plain.step_labels)
    if series.ndim != 3 or series.shape[1] > STEPS:
        raise DataError(f"series must have at most {STEPS:,} steps; got shape {series.shape}")
    return numbered_steps(series.shape[1])


def _require_names(plain: Description) -> None:
    steps = plain.step_labels or []
    texts = [plain.reader, *plain.targets, *plain.channels, *steps, *plain.groups, plain.step_name]
    texts += [*plain.categories, *plain.metadata]
    texts += [name for names in (*plain.classes, *plain.categories.values()) for name in names]
    lists = (*plain.classes, *plain.categories.values())
    few = (
        max(map(len, lists), default=0) <= CLASSES
        and max(len(plain.channels), len(plain.groups), len(plain.categories)) <= COLUMNS
        and max(len(plain.targets), len(plain.metadata)) <= METADATA
        and len(plain.classes) == len(plain.targets)
        and len(steps) <= STEPS
        and set(plain.further) <= set(FURTHER)
        and all(len(set(places)) == len(places) <= COLUMNS for places in plain.groups.values())
    )
    if not few or any(len(text) > LABEL_CHARACTERS for text in texts):
        raise DataError("the file could not be read: what came of it is not a dataset")


def _require_kinds(
    arrays: Mapping[str, NDArray[Any]], targets: list[NDArray[Any]], metadata: list[NDArray[Any]]
) -> None:
    fits = [arrays[file].dtype == np.dtype(kind) for file, kind in _KINDS.items() if file in arrays]
    fits += [codes.dtype == np.dtype("i8") for codes in targets]
    fits += [_is_text(arrays[file]) for file in _TEXTS if file in arrays]
    fits += [values.dtype == np.dtype("f8") or _is_text(values) for values in metadata]
    if not all(fits):
        raise DataError("the file could not be read: what came of it is not a dataset")


def _is_text(array: NDArray[Any]) -> bool:
    short = array.dtype.itemsize <= 4 * LABEL_CHARACTERS
    return array.dtype.kind == "U" and array.dtype.isnative and short and holds_text(array)
