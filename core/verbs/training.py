"""The verb that trains: jobs for every seed, waited for together."""

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from core.augmentation.family import AUGMENTATIONS
from core.data import Dataset, SplitSettings
from core.data.scaler import ScalerSettings
from core.errors import JobError, SettingsError
from core.evaluation import PartMetrics
from core.jobs import Job, JobDesk, JobSpec, execute
from core.jobs.train import TrainRequest
from core.models.family import MODELS
from core.models.manifest import RunManifest
from core.registry import validated
from core.results import Provenance
from core.store import Store, new_id, tidy_name
from core.training import TrainSettings
from core.verbs.experiments import publish_experiment
from core.verbs.opening import dataset_id, opened, the_dataset
from core.verbs.results import TrainedRun, Training

Augmentations = Sequence[tuple[str, Mapping[str, Any]]]
Watch = Callable[[tuple[Job, ...]], None]
LOOK_EVERY = 0.1  # seconds between two looks at the jobs


def train(  # noqa: PLR0913 - the arguments of a verb are its interface
    dataset: str | Dataset,
    model: str = "attention-lstm",
    settings: Mapping[str, Any] | None = None,
    *,
    training: Mapping[str, Any] | None = None,
    augmentations: Augmentations = (),
    split: Mapping[str, Any] | None = None,
    scaling: Mapping[str, Any] | None = None,
    permuted_labels: bool = False,
    seeds: Sequence[int] = (0,),
    target: str = "label",
    name: str | None = None,
    here: bool = False,
    watch: Watch | None = None,
    store: Store | None = None,
) -> Training:
    """Train a model on a dataset, one run a seed, and wait until it is published.

    The trainings are jobs of the store: they go on when this process ends; every page and shell sees them.

    Args:
        dataset: A dataset, its id, the beginning of its id or its name.
        model: Name of the architecture; `heed parts` lists them.
        settings: Settings of the architecture.
        training: Settings of the training: epochs, batch_size, learning_rate and more.
        augmentations: Names and settings of augmentations; the training part gets a copy by each.
        split: Settings of the split; the published test part is kept where there is one. It is examined for
            leaks after the training, as `check` does.
        scaling: How channels are scaled, fitted on training samples: {"kind": "robust"} for example, or
            {"channels": {"volume": "none"}} for single ones.
        permuted_labels: Whether labels of training and validation are shuffled: a control, whose accuracy on
            the test part must be at chance.
        seeds: One run is trained for each.
        target: What is predicted.
        name: What to call the runs; model and dataset unless given.
        here: Whether to train in this process, one seed after the other, in place of the job slots.
        watch: Called with all jobs, in the order of the seeds, whenever one of them has changed.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        The runs in the order of the seeds, with their metrics.

    Raises:
        DataError: If the dataset does not have the target.
        SettingsError: If a setting is unknown or out of bounds; nothing has been submitted then.
        JobError: If a training failed or was cancelled; it names the jobs.

    Example:
        >>> import core
        >>> dataset = core.make("synthetic", {"samples": 60, "timesteps": 16})
        >>> trained = core.train(dataset, "lstm", {"units": 8}, training={"epochs": 2})
        >>> trained.run.epochs, sorted(trained.run.metrics)
        (2, ['test', 'train', 'validation'])
    """
    place = opened(store)
    if not seeds:
        raise SettingsError("seeds must be at least one number; got none")
    data = the_dataset(dataset, place)
    data.require_target(target)
    request = TrainRequest(
        dataset=dataset_id(data, place),
        model=model,
        settings=_plain(MODELS.create(model, settings)),
        training=validated(TrainSettings, training or {}),
        augmentations=[
            {"name": name, "settings": _plain(AUGMENTATIONS.create(name, given))}
            for name, given in augmentations
        ],
        split=validated(SplitSettings, split or {}),
        scaling=_scaling(data, scaling or {}),
        permuted_labels=permuted_labels,
        target=target,
        name="" if name is None else tidy_name(name),
    )
    experiment = new_id() if len(seeds) > 1 else ""
    requests = [request.model_copy(update={"seed": seed, "experiment": experiment}) for seed in seeds]
    desk = JobDesk(place)
    jobs = desk.submit_all([_spec(one, here) for one in requests])
    if experiment:
        publish_experiment(place, experiment, request, seeds, jobs)
    if here:
        _execute(desk, jobs, watch)
    else:
        desk.ensure_runner()
    return _collected(place, _ended(desk, jobs, watch), request, experiment)


def _scaling(dataset: Dataset, given: Mapping[str, Any]) -> ScalerSettings:
    settings = validated(ScalerSettings, given)
    settings.require_channels(dataset.channels)
    return settings


def _spec(request: TrainRequest, here: bool) -> JobSpec:
    return JobSpec(
        kind="train",
        payload=request.model_dump(mode="json"),
        title=f"{request.model}, seed {request.seed}{', permuted labels' * request.permuted_labels}",
        queue="here" if here else "train",
    )


def _execute(desk: JobDesk, jobs: Sequence[str], watch: Watch | None) -> None:
    """Execute jobs in this process, one after the other, until one is stopped from the keyboard."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # what TensorFlow says at its start is not for users
    if watch is not None:
        threading.Thread(target=_ended, args=(desk, jobs, watch), daemon=True).start()
    for place, job in enumerate(jobs):
        error = execute(desk.store.root, job).error
        if error is not None and error.kind == "stopped":
            for waiting in jobs[place + 1 :]:
                desk.cancel(waiting)
            return


def _ended(desk: JobDesk, ids: Sequence[str], watch: Watch | None) -> tuple[Job, ...]:
    """Return the jobs once all have ended, telling of every change meanwhile."""
    versions: list[int] = []
    while True:
        jobs = tuple(desk.get(id) for id in ids)
        seen = [job.state.version for job in jobs]
        if watch is not None and seen != versions:
            versions = seen
            watch(jobs)
        if all(job.state.ended_for_now for job in jobs):
            return jobs
        time.sleep(LOOK_EVERY)


def _collected(store: Store, jobs: Sequence[Job], request: TrainRequest, experiment: str) -> Training:
    failed = [job for job in jobs if job.state.state != "done"]
    if failed:
        raise JobError("; ".join(map(_why, failed)))
    manifests = [store.runs.read(str(job.state.result["run"]), RunManifest) for job in jobs]
    return Training(
        runs=tuple(map(trained_run, manifests)),
        experiment=experiment,
        provenance=Provenance(
            what="training",
            data=manifests[0].dataset_sha256,
            weights={manifest.id: manifest.hashes.get("onnx", "") for manifest in manifests},
            parameters=request.model_dump(mode="json", exclude={"seed"}),
            versions=manifests[0].versions,
        ),
    )


def trained_run(manifest: RunManifest) -> TrainedRun:
    """Return what a run's manifest says of its training."""
    return TrainedRun(
        id=manifest.id,
        model=manifest.model,
        seed=manifest.seed,
        epochs=manifest.epochs,
        seconds=manifest.seconds,
        metrics={part: PartMetrics.from_plain(plain) for part, plain in manifest.metrics.items()},
    )


def _why(job: Job) -> str:
    reason = job.state.error.message if job.state.error is not None else job.state.message
    kept = (
        f"; run {job.state.result['run']} keeps the best weights so far" if "run" in job.state.result else ""
    )
    return f"job {job.id} is {job.state.state}{': ' if reason else ''}{reason}{kept}"


def _plain(part: BaseModel) -> dict[str, Any]:
    return part.model_dump(mode="json")
