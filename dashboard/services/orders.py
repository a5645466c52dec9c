"""Orders of trainings as the page Train gives them: checked whole, then written down as jobs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.data.scaler import ScalerSettings
from core.errors import SettingsError
from core.jobs import JobSpec
from core.jobs.train import TrainRequest
from core.models.family import MODELS
from core.registry import validated
from core.store import tidy_name
from core.training import TrainSettings
from dashboard.services import jobs, library, planning
from dashboard.services.augmentation import recipe

MOST_SEEDS = 20
MOST_RUNS = 60
CONTROL = "control"
SEEDS = re.compile(r"([0-9]{1,6})(?:\s*-\s*([0-9]{1,6}))?\Z")


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
        target: What is learnt, "" for the first target with one label a sample.
        split: Id of a stored split, None for the dataset's usual one.
        scaling: How channels are scaled.
        augment: Augmentations as text, see `augmentation.recipe`.
        all_folds: Whether one run is trained for each fold, of a split that has folds.
        control: Whether labels are shuffled: what such a model reaches, chance reaches.
    """

    dataset: str | None
    model: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    seeds: str = "0"
    nonce: str = ""
    target: str = ""
    split: str | None = None
    scaling: str = "standard"
    augment: str = ""
    all_folds: bool = False
    control: bool = False


def submit(order: Order) -> tuple[str, ...]:
    """Write the trainings of an order down, hand them to the runner, and return the ids of their jobs.

    Raises:
        SettingsError: If a setting is unknown or out of its bounds; nothing is submitted then.
        DataError: If the target can't be trained.
        NotFoundError: If the dataset or the split is not there.
    """
    manifest = library.dataset(order.dataset)
    part = MODELS.create(order.model, order.settings)
    target = planning.target_of(manifest, order.target)
    plan = planning.split_plan(manifest, order.split, target)
    varied = recipe(order.augment)
    if varied.problems:
        raise SettingsError("; ".join(varied.problems))
    request = TrainRequest(
        dataset=manifest.id,
        model=order.model,
        settings=part.model_dump(mode="json"),
        training=validated(TrainSettings, order.training),
        augmentations=varied.plain(),
        split=plan.settings,
        scaling=validated(ScalerSettings, {"kind": order.scaling}),
        permuted_labels=order.control,
        target=target,
    )
    splits = [plan.settings]
    if order.all_folds and plan.folds:
        splits = [plan.settings.model_copy(update={"fold": fold}) for fold in range(plan.folds)]
    seeds = parse_seeds(order.seeds)
    if len(seeds) * len(splits) > MOST_RUNS:
        raise SettingsError(
            f"an order holds at most {MOST_RUNS} trainings; got {len(seeds)} seeds of {len(splits)} folds"
        )
    requests = [
        request.model_copy(update={"seed": seed, "split": split}) for seed in seeds for split in splits
    ]
    return submitted(requests, order.nonce, manifest.name)


def submitted(requests: Sequence[TrainRequest], nonce: str, dataset: str) -> tuple[str, ...]:
    """Submit trainings as jobs; equal ones of one nonce are one."""
    specs = []
    for request in requests:
        tells = "".join(f", {word}" for word in differences(request))
        if tells:
            named = tells.removeprefix(f", {CONTROL}")  # the run's name says that by itself
            name = tidy_name(f"{request.model} on {dataset}{named}")
            request = request.model_copy(update={"name": name})  # noqa: PLW2901 - the same one, named
        specs.append(
            JobSpec(
                kind="train",
                payload=request.model_dump(mode="json"),
                title=f"{request.model} on {dataset}, seed {request.seed}{tells}"[:300],
                nonce=f"{nonce}.{ending(request)}" if nonce else "",
            )
        )
    return jobs.submit(*specs)


def differences(request: TrainRequest) -> list[str]:
    """Return what tells a training from a usual one of the same model, in a few words each."""
    said = [CONTROL] if request.permuted_labels else []
    if request.augmentations:
        said.append(f"{len(request.augmentations)} augmented")
    if request.scaling.kind != "standard":
        said.append(f"scaling {request.scaling.kind}")
    if request.split.folds:
        said.append(f"fold {request.split.fold + 1} of {request.split.folds}")
    return said


def ending(request: TrainRequest) -> str:
    """Return what tells the trainings of one order apart."""
    control = "-control" if request.permuted_labels else ""
    return f"{request.model}-{request.seed}-{request.split.fold}{control}"


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
