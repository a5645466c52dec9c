"""What the import of a file asks: files that can be chosen, what one seems to hold, the job that reads it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from core.data.families import READERS
from core.data.folders import PREFIX, data_folders, list_files, resolve
from core.data.preview import FileColumn, Preview
from core.jobs import Job, JobSpec
from core.jobs.intake import ImportRequest, InspectRequest
from core.registry import Setting
from dashboard.services import jobs, library
from dashboard.services.roles import role_settings, settings_of_roles
from dashboard.services.uploads import tidy_file_name

RARE = frozenset({"least", "gap", "ties", "dates", "delimiter", "decimal", "several"})
"""Settings whose guess is nearly always right."""
LONGEST = 400
"""Most characters of a name that comes from a page."""


@dataclass(frozen=True)
class Chosen:
    """A file that was chosen: an upload by its token, or one in a registered folder by its name there."""

    token: str
    place: str
    name: str
    size: int

    @classmethod
    def parse(cls, given: object) -> "Chosen | None":
        """Return what a page remembers of a chosen file; None if that is none."""
        if not isinstance(given, Mapping):
            return None
        texts = [given.get(key) for key in ("token", "place", "name")]
        token, place, name = (text[:LONGEST] if isinstance(text, str) else "" for text in texts)
        if not (token or place):
            return None
        size = given.get("bytes")
        known = tidy_file_name(name or PurePath(place).name)
        return cls(token, "" if token else place, known, size if isinstance(size, int) else 0)

    @property
    def title(self) -> str:
        """The file's name without its ending, as a name for the dataset."""
        return PurePath(self.name).stem[:120] or "dataset"

    def located(self) -> str:
        """Return where the file is, as a job takes it; NotFoundError if it is gone."""
        if self.token:
            return str(library.uploaded_file(self.token))
        resolve(self.place)
        return f"{PREFIX}{self.place}"


@dataclass(frozen=True)
class Wish:
    """What somebody chose for a file: the reader, and by reader the roles and settings that were changed."""

    reader: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, given: object) -> "Wish":
        """Return the wish that a page remembers; what can't be understood is left out."""
        plain = given if isinstance(given, Mapping) else {}
        reader = plain.get("reader")
        known = reader if isinstance(reader, str) and reader in READERS.names() else None
        mine = _mapping(_mapping(plain.get("by")).get(known or ""))
        roles = {str(name): str(role) for name, role in _mapping(mine.get("roles")).items()}
        settings = {**_mapping(mine.get("columns")), **_mapping(mine.get("form"))}
        return cls(known, roles, {str(name): value for name, value in settings.items()})


def suffixes() -> tuple[str, ...]:
    """Return the endings of the files that can be read."""
    return tuple(dict.fromkeys(end for name in READERS.names() for end in READERS.part(name).suffixes))


def has_folders() -> bool:
    """Say whether folders of this machine are registered."""
    return bool(data_folders())


def server_files() -> list[dict[str, Any]]:
    """Return the files of the registered folders that can be read, as rows of a table."""
    return [
        {
            "id": file.name,
            "name": file.name,
            "bytes": file.size,
            "modified": f"{file.modified:%Y-%m-%d %H:%M}",
        }
        for file in list_files(suffixes())
    ]


def inspect(chosen: Chosen, wish: Wish, before: object = None) -> str:
    """Submit the job that looks at a file; return its id. The same question again is the same job.

    Args:
        chosen: The file.
        wish: How it is to be read; what was not chosen is guessed.
        before: The job that looked before: nobody waits for it any more.

    Raises:
        NotFoundError: If the file is gone.
    """
    request = InspectRequest(
        path=chosen.located(), reader=wish.reader, settings=dict(wish.settings), file=chosen.name
    )
    payload = request.model_dump(mode="json")
    digest = hashlib.sha256(json.dumps([payload, chosen.size], sort_keys=True).encode()).hexdigest()
    title = f"Look at {chosen.name}"[:300]
    spec = JobSpec(kind="inspect", payload=payload, title=title, queue="quick", nonce=f"look-{digest[:40]}")
    give_up(before, spec.nonce)
    identifier = jobs.submit(spec)[0]
    found = jobs.find(identifier)
    if found is not None and found.state.state in {"cancelled", "interrupted"}:
        jobs.resume(identifier)
    return identifier


def previewed(identifier: object) -> Preview | None:
    """Return what a job found in a file; None as long as it has found nothing."""
    job = jobs.find(identifier) if isinstance(identifier, str) else None
    return None if job is None or job.state.state != "done" else preview_of(job)


def preview_of(job: Job) -> Preview | None:
    """Return the preview that a job of this kind has made; None of another job."""
    plain = job.state.result.get("preview")
    return Preview.model_validate(plain) if isinstance(plain, Mapping) else None


def order(chosen: Chosen, preview: Preview, name: str, nonce: str) -> str:
    """Submit the job that reads a file as it was previewed; return its id.

    Raises:
        NotFoundError: If the file is gone.
    """
    request = ImportRequest(
        path=chosen.located(),
        reader=preview.reader,
        settings=preview.settings,
        name=name.strip() or chosen.title,
        file=chosen.name,
    )
    spec = JobSpec(
        kind="import",
        payload=request.model_dump(mode="json"),
        title=f"Read {chosen.name}"[:300],
        queue="quick",
        nonce=nonce,
    )
    return jobs.submit(spec)[0]


def further_settings(reader: str) -> tuple[Setting, ...]:
    """Return the settings of a reader that the roles of columns don't say; rarely used ones are advanced."""
    covered = role_settings(reader)
    return tuple(
        replace(setting, advanced=setting.advanced or setting.name in RARE)
        for setting in READERS.describe(reader).settings
        if setting.name not in covered
    )


def shapes(reader: str) -> tuple[str, ...]:
    """Return the readers between which somebody may have to choose: those that read the same contents."""
    mine = set(READERS.part(reader).contents)
    found = tuple(name for name in READERS.names() if mine & set(READERS.part(name).contents))
    return found if len(found) > 1 else ()


def settings_from_roles(
    reader: str, columns: Sequence[FileColumn], roles: Mapping[str, str]
) -> dict[str, Any]:
    """Return the settings of a reader that say which column is what.

    Args:
        reader: Name of the reader.
        columns: The columns that were found, with the roles that were guessed.
        roles: Roles that were chosen, by column; of several columns for a place that only one can have, the
            one that was chosen last gets it.
    """
    return settings_of_roles(reader, columns, roles)


def give_up(identifier: object, nonce: str = "") -> None:
    """Stop a job that looks at a file, unless it has ended or is the one of this nonce."""
    found = jobs.find(identifier) if isinstance(identifier, str) else None
    if found is None or found.spec.kind != "inspect" or (nonce and found.spec.nonce == nonce):
        return
    if not found.state.ended_for_now:
        library.desk().cancel(found.id)


def age(job: Job) -> float:
    """Return how many seconds ago a job was submitted."""
    return (datetime.now(UTC) - job.state.submitted).total_seconds()


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
