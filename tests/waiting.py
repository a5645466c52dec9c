"""Waiting for something that happens elsewhere, with a deadline instead of a guess."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], seconds: float = 10.0, what: str = "") -> T:
    """Return the first true answer of a condition; AssertionError when the time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what or 'what was waited for'} did not happen within {seconds:g} s")
        time.sleep(0.01)
    return answer
