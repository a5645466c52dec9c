"""Layouts of samples as the store's cache keeps them."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import IntArray
from core.attention.embedding import Layout
from core.attention.kept import keep_whole, read_kept
from core.store import Store

FOLDER = "embeddings"
KEPT = 120


def folder_of(store: Store, key: str) -> Path:
    """Return where the layout of a key is kept, whether it is there or not."""
    return store.root / "cache" / FOLDER / key


def read_layout(folder: Path) -> tuple[IntArray, Layout, int] | None:
    """Return the samples of a layout, the layout, and how many samples its axes were found from.

    None if there is none or it is damaged: it can be made again.
    """
    found = read_kept(folder, "layout", ("samples", "positions"))
    if found is None:
        return None
    (rows, positions), plain = found
    try:
        variance = np.asarray(plain["variance"], np.float64)
        layout = Layout(positions, variance, float(plain["kept"]), float(plain["perplexity"]))
        fitted = int(plain["fitted"])
    except (KeyError, TypeError, ValueError):
        return None
    return (rows, layout, fitted) if positions.shape == (len(rows), 2) else None


def keep_layout(folder: Path, rows: IntArray, layout: Layout, fitted: int) -> None:
    """Keep a layout; it is there whole or not at all, and once however many make it."""
    arrays: dict[str, NDArray[Any]] = {"samples": np.asarray(rows, np.int64), "positions": layout.positions}
    told = {"kept": layout.kept, "perplexity": layout.perplexity, "fitted": fitted}
    keep_whole(folder, "layout", arrays, {**told, "variance": layout.variance.tolist()}, KEPT)
