"""What users change after publishing: name, notes and tags, in a side file of their own."""

import unicodedata
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import SettingsError, StoreError
from core.store.files import read_json, write_json
from core.store.locks import FileLock
from core.store.manifest import Manifest

NAME_LIMIT = 120
NOTES_LIMIT = 10_000
TAG_LIMIT = 40
TAGS_LIMIT = 20

M = TypeVar("M", bound=Manifest)


class Edits(BaseModel):
    """What was changed of one directory; None means as published."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str | None = None
    notes: str | None = None
    tags: tuple[str, ...] | None = None

    def applied(self, manifest: M) -> M:
        """Return a manifest with the changes in it."""
        changes = {key: value for key, value in self if value is not None}
        return manifest.model_copy(update=changes) if changes else manifest


def edits_path(home: Path, kind: str, id: str) -> Path:
    """Return where the edits of a directory stand, whether there are any or not."""
    return home / "edits" / f"{kind}-{id}.json"


def read_edits(path: Path) -> Edits:
    """Return the edits of a side file; none if there is no file or it is damaged, since a name is no loss."""
    try:
        return Edits.model_validate(read_json(path))
    except (StoreError, ValidationError):
        return Edits()


def change_edits(home: Path, kind: str, id: str, changes: Edits) -> Edits:
    """Write the given changes over what was edited before, and return what now holds."""
    path = edits_path(home, kind, id)
    with FileLock(home / "locks" / "edits"):
        kept = read_edits(path)
        edits = kept.model_copy(update={key: value for key, value in changes if value is not None})
        write_json(path, edits.model_dump(mode="json", exclude_none=True))
    return edits


def checked_edits(name: str | None, notes: str | None, tags: tuple[str, ...] | None) -> Edits:
    """Return edits made from users' texts.

    Raises:
        SettingsError: If a text is too long, empty where it may not be, or holds control characters.
    """
    if name is not None:
        name = require_text(name.strip(), "name", NAME_LIMIT)
        if not name:
            raise SettingsError(f"name must have 1 to {NAME_LIMIT} characters; got none")
    if notes is not None:
        notes = require_text(notes, "notes", NOTES_LIMIT, lines=True)
    if tags is not None:
        texts = (require_text(tag.strip(), "tags", TAG_LIMIT) for tag in tags)
        tags = tuple(dict.fromkeys(tag for tag in texts if tag))
        if len(tags) > TAGS_LIMIT:
            raise SettingsError(f"tags must be at most {TAGS_LIMIT}; got {len(tags)}")
    return Edits(name=name, notes=notes, tags=tags)


def require_text(text: str, what: str, limit: int, lines: bool = False) -> str:
    """Return a user's text if it has at most `limit` characters and no control characters.

    Args:
        text: The text.
        what: What the message calls it.
        limit: How many characters it may have.
        lines: Whether line ends and tabs are welcome.
    """
    if len(text) > limit:
        raise SettingsError(f"{what} must have at most {limit} characters; got {len(text)}")
    for character in text:
        if _is_control(character) and not (lines and character in "\n\r\t"):
            raise SettingsError(f"{what} must not hold control characters; got {character!r}")
    return text


def tidy_name(text: str, fallback: str = "unnamed") -> str:
    """Return a name that may be stored, made from any text: control characters out, cut to the limit."""
    kept = "".join(" " if _is_control(character) else character for character in text)
    return " ".join(kept.split())[:NAME_LIMIT].strip() or fallback


def _is_control(character: str) -> bool:
    # Cc: control characters; Cs: halves of surrogate pairs, which no file can hold; Zl, Zp: line separators.
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
