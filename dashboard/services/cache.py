"""Answers kept in the process: bounded, computed once however many ask at the same time."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any


class AnswerCache:
    """The last answers by key; the oldest goes first.

    Args:
        size: Number of answers kept.
    """

    def __init__(self, size: int = 48) -> None:
        self._size = size
        self._answers: OrderedDict[str, Any] = OrderedDict()
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

    def __len__(self) -> int:
        return len(self._answers)

    def _keep(self, key: str, answer: Any) -> None:
        with self._guard:
            self._answers[key] = answer
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
