"""Answers kept in the store's cache: written whole, read back or made again, the oldest forgotten."""

import secrets
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.arrays import Progress
from core.errors import StoreError
from core.store.files import open_array, read_json, save_array, write_json

Answer = TypeVar("Answer")


class Plan(Protocol[Answer]):
    """What it takes to give an answer that may be kept."""

    @property
    def direct(self) -> bool:
        """Whether it is computed as quickly as read."""

    def find(self) -> Answer | None:
        """Return the kept answer; None if there is none."""

    def compute(self, progress: Progress | None = None) -> Answer:
        """Return the answer, made anew."""

    def keep(self, answer: Answer) -> None:
        """Keep an answer."""


def kept_or_computed(plan: Plan[Answer], progress: Progress | None = None) -> Answer:
    """Return an answer: as kept in the store, else computed, and kept if that takes long."""
    found = plan.find()
    if found is not None:
        return found
    answer = plan.compute(progress)
    if not plan.direct:
        plan.keep(answer)
    return answer


def read_kept(
    folder: Path, what: str, names: Sequence[str]
) -> tuple[list[NDArray[Any]], dict[str, Any]] | None:
    """Return the named arrays of an answer and its plain values; None if there is none, or it is damaged."""
    try:
        plain = read_json(folder / f"{what}.json")
        arrays = [open_array(folder / f"{name}.npy") for name in names]
    except (StoreError, ValueError):
        return None
    return (arrays, plain) if isinstance(plain, dict) else None


def keep_whole(
    folder: Path, what: str, arrays: Mapping[str, NDArray[Any]], plain: Mapping[str, Any], most: int
) -> None:
    """Keep an answer in a folder; it is there whole or not at all, and once however many make it.

    Args:
        folder: Where it is kept, among others of its kind.
        what: What it is called.
        arrays: Its arrays by name.
        plain: What else is known of it, as JSON can hold it.
        most: Number of answers of this kind that are kept, those made last.

    Raises:
        StoreError: If it can't be written.
    """
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    making = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}")
    making.mkdir(mode=0o700)
    try:
        for name, values in arrays.items():
            save_array(making / f"{name}.npy", np.asarray(values))
        write_json(making / f"{what}.json", dict(plain))
        shutil.rmtree(folder, ignore_errors=True)
        making.rename(folder)
    except OSError as error:
        if not folder.is_dir():  # else somebody was quicker
            raise StoreError(f"the {what} can't be kept: {error.strerror or error}") from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    _forget_oldest(folder.parent, most)


def _forget_oldest(folder: Path, most: int) -> None:
    """Leave only so many answers, those made last."""
    made: dict[Path, float] = {}
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process takes its own away
            made[path] = path.lstat().st_mtime
    for path in sorted(made, key=made.__getitem__, reverse=True)[most:]:
        shutil.rmtree(path, ignore_errors=True)
