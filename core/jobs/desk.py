"""The desk where jobs are submitted, looked at, cancelled and resumed."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from core.errors import HeedError, JobError, NotFoundError, StoreError
from core.jobs.directory import JobDirectory, Rows, create_directory
from core.jobs.folder import JobFolder
from core.jobs.kinds import KINDS, require_kind
from core.jobs.launch import RunnerOptions, ensure_runner, runner_alive, wake
from core.jobs.locks import holding
from core.jobs.records import RESUMABLE, ConflictError, Job, JobSpec, JobState, Problem, new_state
from core.store import Store

QUEUE_LIMIT = 400  # jobs that wait or run; more are refused with a clear word
PAYLOAD_LIMIT = 1_000_000  # characters of the payload as text
_WAIT_STEP = 0.1  # seconds between two looks of `wait`
_ELECTION_PERIOD = 3.0  # seconds between two starts of a runner by one desk
_QUEUE_LOCK = "jobs-queue"


class JobDesk:
    """Submits jobs and tells how they stand; cheap to build, safe to share between threads.

    Args:
        store: The store whose jobs these are.
        options: How a runner is started when one is needed; tests add kinds of their own here.
    """

    def __init__(self, store: Store, options: RunnerOptions | None = None) -> None:
        self.store = store
        self._options = options or RunnerOptions()
        self._kinds: Mapping[str, str] = {**KINDS, **dict(self._options.kinds)}
        self._folder = JobFolder(store)
        self._elected = -_ELECTION_PERIOD

    def submit(self, spec: JobSpec) -> str:
        """Write a job down and return its id; nothing runs until a runner is told (`ensure_runner`).

        Raises:
            JobError: If the kind is unknown, the payload too large, or too many jobs wait.
        """
        self._require_legal(spec)
        with holding(self.store.lock(_QUEUE_LOCK)):
            jobs = self._folder.scan()
            for job in jobs:
                if spec.nonce and (job.spec.nonce, job.spec.owner) == (spec.nonce, spec.owner):
                    return job.id
            _require_room(jobs)
            return create_directory(self.store, spec, new_state(_next_sequence(jobs)))

    def submit_all(self, specs: Sequence[JobSpec]) -> tuple[str, ...]:
        """Write several jobs down and return their ids; when one is refused, none stays in the queue."""
        ids: list[str] = []
        try:
            for spec in specs:
                ids.append(self.submit(spec))  # noqa: PERF401 - what was submitted before an error must be known
        except HeedError:
            for id in ids:
                self.cancel(id)
            raise
        return tuple(ids)

    def submit_named(self, specs: Mapping[str, JobSpec]) -> tuple[str, ...]:
        """Write several jobs down under ids chosen before; return the ids of those that were new.

        Raises:
            JobError: If one is refused; nothing has been written then.
            StoreError: If one can't be written; those before it are there.
        """
        for spec in specs.values():
            self._require_legal(spec)
        with holding(self.store.lock(_QUEUE_LOCK)):
            new = {id: spec for id, spec in specs.items() if not (self.store.jobs.path / id).exists()}
            jobs = self._folder.scan()
            _require_room(jobs, len(new))
            first = _next_sequence(jobs)
            for place, (id, spec) in enumerate(new.items()):
                create_directory(self.store, spec, new_state(first + place), id)
        return tuple(new)

    def get(self, id: str) -> Job:
        """Return one job; NotFoundError if there is none."""
        job = self._folder.job(id)
        if job.state.ended_for_now:
            return job
        self._reconcile()
        return self._folder.job(id)

    def list(self) -> tuple[Job, ...]:
        """Return all jobs, newest first; cheap enough to ask once a second from several tabs."""
        return self._reconcile()

    def cancel(self, id: str) -> Job:
        """Ask a job to stop: one that waits is cancelled at once, one that runs within the grace time.

        Asking twice, or when it has ended, changes nothing.
        """
        record = self._record(id)
        state = record.state_or_damaged()
        while state.state == "queued":
            try:
                state = record.change(state, state="cancelled", message="Cancelled before it began")
            except ConflictError:
                state = record.state()
        if state.active:
            record.request_cancel()
            self.ensure_runner()
        return self._folder.job(id)

    def resume(self, id: str) -> str:
        """Put an interrupted, failed or cancelled job back into its queue, checkpoints kept; return its id.

        Raises:
            JobError: If it is done, or has not ended.
        """
        record = self._record(id)
        state = self.get(id).state
        if state.state not in RESUMABLE:
            raise JobError(
                f"a job can be resumed when it was interrupted, failed or cancelled; {id} is {state.state}"
            )
        with holding(self.store.lock(_QUEUE_LOCK)):
            jobs = self._folder.scan()
            _require_room(jobs)
            _put_back(record, state, _next_sequence(jobs))
        return id

    def resume_all(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Put those of some jobs that ended early back into their queue, in this order; return their ids.

        Raises:
            JobError: If too many would wait; nothing has been put back then.
        """
        with holding(self.store.lock(_QUEUE_LOCK)):
            jobs = {job.id: job for job in self._reconcile()}
            wanted = [jobs[id] for id in ids if id in jobs and jobs[id].resumable]
            _require_room(tuple(jobs.values()), len(wanted))
            first = _next_sequence(tuple(jobs.values()))
            back = []
            for place, job in enumerate(wanted):
                with suppress(ConflictError):  # somebody else put it back a moment ago
                    _put_back(self._record(job.id), job.state, first + place)
                    back.append(job.id)
        return tuple(back)

    def rows(self, id: str, offset: int = 0) -> Rows:
        """Return the rows of metrics from an offset on, and the offset to ask from next time."""
        return self._record(id).rows(offset)

    def log(self, id: str) -> str:
        """Return the end of a job's log."""
        return self._record(id).log_text()

    def wait(self, id: str, on_change: Callable[[Job], None] | None = None) -> Job:
        """Return a job once it has ended.

        Args:
            id: The job.
            on_change: Called with the job at each change of its state.
        """
        version = -1
        while True:
            job = self.get(id)
            if on_change is not None and job.state.version != version:
                version = job.state.version
                on_change(job)
            if job.state.ended_for_now:
                return job
            time.sleep(_WAIT_STEP)

    def ensure_runner(self) -> None:
        """Start a runner unless one lives, and tell it to look at the queue."""
        self._elected = time.monotonic()
        ensure_runner(self.store, self._options)

    def wake(self, id: str) -> None:
        """Tell a living runner about a job; a runner that misses it finds the job a second later."""
        wake(self.store, id)

    def _require_legal(self, spec: JobSpec) -> None:
        require_kind(spec.kind, self._kinds)
        if len(spec.model_dump_json()) > PAYLOAD_LIMIT:
            raise JobError(f"a job's payload must have at most {PAYLOAD_LIMIT} characters")

    def _record(self, id: str) -> JobDirectory:
        return JobDirectory(self.store.jobs.directory(id))

    def _reconcile(self) -> tuple[Job, ...]:
        """Tell what died with its runner, start a new runner where work waits, and return all jobs."""
        jobs = self._folder.scan()
        open_jobs = [job for job in jobs if not job.state.ended_for_now]
        if not open_jobs or runner_alive(self.store):
            return jobs
        waiting = False
        for job in open_jobs:
            record = JobDirectory(self.store.jobs.path / job.id)
            if job.state.state != "running":
                waiting = waiting or job.spec.queue != "here"
            elif record.alive():
                waiting = waiting or job.cancelling
            else:
                _interrupt(record, job.state)
        if waiting and time.monotonic() - self._elected >= _ELECTION_PERIOD:
            self.ensure_runner()
        return self._folder.scan()


