"""Folders on this machine that the operator has registered, for files too large to upload."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import DataError, NotFoundError

VARIABLE = "HEED_DATA_FOLDERS"
PREFIX = "folder:"
MOST_FILES = 1_000
DEPTH = 3  # folders below a registered one that are looked into


@dataclass(frozen=True)
class FolderFile:
    """A file in a registered folder.

    Attributes:
        name: What it is asked for by: the folder's own name and the way from there, with "/" between.
        size: Bytes.
        modified: When it was last written, UTC.
    """

    name: str
    size: int
    modified: datetime


def data_folders(text: str | None = None) -> dict[str, Path]:
    """Return the registered folders by name: the last part of each path, numbered where two are the same.

    Args:
        text: Paths with ":" between; those that the environment's HEED_DATA_FOLDERS holds without it.
    """
    given = os.environ.get(VARIABLE, "") if text is None else text
    found: dict[str, Path] = {}
    for piece in given.split(":"):
        path = Path(piece.strip()).expanduser()
        if not piece.strip() or not path.is_absolute() or not path.is_dir():
            continue
        real = path.resolve()
        name = real.name or "root"
        same = sum(other.split(" (")[0] == name for other in found)
        if real not in found.values():
            found[f"{name} ({same + 1})" if same else name] = real
    return found


def list_files(
    suffixes: Sequence[str] = (), folders: dict[str, Path] | None = None
) -> tuple[FolderFile, ...]:
    """Return the files of the registered folders by name, without hidden ones and without links.

    Args:
        suffixes: Endings of the files that are wanted, with their point; all without it.
        folders: The folders by name; the registered ones without it.
    """
    found: list[FolderFile] = []
    for name, folder in (data_folders() if folders is None else folders).items():
        for entry, place in _entries(folder, name, DEPTH):
            if suffixes and not entry.name.lower().endswith(tuple(suffixes)):
                continue
            about = entry.stat(follow_symlinks=False)
            found.append(FolderFile(place, about.st_size, datetime.fromtimestamp(about.st_mtime, UTC)))
            if len(found) == MOST_FILES:
                return tuple(found)
    return tuple(found)


def resolve(name: str, folders: dict[str, Path] | None = None) -> Path:
    """Return the path of a file in a registered folder.

    Raises:
        NotFoundError: If there is no such file, or it is hidden, or a link leads to it.
    """
    known = data_folders() if folders is None else folders
    first, _, rest = name.partition("/")
    pieces = rest.split("/")
    plain = first in known and all(piece and not piece.startswith(".") for piece in pieces)
    if plain and len(pieces) <= DEPTH + 1:
        path = known[first].joinpath(*pieces)
        # ValueError: a NUL or half a surrogate pair; OSError: a name too long, or a loop of links.
        with suppress(ValueError, OSError):
            if path.resolve() == path and path.is_file():
                return path
    raise NotFoundError(f"a file must lie in one of the registered folders; there is no {name!r:.120}")


def file_of(path: str) -> Path:
    """Return the file that a request means: a path, or folder:NAME for one in a registered folder.

    Raises:
        NotFoundError: If no registered folder holds it.
    """
    if path.startswith(PREFIX):
        return resolve(path.removeprefix(PREFIX))
    if not path:
        raise DataError("a file must be named; got an empty path")
    return Path(path)


def _entries(folder: Path, name: str, depth: int) -> "Iterator[tuple[os.DirEntry[str], str]]":
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:  # may not be read, or is gone: then it has nothing to show
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        place = f"{name}/{entry.name}"
        if entry.is_file(follow_symlinks=False):
            yield entry, place
        elif depth and entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path), place, depth - 1)
