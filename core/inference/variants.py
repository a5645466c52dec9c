"""Variants: samples changed by edits that are kept by name beside their run, to be opened again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import LimitError, NotFoundError, SettingsError, StoreError
from core.expressions.columns import nearest
from core.inference.edits import edits_text, parse_edits
from core.store import Store
from core.store.edits import NAME_LIMIT, require_text
from core.store.sides import change_side, read_side, side_path, side_stamp

FOLDER = "variants"
MOST_VARIANTS = 500


class Variant(BaseModel):
    """A changed sample.

    Attributes:
        name: What it is called, once a run.
        sample: Place of the sample in the run's dataset.
        edits: What was changed, as `core.inference.edits` reads it.
        created: When it was saved.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    sample: int = Field(ge=0)
    edits: str
    created: datetime = Field(default_factory=lambda: datetime.now(UTC))

    def plain(self) -> dict[str, Any]:
        """Return what is told of it, edits one by one."""
        return {
            "name": self.name,
            "sample": self.sample,
            "edits": [edit.text for edit in parse_edits(self.edits)],
            "created": self.created.isoformat(),
        }


def read_variants(store: Store, run: str) -> tuple[Variant, ...]:
    """Return the changed samples of a run, in the order in which they were saved.

    Raises:
        NotFoundError: If there is no such run.
        StoreError: If their file is damaged.
    """
    return tuple(_understood(read_side(_path(store, run))))


def find_variant(store: Store, run: str, name: str) -> Variant:
    """Return a changed sample by its name; NotFoundError offers the nearest."""
    known = read_variants(store, run)
    for one in known:
        if one.name == name:
            return one
    raise NotFoundError(_none_called(name, known))


def variants_stamp(store: Store, run: str) -> str:
    """Return a text that changes when a changed sample is saved or deleted."""
    return str(side_stamp(_path(store, run)))


def add_variant(store: Store, run: str, variant: Variant) -> Variant:
    """Save a changed sample with its run.

    Raises:
        SettingsError: If there is one of its name, its edits can't be read, or it has none.
        LimitError: If the run has as many as it may.
    """
    name = require_text(variant.name.strip(), "the name of a changed sample", NAME_LIMIT)
    if not name:
        raise SettingsError(f"the name of a changed sample must have 1 to {NAME_LIMIT} characters; got none")
    edits = edits_text(parse_edits(variant.edits))
    if not edits:
        raise SettingsError("a changed sample needs at least one edit; got none")
    checked = variant.model_copy(update={"name": name, "edits": edits})

    def added(known: list[Variant]) -> list[Variant]:
        if any(one.name == name for one in known):
            raise SettingsError(f"changed samples of a run must have different names; {name[:60]!r} is taken")
        if len(known) >= MOST_VARIANTS:
            raise LimitError(f"a run may have at most {MOST_VARIANTS} changed samples; delete one first")
        return [*known, checked]

    _change(store, run, added)
    return checked


def remove_variant(store: Store, run: str, name: str) -> Variant:
    """Delete a changed sample and return it; NotFoundError if there is none of this name."""
    gone: list[Variant] = []

    def removed(known: list[Variant]) -> list[Variant]:
        gone.extend(one for one in known if one.name == name)
        if not gone:
            raise NotFoundError(_none_called(name, known))
        return [one for one in known if one.name != name]

    _change(store, run, removed)
    return gone[0]


def _none_called(name: str, known: Sequence[Variant]) -> str:
    names = [one.name for one in known]
    there = f"; there are {len(names)}" if names else "; there is none yet"
    return f"this run has no changed sample {name[:60]!r}{nearest(name, names) or there}"


def _path(store: Store, run: str) -> Path:
    return side_path(store, FOLDER, store.runs, run)


def _understood(plain: Any) -> list[Variant]:
    if plain is None:
        return []
    try:
        return [Variant.model_validate(entry) for entry in plain["variants"]]
    except (ValidationError, TypeError, KeyError) as error:
        raise StoreError(f"the changed samples of this run are damaged: {error!s:.160}") from None


def _change(store: Store, run: str, change: Callable[[list[Variant]], list[Variant]]) -> None:
    def changed(plain: Any) -> Mapping[str, Any]:
        return {"variants": [one.model_dump(mode="json") for one in change(_understood(plain))]}

    change_side(store, _path(store, run), changed)
