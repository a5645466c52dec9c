"""What a job's process does around the job: its own group, low priority, its own log."""

import faulthandler
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from core.errors import HeedError
from core.jobs.body import AlreadyTakenError, execute
from core.jobs.directory import JobDirectory
from core.jobs.processes import REFUSED
from core.store import Store

NICE = 10


def run(root: str, id: str, kinds: Mapping[str, str]) -> None:
    """Be the process of one job; does not return.

    Args:
        root: The store's directory.
        id: The job.
        kinds: Where the function of each kind lives.
    """
    _stand_alone()
    store = Store(Path(root))
    _write_log(JobDirectory(store.jobs.directory(id)).log)
    scratch = _own_temporary_files(store)
    status = 0
    try:
        execute(Path(root), id, kinds)
    except AlreadyTakenError:
        status = REFUSED
    except HeedError:
        logging.getLogger("heed.jobs").exception("job %s could not be written down", id)
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    shutil.rmtree(scratch, ignore_errors=True)
    # A thread that the job left behind must not keep its slot.
    os._exit(status)


def _stand_alone() -> None:
    if os.getpgid(0) != os.getpid():
        os.setpgid(0, 0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.nice(max(0, NICE - os.nice(0)))


def _own_temporary_files(store: Store) -> str:
    """Give libraries a place for temporary files that goes with the job; TensorFlow leaves some behind."""
    scratch = tempfile.mkdtemp(prefix="job-", dir=store.tmp)
    tempfile.tempdir = os.environ["TMPDIR"] = scratch
    return scratch


def _write_log(path: Path) -> None:
    """Send what is printed to the job's log, errors to the runner's log too."""
    runners = os.dup(2)
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for given, wanted in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(given, wanted)
    os.close(log)
    if nothing > 2:
        os.close(nothing)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False, errors="replace")
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False, errors="replace")
    faulthandler.enable(file=2)
    shared = logging.StreamHandler(os.fdopen(runners, "w", buffering=1))
    shared.setLevel(logging.ERROR)
    form = f"%(asctime)s {path.parent.name} %(name)s %(levelname)s %(message)s"
    logging.basicConfig(
        level=logging.INFO, format=form, handlers=[logging.StreamHandler(), shared], force=True
    )
