"""Handing jobs to where they run, through Dash's background managers.

Dash's own background callbacks are not used: their processes belong to one page load. What is used of them
is the one call that starts work in another place, `call_job_fn`, since it is the same for the embedded runner
and for Celery. It is half internal to Dash, so it is used in this module only, and `tests/background` holds
it to what it promises. The record of a job is in the store; nothing here is needed to find it again.
"""

from collections.abc import Mapping
from typing import Any

import diskcache
from dash.background_callback import DiskcacheManager
from dash.background_callback.managers import BaseBackgroundCallbackManager

from core.jobs import JobDesk, execute
from core.store import Store, open_store

_CACHE_SIZE = 64 * 2**20


def run_job(id: str) -> None:
    """Execute a job in this process: what a worker does that is handed an id."""
    execute(open_store().root, id)


JOB_KEY: str = BaseBackgroundCallbackManager.register_func(run_job, None, "heed-job")


class RunnerManager(DiskcacheManager):  # type: ignore[misc]
    """The embedded backend: the store's one runner is told the id, and no process is started here.

    The stock manager forks the web worker for each call: the job would inherit its listening socket and
    import TensorFlow anew.
    """

    def __init__(self, desk: JobDesk) -> None:
        self._desk = desk
        super().__init__(cache=background_cache(desk.store))

    def call_job_fn(
        self,
        key: str,  # noqa: ARG002 - Dash's signature
        job_fn: object,  # noqa: ARG002
        args: list[str],
        context: Mapping[str, Any],  # noqa: ARG002
    ) -> str:
        """Tell the runner about a job and return the job's id, which is its handle.

        Args:
            key: Name of the call; the record of the job says more.
            job_fn: What a worker would execute; the runner has the same body.
            args: The job's id.
            context: Empty: a job knows nothing of the request that asked for it.
        """
        (id,) = args
        self._desk.ensure_runner()
        return id

    def terminate_job(self, job: str | None) -> None:
        """Ask a job to stop."""
        if job is not None:
            self._desk.cancel(job)

    def terminate_unhealthy_job(self, job: str) -> bool:  # noqa: ARG002 - Dash's signature
        """Leave it to the runner, which sees a dead process by itself."""
        return False

    def job_running(self, job: str) -> bool:
        """Tell whether a job waits or runs."""
        return not self._desk.get(job).state.ended_for_now


def background_cache(store: Store) -> diskcache.Cache:
    """Return the cache that Dash's manager wants; always with a directory, or each process has its own."""
    return diskcache.Cache(str(store.cache / "background"), size_limit=_CACHE_SIZE)


def hand_over(manager: BaseBackgroundCallbackManager, job_id: str) -> str:
    """Hand a job that was written down to where it runs; returns the backend's handle.

    Args:
        manager: Any of Dash's managers; the embedded one or Celery's.
        job_id: The job; who may start it was decided before.
    """
    key = f"run-{job_id}"
    manager.clear_cache_entry(key)  # what an earlier attempt left
    # An empty context: a request's cookies and headers must not travel to a worker.
    return str(manager.call_job_fn(key, manager.func_registry[JOB_KEY], [job_id], {}))
