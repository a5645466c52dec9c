"""The trash: directories that were deleted and may come back for seven days."""

import os
import time
from pathlib import Path

from core.errors import StoreError
from core.store.disk import store_errors, sync_directory
from core.store.ids import is_id, no_such


def discard(home: Path, kind: str, directory: Path, at: int | None = None) -> None:
    """Move a directory to the trash in one step.

    Args:
        home: The store's root.
        kind: What the directory is.
        directory: The directory.
        at: When it counts as deleted, in nanoseconds since 1970: now, unless it goes with another one.
    """
    place = home / "trash" / f"{kind}-{directory.name}"
    try:
        with store_errors("delete", directory):
            # The time of deletion, from which the seven days count; set first, so that a crash between can
            # only lengthen them.
            now = time.time_ns()
            os.utime(directory, ns=(at or now, at or now))
            directory.rename(place)
    except StoreError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise no_such(directory.name, kind) from None
        raise
    sync_directory(place.parent)
    sync_directory(directory.parent)


def bring_back(home: Path, kind: str, id: str, shelf: Path) -> None:
    """Move a directory from the trash back to its shelf in one step."""
    place = home / "trash" / f"{kind}-{id}"
    if place.is_symlink() or not place.is_dir():
        raise no_such(id, f"{kind} in the trash:")
    with store_errors("restore", shelf / id):
        os.utime(place)  # tells it from one whose deletion was cut off
        place.rename(shelf / id)
    sync_directory(shelf)
    sync_directory(place.parent)


def contents(home: Path, kind: str) -> list[str]:
    """Return the ids of one kind in the trash, those deleted last first."""
    folder, start = home / "trash", f"{kind}-"
    with store_errors("read", folder), os.scandir(folder) as found:
        ids = [
            (entry.stat(follow_symlinks=False).st_mtime_ns, entry.name.removeprefix(start))
            for entry in found
            if entry.name.startswith(start) and entry.is_dir(follow_symlinks=False)
        ]
    return [id for _, id in sorted(ids, reverse=True) if is_id(id)]
