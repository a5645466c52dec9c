"""Jobs from the pages: written down first, then handed to where they run."""

import threading
import time
from functools import cache
from typing import Any

from core.errors import JobError, NotFoundError
from core.jobs import Job, JobSpec
from dashboard.background import RunnerManager, hand_over
from dashboard.services import library
from dashboard.settings import load_settings

EXPECTED_AGAIN = 60.0  # seconds until a page that is looked at asks for a runner once more
_expected = -EXPECTED_AGAIN


def expect() -> None:
    """Have a runner load TensorFlow ahead: somebody looks at a page where trainings are started.

    It ends by itself when nothing comes. `HEED_WARM=0` leaves it to the first training.
    """
    global _expected  # noqa: PLW0603 - when this process asked last
    now = time.monotonic()
    if now - _expected < EXPECTED_AGAIN or not load_settings().warm:
        return
    _expected = now
    threading.Thread(target=library.desk().ensure_runner, daemon=True).start()


@cache
def manager() -> RunnerManager:
    """Return the backend of this process."""
    return RunnerManager(library.desk())


def submit(*specs: JobSpec) -> tuple[str, ...]:
    """Write jobs down, hand them to where they run, and return their ids; all of them or none.

    Raises:
        JobError: If too many jobs wait.
    """
    ids = library.desk().submit_all(specs)
    start(*ids)
    return ids


def start(*identifiers: str) -> None:
    """Hand jobs that are written down to where they run."""
    for identifier in identifiers:
        hand_over(manager(), identifier)


def resume(identifier: str) -> None:
    """Put a job that ended early back into its queue.

    Raises:
        JobError: If it can't be resumed, or only where it was started.
    """
    if library.desk().get(identifier).spec.queue == "here":
        raise JobError(f"this job belongs to a shell: go on with heed resume {identifier}")
    library.desk().resume(identifier)
    hand_over(manager(), identifier)


def stop(identifier: object, *kinds: str) -> None:
    """Cancel a job if it is of one of these kinds; nothing happens to another one, or to none."""
    found = find(identifier) if isinstance(identifier, str) else None
    if found is not None and found.spec.kind in kinds:
        library.desk().cancel(found.id)


def newest(kind: str, payload: dict[str, Any]) -> Job | None:
    """Return the last job that was asked for just this, or None."""
    for job in library.desk().list():
        if job.spec.kind == kind and job.spec.payload == payload:
            return job
    return None


def find(identifier: str | None) -> Job | None:
    """Return a job, or None if it is gone."""
    if not identifier:
        return None
    try:
        return library.desk().get(identifier)
    except NotFoundError:
        return None
