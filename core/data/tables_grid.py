"""Which cells of a wide row belong to which channel and step, read from the columns' names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import IntArray

_NAMED = re.compile(r"(?P<channel>.+?)(?:_(?P<a>\d{1,9})|\.(?P<b>\d{1,9})|\[(?P<c>\d{1,9})\])")
_NUMBER = re.compile(r"[-+]?[\d.,]+(e[-+]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Grid:
    """Columns as channels over steps.

    Attributes:
        channels: Names of the channels.
        steps: Labels of the steps.
        places: Place (T, C) of each cell among the names.
    """

    channels: tuple[str, ...]
    steps: tuple[str, ...]
    places: IntArray


def grid_of(names: Sequence[str], several: bool = True) -> Grid:
    """Return how the columns of values are laid out.

    Several channels are seen where all names are `<channel>_<step>`, `<channel>.<step>` or
    `<channel>[<step>]` and every channel has every step; else each column is a step of the one
    channel "value".

    Args:
        names: Names of the columns of values.
        several: Whether to look for several channels.
    """
    found = _several(names) if several else None
    return found or Grid(("value",), tuple(names), np.arange(len(names), dtype=np.int64)[:, None])


def _several(names: Sequence[str]) -> Grid | None:
    cells: dict[str, dict[int, int]] = {}
    for place, name in enumerate(names):
        match = _NAMED.fullmatch(name)
        if match is None or is_number(match["channel"]):
            return None
        step = int(match["a"] or match["b"] or match["c"])
        if cells.setdefault(match["channel"], {}).setdefault(step, place) != place:
            return None
    steps = sorted(next(iter(cells.values()), {}))
    if len(cells) < 2 or len(steps) < 2 or any(sorted(of) != steps for of in cells.values()):
        return None
    places = np.array([[of[step] for of in cells.values()] for step in steps], dtype=np.int64)
    return Grid(tuple(cells), tuple(map(str, steps)), places)


def is_number(text: str) -> bool:
    """Return whether a name is a number."""
    return _NUMBER.fullmatch(text) is not None
