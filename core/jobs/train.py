"""Training as a job: load, split, scale, augment, fit, export, verify, evaluate, publish."""

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.augmentation.family import create_augmentations
from core.data import Dataset, make_dataset, open_dataset
from core.data.scaler import ScalerSettings
from core.data.splits import SplitSettings, make_split
from core.errors import NotFoundError
from core.jobs.context import Cancelled, JobContext
from core.jobs.examining import publish_at_least
from core.jobs.material import Material, control_labels, fitted_scaler
from core.jobs.publishing import publish_run
from core.models.family import Architecture, architecture, port_name
from core.models.manifest import RunManifest
from core.store import Store, new_id
from core.training import FitArrays, TrainSettings

CHECKPOINT = "checkpoint.npz"
CONTROL = "permuted labels"
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
        permuted_labels: Whether training and validation labels are shuffled with the seed: a control, whose
            accuracy on the test part must be at chance.
        seed: Decides weights, order of samples and augmentations.
        target: What is predicted.
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
    permuted_labels: bool = False
    seed: int = Field(0, ge=0, le=2**31 - 1)
    target: str = "label"
    experiment: str = ""
    name: str = ""

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
    return result


def run_training(context: JobContext, request: TrainRequest) -> str:
    """Train and publish a run, and return its id.

    The run of a job's first attempt has the job's id: a job that was killed between publishing and saying so
    finds its run. A cancelled training that has finished an epoch is published with the best weights so far.

    Raises:
        Cancelled: If it was cancelled before the first epoch was over.
        TrainingError: If nothing can be learnt, or the exported model differs from the trained one.
    """
    part = architecture(request.model, request.settings)
    create_augmentations(request.augmentations)
    run_id = context.id
    existing = _published(context.store, run_id)
    if existing is not None:
        if existing.state == "done":
            return run_id
        run_id = new_id()
    context.report(0.0, "Loading")
    dataset = _dataset(context.store, request)
    dataset.require_target(request.target)
    split = make_split(dataset, request.split, request.target)
    scaler = fitted_scaler(dataset, split, request.scaling)
    labels = control_labels(dataset, split, request.target, request.seed) if request.permuted_labels else None
    context.stop_if_cancelled()
    context.report(_LOADED, "Training: first epoch", new_pace=True)
    return _train(context, request, part, Material(run_id, dataset, split, scaler, labels))


def _train(context: JobContext, request: TrainRequest, architecture: Architecture, material: Material) -> str:
    from core.training.fitting import fit, one_thread, seed_everything

    one_thread()
    seed_everything(request.seed)
    shape = material.shape(request.target)
    model = architecture.build(shape)
    arrays = FitArrays(
        material.augmented(request.target, request.augmentations, request.seed),
        material.examples(material.split.validation, request.target),
    )
    checkpoint = context.directory / CHECKPOINT
    watch = JobWatch(context, request.training.epochs, checkpoint)
    output = f"logits_{port_name(request.target)}"
    fitted = fit(model, arrays, request.training, request.seed, watch, output)
    if not fitted.epochs:
        raise Cancelled
    context.report(_FITTED, "Looking for leaks")
    split_id, leaks = publish_at_least(context.store, material.dataset, material.split, request.target)
    context.report(_FITTED, "Exporting and checking")
    manifest = RunManifest(
        id=material.run_id,
        name=_run_name(request, material.dataset),
        owner=context.spec.owner,
        versions={name: version(name) for name in ("tensorflow", "keras", "onnxruntime", "tf2onnx", "numpy")},
        dataset=material.dataset.id,
        dataset_name=material.dataset.name,
        dataset_sha256=material.dataset.sha256,
        split=split_id,
        leaks=leaks,
        scaling=request.scaling.model_dump(mode="json"),
        control=CONTROL if request.permuted_labels else "",
        experiment=request.experiment,
        model=request.model,
        settings=architecture.model_dump(mode="json"),
        training=request.training.model_dump(mode="json"),
        augmentations=tuple(request.augmentations),
        seed=request.seed,
        epochs=fitted.epochs,
        best_epoch=fitted.best_epoch,
        seconds=round(fitted.seconds, 3),
        parameters=int(model.count_params()),
        target=request.target,
        classes=material.dataset.classes[request.target],
        channels=material.dataset.channels,
        categories=dict(material.dataset.categories),
        steps=material.dataset.steps,
        positive=material.dataset.positive(request.target),
        attention_layers=architecture.attention_layers(shape),
        state="cancelled" if fitted.stopped == "cancelled" else "done",
        stopped=fitted.stopped,
        history=fitted.history,
    )
    publish_run(context.store, manifest, model, material.dataset, material.split, {"": material.scaler})
    if manifest.state == "done":
        checkpoint.unlink(missing_ok=True)
    return manifest.id


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
