"""Files of a directory that must never be used unless they are the published ones: were they changed?"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.errors import StoreError
from core.store.files import sha256_of
from core.store.manifest import MANIFEST

Seen = tuple[int, int, int]


def stamps(directory: str, names: Sequence[str]) -> tuple[Seen | None, ...]:
    """Return what changes with files of a directory; None for one that is not there."""
    return tuple(_stamp(f"{directory}/{name}") for name in names)


def changed(directory: Path, files: Mapping[str, str], names: Sequence[str]) -> str:
    """Return which of some files is not the published one, in a sentence; nothing when all are.

    A file that was last touched before its manifest is taken for unchanged without reading it: of thousands
    of directories none is read. Opening a file compares its hash in any case, as does a check of the store.

    Args:
        directory: Where they are.
        files: SHA-256 by name, of the manifest; other names are passed over.
        names: Which files.
    """
    manifest = _stamp(f"{directory}/{MANIFEST}")
    for name in names:
        if name not in files:
            continue
        path = directory / name
        found = _stamp(str(path))
        if found is None or path.is_symlink() or not path.is_file():
            return f"{name} is missing or not a regular file"
        if manifest is not None and found[1] <= manifest[1]:
            continue
        try:
            if sha256_of(path) != files[name]:
                return f"{name} was changed: its hash is not the one in the manifest"
        except StoreError as error:
            return str(error)
    return ""


def _stamp(path: str) -> Seen | None:
    # The time of the last change of content or attributes can't be set back, as that of the content can.
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size
