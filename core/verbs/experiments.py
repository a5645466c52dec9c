"""Experiments: runs that were asked for together, one a seed."""

from collections.abc import Sequence
from typing import Any

from core.jobs.train import TrainRequest
from core.store import Manifest, Store


class ExperimentManifest(Manifest):
    """What was asked for, once for several seeds.

    Attributes:
        dataset: Id of the dataset.
        model: Name of the architecture, with its `settings`.
        seeds: One run was asked for each.
        runs: Ids of the runs by seed; one that failed or was cancelled early is not in the store.
    """

    kind: str = "experiment"
    dataset: str
    model: str
    settings: dict[str, Any]
    seeds: tuple[int, ...]
    runs: tuple[str, ...]


def publish_experiment(
    store: Store, id: str, request: TrainRequest, seeds: Sequence[int], jobs: Sequence[str]
) -> None:
    """Write an experiment down as soon as its jobs are submitted: a run has the id of its job."""
    manifest = ExperimentManifest(
        id=id,
        name=request.name,
        dataset=str(request.dataset),
        model=request.model,
        settings=request.settings,
        seeds=tuple(seeds),
        runs=tuple(jobs),
    )
    with store.experiments.publish(manifest):
        pass
