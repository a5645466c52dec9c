"""What orders of trainings are made of: seeds as text, and single trainings written down as jobs."""

import re
from collections.abc import Sequence

from core.errors import SettingsError
from core.jobs import JobSpec
from core.jobs.train import TrainRequest
from core.store import tidy_name
from dashboard.services import jobs

MOST_SEEDS = 20
CONTROL = "control"
SEEDS = re.compile(r"([0-9]{1,6})(?:\s*-\s*([0-9]{1,6}))?\Z")


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
