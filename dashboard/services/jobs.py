"""Jobs from the pages: written down first, then handed to where they run."""

from functools import cache

from core.errors import NotFoundError
from core.jobs import Job, JobSpec
from dashboard.background import RunnerManager, hand_over
from dashboard.services import library


@cache
def manager() -> RunnerManager:
    """Return the backend of this process."""
    return RunnerManager(library.desk())


def submit(*specs: JobSpec) -> tuple[str, ...]:
    """Write jobs down, hand them to where they run, and return their ids.

    Raises:
        JobError: If too many jobs wait.
    """
    desk = library.desk()
    ids = tuple(desk.submit(spec) for spec in specs)
    for identifier in ids:
        hand_over(manager(), identifier)
    return ids


def resume(identifier: str) -> None:
    """Put a job that ended early back into its queue."""
    library.desk().resume(identifier)
    hand_over(manager(), identifier)


def find(identifier: str | None) -> Job | None:
    """Return a job, or None if it is gone."""
    if not identifier:
        return None
    try:
        return library.desk().get(identifier)
    except NotFoundError:
        return None
