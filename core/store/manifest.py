"""What stands in every directory's manifest, and what a list of directories is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import StoreError
from core.store.files import read_json
from core.store.ids import new_id

MANIFEST = "manifest.json"


def _now() -> datetime:
    return datetime.now(UTC)


class Manifest(BaseModel):
    """What is known of a directory without opening its arrays; kinds of directories add their own fields.

    Attributes:
        kind: What the directory holds, "run" for example; filled at publishing.
        files: SHA-256 by name of every other file; filled at publishing.
        notes: Changed by edits only, like `tags`; empty in the file itself.
        versions: Library versions by name.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(default_factory=new_id)
    kind: str = ""
    schema_version: int = 1
    created: datetime = Field(default_factory=_now)
    name: str = ""
    owner: str = "local"
    notes: str = ""
    tags: tuple[str, ...] = ()
    files: dict[str, str] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)


M = TypeVar("M", bound=Manifest)


@dataclass(frozen=True)
class Damaged:
    """A directory that can't be read, and why."""

    id: str
    reason: str


@dataclass(frozen=True)
class Listing(Generic[M]):
    """The directories of one kind, newest first, and those that can't be read."""

    entries: tuple[M, ...]
    damaged: tuple[Damaged, ...]


def read_manifest(directory: Path, kind: str, model: type[M]) -> M:
    """Return the manifest of a directory as it was published.

    Raises:
        StoreError: If it is missing, damaged, written by a newer Heed, or belongs to another directory.
    """
    manifest = _validated(read_json(directory / MANIFEST), directory, model)
    newest = int(model.model_fields["schema_version"].default)
    if manifest.schema_version > newest:
        raise StoreError(
            f"{kind} {directory.name} was written by a newer Heed: its schema is {manifest.schema_version}, "
            f"this one reads up to {newest}"
        )
    if manifest.id != directory.name:
        raise StoreError(f"{kind} {directory.name} is damaged: its manifest says {manifest.id!r:.60}")
    if manifest.kind != kind:
        raise StoreError(f"{kind} {directory.name} is damaged: it holds a {manifest.kind!r:.60}")
    return manifest


def _validated(plain: Any, directory: Path, model: type[M]) -> M:
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "manifest"
        raise StoreError(
            f"{directory.name} is damaged: {where:.60} in its manifest: {first['msg']:.100}"
        ) from None
