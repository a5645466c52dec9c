"""One kind of directory in the store: listing, reading, publishing, editing, deleting."""

import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from numpy.typing import NDArray

from core.errors import HeedError, NotFoundError, StoreError
from core.store import trash
from core.store.arrays import open_array
from core.store.disk import store_errors
from core.store.edits import Edits, change_edits, checked_edits, edits_path, read_edits
from core.store.files import read_json, sha256_of
from core.store.ids import is_file_name, is_id, no_such, require_id
from core.store.manifest import MANIFEST, Damaged, Listing, Manifest, read_manifest
from core.store.staging import Staging, publishing
from core.store.watched import Seen, changed, stamps

M = TypeVar("M", bound=Manifest)

_Texts = list[str]
_Stamp = tuple[int, int, int]
_Stamps = tuple[_Stamp | None, _Stamp | None, tuple[Seen | None, ...]]
_Kept = tuple[_Stamps, Manifest | Damaged]
# What was read of each shelf as which model; a manifest is read again only when its file or its edits change.
_kept: OrderedDict[tuple[str, type[Manifest]], dict[str, _Kept]] = OrderedDict()
_KEPT_SHELVES = 64


@dataclass(frozen=True)
class Shelf:
    """One kind of directory; cheap to build, all its state is on disk.

    Attributes:
        home: The store's root.
        kind: What one directory is called, in the singular: "run".
        mutable: Whether files change after publishing (jobs), so that they are not hashed.
        watched: Files that a list tells of when they were changed: their directory is damaged then.
    """

    home: Path
    kind: str
    mutable: bool = False
    watched: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """The directory of the directories."""
        return self.home / f"{self.kind}s"

    def directory(self, id: str) -> Path:
        """Return the path of an existing directory; NotFoundError for anything else, malformed ids too."""
        path = self.path / require_id(id, self.kind)
        if path.is_symlink() or not path.is_dir():
            raise no_such(id, self.kind)
        return path

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all directories, damaged ones too, in no order that means anything."""
        with store_errors("read", self.path), os.scandir(self.path) as found:
            return tuple(
                entry.name for entry in found if is_id(entry.name) and entry.is_dir(follow_symlinks=False)
            )

    def resolve(self, prefix: str) -> str:
        """Return the id that a user means: an id, the start of one, or an exact name.

        Raises:
            NotFoundError: If nothing fits.
            HeedError: If more than one fits.
        """
        ids = self.ids()
        if prefix in ids:
            return prefix
        found = [id for id in ids if prefix and id.startswith(prefix)]
        if not found:
            found = [entry.id for entry in self.list(Manifest).entries if prefix and entry.name == prefix]
        if not found:
            raise no_such(prefix, self.kind)
        if len(found) > 1:
            shown = ", ".join(sorted(found)[:5])
            raise HeedError(f"{prefix!r:.80} is ambiguous: {len(found)} {self.kind}s fit ({shown})")
        return found[0]

    def read(self, id: str, model: type[M]) -> M:
        """Return a manifest with its edits applied; NotFoundError, or StoreError if it is damaged."""
        with self._open(id) as directory:
            manifest = read_manifest(directory, self.kind, model)
        return self.edits(id).applied(manifest)

    def list(self, model: type[M]) -> Listing[M]:
        """Return all manifests with their edits, newest first; what can't be read is named, never raised."""
        edited = self._edit_stamps()
        before = _kept.get((str(self.path), model), {})
        now: dict[str, _Kept] = {}
        with store_errors("read", self.path), os.scandir(self.path) as found:
            for entry in found:
                real = is_id(entry.name) and entry.is_dir(follow_symlinks=False)
                marks = (
                    _stamp(f"{entry.path}/{MANIFEST}") if real else None,
                    edited.get(entry.name),
                    stamps(entry.path, self.watched),
                )
                known = before.get(entry.name)
                if known is None or known[0] != marks or marks[0] is None:
                    seen = self._look(entry.name, real, model)
                    if seen is None:
                        continue
                    known = (marks, seen)
                now[entry.name] = known
        _keep((str(self.path), model), now)
        entries = [thing for _, thing in now.values() if isinstance(thing, model)]
        entries.sort(key=lambda manifest: (manifest.created, manifest.id), reverse=True)
        damaged = sorted(
            (thing for _, thing in now.values() if isinstance(thing, Damaged)), key=lambda thing: thing.id
        )
        return Listing(tuple(entries), tuple(damaged))

    def publish(self, manifest: M) -> AbstractContextManager[Staging[M]]:
        """Give a directory to fill; it appears, whole, when the `with` block ends well."""
        manifest = manifest.model_copy(update={"kind": self.kind})
        return publishing(self.home, self.path / manifest.id, manifest, hashed=not self.mutable)

    def array(self, id: str, name: str) -> NDArray[Any]:
        """Return an array of a directory, mapped read-only."""
        with self._open(id):
            return open_array(self.file(id, name))

    def json(self, id: str, name: str) -> Any:
        """Return the plain values of a JSON file of a directory."""
        with self._open(id):
            return read_json(self.file(id, name))

    def file(self, id: str, name: str) -> Path:
        """Return the path of a file of a directory, whether it exists or not."""
        if not is_file_name(name):
            raise no_such(name, "file")
        return self.directory(id) / name

    def verify(self, id: str, deep: bool = True) -> _Texts:
        """Return what is wrong with a directory, one sentence each; nothing when all is well.

        Args:
            id: The directory.
            deep: Whether file contents are compared with their hashes, not only looked for.
        """
        directory = self.directory(id)
        try:
            manifest = read_manifest(directory, self.kind, Manifest)
            present = {entry.name for entry in directory.iterdir()}
        except (StoreError, FileNotFoundError) as error:
            self.directory(id)
            return [str(error)]
        problems = [_compare(directory, name, digest, deep) for name, digest in manifest.files.items()]
        strangers = () if self.mutable else sorted(present - set(manifest.files) - {MANIFEST})
        problems += [f"{name} is not named in the manifest" for name in strangers]
        # Deleted in the meantime is not damaged.
        self.directory(id)
        return [problem for problem in problems if problem]

    def edit(
        self, id: str, name: str | None = None, notes: str | None = None, tags: Sequence[str] | None = None
    ) -> Edits:
        """Change name, notes or tags; what is None stays. Returns what is edited now."""
        self.directory(id)
        changes = checked_edits(name, notes, None if tags is None else tuple(tags))
        return change_edits(self.home, self.kind, id, changes)

    def edits(self, id: str) -> Edits:
        """Return what was edited of a directory."""
        return read_edits(edits_path(self.home, self.kind, require_id(id, self.kind)))

    def delete(self, id: str, at: int | None = None) -> None:
        """Move a directory to the trash, from where it can be restored for seven days.

        Args:
            id: The directory.
            at: When it counts as deleted, in nanoseconds since 1970: now, unless it goes with another one.
        """
        trash.discard(self.home, self.kind, self.directory(id), at)

    def restore(self, id: str) -> None:
        """Bring a directory back from the trash; NotFoundError if it isn't there."""
        trash.bring_back(self.home, self.kind, require_id(id, self.kind), self.path)

    def trashed(self) -> _Texts:
        """Return the ids of this kind in the trash."""
        return trash.contents(self.home, self.kind)

    @contextmanager
    def _open(self, id: str) -> Iterator[Path]:
        """Give a directory's path; a failure in the block because it was deleted becomes NotFoundError."""
        try:
            yield self.directory(id)
        except StoreError:
            self.directory(id)
            raise

    def _look(self, name: str, real: bool, model: type[M]) -> M | Damaged | None:
        if not real:
            return Damaged(name[:80], f"it must be a directory with an id as its name, in {self.path}")
        try:
            manifest = self.read(name, model)
            wrong = changed(self.directory(name), manifest.files, self.watched) if self.watched else ""
        except NotFoundError:
            return None  # deleted a moment ago
        except HeedError as error:
            return Damaged(name, str(error))
        return (
            Damaged(name, f"{wrong}; bring the {self.kind} back from a copy, or delete it")
            if wrong
            else manifest
        )

    def _edit_stamps(self) -> dict[str, _Stamp]:
        start = f"{self.kind}-"
        folder = self.home / "edits"
        with store_errors("read", folder), os.scandir(folder) as found:
            stamps = {
                entry.name.removeprefix(start).removesuffix(".json"): _stamp(entry.path)
                for entry in found
                if entry.name.startswith(start)
            }
        return {id: stamp for id, stamp in stamps.items() if stamp is not None}


def _stamp(path: str) -> _Stamp | None:
    # os.lstat and not Path.lstat, which costs three times as much, five thousand times.
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _keep(key: tuple[str, type[Manifest]], now: dict[str, _Kept]) -> None:
    _kept[key] = now
    while len(_kept) > _KEPT_SHELVES:
        _kept.popitem(last=False)


def _compare(directory: Path, name: str, digest: str, deep: bool) -> str:
    if not is_file_name(name):
        return f"{name!r:.80} can't be the name of a file"
    path = directory / name
    if path.is_symlink() or not path.is_file():
        return f"{path.name} is missing or not a regular file"
    try:
        changed = deep and sha256_of(path) != digest
    except StoreError as error:
        return str(error)
    return f"{path.name} was changed: its hash is not the one in the manifest" if changed else ""
