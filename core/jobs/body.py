"""Executing one job: the same body in the embedded runner, in a Celery worker and in a shell."""

import errno
import logging
import os
import resource
import secrets
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import HeedError, JobError
from core.jobs.context import Cancelled, EndedEarlyError, JobContext
from core.jobs.directory import JobDirectory
from core.jobs.kinds import KINDS, function_of
from core.jobs.locks import take
from core.jobs.processes import identify
from core.jobs.records import ConflictError, JobState, Problem, plain_text
from core.store import open_store

_PATIENCE = 1.0  # seconds: a reader that asks whether the lock is held takes it for a moment
_log = logging.getLogger("heed.jobs")


class AlreadyTakenError(JobError):
    """The job is executed by another process, or has ended."""


def execute(root: Path, id: str, kinds: Mapping[str, str] = KINDS) -> JobState:
    """Execute a job and return its final state; whatever goes wrong in it is written down, not raised.

    Args:
        root: The store's directory.
        id: The job.
        kinds: Where the function of each kind lives.

    Raises:
        AlreadyTakenError: If another process executes it or it does not wait: no job runs twice.
    """
    store = open_store(root)
    record = JobDirectory(store.jobs.directory(id))
    lock = record.lock()
    if not take(lock, _PATIENCE):
        raise AlreadyTakenError(f"job {id} is executed by another process")
    before = os.umask(0o077)  # checkpoints and logs are private, whoever writes them
    try:
        spec = record.spec()
        context = JobContext(store, record, spec, _begin(record))
        outcome = _outcome(context, kinds)
        return record.change(context.state, **outcome)
    finally:
        os.umask(before)
        lock.release()


def _begin(record: JobDirectory) -> JobState:
    state = record.state()
    if state.state not in {"queued", "starting"}:
        raise AlreadyTakenError(f"job {record.id} does not wait: it is {state.state}")
    try:
        return record.change(
            state,
            state="running",
            started=datetime.now(UTC),
            process=identify(os.getpid()),
        )
    except ConflictError as error:
        raise AlreadyTakenError(str(error)) from error


def _outcome(context: JobContext, kinds: Mapping[str, str]) -> dict[str, Any]:
    """Do the work and return the change that ends the job."""
    told = context.told
    try:
        context.stop_if_cancelled()
        result = function_of(context.spec.kind, kinds)(context, context.spec.payload)
    except Cancelled as stop:
        return {**told(), "state": "cancelled", "result": stop.result}
    except EndedEarlyError as stop:
        problem = Problem(kind="resources", message=plain_text(str(stop)))
        return {**told(), "state": "failed", "result": stop.result, "error": problem}
    except (KeyboardInterrupt, SystemExit) as error:
        words = (
            "from the keyboard"
            if isinstance(error, KeyboardInterrupt)
            else f"by sys.exit({error.code!r:.60})"
        )
        return {
            **told(),
            "state": "failed",
            "error": Problem(kind="stopped", message=f"the job was ended {words}"),
        }
    except Exception as error:  # noqa: BLE001 - whatever a job's function raises has to end in its record
        return {**told(), "state": "failed", "error": _problem(error)}
    return {**told(), "state": "done", "fraction": 1.0, "result": result}


def _problem(error: Exception) -> Problem:
    if isinstance(error, HeedError):
        return Problem(kind=error.kind, message=plain_text(str(error)))
    if isinstance(error, MemoryError):
        traceback.print_exc()
        return Problem(kind="memory", message=f"out of memory; the process had used {peak_megabytes()} MB")
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        traceback.print_exc()
        return Problem(kind="store", message=f"the disk is full: {os.strerror(error.errno)}")
    reference = secrets.token_hex(4)
    _log.error("internal error, reference %s", reference, exc_info=error)
    return Problem(kind="internal", message=f"Internal error, reference {reference}")


def peak_megabytes() -> int:
    """Return the most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
