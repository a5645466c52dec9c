"""The part of an import that runs in the confined child, and what it hands over."""

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from core.data.dataset import Dataset
from core.data.desk import Desk
from core.data.families import READERS
from core.data.limits import CLASSES, COLUMNS, LABEL_CHARACTERS
from core.errors import DataError, StoreError
from core.store.arrays import create_array, open_array
from core.store.files import read_json, write_json

_KINDS = {"series": "f4", "lengths": "i8", "parts": "i1"}
_DESCRIPTION = "description.json"


class Description(BaseModel):
    """What of a parsed file is no array; checked as strictly as the file itself."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    targets: list[str]
    classes: list[list[str]]
    channels: list[str]
    step_labels: list[str]
    step_name: str
    groups: dict[str, list[int]]
    notices: list[str]


def parse_file(reader: str, settings: dict[str, Any], path: Path, out: Path) -> None:
    """Read a file and leave its arrays and description in a directory; runs confined."""
    desk = Desk(out)
    dataset = READERS.create(reader, settings).read(path, desk)
    if not desk.holds("series", dataset.series):
        create_array(out / "series.npy", dataset.series)
    create_array(out / "lengths.npy", dataset.lengths)
    create_array(out / "parts.npy", dataset.parts)
    create_array(out / "sample_ids.npy", dataset.sample_ids)
    for place, codes in enumerate(dataset.targets.values()):
        create_array(out / f"target_{place}.npy", codes)
    description = Description(
        targets=list(dataset.targets),
        classes=[list(dataset.classes[name]) for name in dataset.targets],
        channels=list(dataset.channels),
        step_labels=list(dataset.step_labels),
        step_name=dataset.step_name,
        groups={name: list(places) for name, places in dataset.groups.items()},
        notices=[notice[:500] for notice in dataset.notices[:20]],
    )
    write_json(out / _DESCRIPTION, description.model_dump())


def parsed(out: Path, name: str, origin: dict[str, Any]) -> Dataset:
    """Return what the confined child left, trusting none of it; the values are checked on publishing."""
    try:
        plain = Description.model_validate(read_json(out / _DESCRIPTION))
        arrays = {key: open_array(out / f"{key}.npy") for key in (*_KINDS, "sample_ids")}
        targets = [open_array(out / f"target_{place}.npy") for place in range(len(plain.targets))]
    except (StoreError, ValidationError) as error:
        raise DataError(f"the file could not be read: {error!s:.200}") from None
    _require_kinds(arrays, targets, plain)
    return Dataset(
        series=arrays["series"],
        lengths=arrays["lengths"],
        targets=dict(zip(plain.targets, targets, strict=True)),
        classes={target: tuple(names) for target, names in zip(plain.targets, plain.classes, strict=True)},
        channels=tuple(plain.channels),
        sample_ids=arrays["sample_ids"],
        step_labels=tuple(plain.step_labels),
        step_name=plain.step_name,
        groups={group: tuple(places) for group, places in plain.groups.items()},
        parts=arrays["parts"],
        name=name,
        origin={**origin, "notices": plain.notices},
    )


def _require_kinds(
    arrays: dict[str, "np.ndarray[Any, Any]"], targets: list["np.ndarray[Any, Any]"], plain: Description
) -> None:
    kinds = [arrays[key].dtype == np.dtype(kind) for key, kind in _KINDS.items()]
    kinds += [codes.dtype == np.dtype("i8") for codes in targets]
    ids = arrays["sample_ids"].dtype
    kinds.append(ids.kind == "U" and ids.itemsize <= 4 * LABEL_CHARACTERS)
    texts = [*plain.targets, *plain.channels, *plain.step_labels, *plain.groups, plain.step_name]
    texts += [name for names in plain.classes for name in names]
    few = len(texts) <= len(plain.step_labels) + 2 * COLUMNS + (1 + CLASSES) * max(1, len(plain.targets)) + 1
    if not (all(kinds) and few and all(len(text) <= LABEL_CHARACTERS for text in texts)):
        raise DataError("the file could not be read: what came of it is not a dataset")
