"""Publishing a directory: filled in tmp/, hashed, synced, and then there by one rename."""

import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.errors import StoreError
from core.store.arrays import create_array, create_mapped
from core.store.disk import (
    disk_errors,
    open_create,
    open_read,
    reserve,
    store_errors,
    sync_directory,
    sync_file,
)
from core.store.files import json_bytes, sha256_of
from core.store.ids import is_file_name, is_id
from core.store.manifest import MANIFEST, Manifest

M = TypeVar("M", bound=Manifest)


class Staging(Generic[M]):
    """A directory that is being filled and that nobody sees yet.

    Attributes:
        path: The directory; files may be written to it by others and are then named by `add`.
        manifest: What will be published; may be replaced by a changed copy until the block ends.
    """

    def __init__(self, path: Path, manifest: M) -> None:
        self.path = path
        self.manifest = manifest
        self._names: dict[str, None] = {}
        self._mapped: list[NDArray[Any]] = []

    @property
    def id(self) -> str:
        """The id under which it will be published."""
        return self.manifest.id

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files so far."""
        return tuple(self._names)

    def save_array(self, name: str, array: NDArray[Any]) -> None:
        """Write an array; the name ends in .npy."""
        create_array(self._new(name), np.asarray(array))

    def new_array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """Return a new array of zeros, mapped for writing: for what doesn't fit into memory at once."""
        array = create_mapped(self._new(name), shape, dtype)
        self._mapped.append(array)
        return array

    def save_json(self, name: str, plain: Any) -> None:
        """Write plain values as JSON."""
        path = self._new(name)
        content = json_bytes(plain)
        with open_create(path) as file, store_errors("write", path, len(content)):
            reserve(file, len(content))
            file.write(content)
            file.flush()

    def add(self, name: str) -> Path:
        """Take in a file that others wrote to the directory, and return its path."""
        path = self._checked(name)
        open_read(path).close()
        self._names[name] = None
        return path

    def take(self, name: str, file: Path) -> None:
        """Move a file of the store's tmp here; what is mapped from it stays mapped."""
        path = self._checked(name)
        with store_errors("write", path):
            file.rename(path)
        self.add(name)

    def flush(self) -> None:
        """Hand what was written to mapped arrays over to their files."""
        for array in self._mapped:
            if isinstance(array, np.memmap):
                with store_errors("write", self.path):
                    array.flush()

    def _new(self, name: str) -> Path:
        path = self._checked(name)
        self._names[name] = None
        return path

    def _checked(self, name: str) -> Path:
        if not is_file_name(name) or name == MANIFEST:
            raise ValueError(f"{name!r} can't name a file of a {self.manifest.kind}")
        return self.path / name


@contextmanager
def publishing(home: Path, target: Path, manifest: M, hashed: bool) -> Iterator[Staging[M]]:
    """Give a directory to fill; when the block ends well it is there as `target`, else nothing is left.

    Args:
        home: The store's root.
        target: Where the directory will be.
        manifest: What is known of it; files are filled in.
        hashed: Whether the files are final, so that their hashes go into the manifest.
    """
    if not is_id(manifest.id):
        raise ValueError(f"{manifest.id!r} is not an id")
    path = home / "tmp" / f"{manifest.kind}-{manifest.id}-{secrets.token_hex(4)}"
    try:
        with _held(path):
            staging = Staging(path, manifest)
            with disk_errors(target):
                yield staging
            staging.flush()
            _finish(staging, hashed)
            _appear(path, target)
    finally:
        # After the rename there is nothing here under this name.
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Make a directory and lock it: tells the sweeper that somebody is at work, however long it takes."""
    with store_errors("write", path):
        path.mkdir(mode=0o700)
        held = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _finish(staging: Staging[M], hashed: bool) -> None:
    with store_errors("read", staging.path):
        present = {entry.name for entry in staging.path.iterdir()}
    strangers = present.symmetric_difference(staging.names)
    if strangers:
        raise ValueError(f"files must be saved or added before publishing: {sorted(strangers)}")
    hashes: dict[str, str] = {}
    for name in sorted(staging.names):
        path = staging.path / name
        with store_errors("write", path):
            if not stat.S_ISREG(path.lstat().st_mode):
                raise StoreError(f"can't publish {name}: it is not a regular file")
            path.chmod(0o600)
        sync_file(path)
        if hashed:
            hashes[name] = sha256_of(path)
    manifest = staging.manifest.model_copy(update={"files": hashes})
    path = staging.path / MANIFEST
    content = json_bytes(manifest.model_dump(mode="json"))
    with open_create(path) as file, store_errors("write", path, len(content)):
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_directory(staging.path)


def _appear(path: Path, target: Path) -> None:
    with store_errors("write", target):
        path.rename(target)
    try:
        sync_directory(target.parent)
    except StoreError:
        # What may not last must not be seen: the rename is taken back.
        target.rename(path)
        raise
