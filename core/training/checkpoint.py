"""Where an interrupted training goes on: weights, optimizer, best weights and history in one file."""

import json
import math
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np


@dataclass
class Progress:
    """How far a training is.

    Attributes:
        history: One row per finished epoch.
        best: Weights of the best epoch, as `model.get_weights()` gives them.
        best_epoch: Its number, from 1; 0 before the first.
        best_value: The loss that made it the best.
        seconds: Time spent so far.
    """

    history: list[dict[str, Any]] = field(default_factory=list)
    best: list[np.ndarray[Any, Any]] = field(default_factory=list)
    best_epoch: int = 0
    best_value: float = math.inf
    seconds: float = 0.0

    @property
    def epochs(self) -> int:
        """Number of finished epochs."""
        return len(self.history)


def write_checkpoint(path: Path, variables: Sequence[Any], progress: Progress, fingerprint: str) -> None:
    """Replace the checkpoint at a path, at once or not at all."""
    notes = {
        "fingerprint": fingerprint,
        "history": progress.history,
        "best_epoch": progress.best_epoch,
        "best_value": progress.best_value,
        "seconds": progress.seconds,
    }
    arrays: dict[str, Any] = {f"state_{place}": np.asarray(value) for place, value in enumerate(variables)}
    arrays |= {f"best_{place}": value for place, value in enumerate(progress.best)}
    arrays["notes"] = np.frombuffer(json.dumps(notes).encode(), dtype=np.uint8)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)  # on a full disk half a checkpoint is in the way of everything else
        raise


def read_checkpoint(path: Path | None, variables: Sequence[Any], fingerprint: str) -> Progress:
    """Set variables of model and optimizer to a checkpoint and return how far it was.

    A file that is missing, cut or of another training counts as none: the training starts anew.
    """
    if path is None or not path.is_file():
        return Progress()
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as members:
            stored = {name: members[name] for name in members.files}
        notes = json.loads(stored.pop("notes").tobytes())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return Progress()
    if notes["fingerprint"] != fingerprint:
        return Progress()
    for place, variable in enumerate(variables):
        variable.assign(stored[f"state_{place}"])
    best = [stored[f"best_{place}"] for place in range(sum(name.startswith("best_") for name in stored))]
    return Progress(notes["history"], best, notes["best_epoch"], notes["best_value"], notes["seconds"])
