"""What the arms of an experiment reach: mean, deviation and range over seeds, and which arm to choose."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from core.jobs.experiment_shelf import ExperimentManifest

CHOSEN_BY = "validation"


class Scored(Protocol):
    """A training with what it reaches."""

    @property
    def arm(self) -> int:
        """Place of its arm."""

    @property
    def seed(self) -> int:
        """Its seed."""

    @property
    def state(self) -> str:
        """How it stands."""

    @property
    def metrics(self) -> Mapping[str, Mapping[str, Any]]:
        """Measures by part."""


@dataclass(frozen=True)
class Spread:
    """One measure over seeds.

    Attributes:
        values: The points: one a seed, the mean over its folds where there are several.
        sd: Sample standard deviation; None for one point.
    """

    values: tuple[float, ...]
    mean: float
    sd: float | None
    low: float
    high: float

    @property
    def points(self) -> int:
        """How many points there are."""
        return len(self.values)


@dataclass(frozen=True)
class ArmSummary:
    """What one arm reaches so far, over its finished trainings.

    Attributes:
        arm: Place of the arm in the plan.
        members: How many trainings it has; `done` of them are finished and have a run.
        over: What the points are: "seeds", or "folds" where there is one seed and several folds.
        spreads: Measures by part and name: ["validation"]["loss"].
        control: Whether it learns from shuffled labels.
    """

    arm: int
    label: str
    model: str
    members: int
    done: int
    over: str
    spreads: Mapping[str, Mapping[str, Spread]]
    control: bool = False

    @property
    def validation_loss(self) -> float:
        """Mean validation loss by which arms are chosen; infinite without one."""
        found = self.spread(CHOSEN_BY, "loss")
        return math.inf if found is None else found.mean

    def spread(self, part: str, measure: str) -> Spread | None:
        """Return one measure; None where there is none yet."""
        return self.spreads.get(part, {}).get(measure)


def summaries(manifest: ExperimentManifest, members: Sequence[Scored]) -> tuple[ArmSummary, ...]:
    """Return what each arm reaches so far."""
    over = "folds" if len(manifest.seeds) == 1 and len(manifest.folds) > 1 else "seeds"
    found = []
    for place, arm in enumerate(manifest.arms):
        own = [member for member in members if member.arm == place]
        done = [member for member in own if member.state == "done" and member.metrics]
        parts = list(dict.fromkeys(part for member in done for part in member.metrics))
        found.append(
            ArmSummary(
                arm=place,
                label=arm.label or arm.model,
                model=arm.model,
                members=len(own),
                done=len(done),
                over=over,
                spreads={part: _spreads(done, part, over) for part in parts},
                control=arm.control,
            )
        )
    return tuple(found)


def best_arm(arms: Sequence[ArmSummary]) -> int | None:
    """Return the place of the arm with the lowest mean validation loss, controls apart; None without one.

    The test part is for telling how good the chosen arm is: choosing by it would flatter the choice.
    """
    usable = [arm for arm in arms if not arm.control and math.isfinite(arm.validation_loss)]
    return min(usable, key=lambda arm: arm.validation_loss).arm if usable else None


def spread_of(values: Sequence[float]) -> Spread:
    """Return mean, sample deviation and range of some points."""
    points = np.asarray(values, np.float64)
    sd = float(points.std(ddof=1)) if len(points) > 1 else None
    return Spread(tuple(values), float(points.mean()), sd, float(points.min()), float(points.max()))


def _spreads(done: Sequence[Scored], part: str, over: str) -> dict[str, Spread]:
    names = dict.fromkeys(
        name
        for member in done
        for name, value in member.metrics.get(part, {}).items()
        if isinstance(value, int | float) and name not in {"samples"}
    )
    found = {}
    for name in names:
        points: dict[int, list[float]] = {}
        for place, member in enumerate(done):
            value = member.metrics.get(part, {}).get(name)
            if isinstance(value, int | float) and math.isfinite(value):
                points.setdefault(place if over == "folds" else member.seed, []).append(float(value))
        if points:
            found[name] = spread_of([sum(values) / len(values) for values in points.values()])
    return found
