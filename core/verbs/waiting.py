"""Waiting for trainings: executed here or in the job slots, told of as they change, and what went wrong."""

import os
import threading
import time
from collections.abc import Callable, Sequence

from core.errors import JobError
from core.jobs import Job, JobDesk, execute

Watch = Callable[[tuple[Job, ...]], None]
LOOK_EVERY = 0.1  # seconds between two looks at the jobs
MOST_TOLD = 5


def execute_here(desk: JobDesk, jobs: Sequence[str], watch: Watch | None) -> None:
    """Execute those of some jobs that wait in this process, until one is stopped from the keyboard."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # what TensorFlow says at its start is not for users
    if watch is not None:
        threading.Thread(target=ended, args=(desk, jobs, watch), daemon=True).start()
    for place, job in enumerate(jobs):
        if desk.get(job).state.state != "queued":
            continue
        error = execute(desk.store.root, job).error
        if error is not None and error.kind == "stopped":
            for waiting in jobs[place + 1 :]:
                desk.cancel(waiting)
            return


def ended(desk: JobDesk, ids: Sequence[str], watch: Watch | None) -> tuple[Job, ...]:
    """Return the jobs once all have ended, telling of every change meanwhile."""
    versions: list[int] = []
    while True:
        jobs = tuple(desk.get(id) for id in ids) if len(ids) == 1 else _several(desk, ids)
        seen = [job.state.version for job in jobs]
        if watch is not None and seen != versions:
            versions = seen
            watch(jobs)
        if all(job.state.ended_for_now for job in jobs):
            return jobs
        time.sleep(LOOK_EVERY)


def require_done(jobs: Sequence[Job], experiment: str = "") -> None:
    """Raise JobError that names the trainings that did not end well, if there are any."""
    failed = [job for job in jobs if job.state.state != "done"]
    if not failed:
        return
    told = [why(job) for job in failed[:MOST_TOLD]]
    told += [f"and {len(failed) - MOST_TOLD} more"] if len(failed) > MOST_TOLD else []
    shown = f"; `heed experiment show {experiment}` tells of all" if experiment else ""
    raise JobError("; ".join(told) + shown)


def why(job: Job) -> str:
    """Return why a training did not end well."""
    reason = job.state.error.message if job.state.error is not None else job.state.message
    kept = (
        f"; run {job.state.result['run']} keeps the best weights so far" if "run" in job.state.result else ""
    )
    return f"job {job.id} is {job.state.state}{': ' if reason else ''}{reason}{kept}"


def _several(desk: JobDesk, ids: Sequence[str]) -> tuple[Job, ...]:
    known = {job.id: job for job in desk.list()}
    return tuple(known[id] if id in known else desk.get(id) for id in ids)
