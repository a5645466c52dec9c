"""How long an order takes, told only where trainings of its kinds were measured here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.jobs import Job
from core.jobs.planning import shortfall, swept, whole
from core.jobs.plans import Arm, ExperimentPlan
from core.jobs.standing import usual_slots
from core.models.manifest import RunManifest
from dashboard.services import library

LEAST_EPOCHS = 5  # that tell a pace
LEFT_OUT = ("epochs", "patience")  # of the training: a longer one is told from a shorter one


@dataclass(frozen=True)
class Estimate:
    """What an order comes to.

    Attributes:
        trainings: How many trainings.
        seconds: How long they take together; None where a kind of them was never measured.
        measured: How many trainings that is told from.
        slots: How many run side by side.
        remark: What else is to be known of it, "" for nothing.
        at_most: Whether it is told from trainings with another number of epochs, which may end earlier.
    """

    trainings: int
    seconds: float | None = None
    measured: int = 0
    slots: int = 1
    at_most: bool = False
    remark: str = ""


def estimate(plan: ExperimentPlan) -> Estimate:
    """Return how many trainings a plan comes to, and how long they take where that was measured.

    Raises:
        SettingsError: If a setting is unknown or out of its bounds, or the sweep can't be read.
    """
    arms = [whole(arm) for arm in swept(plan)]
    each = len(plan.seeds) * len(plan.folds)
    count, slots = len(arms) * each, min(usual_slots(), len(arms) * each)
    known = list(_measured(plan.dataset))
    times = [_time_of(arm, known) for arm in arms]
    remark = shortfall(plan)
    if any(not found for found, _ in times):
        return Estimate(count, slots=slots, remark=remark)
    usual = [sum(found) / len(found) for found, _ in times]
    return Estimate(
        count,
        max(sum(usual) * each / slots, *usual),
        sum(len(found) for found, _ in times),
        slots,
        any(scaled for _, scaled in times),
        remark,
    )


@dataclass(frozen=True)
class _Measured:
    """A training that ended: what was asked, how long it took, seconds an epoch (None of a short one)."""

    payload: Mapping[str, Any]
    seconds: float
    epochs: int
    pace: float | None


def _time_of(arm: Arm, known: list[_Measured]) -> tuple[list[float], bool]:
    """Return how long trainings of an arm took, and whether that was scaled to its number of epochs."""
    alike = [one for one in known if _is_alike(arm, one.payload)]
    same = [one.seconds for one in alike if one.payload["training"] == arm.training]
    if same:
        return same, False
    wanted = int(arm.training["epochs"])
    return [one.seconds + one.pace * (wanted - one.epochs) for one in alike if one.pace is not None], True


def _is_alike(arm: Arm, payload: Mapping[str, Any]) -> bool:
    wanted = {
        "model": arm.model,
        "settings": arm.settings,
        "augmentations": list(arm.augmentations),
        "modalities": list(arm.modalities),
    }
    training = payload.get("training")
    # An earlier Heed wrote no modalities down: they were the usual ones.
    asked = {"modalities": [], **payload}
    if not isinstance(training, dict) or any(asked.get(name) != value for name, value in wanted.items()):
        return False
    return all(training.get(name) == value for name, value in arm.training.items() if name not in LEFT_OUT)


def _measured(dataset: str | None) -> Iterator[_Measured]:
    """Give the finished trainings on a dataset."""
    runs = {run.id: run for run in library.runs(dataset).entries}
    for job in library.desk().list():
        seconds, run = _seconds(job), runs.get(str(job.state.result.get("run", "")))
        if seconds and run is not None and job.spec.kind == "train":
            yield _Measured(job.spec.payload, seconds, run.epochs, _pace(run))


def _pace(run: RunManifest) -> float | None:
    """Return the seconds of an epoch, the first one apart, which builds the graph."""
    times = [float(row["seconds"]) for row in run.history if row.get("seconds") is not None]
    return None if len(times) < LEAST_EPOCHS else (times[-1] - times[0]) / (len(times) - 1)


def _seconds(job: Job) -> float | None:
    state = job.state
    if state.state != "done" or state.attempt > 1 or state.started is None or state.ended is None:
        return None
    return (state.ended - state.started).total_seconds()
