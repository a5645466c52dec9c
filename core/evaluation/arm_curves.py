"""Curves of several seeds as one object: the mean of an arm, its band, and the runs behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.errors import SettingsError
from core.evaluation.curves import RunCurve
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

Side = Literal["validation", "training"]


@dataclass(frozen=True)
class Panel:
    """What one panel shows by epoch.

    Attributes:
        title: Title of its axis, with the unit.
        training: Field of `RunCurve` that holds it on training samples.
        validation: The same on validation samples, "" where there is none.
        share: Whether it is a share, from 0 to 1, written in percent.
        unit: Whether its axis goes from 0 to 1.
        words: How to read it, "" where the title says it.
    """

    title: str
    training: str
    validation: str = ""
    share: bool = False
    unit: bool = False
    words: str = ""

    def of(self, side: Side) -> str:
        """Return the field of a side; what has no validation is shown as it is."""
        return (self.validation or self.training) if side == "validation" else self.training


MEASURES: Mapping[str, tuple[Panel, ...]] = {
    "loss": (
        Panel("loss (nats)", "loss", "validation_loss"),
        Panel("accuracy", "accuracy", "validation_accuracy", share=True),
    ),
    "gradient": (
        Panel(
            "norm of the gradient",
            "gradient_norm",
            words="far above its usual height the training is unstable, near 0 nothing more is learnt",
        ),
    ),
    "entropy": (
        Panel(
            "entropy of attention",
            "attention_entropy",
            unit=True,
            words="0: all weight on one step, 1: all steps alike; a fall to 0 within a few epochs that "
            "does not come back is collapse",
        ),
    ),
    "rate": (Panel("learning rate", "learning_rate"),),
    "speed": (Panel("training samples per second", "samples_per_second"),),
}
"""What can be shown of a training, by the word it is asked for; each as one or two panels."""


@dataclass(frozen=True)
class Band:
    """Mean and range over the runs of an arm that reached an epoch.

    Attributes:
        epoch: Epochs that at least one run has reached (E,).
        mean: Mean over them (E,), NaN where none has a value.
        low: Least value (E,).
        high: Greatest value (E,).
        runs: How many runs have a value (E,).
    """

    epoch: IntArray
    mean: DoubleArray
    low: DoubleArray
    high: DoubleArray
    runs: IntArray


@dataclass(frozen=True)
class Arm:
    """Runs that differ in nothing but seed and fold.

    Attributes:
        label: What figures call it.
        runs: Curves of its runs; one that has not begun has no epoch.
    """

    label: str
    runs: tuple[RunCurve, ...]

    def band(self, name: str) -> Band:
        """Return mean and range of a field of `RunCurve` over the runs, epoch by epoch."""
        epochs = np.unique(np.concatenate([run.epoch for run in self.runs] or [np.empty(0, np.int64)]))
        values = np.full((len(self.runs), len(epochs)), np.nan)  # (R, E)
        for row, run in zip(values, self.runs, strict=True):
            row[np.searchsorted(epochs, run.epoch)] = getattr(run, name)
        known = np.isfinite(values)
        count = known.sum(axis=0)
        total = np.where(known, values, 0.0).sum(axis=0)
        mean = np.divide(total, count, out=np.full(len(epochs), np.nan), where=count > 0)
        low = np.where(known, values, np.inf).min(axis=0, initial=np.inf)
        high = np.where(known, values, -np.inf).max(axis=0, initial=-np.inf)
        gone = count == 0
        return Band(
            epochs.astype(np.int64), mean, np.where(gone, np.nan, low), np.where(gone, np.nan, high), count
        )


@dataclass(frozen=True)
class ArmCurves:
    """Curves of arms, and what is to be shown of them.

    Attributes:
        arms: The arms in their order.
        measure: A key of `MEASURES`.
        sides: Whether validation, training or both are shown.
        single: Whether each run has a thin line of its own.
    """

    arms: tuple[Arm, ...]
    measure: str = "loss"
    sides: tuple[Side, ...] = ("validation",)
    single: bool = False
    provenance: Provenance = field(default_factory=lambda: Provenance("learning curves"))

    def __post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise SettingsError(f"measure must be one of {', '.join(MEASURES)}; got {self.measure!r:.40}")

    @property
    def panels(self) -> tuple[Panel, ...]:
        """What is shown."""
        return MEASURES[self.measure]

    @property
    def runs(self) -> tuple[RunCurve, ...]:
        """The runs of all arms."""
        return tuple(run for arm in self.arms for run in arm.runs)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per run and epoch, with the arm it belongs to."""
        import pandas as pd

        frames = [pd.DataFrame({"arm": arm.label, **vars(run)}) for arm in self.arms for run in arm.runs]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"arm": [], "epoch": []})


def arm_curves(
    arms: Sequence[Arm],
    measure: str = "loss",
    sides: Sequence[Side] = ("validation",),
    *,
    single: bool = False,
) -> ArmCurves:
    """Return the curves of arms as one result that says which runs stand behind it."""
    runs = [run.run for arm in arms for run in arm.runs]
    made = Provenance("learning curves", parameters={"runs": runs, "measure": measure}, samples=len(runs))
    return ArmCurves(tuple(arms), measure, tuple(sides), single, made)
