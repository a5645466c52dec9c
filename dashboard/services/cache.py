"""Answers kept in the process: bounded, computed once however many ask at the same time."""

import mmap
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from itertools import islice
from types import ModuleType
from typing import Any

import numpy as np

MEGABYTE = 1_000_000
WEIGHED = 64  # items of a collection that are weighed; the others count like these


class AnswerCache:
    """The last answers by key; the oldest goes first.

    Args:
        size: Number of answers kept.
        megabytes: Memory they may take together; the last answer is kept however large it is.
    """

    def __init__(self, size: int = 48, megabytes: int = 64) -> None:
        self._size = size
        self._most = megabytes * MEGABYTE
        self._answers: OrderedDict[str, Any] = OrderedDict()
        self._weights: dict[str, int] = {}
        self._guard = threading.Lock()
        self._under_way: dict[str, threading.Lock] = {}

    def get(self, key: str, compute: Callable[[], Any]) -> Any:
        """Return the answer of a key; equal questions at the same time are computed once.

        What ``compute`` raises is raised here and nothing is kept.
        """
        with self._guard:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            turn = self._under_way.setdefault(key, threading.Lock())
        with turn:
            with self._guard:
                if key in self._answers:
                    return self._answers[key]
            try:
                answer = compute()
                self._keep(key, answer)
            finally:
                with self._guard:
                    self._under_way.pop(key, None)
        return answer

    def clear(self) -> None:
        """Forget everything."""
        with self._guard:
            self._answers.clear()
            self._weights.clear()

    def __len__(self) -> int:
        return len(self._answers)

    def _keep(self, key: str, answer: Any) -> None:
        weight = bytes_of(answer)
        with self._guard:
            self._answers[key], self._weights[key] = answer, weight
            while len(self._answers) > 1 and (
                len(self._answers) > self._size or sum(self._weights.values()) > self._most
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
