"""Where a reader works: arrays it fills on disk, and how far it is."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.store.arrays import create_mapped

PROGRESS = "progress.json"


class Desk:
    """A directory for one reading. What is too large for memory is filled here, and not copied afterwards.

    Args:
        directory: An empty directory that may be written.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._told = -1.0
        self._names: dict[str, NDArray[Any]] = {}

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike = np.float32) -> NDArray[Any]:
        """Return a new array of zeros, mapped for writing; its name is that of a field of the dataset."""
        made = create_mapped(self.directory / f"{name}.npy", shape, dtype)
        self._names[name] = made
        return made

    def holds(self, name: str, array: NDArray[Any]) -> bool:
        """Return whether an array is the whole of one that was made here under this name."""
        made = self._names.get(name)
        return made is not None and array is made

    def tell(self, fraction: float, words: str) -> None:
        """Say how far the reading is, at most a hundred times in all."""
        if fraction - self._told < 0.01 and fraction < 1:
            return
        self._told = fraction
        part = self.directory / f"{PROGRESS}.part"
        part.write_text(json.dumps({"fraction": min(1.0, max(0.0, fraction)), "words": words[:200]}))
        os.replace(part, self.directory / PROGRESS)  # noqa: PTH105 - in one step, for whoever reads it meanwhile
