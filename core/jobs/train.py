"""Training as a job: load, split, scale, augment, fit, export, verify, evaluate, publish."""

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.data import Dataset, make_dataset, open_dataset
from core.data.scaler import ScalerSettings
from core.data.splits import SplitSettings, make_split
from core.errors import NotFoundError
from core.jobs.context import Cancelled, EndedEarlyError, JobContext
from core.jobs.examining import publish_at_least
from core.jobs.material import Material, Recipe, make_material
from core.jobs.modalities import require_reader
from core.jobs.publishing import publish_reference, publish_run
from core.jobs.references import fit_reference, settled
from core.models.family import MODELS, Architecture, ReferenceClassifier
from core.models.manifest import RunManifest, RunModality
from core.store import Store, new_id
from core.training import TrainSettings

CHECKPOINT = "checkpoint.npz"
CONTROL = "permuted labels"
UNFINISHED = {"cancelled": "cancelled", "disk": "stopped", "memory": "stopped"}  # may be gone on with
_LOADED, _FITTED = 0.03, 0.9  # fractions of the whole at which loading and fitting end


class SourceRequest(BaseModel):
    """A dataset to be made of a source, unless it was made before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(max_length=100)
    settings: dict[str, Any] = Field(default_factory=dict)


class TrainRequest(BaseModel):
    """What is to be trained on what.

    Attributes:
        dataset: Id of a dataset; or
        source: What the dataset is made of.
        model: Name of an architecture, with its `settings`.
        augmentations: Each {"name": ..., "settings": {...}}; the training part gets a copy by each.
        scaling: How channels are scaled; what is fitted is fitted on training samples.
        modalities: Groups of channels that a model of several modalities reads, in their order; those of the
            dataset unless given.
        permuted_labels: Whether training and validation labels are shuffled with the seed: a control, whose
            accuracy on the test part must be at chance.
        seed: Decides weights, order of samples and augmentations.
        target: What is predicted; measures are of this one.
        targets: What else is predicted, by heads of their own beside it.
        experiment: Id of the experiment the run belongs to.
        name: What to call the run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str | None = None
    source: SourceRequest | None = None
    model: str = "attention-lstm"
    settings: dict[str, Any] = Field(default_factory=dict)
    training: TrainSettings = Field(default_factory=TrainSettings)
    augmentations: list[dict[str, Any]] = Field(default_factory=list)
    split: SplitSettings = Field(default_factory=SplitSettings)
    scaling: ScalerSettings = Field(default_factory=ScalerSettings)
    modalities: tuple[str, ...] = ()
    permuted_labels: bool = False
    seed: int = Field(0, ge=0, le=2**31 - 1)
    target: str = "label"
    targets: tuple[str, ...] = ()
    experiment: str = ""
    name: str = ""

    @property
    def learnt(self) -> tuple[str, ...]:
        """All targets that are predicted, the one that measures are of first."""
        return tuple(dict.fromkeys((self.target, *self.targets)))

    @model_validator(mode="after")
    def _one_origin(self) -> "TrainRequest":
        if (self.dataset is None) == (self.source is None):
            raise ValueError("either a dataset or a source must be given")
        return self


@dataclass
class JobWatch:
    """Hands the epochs of a training to its job."""

    context: JobContext
    epochs: int
    checkpoint: Path | None
    seen: int = 0

    def report(self, row: dict[str, Any]) -> None:
        """Keep the row and tell how far it is; the first epoch builds the graph and sets no pace."""
        self.context.row(row)
        self.seen += 1
        share = row["epoch"] / self.epochs
        self.context.report(
            _LOADED + (_FITTED - _LOADED) * share,
            f"Training: epoch {row['epoch']} of {self.epochs}",
            new_pace=self.seen == 1,
        )

    def cancelled(self) -> bool:
        """Return whether the job is to end."""
        return self.context.cancelled()


