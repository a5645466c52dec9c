"""The store's invariants, checked; and what crashes and deletions leave behind, swept."""

import fcntl
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from core.errors import NotFoundError, StoreError
from core.store.disk import PART_SUFFIX, store_errors
from core.store.edits import Edits
from core.store.files import read_json
from core.store.home import Store
from core.store.ids import is_id
from core.store.shelf import Shelf
from core.store.sides import SIDES

TMP_AGE = 3600.0
TRASH_AGE = 7 * 86400.0
NOBODYS = "it belongs to nothing"


@dataclass(frozen=True)
class Problem:
    """Something that should not be so: where, below the store's root, and what."""

    where: str
    what: str


@dataclass(frozen=True)
class Report:
    """What a check of the store found, and how many directories and side files it looked at."""

    problems: tuple[Problem, ...]
    checked: int


@dataclass(frozen=True)
class Swept:
    """What a sweep removed: leftovers of writers that died, and directories out of the trash."""

    leftovers: int
    trashed: int


def verify_store(store: Store, deep: bool = True) -> Report:
    """Check every directory: a legal name, a readable manifest, its files there and unchanged, all private.

    Args:
        store: The store.
        deep: Whether file contents are compared with their hashes, which reads everything.
    """
    problems: list[Problem] = []
    checked = 0
    for shelf in store.shelves:
        for path in _entries(shelf.path):
            checked += 1
            problems += (Problem(_below(store, path), what) for what in _wrong(shelf, path, deep))
    for path in _entries(store.root / "edits"):
        checked += 1
        problems += (Problem(_below(store, path), what) for what in _wrong_edits(store, path))
    for path in (path for folder in SIDES for path in _entries(store.root / folder)):
        checked += 1
        problems += (Problem(_below(store, path), what) for what in _wrong_side(store, path))
    for path in _leftovers(store):
        problems.append(Problem(_below(store, path), "was left behind by a writer that died"))
    return Report(tuple(problems), checked)


def sweep(store: Store) -> Swept:
    """Remove what dead writers left more than an hour ago, and what has been in the trash for seven days."""
    leftovers = sum(_remove(path) for path in list(_leftovers(store)))
    old = [path for path in _entries(store.trash) if _age(path) > TRASH_AGE]
    return Swept(leftovers, sum(_empty(store, path) for path in old))


def _wrong(shelf: Shelf, path: Path, deep: bool) -> Iterator[str]:
    if not is_id(path.name):
        yield "its name is not an id"
        return
    if path.is_symlink() or not path.is_dir():
        yield "it must be a directory; it is a link or a file"
        return
    with suppress(NotFoundError):  # deleted a moment ago
        yield from shelf.verify(path.name, deep)
    for one in (path, *path.rglob("*")):
        with suppress(FileNotFoundError):
            found = one.lstat()
            if not stat.S_ISLNK(found.st_mode) and stat.S_IMODE(found.st_mode) & 0o077:
                yield f"{one.name} can be read by others"


def _wrong_edits(store: Store, path: Path) -> Iterator[str]:
    if path.suffix == PART_SUFFIX:
        return  # a writer is at work, or it died and this is one of the leftovers
    wrong = list(_wrong_owner(store, path))
    yield from wrong
    if wrong == [NOBODYS]:
        return
    try:
        Edits.model_validate(read_json(path))
    except (StoreError, ValidationError) as error:
        yield f"it is damaged: {error!s:.200}"


def _wrong_side(store: Store, path: Path) -> Iterator[str]:
    if path.suffix == PART_SUFFIX:
        return
    yield from _wrong_owner(store, path)
    try:
        read_json(path)
    except StoreError as error:
        yield f"it is damaged: {error!s:.200}"


def _wrong_owner(store: Store, path: Path) -> Iterator[str]:
    kind, _, id = path.stem.partition("-")
    shelf = next((one for one in store.shelves if one.kind == kind), None)
    if shelf is None or not is_id(id):
        yield NOBODYS
        return
    if not (shelf.path / id).exists() and not (store.trash / path.stem).exists():
        yield f"there is no {kind} {id}"


def _leftovers(store: Store) -> Iterator[Path]:
    """Give what is old in tmp/ and held by nobody, and old halves of files that were to replace others."""
    for path in _entries(store.tmp):
        if _age(path) > TMP_AGE and not _held(path):
            yield path
    for pattern in ("edits/.*", *(f"{folder}/.*" for folder in SIDES), "jobs/*/.*"):
        for path in sorted(store.root.glob(pattern + PART_SUFFIX)):
            if _age(path) > TMP_AGE:
                yield path


def _held(path: Path) -> bool:
    """Tell whether a staging directory is locked by the process that fills it."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _entries(folder: Path) -> list[Path]:
    with store_errors("read", folder):
        return sorted(folder.iterdir())


def _age(path: Path) -> float:
    with suppress(OSError):
        return time.time() - path.lstat().st_mtime
    return 0.0


def _remove(path: Path) -> bool:
    """Remove a file or a directory; tell whether it is gone. A second sweeper may have been faster."""
    with suppress(FileNotFoundError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    return not path.exists()


def _empty(store: Store, path: Path) -> bool:
    """Remove a directory from the trash for good; renamed first, so that half of it is never restored."""
    going = store.tmp / f"{path.name[:80]}-{secrets.token_hex(4)}"
    for folder in ("edits", *SIDES):
        with suppress(OSError):
            (store.root / folder / f"{path.name}.json").unlink()
    with suppress(OSError):
        path.rename(going)
        return _remove(going)
    return False


def _below(store: Store, path: Path) -> str:
    return str(path.relative_to(store.root))
