"""The verb that puts runs beside each other."""

from collections.abc import Sequence

from core.data import open_dataset
from core.errors import DataError, NotFoundError
from core.evaluation import Comparison, compare_runs
from core.evaluation.gathering import gather
from core.jobs.experiment_shelf import ExperimentManifest, runs_of
from core.models.manifest import RunManifest
from core.store import Store
from core.verbs.opening import opened


def compare(runs: Sequence[str], store: Store | None = None) -> Comparison:
    """Compare runs on the test samples they share: metrics with intervals, paired tests, arms over seeds.

    Runs that differ in seed and fold only are an arm; arms are tested over the seeds that both have.

    Args:
        runs: Two or more runs: ids, beginnings of ids or names; an experiment stands for all its runs.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        A score for each run, and for each pair the difference of accuracy with its interval and McNemar's p,
        also adjusted for the number of pairs (Holm); the same for arms of several runs.

    Raises:
        DataError: If there are fewer than two runs or they were tested on different samples.

    Example:
        >>> import core
        >>> comparison = core.compare([run, other_run])
        >>> [score.model for score in comparison.scores], len(comparison.tests), comparison.samples
        (['attention-lstm', 'lstm'], 1, 150)
    """
    place = opened(store)
    ids = [id for run in runs for id in _meant(place, run)]
    if len(ids) < 2 or len(set(ids)) < len(ids):
        raise DataError(f"a comparison takes two or more different runs; got {', '.join(runs)!s:.200}")
    manifests = [place.runs.read(id, RunManifest) for id in ids]
    names = {manifest.id: manifest.name or manifest.id for manifest in manifests}
    datasets = {id: open_dataset(place, id) for id in {manifest.dataset for manifest in manifests}}
    found = gather(place, manifests, names, lambda manifest: datasets[manifest.dataset])
    return compare_runs(found.runs, found.majority[0])


def _meant(store: Store, named: str) -> list[str]:
    """Return the id of a run, or of the runs of an experiment by seed."""
    try:
        return [store.runs.resolve(named)]
    except NotFoundError as error:
        try:
            id = store.experiments.resolve(named)
        except NotFoundError:
            raise error from None
    members = runs_of(store, store.experiments.read(id, ExperimentManifest))
    found = [run for run in members if run.state == "done"]
    return [run.id for run in sorted(found, key=lambda run: (run.created, run.seed))]
