"""Where everything is kept: the root directory, its shelves and its rules of access."""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from core.errors import StoreError
from core.store.disk import store_errors
from core.store.locks import FileLock
from core.store.shelf import Shelf

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "datasets",
    "splits",
    "runs",
    "experiments",
    "jobs",
    "cache",
    "tmp",
    "trash",
    "edits",
    "cohorts",
    "variants",
    "locks",
)

_LOCK_NAME = re.compile(r"[0-9a-z][0-9a-z_-]{0,99}\Z")


@dataclass(frozen=True)
class Store:
    """The directories of one HEED_HOME; it holds no state but its path.

    Attributes:
        root: The directory that holds everything; made by `open_store`.
    """

    root: Path

    @property
    def datasets(self) -> Shelf:
        """Arrays with their names, statistics and published split."""
        return Shelf(self.root, "dataset")

    @property
    def splits(self) -> Shelf:
        """Which samples belong to which part, named by runs."""
        return Shelf(self.root, "split")

    @property
    def runs(self) -> Shelf:
        """Trained models with their predictions and attention."""
        return Shelf(self.root, "run", watched=("model.onnx", "model.keras"))

    @property
    def experiments(self) -> Shelf:
        """Sets of runs that belong together."""
        return Shelf(self.root, "experiment")

    @property
    def jobs(self) -> Shelf:
        """Work that is queued, under way or over; its files change."""
        return Shelf(self.root, "job", mutable=True)

    @property
    def shelves(self) -> tuple[Shelf, ...]:
        """All shelves."""
        return self.datasets, self.splits, self.runs, self.experiments, self.jobs

    @property
    def cache(self) -> Path:
        """What may be thrown away and made again."""
        return self.root / "cache"

    @property
    def tmp(self) -> Path:
        """What is being written; swept after an hour."""
        return self.root / "tmp"

    @property
    def trash(self) -> Path:
        """What was deleted; emptied after seven days."""
        return self.root / "trash"

    def lock(self, name: str) -> FileLock:
        """Return the lock of this name, not yet taken."""
        if not _LOCK_NAME.match(name):
            raise ValueError(f"{name!r} can't name a lock")
        return FileLock(self.root / "locks" / name)


def default_root() -> Path:
    """Return HEED_HOME, or `var` beside the project file, whatever the working directory."""
    given = os.environ.get("HEED_HOME", "")
    return Path(given).expanduser() if given else PROJECT / "var"


def open_store(root: Path | None = None) -> Store:
    """Return the store, with its directories made and closed to others.

    Args:
        root: Where it is; HEED_HOME or `var/` in the project when not given.

    Raises:
        StoreError: If it is a file, not writable, or writable by everybody.
    """
    path = (root or default_root()).absolute()
    with store_errors("open the store", path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = path.resolve()
        _require_safe(path)
        for name in FOLDERS:
            _private(path / name)
    # Importing Keras writes its settings file; it belongs here, not into the home directory.
    os.environ.setdefault("KERAS_HOME", str(path / "cache" / "keras"))
    # Importing aeon's numba functions looks for a place to keep them compiled, beside aeon itself by default.
    os.environ.setdefault("NUMBA_CACHE_DIR", str(path / "cache" / "numba"))
    return Store(path)


def _require_safe(path: Path) -> None:
    found = path.stat()
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise StoreError(f"the store must be writable by this user; {path} is not")
    if found.st_mode & stat.S_IWOTH:
        raise StoreError(f"the store must not be writable by everybody; {path} is: chmod o-w it")
    if os.geteuid() not in (0, found.st_uid):
        raise StoreError(f"the store must belong to this user; {path} belongs to user {found.st_uid}")


def _private(path: Path) -> None:
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise StoreError(f"{path} must be a directory; it is a link or a file") from None
        if stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(0o700)
