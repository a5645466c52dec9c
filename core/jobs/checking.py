"""What must hold of the records of jobs and experiments, whatever died: part of `heed verify`."""

from core.errors import StoreError
from core.jobs.directory import JobDirectory
from core.jobs.experiment_shelf import ExperimentManifest, left_behind, unsubmitted
from core.jobs.launch import runner_alive
from core.store import Store
from core.store.verify import Problem


def verify_jobs(store: Store) -> tuple[Problem, ...]:
    """Return what is wrong with the records of jobs and experiments; nothing when all is well."""
    found = []
    for id in store.jobs.ids():
        try:
            words = _wrong(store, JobDirectory(store.jobs.path / id))
        except StoreError as error:
            words = str(error)
        if words:
            found.append(Problem(f"jobs/{id}", words))
    return (*found, *_half_submitted(store), *_half_deleted(store))


def _half_submitted(store: Store) -> tuple[Problem, ...]:
    """Return the experiments whose submission a crash cut off."""
    listed = store.experiments.list(ExperimentManifest).entries
    lacking = [(manifest, len(unsubmitted(store, manifest))) for manifest in listed if manifest.plan]
    return tuple(
        Problem(
            f"experiments/{manifest.id}",
            f"{count} of {len(manifest.members)} trainings were never submitted, since a process died;"
            f" `heed resume {manifest.id}` submits them",
        )
        for manifest, count in lacking
        if count
    )


def _half_deleted(store: Store) -> tuple[Problem, ...]:
    """Return the experiments of whose deletion a crash has left runs."""
    return tuple(
        Problem(
            f"experiments/{id}",
            f"is in the trash, and {len(runs)} of its runs {'is' if len(runs) == 1 else 'are'} not:"
            f" `heed delete {id}` moves the rest there, `heed restore {id}` brings all back",
        )
        for id, runs in left_behind(store).items()
    )


def _wrong(store: Store, record: JobDirectory) -> str:
    record.spec()
    state = record.state()
    if state.state == "running" and not record.alive() and not runner_alive(store):
        # The runner had the first say; whoever reads the jobs next tells it as interrupted.
        return "says that it runs, and no process executes it"
    if state.ended_for_now != (state.ended is not None):
        return f"is {state.state}, and its end is {state.ended}"
    if state.state == "failed" and state.error is None:
        return "failed without a reason"
    return ""
