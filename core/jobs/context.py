"""What a job's function is given: where to work, how to report, whether to stop."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.jobs.directory import JobDirectory
from core.jobs.records import JobSpec, JobState, plain_text
from core.store import Store

REPORT_PERIOD = 0.5  # seconds between two writes of the state
_CANCEL_PERIOD = 0.05  # seconds between two looks for the cancel flag: it is asked for at each batch


class Cancelled(Exception):  # noqa: N818 - not an error: the job did what it was asked to do
    """Raised by a job's function that stops because it was asked to.

    Args:
        result: What is usable all the same, for example the run with the best weights so far.
    """

    def __init__(self, result: dict[str, Any] | None = None) -> None:
        super().__init__("cancelled")
        self.result = result or {}


class EndedEarlyError(Exception):
    """Raised by a job's function that could not go on and has something usable all the same.

    Args:
        problem: What it lacked, in words for the job's owner.
        result: What is usable, for example the run with the best weights so far.
    """

    def __init__(self, problem: str, result: dict[str, Any]) -> None:
        super().__init__(problem)
        self.result = result


class Estimate:
    """Tells how long the rest takes, from how fast the fraction grew of late.

    Args:
        clock: A clock that nobody sets, in seconds.
        memory: Seconds after which an observation counts for about a third.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, memory: float = 15.0) -> None:
        self._clock = clock
        self._memory = memory
        self._start: tuple[float, float] | None = None
        self._last: tuple[float, float] | None = None
        self._speed = 0.0

    def seconds(self, fraction: float) -> float | None:
        """Return the seconds left at this fraction; None while there is nothing to tell it from."""
        now = self._clock()
        if self._start is None or self._last is None or fraction < self._last[1]:
            self._start = self._last = (now, fraction)
            return None
        elapsed = now - self._last[0]
        if elapsed > 0 and fraction > self._last[1]:
            speed = (fraction - self._last[1]) / elapsed
            # The first observations are averaged from the start, later ones fade with time.
            weight = min(1.0, max(elapsed / self._memory, elapsed / max(now - self._start[0], 1e-9)))
            self._speed += weight * (speed - self._speed)
            self._last = (now, fraction)
        if self._speed <= 0 or now - self._start[0] < 1.0:
            return None
        return max(0.0, (1.0 - fraction) / self._speed - (now - self._last[0]))


class JobContext:
    """The link between a job's function and its record.

    Attributes:
        store: The store.
        id: The job's id.
        spec: What was asked for.
        directory: Kept from one attempt to the next: the place for checkpoints.
        attempt: 1 the first time, one more after each resume.
    """

    def __init__(self, store: Store, record: JobDirectory, spec: JobSpec, state: JobState) -> None:
        self.store = store
        self.id = record.id
        self.spec = spec
        self.directory: Path = record.scratch()
        self.attempt = state.attempt
        self._record = record
        self._state = state
        self._estimate = Estimate(time.monotonic)
        self._written = -REPORT_PERIOD
        self._looked = -_CANCEL_PERIOD
        self._cancelled = False
        self._told: dict[str, Any] = {}
        self._message = state.message

    @property
    def state(self) -> JobState:
        """The state as this process last wrote it."""
        return self._state

    def report(self, fraction: float, message: str | None = None, *, new_pace: bool = False) -> None:
        """Tell how far the job is; written at most twice a second.

        Args:
            fraction: From 0 to 1.
            message: What is being done, in words for its owner; the last one stays when None.
            new_pace: Whether what was slow or quick until here says nothing of the rest.
        """
        now = time.monotonic()
        if new_pace:
            self._estimate = Estimate(time.monotonic)
        fraction = min(1.0, max(0.0, float(fraction)))
        eta = self._estimate.seconds(fraction)
        self._told = {"fraction": fraction, "eta_seconds": eta}
        if message is not None:
            self._message = plain_text(message, 300)
        if now - self._written >= REPORT_PERIOD:
            self._written = now
            self._state = self._record.change(self._state, **self.told())

    def told(self) -> dict[str, Any]:
        """Return what was reported last, whether it is written already or not."""
        return {**self._told, "message": self._message}

    def row(self, row: dict[str, Any]) -> None:
        """Add one row of metrics, for example an epoch."""
        self._record.append_row(row)

    def cancelled(self) -> bool:
        """Return whether somebody asked for an end; cheap enough for every batch."""
        now = time.monotonic()
        if not self._cancelled and now - self._looked >= _CANCEL_PERIOD:
            self._looked = now
            self._cancelled = self._record.cancel_requested()
            if self._cancelled:
                # Who says that it stops is given the time to save what it has.
                self._state = self._record.change(self._state, stopping=True)
        return self._cancelled

    def stop_if_cancelled(self) -> None:
        """Raise Cancelled if somebody asked for an end."""
        if self.cancelled():
            raise Cancelled
