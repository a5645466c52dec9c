"""The jobs that a runner has in hand: started, watched, ended."""

import logging
import signal
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import StoreError
from core.jobs.directory import JobDirectory
from core.jobs.nursery import Child, Nursery
from core.jobs.processes import (
    REFUSED,
    describe_exit,
    end_group,
    identify,
    lives,
    memory_megabytes,
    out_of_memory_kills,
)
from core.jobs.records import ConflictError, Job, JobProcess, Problem
from core.store import Store

_LOST = 255  # what the libraries report when the server of processes died: the job itself may live
_KILL_AFTER = 3.0  # seconds between SIGTERM and SIGKILL
_STOPPING = 60.0  # seconds for a job that has seen the wish to cancel and saves what it has
_LOADING = "Loading TensorFlow"
_log = logging.getLogger("heed.runner")


@dataclass
class Hand:
    """One job in hand.

    Attributes:
        child: Its process as we forked it; None while it waits for its nursery, or when it was adopted.
        adopted: Whether an earlier runner forked it.
        asked: When its end was first seen to be asked for, by the clock that nobody sets.
    """

    record: JobDirectory
    queue: str
    child: Child | None = None
    process: JobProcess | None = None
    adopted: bool = False
    asked: float | None = None
    told: bool = False
    memory: int = 0
    starved_before: int = 0


class Crew:
    """Starts the processes of jobs, adopts those of an earlier runner, and writes down how each ended.

    Args:
        store: The store.
        nurseries: Where the processes of each queue are forked.
        kinds: Where the function of each kind lives.
        grace: Seconds that a job has to stop by itself.
    """

    def __init__(
        self, store: Store, nurseries: Mapping[str, Nursery], kinds: Mapping[str, str], grace: float
    ) -> None:
        self._store = store
        self._nurseries = nurseries
        self._kinds = kinds
        self._grace = grace
        self.hands: dict[str, Hand] = {}

    def count(self, queue: str) -> int:
        """Return how many jobs of a queue are in hand."""
        return sum(hand.queue == queue for hand in self.hands.values())

    def sentinels(self) -> list[int]:
        """Return what becomes readable when a process ends."""
        return [hand.child.sentinel for hand in self.hands.values() if hand.child is not None]

    def adopt(self, jobs: Iterable[Job]) -> None:
        """Take over what an earlier runner left: living jobs are watched, dead ones written down."""
        for job in jobs:
            if not job.state.active or job.id in self.hands:
                continue
            record = JobDirectory(self._store.jobs.path / job.id)
            if record.alive():
                if job.spec.queue != "here":
                    self.hands[job.id] = Hand(record, job.spec.queue, process=job.state.process, adopted=True)
            elif job.state.state == "starting" and record.cancel_requested():
                _change(record, "starting", state="cancelled", message="Cancelled before it began")
            elif job.state.state == "starting":
                # Nothing has been executed yet, and nothing can be twice: it goes back to its place.
                _change(record, "starting", state="queued", message="")
            else:
                self._settle(Hand(record, job.spec.queue, process=job.state.process, adopted=True), None)

    def take(self, job: Job) -> None:
        """Start a job that waits."""
        record = JobDirectory(self._store.jobs.path / job.id)
        ready = self._nurseries[job.spec.queue].ready
        message = _LOADING if job.spec.queue == "train" and not ready else ""
        if _change(record, "queued", state="starting", message=message):
            self.hands[job.id] = Hand(record, job.spec.queue, starved_before=out_of_memory_kills())
            self._fork(job.id)

    def turn(self) -> None:
        """Look after every job in hand once."""
        for id, hand in list(self.hands.items()):
            if hand.child is None and not hand.adopted:
                self._fork(id)
            elif hand.adopted:
                self._watch_adopted(id, hand)
            elif hand.child is not None and hand.child.exitcode is not None:
                self._reap(id, hand, hand.child.exitcode)
            if id in self.hands:
                self._hurry(hand)

    def _fork(self, id: str) -> None:
        hand = self.hands[id]
        nursery = self._nurseries[hand.queue]
        if hand.record.cancel_requested():
            if _change(hand.record, "starting", state="cancelled", message="Cancelled before it began"):
                del self.hands[id]
            return
        if not nursery.ready:
            return
        try:
            hand.child = nursery.fork(str(self._store.root), id, self._kinds)
        except (OSError, EOFError) as error:
            _log.exception("job %s could not be started", id)
            problem = Problem(kind="start", message=f"its process could not be started: {error!r:.200}")
            _change(hand.record, "starting", state="failed", error=problem)
            del self.hands[id]
            return
        hand.process = identify(hand.child.pid or 0)

    def _watch_adopted(self, id: str, hand: Hand) -> None:
        hand.process = hand.process or hand.record.state_or_damaged().process
        gone = hand.process is not None and not lives(hand.process)
        if gone or not hand.record.alive():
            self._end(id, hand, None)

    def _reap(self, id: str, hand: Hand, code: int) -> None:
        if code in (_LOST, REFUSED) and hand.record.alive():
            _log.warning("job %s is in another process's hands", id)
            hand.child, hand.adopted = None, True
            hand.process = hand.record.state_or_damaged().process
            return
        self._end(id, hand, None if code == _LOST else code)

    def _end(self, id: str, hand: Hand, code: int | None) -> None:
        if hand.process is not None:
            end_group(hand.process)  # what it started ends with it
        try:
            self._settle(hand, code)
        except StoreError:
            if hand.record.path.exists():
                _log.exception("the end of job %s could not be written down; trying again", id)
                return
        del self.hands[id]

    def _settle(self, hand: Hand, code: int | None) -> None:
        """Write down the end of a job whose process did not."""
        state = hand.record.state_or_damaged()
        if not state.active:
            return
        if hand.record.cancel_requested():
            changes: dict[str, Any] = {
                "state": "cancelled",
                "message": "Ended, since it did not stop by itself",
            }
        elif code == REFUSED:
            changes = {"state": "queued"}
        else:
            starved = not hand.adopted and out_of_memory_kills() > hand.starved_before
            name, problem = describe_exit(code, hand.memory, starved)
            changes = {"state": name, "error": problem}
            _log.warning("job %s %s: %s", hand.record.id, name, problem.message)
        _change(hand.record, state.state, **changes)

    def _hurry(self, hand: Hand) -> None:
        """End a job that was asked to stop and did not within the grace time."""
        if hand.process is None:
            return
        hand.memory = memory_megabytes(hand.process) or hand.memory
        if not hand.record.cancel_requested():
            hand.asked, hand.told = None, False
            return
        now = time.monotonic()
        hand.asked = hand.asked or now
        stopping = hand.record.state_or_damaged().stopping
        grace = max(self._grace, _STOPPING) if stopping else self._grace
        if now - hand.asked >= grace + _KILL_AFTER:
            end_group(hand.process)
        elif now - hand.asked >= grace and not hand.told:
            hand.told = True
            end_group(hand.process, signal.SIGTERM)


def _change(record: JobDirectory, expected: str, **changes: object) -> bool:
    """Change a state if it is still the expected one; False if somebody else was first."""
    state = record.state_or_damaged()
    if state.state != expected:
        return False
    try:
        record.change(state, **changes)
    except ConflictError:
        return False
    return True