def run_training_job(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Train as a job is asked to; its result names the run and its dataset."""
    run_id = run_training(context, TrainRequest.model_validate(payload))
    manifest = context.store.runs.read(run_id, RunManifest)
    result = {"run": run_id, "dataset": manifest.dataset, "attention": bool(manifest.attention_layers)}
    if manifest.state == "cancelled":
        raise Cancelled(result)
    if manifest.state == "stopped":
        raise EndedEarlyError(manifest.problem, result)
    return result


def run_training(context: JobContext, request: TrainRequest) -> str:
    """Train and publish a run, and return its id.

    A finished run has the job's id, so that a job that was killed between publishing and saying so finds it;
    an unfinished one has an id of its own, which leaves that of the job to the attempt that finishes. A
    training that was cancelled, or lacked memory or disk, after an epoch is published so, with the best
    weights so far. One whose loss is lost is finished: it would be lost again.

    Raises:
        Cancelled: If it was cancelled before the first epoch was over.
        TrainingError: If nothing can be learnt, or the exported model differs from the trained one.
    """
    part = settled(context.store, MODELS.create(request.model, request.settings))
    run_id = context.id
    existing = _published(context.store, run_id)
    if existing is not None:
        if existing.state == "done":
            return run_id
        run_id = new_id()
    context.report(0.0, "Loading")
    dataset = _dataset(context.store, request)
    for target in request.learnt:
        dataset.require_any_target(target)
    split = make_split(dataset, request.split, request.target)
    require_reader(part, request.modalities)
    material = make_material(
        dataset,
        split,
        Recipe(
            request.learnt,
            request.scaling,
            request.augmentations,
            part.reads_modalities,
            request.modalities,
            request.permuted_labels,
            request.seed,
        ),
    )
    context.stop_if_cancelled()
    deed = Deed(context, request, material, run_id)
    if isinstance(part, ReferenceClassifier):
        return _refer(deed, part)
    context.report(_LOADED, "Training: first epoch", new_pace=True)
    return _train(deed, part)


@dataclass(frozen=True, eq=False)
class Deed:
    """One training: who asked for what, of which material, and the id its run will have."""

    context: JobContext
    request: TrainRequest
    material: Material
    run_id: str

    def manifest(self, part: Architecture | ReferenceClassifier, **found: Any) -> RunManifest:
        """Return what a run says of itself before it is measured; looks for leaks in its split."""
        request, data = self.request, self.material.dataset
        self.context.report(_FITTED, "Looking for leaks")
        split_id, leaks = publish_at_least(self.context.store, data, self.material.split, request.target)
        self.context.report(_FITTED, "Exporting and checking")
        libraries = ("tensorflow", "keras", "onnxruntime", "tf2onnx", "numpy", "scikit-learn", "aeon")
        return RunManifest(
            id=self.run_id if found.get("state", "done") == "done" else new_id(),
            name=_run_name(request, data),
            owner=self.context.spec.owner,
            versions={name: version(name) for name in libraries},
            dataset=data.id,
            dataset_name=data.name,
            dataset_sha256=data.sha256,
            split=split_id,
            leaks=leaks,
            scaling=request.scaling.model_dump(mode="json"),
            control=CONTROL if request.permuted_labels else "",
            experiment=request.experiment,
            model=request.model,
            settings=part.model_dump(mode="json"),
            training=request.training.model_dump(mode="json"),
            augmentations=tuple(request.augmentations),
            seed=request.seed,
            target=request.target,
            classes=data.classes[request.target],
            heads={target: data.classes[target] for target in request.learnt},
            per_step=tuple(target for target in request.learnt if data.per_step(target)),
            channels=data.channels,
            categories=dict(data.categories),
            steps=data.steps,
            **found,
        )


def _train(deed: Deed, architecture: Architecture) -> str:
    from core.training.fitting import fit, one_thread, seed_everything

    request, material = deed.request, deed.material
    shape = material.shape()
    architecture.refuse(shape)
    one_thread()
    seed_everything(request.seed)
    model = architecture.build(shape)
    layers = architecture.attention_layers(shape)
    checkpoint = deed.context.directory / CHECKPOINT
    watch = JobWatch(deed.context, request.training.epochs, checkpoint)
    fitted = fit(model, material.arrays(layers), request.training, request.seed, watch)
    if not fitted.epochs:
        raise Cancelled
    manifest = deed.manifest(
        architecture,
        epochs=fitted.epochs,
        best_epoch=fitted.best_epoch,
        seconds=round(fitted.seconds, 3),
        parameters=int(model.count_params()),
        modalities=_modalities(material),
        attention_layers=layers,
        state=UNFINISHED.get(fitted.stopped, "done"),
        stopped=fitted.stopped,
        problem=fitted.problem,
        history=fitted.history,
    )
    scalers = material.scalers
    publish_run(deed.context.store, manifest, model, material.dataset, material.split, scalers)
    if manifest.state == "done":
        checkpoint.unlink(missing_ok=True)
    return manifest.id


def _refer(deed: Deed, part: ReferenceClassifier) -> str:
    """Let a reference classifier learn and publish what it predicts."""
    request, material = deed.request, deed.material
    deed.context.report(_LOADED, "Learning", new_pace=True)
    found = fit_reference(part, deed.context.store, material, request.seed)
    deed.context.stop_if_cancelled()
    manifest = deed.manifest(
        part, epochs=0, best_epoch=0, seconds=round(found.seconds, 3), parameters=0, stopped="fitted"
    )
    publish_reference(
        deed.context.store, manifest, found.answer, material.dataset, material.split, material.scalers[""]
    )
    return manifest.id


def _modalities(material: Material) -> dict[str, RunModality]:
    data, found = material.dataset, {}
    for name, columns in material.groups.items():
        if not columns:
            derived = data.modalities[name]
            found[name] = RunModality(steps=derived.series.shape[1], channels=derived.channels)
        else:
            names = tuple(data.channels[place] for place in columns)
            found[name] = RunModality(steps=data.steps, channels=names, indices=columns)
    return found


def _run_name(request: TrainRequest, dataset: Dataset) -> str:
    name = request.name or f"{request.model} on {dataset.name}"
    ending = f" ({CONTROL})" if request.permuted_labels else ""
    return f"{name[: 120 - len(ending)]}{ending}"


def _dataset(store: Store, request: TrainRequest) -> Dataset:
    if request.source is not None:
        return make_dataset(store, request.source.name, request.source.settings)
    return open_dataset(store, str(request.dataset))


def _published(store: Store, run_id: str) -> RunManifest | None:
    try:
        return store.runs.read(run_id, RunManifest)
    except NotFoundError:
        return None
