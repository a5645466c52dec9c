"""All jobs of a store, read again only when their files change."""

import os
from threading import Lock

from core.errors import HeedError
from core.jobs.directory import CANCEL, STATE, JobDirectory
from core.jobs.records import Job, JobSpec, JobState, damaged_state
from core.store import Store

_Stamp = tuple[int, int]


class JobFolder:
    """Lists the jobs; a scan costs one look at each state file and reads those that changed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._specs: dict[str, JobSpec] = {}
        self._states: dict[str, tuple[_Stamp, JobState]] = {}

    def scan(self) -> tuple[Job, ...]:
        """Return all jobs, newest first; those whose job.json can't be read are left out."""
        with self._lock:
            found = {}
            for id in self._store.jobs.ids():
                known = self._look(id)
                if known is not None:
                    found[id] = known
            self._forget(found)
        waiting: dict[str, list[tuple[int, str]]] = {}
        for id, (spec, state) in found.items():
            if state.state == "queued":
                waiting.setdefault(spec.queue, []).append((state.sequence, id))
        places = {id: place for queue in waiting.values() for place, (_, id) in enumerate(sorted(queue), 1)}
        jobs = [self._job(id, spec, state, places.get(id)) for id, (spec, state) in found.items()]
        return tuple(sorted(jobs, key=lambda job: (job.state.sequence, job.id), reverse=True))

    def job(self, id: str) -> Job:
        """Return one job; NotFoundError if there is none."""
        path = self._store.jobs.directory(id)
        with self._lock:
            known = self._look(id)
        if known is None:
            spec = JobDirectory(path).spec()  # raises the reason
            known = (spec, damaged_state())
        spec, state = known
        if state.state == "queued":
            return next((job for job in self.scan() if job.id == id), self._job(id, spec, state, None))
        return self._job(id, spec, state, None)

    def _job(self, id: str, spec: JobSpec, state: JobState, position: int | None) -> Job:
        cancelling = state.active and (self._store.jobs.path / id / CANCEL).exists()
        return Job.model_construct(id=id, spec=spec, state=state, position=position, cancelling=cancelling)

    def _look(self, id: str) -> tuple[JobSpec, JobState] | None:
        record = JobDirectory(self._store.jobs.path / id)
        try:
            if id not in self._specs:
                self._specs[id] = record.spec()
        except HeedError:
            return None
        return self._specs[id], self._state(record)

    def _state(self, record: JobDirectory) -> JobState:
        known = self._states.get(record.id)
        try:
            found = os.stat(record.path / STATE)  # noqa: PTH116 - half the cost of Path.stat, at each poll
            stamp = (found.st_mtime_ns, found.st_ino)
            if known is not None and known[0] == stamp:
                return known[1]
            self._states[record.id] = (stamp, record.state())
        except (OSError, HeedError):
            # The last good state is the best that is known of a damaged file.
            return known[1] if known is not None else damaged_state()
        return self._states[record.id][1]

    def _forget(self, found: dict[str, tuple[JobSpec, JobState]]) -> None:
        for id in self._specs.keys() - found.keys():
            self._specs.pop(id, None)
            self._states.pop(id, None)
