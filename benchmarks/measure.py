"""Measuring in turn: each repetition asks every side once, so that a busy moment hits all alike."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from os import getloadavg
from typing import Any

WAIT_STEP = 0.005  # seconds between two looks at what is waited for


class NotInstalledError(Exception):
    """What a row needs is not installed."""


@dataclass(frozen=True)
class Side:
    """One way of doing what a row is about.

    Attributes:
        label: What it is called in the table; Heed's own side comes first.
        once: Does it once and returns what it cost; it is given the number of the repetition.
        needs: Modules without which it can't be measured.
    """

    label: str
    once: Callable[[int], float]
    needs: tuple[str, ...] = ()

    def missing(self) -> str:
        """Say what is not installed; "" when all is there."""
        absent = [name for name in self.needs if find_spec(name) is None]
        return f"not installed: {', '.join(absent)}" if absent else ""


@dataclass
class Measured:
    """The values of a row's sides, in the order they were taken.

    Attributes:
        values: What each side cost, by label.
        missing: Why a side was not measured, by label.
        notes: What else belongs to the figures.
        load: Load average of the machine before and after.
    """

    values: dict[str, list[float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    notes: str = ""
    load: tuple[float, float] = (0.0, 0.0)
    at: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "values": self.values,
            "missing": self.missing,
            "notes": self.notes,
            "load": list(self.load),
            "at": self.at,
        }


def in_turn(sides: Sequence[Side], repeat: int, warm: int = 1) -> Measured:
    """Ask every side in turn, A B A B.

    Args:
        sides: What is compared.
        repeat: How often each is measured.
        warm: How often each is asked before that, unmeasured.
    """
    found = Measured(at=datetime.now(UTC).isoformat(timespec="seconds"))
    before = getloadavg()[0]
    found.missing = {side.label: words for side in sides if (words := side.missing())}
    present = [side for side in sides if side.label not in found.missing]
    found.values = {side.label: [] for side in present}
    for turn in range(-warm, repeat):
        for side in present:
            value = side.once(turn)
            if turn >= 0:
                found.values[side.label].append(value)
    found.load = (round(before, 2), round(getloadavg()[0], 2))
    return found


def timed(work: Callable[[int], object]) -> Callable[[int], float]:
    """Return a function that does the work and returns the seconds it took."""

    def once(turn: int) -> float:
        started = time.perf_counter()
        work(turn)
        return time.perf_counter() - started

    return once


def wait_until(ready: Callable[[], object], seconds: float, what: str) -> float:
    """Wait for something and return the seconds it took; TimeoutError names what did not come."""
    started = time.perf_counter()
    while not ready():
        if time.perf_counter() - started > seconds:
            raise TimeoutError(f"{what} did not come within {seconds:g} s")
        time.sleep(WAIT_STEP)
    return time.perf_counter() - started
