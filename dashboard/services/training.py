"""What the pages Train and Home ask: what can be trained, trainings submitted and watched, runs kept."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.data import dataset_statistics
from core.errors import DataError, HeedError, JobError, SettingsError
from core.evaluation import LearningCurves, learning_curves, run_curve
from core.figures.text import clean
from core.jobs import Job, JobSpec
from core.jobs.train import SourceRequest, TrainRequest
from core.models.family import MODELS
from core.models.family import preset as preset_values
from core.models.manifest import RunManifest
from core.registry import PartDescription, Setting, describe_settings, validated
from core.training import TrainSettings
from dashboard.services import jobs, library

MOST_CURVES = 6
MOST_SEEDS = 20
SEEDS = re.compile(r"([0-9]{1,6})(?:\s*-\s*([0-9]{1,6}))?\Z")
DEMO_SOURCE = SourceRequest(name="bundled", settings={"name": "GunPoint"})
DEMO_MODELS = ("attention-lstm", "lstm")


@dataclass(frozen=True)
class Order:
    """A training as the page's form gives it.

    Attributes:
        dataset: Id of the dataset.
        model: Name of the architecture.
        settings: Its settings, as plain values.
        training: Settings of the training, as plain values.
        seeds: Seeds as text: "0", "0, 1, 2" or "0-4"; one run is trained for each.
        nonce: The same order sent twice with the same nonce is one order.
    """

    dataset: str | None
    model: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    seeds: str = "0"
    nonce: str = ""


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


def balance(dataset: str | None) -> str:
    """Say how the classes of a dataset are balanced, before anything is trained on it.

    Raises:
        DataError: If the dataset has no labels.
    """
    manifest = library.dataset(dataset)
    found = dataset_statistics(library.store(), manifest.id)
    if not found.targets:
        raise DataError("this dataset has no labels: nothing can be learnt from it; choose a labelled one")
    classes = next(iter(found.targets.values()))
    total, rate = int(classes.totals.sum()), 100 * classes.majority_rate
    biggest = clean(classes.names[int(classes.totals.argmax())], 40)
    return (
        f"{total:,} labelled samples of {len(classes.names)} classes. "
        f"Always answering {biggest} would be right in {rate:.1f} % of them: a model must beat that."
    )


def submit(order: Order) -> tuple[str, ...]:
    """Write the trainings of an order down, hand them to the runner, and return the ids of their jobs.

    Raises:
        SettingsError: If a setting is unknown or out of its bounds; nothing is submitted then.
    """
    manifest = library.dataset(order.dataset)
    part = MODELS.create(order.model, order.settings)
    request = TrainRequest(
        dataset=manifest.id,
        model=order.model,
        settings=part.model_dump(mode="json"),
        training=validated(TrainSettings, order.training),
        target=next(iter(manifest.classes), "label"),
    )
    requests = [request.model_copy(update={"seed": seed}) for seed in parse_seeds(order.seeds)]
    return _submitted(requests, order.nonce, manifest.name)


def submit_demo(nonce: str = "") -> tuple[str, ...]:
    """Train the demo's models on GunPoint, unless done or under way; return the ids of the jobs."""
    requests = [TrainRequest(source=DEMO_SOURCE, model=model) for model in DEMO_MODELS]
    return tuple(_demo_job(request) or _submitted([request], nonce, "GunPoint")[0] for request in requests)


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


def parse_seeds(text: str) -> tuple[int, ...]:
    """Return the seeds of "0", "0, 1, 2" or "0-4".

    Raises:
        SettingsError: If it is no list of whole numbers, names one twice, or names too many.
    """
    rule = f"seeds must be 1 to {MOST_SEEDS} different whole numbers, like 0, 1, 2 or 0-4; got {text!r:.60}"
    seeds: list[int] = []
    for piece in str(text).split(","):
        found = SEEDS.match(piece.strip())
        if not found:
            raise SettingsError(rule)
        first, last = int(found[1]), int(found[2] or found[1])
        if not 0 <= last - first < MOST_SEEDS:
            raise SettingsError(rule)
        seeds += range(first, last + 1)
    if not 1 <= len(seeds) <= MOST_SEEDS or len(set(seeds)) != len(seeds):
        raise SettingsError(rule)
    return tuple(seeds)


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


def _submitted(requests: Sequence[TrainRequest], nonce: str, dataset: str) -> tuple[str, ...]:
    return jobs.submit(
        *(
            JobSpec(
                kind="train",
                payload=request.model_dump(mode="json"),
                title=f"{request.model} on {dataset}, seed {request.seed}"[:300],
                nonce=f"{nonce}-{request.model}-{request.seed}" if nonce else "",
            )
            for request in requests
        )
    )


def _latest(found: Sequence[Job]) -> list[Job]:
    shown = [job for job in found if not job.state.ended_for_now] or list(found[:1])
    orders = {_order_of(job) for job in shown}
    return [job for job in reversed(found) if _order_of(job) in orders]


def _curve_name(job: Job, drawn: Sequence[Job]) -> str:
    """Return what tells a curve from the others; the dataset only where there are several."""
    title = job.spec.title or job.id
    places = {other.spec.title.partition(" on ")[2].rpartition(", ")[0] for other in drawn}
    model, seed = job.spec.payload.get("model"), job.spec.payload.get("seed")
    return title if len(places) > 1 else f"{model}, seed {seed}"


def _order_of(job: Job) -> str:
    """Return what the trainings of one order have in common; one without a nonce stands alone."""
    payload = job.spec.payload
    ending = f"-{payload.get('model')}-{payload.get('seed')}"
    return job.spec.nonce.removesuffix(ending) if job.spec.nonce else job.id


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
