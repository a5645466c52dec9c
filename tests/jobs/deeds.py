"""Changes of jobs that the fault tests strike, beside those of tests/faults/deeds.py."""

import random  # noqa: F401 - imported here so that it is no call of a deed
from pathlib import Path

from core.jobs import JobDesk, JobSpec, execute
from core.jobs.directory import JobDirectory, create_directory
from core.jobs.records import new_state
from core.store import Manifest, Store
from tests.faults import deeds
from tests.jobs import kinds

SPEC = JobSpec(kind="work", payload={"steps": 2, "seconds": 0.0}, nonce="struck", queue="here")


def job_of(store: Store) -> str:
    """Return the one job of the store, made when there is none."""
    ids = store.jobs.ids()
    return ids[0] if ids else create_directory(store, SPEC, new_state(1))


def submit(store: Store) -> None:
    JobDesk(store, kinds.OPTIONS).submit(SPEC)


def execute_job(store: Store) -> None:
    execute(Path(store.root), job_of(store), kinds.OPTIONS.kinds)


def resume(store: Store) -> None:
    JobDesk(store, kinds.OPTIONS).resume(job_of(store))


def cancel(store: Store) -> None:
    JobDesk(store, kinds.OPTIONS).cancel(job_of(store))


def end_badly(store: Store) -> None:
    """Make a job that can be resumed."""
    record = JobDirectory(store.jobs.directory(job_of(store)))
    record.change(record.change(record.state(), state="running"), state="interrupted")


DEEDS = (submit, execute_job, resume, cancel)

if __name__ == "__main__":
    Manifest(name="imported")
    deeds.DEEDS.update({deed.__name__: deed for deed in DEEDS})
    deeds.main()