def _interrupt(record: JobDirectory, seen: JobState) -> None:
    problem = Problem(kind="interrupted", message="the process ended unexpectedly")
    try:
        record.change(seen, state="interrupted", error=problem, process=None)
    except (ConflictError, NotFoundError, StoreError):
        return  # it has ended otherwise meanwhile, or can't be written now: the next look tells


def _put_back(record: JobDirectory, seen: JobState, sequence: int) -> None:
    changes: dict[str, Any] = {
        "state": "queued",
        "attempt": seen.attempt + 1,
        "sequence": sequence,
        "message": "",
        "ended": None,
        "error": None,
        "process": None,
        "result": {},
        "stopping": False,
    }
    record.forget_cancel()
    record.change(seen, **changes)


def _require_room(jobs: tuple[Job, ...], wanted: int = 1) -> None:
    count = sum(not job.state.ended_for_now for job in jobs)
    if wanted and count + wanted > QUEUE_LIMIT:
        more = "" if wanted == 1 else f", and {wanted} more are asked for"
        raise JobError(
            f"at most {QUEUE_LIMIT} jobs may wait or run; there are {count}{more}: wait or cancel some"
        )


def _next_sequence(jobs: tuple[Job, ...]) -> int:
    return 1 + max((job.state.sequence for job in jobs), default=0)
