"""What the pages Train and Home ask: what can be trained, trainings submitted and watched, runs kept."""

import secrets
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from core.data import dataset_statistics
from core.errors import HeedError, JobError, SettingsError
from core.evaluation import LearningCurves, learning_curves, run_curve
from core.figures.text import clean
from core.jobs import Job
from core.jobs.train import SourceRequest, TrainRequest
from core.models.family import MODELS
from core.models.family import preset as preset_values
from core.models.manifest import RunManifest
from core.registry import PartDescription, Setting, describe_settings
from core.training import TrainSettings
from dashboard.services import library
from dashboard.services.orders import differences, submitted
from dashboard.services.planning import target_of

MOST_CURVES = 6
DEMO_SOURCE = SourceRequest(name="bundled", settings={"name": "GunPoint"})
DEMO_MODELS = ("attention-lstm", "lstm")


def architectures() -> tuple[PartDescription, ...]:
    """Return the architectures that can be trained, those with attention first."""
    described = [MODELS.describe(name) for name in MODELS.names()]
    return tuple(sorted(described, key=lambda part: ("attention" not in part.name, part.name)))


def architecture(name: str) -> PartDescription:
    """Return one architecture; the first of all for a name that nobody knows."""
    known = architectures()
    return next((part for part in known if part.name == name), known[0])


def training_settings() -> tuple[Setting, ...]:
    """Return the settings of a training."""
    return describe_settings(TrainSettings)


def presets(model: str) -> tuple[str, ...]:
    """Return the names of an architecture's presets."""
    return tuple(MODELS.part(model).presets)


def values_of(model: str, preset: str) -> dict[str, Any]:
    """Return the values of a preset; none for the defaults."""
    return dict(preset_values(model, preset)) if preset else {}


def balance(dataset: str | None, target: str = "") -> str:
    """Say how the classes of a dataset are balanced, before anything is trained on it.

    Raises:
        DataError: If the dataset has no labels that can be trained, or not the target.
    """
    manifest = library.dataset(dataset)
    found = dataset_statistics(library.store(), manifest.id)
    classes = found.targets[target_of(manifest, target)]
    total, rate = int(classes.totals.sum()), 100 * classes.majority_rate
    biggest = clean(classes.names[int(classes.totals.argmax())], 40)
    return (
        f"{total:,} labelled samples of {len(classes.names)} classes. "
        f"Always answering {biggest} would be right in {rate:.1f} % of them: a model must beat that."
    )


def submit_demo(nonce: str = "") -> tuple[str, ...]:
    """Train the demo's models on GunPoint, unless done or under way; return the ids of the jobs."""
    requests = [TrainRequest(source=DEMO_SOURCE, model=model) for model in DEMO_MODELS]
    return tuple(_demo_job(request) or submitted([request], nonce, "GunPoint")[0] for request in requests)


def demo_run(trained: Sequence[str]) -> RunManifest | None:
    """Return the attention run of a demo once it is there."""
    for identifier in trained:
        try:
            run = library.run(str(library.desk().get(identifier).state.result.get("run", "")))
        except HeedError:
            continue
        if run.attention_layers:
            return run
    return None


def curves(asked: Sequence[str]) -> LearningCurves:
    """Return the learning curves of jobs, as far as they are.

    Without a wish these are the trainings that run or wait, together with those ordered with them: curves
    that end stay beside those that still grow. When all have ended it is the last order.

    Raises:
        JobError: If there is no curve to show yet.
    """
    desk = library.desk()
    found = trainings()
    drawn = ([job for job in found if job.id in asked] or _latest(found))[:MOST_CURVES]
    if not drawn:
        raise JobError("no model is in training: its curves will move here, epoch by epoch")
    found_rows = {job.id: desk.rows(job.id)[0] for job in drawn}
    if not any(found_rows.values()):
        raise JobError("the first epoch is under way: the curves begin when it is over")
    return learning_curves(
        [run_curve(job.id, _curve_name(job, drawn), rows) for job in drawn if (rows := found_rows[job.id])]
    )


def trainings() -> tuple[Job, ...]:
    """Return the jobs that train, newest first."""
    return tuple(job for job in library.desk().list() if job.spec.kind == "train")


def new_nonce() -> str:
    """Return a word that tells one order from the next."""
    return secrets.token_hex(8)


def rename(run: str, name: str) -> None:
    """Give a run another name."""
    if not name.strip():
        raise SettingsError("a run's name must have at least one character; got none")
    library.store().runs.edit(library.run(run).id, name=name)


def delete(runs: Sequence[str]) -> int:
    """Move runs to the trash, where they stay for seven days; return how many."""
    for identifier in runs:
        library.store().runs.delete(library.run(identifier).id)
    return len(runs)


def restore(runs: Sequence[str]) -> int:
    """Bring runs back from the trash; return how many."""
    for identifier in runs:
        library.store().runs.restore(identifier)
    return len(runs)


def _latest(found: Sequence[Job]) -> list[Job]:
    shown = [job for job in found if not job.state.ended_for_now] or list(found[:1])
    orders = {_order_of(job) for job in shown}
    return [job for job in reversed(found) if _order_of(job) in orders]


def _curve_name(job: Job, drawn: Sequence[Job]) -> str:
    """Return what tells a curve from the others; the dataset only where there are several."""
    places = {str(other.spec.payload.get("dataset")) for other in drawn}
    title = job.spec.title or job.id
    try:
        request = TrainRequest.model_validate(job.spec.payload)
    except ValidationError:  # written down by another version
        return title
    return (
        title
        if len(places) > 1
        else ", ".join([request.model, f"seed {request.seed}", *differences(request)])
    )


def _order_of(job: Job) -> str:
    """Return what the trainings of one order have in common; one without a nonce stands alone."""
    return job.spec.nonce.rpartition(".")[0] or job.id


def _demo_job(request: TrainRequest) -> str | None:
    """Return a job that trains the same and is under way, or done with its run still there."""
    payload = request.model_dump(mode="json")
    runs = {run.id for run in library.runs().entries}
    for job in trainings():
        state = job.state
        if job.spec.payload == payload and (
            not state.ended_for_now or (state.state == "done" and state.result.get("run") in runs)
        ):
            return job.id
    return None
