"""The one process of a store that executes its jobs: `python -m core.jobs.runner HOME`."""

import argparse
import logging
import os
import signal
import sqlite3
import sys
import time
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import diskcache

from core.errors import HeedError
from core.jobs.crew import Crew
from core.jobs.folder import JobFolder
from core.jobs.kinds import KINDS
from core.jobs.launch import ONE_THREAD, RunnerOptions, runner_lock, wake_queue
from core.jobs.locks import take
from core.jobs.nursery import quick_nursery, train_nursery, warm
from core.store import Store, open_store
from core.store.verify import sweep

IDLE = 600.0  # seconds without work after which the runner ends; HEED_RUNNER_IDLE
GRACE = 10.0  # seconds that a job has to stop by itself; HEED_CANCEL_GRACE
_PATIENCE = 1.0  # seconds: who asks whether a runner lives takes its lock for a moment
_SWEEP = 3600.0  # seconds between two looks for what dead writers left, and for what is old in the trash
_GLANCE = 0.025  # seconds between two looks at the wake queue
_PERIOD = 0.5  # seconds between two looks at everything
_log = logging.getLogger("heed.runner")


class Runner:
    """Starts jobs in order as slots become free, until there has been nothing to do for a while."""

    def __init__(self, store: Store, options: RunnerOptions) -> None:
        self._store = store
        self._folder = JobFolder(store)
        self._queue = wake_queue(store)
        self._slots = int(_number("HEED_SLOTS", os.cpu_count() or 1, 1))
        self._idle = _number("HEED_RUNNER_IDLE", IDLE, 0)
        self._nurseries = {"quick": quick_nursery(), "train": train_nursery(options.preload)}
        kinds = {**KINDS, **options.kinds}
        self._crew = Crew(store, self._nurseries, kinds, _number("HEED_CANCEL_GRACE", GRACE, 0))
        self._busy = time.monotonic()
        self._swept = -_SWEEP
        self._warmed: set[str] = set()

    def serve(self) -> None:
        """Work until idle, or until the store is gone."""
        self._warm("quick", *(() if os.environ.get("HEED_WARM") == "0" else ("train",)))
        while True:
            try:
                self.turn()
            except HeedError:
                if not self._store.jobs.path.is_dir():
                    return
                _log.exception("the jobs can't be looked after; trying again")
            if time.monotonic() - self._busy > self._idle:
                return
            self._sleep()

    def turn(self) -> None:
        """Look at all jobs once, and start those that a slot is free for; now and then, tidy the store up."""
        self._crew.turn()
        jobs = self._folder.scan()
        self._crew.adopt(jobs)
        waiting = [job for job in reversed(jobs) if job.state.state == "queued" and job.spec.queue != "here"]
        if any(job.spec.queue == "train" for job in waiting):
            self._warm("train")
        for job in waiting:
            if self._free(job.spec.queue):
                self._crew.take(job)
        if waiting or self._crew.hands:
            self._busy = time.monotonic()
        if time.monotonic() - self._swept > _SWEEP:
            self._swept = time.monotonic()
            gone = sweep(self._store)
            if gone.leftovers or gone.trashed:
                _log.info("removed %d leftovers, %d from the trash", gone.leftovers, gone.trashed)

    def _warm(self, *queues: str) -> None:
        """Begin to import what jobs of these queues need, unless that was begun."""
        cold = [queue for queue in queues if queue not in self._warmed]
        self._warmed.update(cold)
        if cold:
            warm([self._nurseries[queue] for queue in cold])

    def pending(self) -> bool:
        """Tell whether a job waits."""
        return any(job.state.state == "queued" and job.spec.queue != "here" for job in self._folder.scan())

    def _free(self, queue: str) -> bool:
        trains, quick = self._crew.count("train"), self._crew.count("quick")
        # One slot more is kept for quick jobs: nobody waits for a dataset behind trainings.
        return trains + quick <= self._slots and (queue == "quick" or trains < self._slots)

    def _sleep(self) -> None:
        until = time.monotonic() + _PERIOD
        warming = [self._nurseries[queue] for queue in self._warmed if not self._nurseries[queue].ready]
        while time.monotonic() < until:
            if wait(self._crew.sentinels(), _GLANCE) or self._woken():
                return
            if any(nursery.ready for nursery in warming):
                return

    def _woken(self) -> bool:
        try:
            if not len(self._queue):
                return False
            self._queue.clear()
        except (OSError, sqlite3.Error, diskcache.Timeout):
            return False  # without it the runner looks by itself
        return True


def main(arguments: list[str]) -> int:
    """Be the runner of a store unless another is; returns an exit status."""
    parser = argparse.ArgumentParser(prog="python -m core.jobs.runner", description=__doc__)
    parser.add_argument("home", type=Path, help="the store's directory")
    parser.add_argument(
        "--kind", action="append", default=[], metavar="NAME=MODULE:FUNCTION", help="a further kind of job"
    )
    parser.add_argument("--lock", type=int, help="the open file by which the parent holds the runner's lock")
    parser.add_argument("--preload", metavar="MODULE,...", help="what trainings have imported beforehand")
    given = parser.parse_args(arguments)
    preload = None if given.preload is None else tuple(filter(None, given.preload.split(",")))
    kinds = dict(kind.split("=", 1) for kind in given.kind)
    _stand_alone()
    store = open_store(given.home)
    lock = runner_lock(store)
    if not (take(lock, _PATIENCE) if given.lock is None else lock.inherit(given.lock)):
        return 0
    runner = Runner(store, RunnerOptions(kinds, preload))
    _log.info("runner %d works for %s", os.getpid(), store.root)
    while True:
        runner.serve()
        lock.release()
        # A job that was submitted while we still held the lock would wait for ever.
        if not store.jobs.path.is_dir() or not runner.pending() or not take(lock, 0.0):
            _log.info("runner %d ends", os.getpid())
            return 0


def _stand_alone() -> None:
    os.umask(0o077)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for name, value in ONE_THREAD.items():
        os.environ[name] = value
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")


def _number(name: str, usual: float, least: float) -> float:
    given: Any = os.environ.get(name, "")
    try:
        return max(least, float(given)) if given else usual
    except ValueError:
        _log.warning("%s must be a number; got %.40r: taking %g", name, given, usual)
        return usual


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
