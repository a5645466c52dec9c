"""What is struck in the fault tests: one change of a store each, done in a child that waits to be traced."""

import json
import mmap  # noqa: F401 - NumPy imports it at its first use, which is no call of a deed
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.errors import HeedError
from core.store import Manifest, Store
from core.store.files import append_line, write_json
from core.store.verify import sweep
from tests.faults.strace import BROKEN, REFUSED

ID = "struck-by-a-fault"
OLD = {"state": "queued", "version": 1, "message": "old" * 100}
NEW = {"state": "running", "version": 2, "message": "new" * 2000}


def publish(store: Store) -> None:
    with store.runs.publish(Manifest(id=ID, name="first")) as staging:
        staging.save_array("series.npy", np.arange(3000.0))
        staging.new_array("weights.npy", (30, 10), "f4")[:] = 1
        staging.save_json("history.json", [{"epoch": 1}])
        (staging.path / "model.onnx").write_bytes(b"x" * 100)
        staging.add("model.onnx")


def publish_job(store: Store) -> None:
    with store.jobs.publish(Manifest(id=ID)) as staging:
        staging.save_json("state.json", OLD)


def change_state(store: Store) -> None:
    write_json(store.jobs.directory(ID) / "state.json", NEW)


def append_row(store: Store) -> None:
    append_line(store.jobs.directory(ID) / "metrics.jsonl", {"epoch": 2})


def edit(store: Store) -> None:
    store.runs.edit(ID, name="second", notes="n" * 500)


def delete(store: Store) -> None:
    store.runs.delete(ID)


def restore(store: Store) -> None:
    store.runs.restore(ID)


def empty_trash(store: Store) -> None:
    sweep(store)


DEEDS: dict[str, Callable[[Store], None]] = {
    deed.__name__: deed
    for deed in (publish, publish_job, change_state, append_row, edit, delete, restore, empty_trash)
}


def _child(deed: str, home: str) -> None:
    code = BROKEN
    try:
        os.kill(os.getpid(), signal.SIGSTOP)
        DEEDS[deed](Store(Path(home)))
        code = 0
    except HeedError:
        code = REFUSED
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def main() -> None:
    """For each line of input start a child, tell its id, and later its exit code."""
    for line in sys.stdin:
        wanted = json.loads(line)
        child = os.fork()
        if not child:
            _child(wanted["deed"], wanted["home"])
        os.waitpid(child, os.WUNTRACED)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
