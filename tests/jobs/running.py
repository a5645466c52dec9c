"""A desk with a real runner for tests, which leaves no process behind."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from core.jobs import Job, JobDesk, JobSpec
from core.jobs.launch import log_path, runner_alive
from core.jobs.processes import end_group, lives
from core.store import Store
from tests.jobs.kinds import OPTIONS
from tests.waiting import wait_until

PROJECT = str(Path(__file__).resolve().parents[2])
PATIENCE = 30.0


@contextmanager
def running_desk(store: Store, **environment: str) -> Iterator[JobDesk]:
    """Give a desk that knows the kinds of tests; at the end no process works for the store any more."""
    usual = {
        "PYTHONPATH": PROJECT,
        "HEED_SLOTS": "2",
        "HEED_RUNNER_IDLE": "300",
        "HEED_CANCEL_GRACE": "0.5",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**usual, **environment}.items():
            patch.setenv(name, value)
        try:
            yield JobDesk(store, OPTIONS)
        finally:
            end_all(store)


def start(desk: JobDesk, kind: str, queue: str = "train", **payload: object) -> str:
    """Submit a job and have it run."""
    id = desk.submit(JobSpec(kind=kind, payload=payload, queue=queue))
    desk.ensure_runner()
    return id


def reaches(desk: JobDesk, id: str, state: str, seconds: float = PATIENCE) -> Job:
    """Return the job once it is in a state."""
    wait_until(lambda: desk.get(id).state.state == state, seconds, f"job {state}")
    return desk.get(id)


def ends(desk: JobDesk, id: str, seconds: float = PATIENCE) -> Job:
    """Return the job once it has ended."""
    wait_until(lambda: desk.get(id).state.ended_for_now, seconds, "end of the job")
    return desk.get(id)


def pid_of(desk: JobDesk, id: str) -> int:
    """Return the number of the process that executes a job."""
    process = desk.get(id).state.process
    assert process is not None
    return process.pid


def held_at(desk: JobDesk, stage: str) -> str:
    """Return a job that waits in a stage of its work."""
    id = start(desk, "stages", hold=stage)
    wait_until(lambda: desk.rows(id)[0], PATIENCE, f"stage {stage}")
    return id


def runners(store: Store) -> list[psutil.Process]:
    """Return the runners of a store, its servers of processes not among them."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            line = process.cmdline()
            if "core.jobs.runner" in line and str(store.root) in line:
                found.append(process)
    return found


def kill_runner(store: Store) -> int:
    """Kill the runner as the system would, and return the number of its process."""
    (runner,) = runners(store)
    runner.send_signal(signal.SIGKILL)
    wait_until(lambda: not runner_alive(store), 5, "end of the runner")
    return runner.pid


def end_all(store: Store) -> None:
    """End the runner and its jobs."""
    for runner in runners(store):
        family = [*runner.children(recursive=True), runner]
        for process in family:
            with suppress(psutil.Error):
                process.kill()
    for job in JobDesk(store, OPTIONS)._folder.scan():
        process = job.state.process
        if process is not None and lives(process) and process.pid != os.getpid():
            end_group(process)


def end_runner(store: Store) -> None:
    """End the runner of a store with its jobs if one lives, also one that is being started just now."""
    for thread in threading.enumerate():
        if thread.name.endswith("(ensure_runner)"):
            thread.join()
    if runner_alive(store):
        end_all(store)


def runner_log(store: Store) -> str:
    """Return what the runners wrote."""
    path = log_path(store)
    return path.read_text() if path.exists() else ""
