"""Layouts of samples in the store's cache: written whole, read back or made again, the oldest forgotten."""

import secrets
import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np

from core.arrays import IntArray
from core.attention.embedding import Layout
from core.errors import StoreError
from core.store import Store
from core.store.files import open_array, read_json, save_array, write_json

FOLDER = "embeddings"
KEPT = 120


def folder_of(store: Store, key: str) -> Path:
    """Return where the layout of a key is kept, whether it is there or not."""
    return store.root / "cache" / FOLDER / key


def read_layout(folder: Path) -> tuple[IntArray, Layout, int] | None:
    """Return the samples of a layout, the layout, and how many samples its axes were found from.

    None if there is none or it is damaged: it can be made again.
    """
    try:
        plain = read_json(folder / "layout.json")
        rows, positions = open_array(folder / "samples.npy"), open_array(folder / "positions.npy")
        variance = np.asarray(plain["variance"], np.float64)
        layout = Layout(positions, variance, float(plain["kept"]), float(plain["perplexity"]))
        fitted = int(plain["fitted"])
    except (StoreError, KeyError, TypeError, ValueError):
        return None
    return (rows, layout, fitted) if positions.shape == (len(rows), 2) else None


def keep_layout(folder: Path, rows: IntArray, layout: Layout, fitted: int) -> None:
    """Keep a layout; it is there whole or not at all, and once however many make it."""
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    making = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}")
    making.mkdir(mode=0o700)
    try:
        save_array(making / "samples.npy", np.asarray(rows, np.int64))
        save_array(making / "positions.npy", layout.positions)
        told = {"kept": layout.kept, "perplexity": layout.perplexity, "fitted": fitted}
        write_json(making / "layout.json", {**told, "variance": layout.variance.tolist()})
        shutil.rmtree(folder, ignore_errors=True)
        making.rename(folder)
    except OSError as error:
        if not folder.is_dir():  # else somebody was quicker
            raise StoreError(f"the layout can't be kept: {error.strerror or error}") from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    _forget_oldest(folder.parent)


def _forget_oldest(folder: Path) -> None:
    """Leave only so many layouts, those made last."""
    made: dict[Path, float] = {}
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process takes its own away
            made[path] = path.lstat().st_mtime
    for path in sorted(made, key=made.__getitem__, reverse=True)[KEPT:]:
        shutil.rmtree(path, ignore_errors=True)
