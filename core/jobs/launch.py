"""Starting the one runner of a store, and waking it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import diskcache

from core.jobs.locks import HandedLock, is_held, take
from core.store import Store

RUNNER_LOCK = "jobs-runner"
_LOG_LIMIT = 5_000_000  # bytes after which the runner's log is put aside
_WAKE_SIZE = 16 * 2**20
_PATIENCE = 0.2  # seconds: others who ask whether a runner lives take its lock for a moment

# Jobs run side by side with one thread each: small recurrent models gain nothing from a second one.
ONE_THREAD: Mapping[str, str] = MappingProxyType(
    {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "NUMBA_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
)


@dataclass(frozen=True)
class RunnerOptions:
    """What a runner is told at its start beside its environment.

    Attributes:
        kinds: Further kinds of jobs, name -> "module:function"; only tests give any.
        preload: Modules that the processes for trainings have imported beforehand; None means the usual.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    preload: tuple[str, ...] | None = None

    def arguments(self) -> list[str]:
        """Return the options as arguments of `python -m core.jobs.runner`."""
        kinds = [f"--kind={name}={target}" for name, target in self.kinds.items()]
        return kinds if self.preload is None else [*kinds, f"--preload={','.join(self.preload)}"]


def runner_alive(store: Store) -> bool:
    """Tell whether a runner works for this store."""
    return is_held(store.root / "locks" / RUNNER_LOCK)


def runner_lock(store: Store) -> HandedLock:
    """Return the lock whose holder is the runner."""
    return HandedLock(store.lock(RUNNER_LOCK).path)


def ensure_runner(store: Store, options: RunnerOptions) -> None:
    """Start a runner unless one lives.

    Whoever wins the lock starts the runner and hands the lock to it: of many who ask at once, one does.
    """
    lock = runner_lock(store)
    if runner_alive(store) or not take(lock, _PATIENCE):
        wake(store, "")
        return
    try:
        _start(store, options, lock.descriptor or 0)
    finally:
        lock.hand_over()


def _start(store: Store, options: RunnerOptions, lock: int) -> None:
    project = str(Path(__file__).resolve().parents[2])
    paths = [project, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}
    command = [sys.executable, "-P", "-m", "core.jobs.runner", str(store.root)]
    command += [f"--lock={lock}", *options.arguments()]
    with _open_log(store).open("ab") as log:
        # The shell ends at once, so the runner belongs to no web worker: it outlives it and leaves no zombie.
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *command],
            check=True,
            cwd=store.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(lock,),
            start_new_session=True,
        )


def wake_queue(store: Store) -> diskcache.Deque:
    """Return the queue that wakes the runner; losing it loses nothing."""
    return diskcache.Deque.fromcache(
        diskcache.Cache(str(store.cache / "wake"), size_limit=_WAKE_SIZE, timeout=1)
    )


def wake(store: Store, id: str) -> None:
    """Tell the runner that there is something to do."""
    try:
        queue = wake_queue(store)
        queue.append(id)
        queue.cache.close()
    except (OSError, sqlite3.Error, diskcache.Timeout):
        # The job is written down; the runner looks by itself each second.
        return


def log_path(store: Store) -> Path:
    """Return where the runner writes what happens."""
    return store.cache / "runner.log"


def _open_log(store: Store) -> Path:
    path = log_path(store)
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        shutil.move(path, path.with_suffix(".log.1"))
    path.touch(mode=0o600)
    return path
