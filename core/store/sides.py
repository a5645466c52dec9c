"""Files beside a directory that users go on changing: one each, replaced whole, with a lock while it is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.store.files import read_json, write_json
from core.store.home import Store
from core.store.shelf import Shelf
from core.store.watched import Seen, stamps

SIDES = ("cohorts", "variants")
"""Folders of the store that hold such files; each file is called after kind and id of its directory."""


def side_path(store: Store, folder: str, shelf: Shelf, id: str) -> Path:
    """Return where the side file of a directory stands, whether there is one or not.

    Raises:
        NotFoundError: If there is no such directory.
    """
    return store.root / folder / f"{shelf.kind}-{shelf.directory(id).name}.json"


def side_stamp(path: Path) -> Seen | None:
    """Return what changes when a side file is replaced; None while there is none."""
    return stamps(str(path.parent), (path.name,))[0]


def read_side(path: Path) -> Any:
    """Return the plain values of a side file; None if there is none.

    Raises:
        StoreError: If it can't be read: what users made is not taken for nothing.
    """
    return read_json(path) if side_stamp(path) is not None else None


def change_side(store: Store, path: Path, change: Callable[[Any], Any]) -> None:
    """Replace the plain values of a side file by what `change` makes of them, while nobody else does."""
    with store.lock(path.parent.name):
        write_json(path, change(read_side(path)))
