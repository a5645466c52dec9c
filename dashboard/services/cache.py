"""Answers kept in the process: bounded, computed once however many ask at the same time."""

import mmap
import sys
from collections.abc import Collection, Hashable
from itertools import islice
from types import ModuleType
from typing import Any

import numpy as np

from core.attention.remembered import Remembered

MEGABYTE = 1_000_000
WEIGHED = 64  # items of a collection that are weighed; the others count like these


class AnswerCache(Remembered[Any]):
    """The last answers by key; the oldest goes first.

    Args:
        size: Number of answers kept.
        megabytes: Memory they may take together; the last answer is kept however large it is.
    """

    def __init__(self, size: int = 48, megabytes: int = 64) -> None:
        super().__init__(size)
        self._megabytes = megabytes
        self._weights: dict[Hashable, int] = {}

    def clear(self) -> None:
        """Forget everything."""
        with self._guard:
            self._answers.clear()
            self._weights.clear()

    def __len__(self) -> int:
        return len(self._answers)

    def _keep(self, key: Hashable, answer: Any) -> None:
        weight = bytes_of(answer)
        with self._guard:
            self._answers[key], self._weights[key] = answer, weight
            while len(self._answers) > 1 and (
                len(self._answers) > self._most or sum(self._weights.values()) > self._megabytes * MEGABYTE
            ):
                oldest, _ = self._answers.popitem(last=False)
                del self._weights[oldest]


def bytes_of(value: Any) -> int:
    """Return about how many bytes of memory a value holds: of its arrays, texts and collections.

    What is mapped from a file counts nothing, what stands in a value twice counts once, and of a long
    collection the first items are weighed for all.
    """
    return _bytes(value, set())


def _bytes(value: Any, seen: set[int]) -> int:
    if id(value) in seen:
        return 0
    seen.add(id(value))
    if isinstance(value, np.ndarray):
        return 0 if _mapped(value) else int(value.nbytes)
    if isinstance(value, dict):  # others may compute what they are asked for
        return sys.getsizeof(value) + _items(value.keys(), seen) + _items(value.values(), seen)
    if isinstance(value, (tuple, list, set, frozenset)):
        return sys.getsizeof(value) + _items(value, seen)
    if hasattr(value, "__dict__") and not isinstance(value, (type, ModuleType)):
        return sys.getsizeof(value) + _items(vars(value).values(), seen)
    return sys.getsizeof(value)


def _items(values: Collection[Any], seen: set[int]) -> int:
    weighed = min(len(values), WEIGHED)
    return sum(_bytes(item, seen) for item in islice(values, weighed)) * len(values) // max(1, weighed)


def _mapped(array: Any) -> bool:
    while isinstance(array, np.ndarray):
        array = array.base
    return isinstance(array, mmap.mmap)
