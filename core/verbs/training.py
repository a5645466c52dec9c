"""The verb that trains: a run, or one a seed as an experiment, waited for."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from core.data import Dataset
from core.errors import SettingsError
from core.evaluation import PartMetrics
from core.jobs import Job, JobDesk, JobSpec
from core.jobs.experiments import Experiments
from core.jobs.planning import checked
from core.jobs.plans import ExperimentPlan, Member, request_of
from core.jobs.standing import ExperimentStatus
from core.models.manifest import RunManifest
from core.results import Provenance
from core.store import Store
from core.verbs.experiments import plan_on, standing
from core.verbs.opening import opened, the_dataset
from core.verbs.results import TrainedRun, Training
from core.verbs.waiting import Watch, ended, execute_here, require_done

Augmentations = Sequence[tuple[str, Mapping[str, Any]]]


def train(  # noqa: PLR0913 - the arguments of a verb are its interface
    dataset: str | Dataset,
    model: str = "attention-lstm",
    settings: Mapping[str, Any] | None = None,
    *,
    training: Mapping[str, Any] | None = None,
    augmentations: Augmentations = (),
    split: Mapping[str, Any] | None = None,
    scaling: Mapping[str, Any] | None = None,
    modalities: Sequence[str] = (),
    permuted_labels: bool = False,
    seeds: Sequence[int] = (0,),
    target: str | Sequence[str] = "label",
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
        modalities: Groups of channels that a model of several modalities reads, in their order; the groups of
            the dataset unless given.
        permuted_labels: Whether labels of training and validation are shuffled: a control, whose accuracy on
            the test part must be at chance.
        seeds: One run is trained for each.
        target: What is predicted; of several targets the first is the one that measures are of.
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
    if not seeds:
        raise SettingsError("seeds must be at least one number; got none")
    wanted = {
        "arms": [
            {
                "model": model,
                "settings": dict(settings or {}),
                "training": dict(training or {}),
                "augmentations": [{"name": part, "settings": dict(given)} for part, given in augmentations],
                "scaling": dict(scaling or {}),
                "modalities": tuple(modalities),
                "control": permuted_labels,
            }
        ],
        "seeds": tuple(seeds),
        "split": dict(split or {}),
        "targets": (target,) if isinstance(target, str) else tuple(target),
        "name": name or "",
    }
    return train_plan(dataset, wanted, here=here, watch=watch, store=store)[0]


def train_plan(
    dataset: str | Dataset,
    wanted: Mapping[str, Any],
    *,
    here: bool = False,
    watch: Watch | None = None,
    store: Store | None = None,
) -> tuple[Training, ExperimentStatus | None]:
    """Train what a plan comes to and wait: one training by itself, several as an experiment.

    Args:
        dataset: A dataset, its id, the beginning of its id or its name.
        wanted: The fields of an `ExperimentPlan` beside its dataset, as plain values.
        here: Whether to train in this process.
        watch: Called with all jobs whenever one of them has changed.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        The runs, and how the experiment stands if there are several.

    Raises:
        JobError: If a training failed or was cancelled; it names the jobs.
    """
    place = opened(store)
    data = the_dataset(dataset, place)
    plan = plan_on(data, place, wanted)
    desk = JobDesk(place)
    experiment, jobs = _submitted(desk, plan, here)
    if here:
        execute_here(desk, jobs, watch)
    else:
        desk.ensure_runner()
    found = collected(place, ended(desk, jobs, watch), plan, experiment)
    return found, standing(desk, experiment) if experiment else None


def _submitted(desk: JobDesk, plan: ExperimentPlan, here: bool) -> tuple[str, tuple[str, ...]]:
    """Write down one training, or an experiment of several; return its id, if any, and the jobs."""
    queue: Literal["train", "here"] = "here" if here else "train"
    if len(plan.arms) * len(plan.seeds) * len(plan.folds) > 1 or plan.sweep is not None:
        shelf = Experiments(desk)
        id = shelf.submit(plan, queue=queue)
        return id, tuple(member.id for member in shelf.get(id).members)
    (arm,), seed = checked(desk.store, plan).arms, plan.seeds[0]
    request = request_of(plan, (arm,), Member(id="", seed=seed, fold=plan.split.fold), "", "")
    # It stands alone: nothing is to be told from others by its name.
    request = request.model_copy(update={"name": plan.name})
    title = f"{arm.model}, seed {seed}{', permuted labels' * arm.control}"
    payload = request.model_dump(mode="json")
    return "", (desk.submit(JobSpec(kind="train", payload=payload, title=title, queue=queue)),)


def collected(store: Store, jobs: Sequence[Job], plan: ExperimentPlan, experiment: str) -> Training:
    """Return what trainings published; JobError that names those that did not end well."""
    require_done(jobs, experiment)
    manifests = [store.runs.read(str(job.state.result["run"]), RunManifest) for job in jobs]
    return Training(
        runs=tuple(map(trained_run, manifests)),
        experiment=experiment,
        provenance=Provenance(
            what="training",
            data=manifests[0].dataset_sha256,
            weights={manifest.id: manifest.hashes.get("onnx", "") for manifest in manifests},
            parameters=plan.model_dump(mode="json", exclude={"seeds"}),
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
