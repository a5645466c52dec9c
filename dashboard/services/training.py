"""What the pages Train and Home ask: what can be trained, trainings submitted and watched, runs kept."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from core.data import dataset_statistics
from core.errors import HeedError, JobError, SettingsError
from core.figures.text import clean
from core.jobs import Job
from core.jobs.train import SourceRequest, TrainRequest
from core.models.family import MODELS, Architecture, ReferenceClassifier
from core.models.family import preset as preset_values
from core.models.manifest import RunManifest
from core.registry import PartDescription, Setting, describe_settings, title_of, validated
from core.training import TrainSettings
from dashboard.services import experiments, library
from dashboard.services.curves import LiveCurves, Member, live
from dashboard.services.orders import differences, submitted
from dashboard.services.planning import target_of

MOST_CURVES = 6
TRIO = ("lstm", "attention-lstm", "transformer")
TRIO_WORDS = "Baseline, attention, transformer"
DEMO_SOURCE = SourceRequest(name="bundled", settings={"name": "GunPoint"})
DEMO_MODELS = ("attention-lstm", "lstm")


def architectures() -> tuple[PartDescription, ...]:
    """Return what can be trained: attention first, then the baselines, then what publishes no model."""
    return tuple(MODELS.describe(name) for name in sorted(MODELS.names(), key=_rank))


def architecture(name: str) -> PartDescription:
    """Return one architecture; the first of all for a name that nobody knows."""
    known = architectures()
    return next((part for part in known if part.name == name), known[0])


def readers() -> frozenset[str]:
    """Return the names of the architectures that read several modalities."""
    return frozenset(name for name in MODELS.names() if MODELS.part(name).reads_modalities)


def training_settings() -> tuple[Setting, ...]:
    """Return the settings of a training."""
    return describe_settings(TrainSettings)


def chosen_training(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a training that were chosen: those that are as usual are left to the models.

    Raises:
        SettingsError: If one is unknown or out of its bounds.
    """
    chosen = validated(TrainSettings, values).model_dump(mode="json")
    return {setting.name: chosen[setting.name] for setting in training_settings()
            if chosen[setting.name] != setting.default}  # fmt: skip


def suited(models: Sequence[str]) -> str:
    """Say which architectures are trained otherwise than usual where nothing was chosen."""
    said = []
    for name in models:
        words = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in _suiting(name).items())
        if words:
            said.append(f"{architecture(name).title}: {words}")
    return f"What is left as it is suits the architecture. {'; '.join(said)}." if said else ""


def trio() -> tuple[str, ...]:
    """Return a baseline, an attention model and a transformer, as far as there are these."""
    known = set(MODELS.names())
    return tuple(name for name in TRIO if name in known)


def presets(model: str) -> dict[str, str]:
    """Return the titles of an architecture's presets by name."""
    part = MODELS.part(model)
    return {name: part.preset_titles.get(name, title_of(name)) for name in part.presets}


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


def curves(
    experiment: str | None = None,
    job: str | None = None,
    shown: tuple[str, str] = ("", ""),
    *,
    single: bool = False,
) -> LiveCurves:
    """Return the curves of an experiment or a job as far as they are; without a wish those of the latest.

    Args:
        experiment: Id of an experiment.
        job: Id of a single training, which comes first.
        shown: Measure and sides, see `curves.live`.
        single: Whether each run has a line of its own.

    Raises:
        JobError: If nothing was trained yet.
    """
    members = _members(experiment, job)
    if not members:
        raise JobError("no model is in training: its curves will move here, epoch by epoch")
    return live(members, *shown, single=single)


def shown(experiment: str | None = None, job: str | None = None) -> str:
    """Return the id of the experiment whose curves are shown: as wished, else that of the latest training."""
    if job or experiment:
        return "" if job else str(experiment)
    latest = _latest(trainings())
    return str(latest[0].spec.payload.get("experiment") or "") if latest else ""


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


def _rank(model: str) -> tuple[bool, bool, bool, str]:
    part = MODELS.part(model)
    blind = part.attention_layers is Architecture.attention_layers if issubclass(part, Architecture) else True
    return issubclass(part, ReferenceClassifier), blind, model != TRIO[1], model


def _suiting(model: str) -> dict[str, Any]:
    return dict(getattr(MODELS.part(model), "defaults", {}))


def _members(experiment: str | None, job: str | None) -> list[Member]:
    """Return the trainings whose curves are asked for, those of one arm beside each other."""
    if job:
        return _of_jobs([one for one in trainings() if one.id == job])
    if experiment:
        return _of_experiment(experiment)
    latest = _latest(trainings())
    owner = latest[0].spec.payload.get("experiment") if latest else ""
    return (_of_experiment(str(owner)) if owner else []) or _of_jobs(latest)


def _of_experiment(identifier: str) -> list[Member]:
    try:
        found = experiments.status(identifier)
    except HeedError:
        return []
    folded = len({member.fold for member in found.members}) > 1
    return [
        Member(
            member.id,
            member.label,
            f"seed {member.seed}{f', fold {member.fold + 1}' if folded else ''}",
            member.run,
        )
        for member in sorted(found.members, key=lambda member: member.arm)
    ]


def _of_jobs(found: Sequence[Job]) -> list[Member]:
    """Return single trainings, each an arm of its own."""
    members = []
    for job in found:
        name = _curve_name(job, found)
        members.append(Member(job.id, name, name, str(job.state.result.get("run", ""))))
    return members


def _latest(found: Sequence[Job]) -> list[Job]:
    """Return the trainings that run or wait, with those ordered with them; else the last order."""
    shown = [job for job in found if not job.state.ended_for_now] or list(found[:1])
    orders = {_order_of(job) for job in shown[:1]}
    return [job for job in reversed(found) if _order_of(job) in orders][:MOST_CURVES]


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
    return str(job.spec.payload.get("experiment") or job.spec.nonce.rpartition(".")[0] or job.id)


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
