"""What runs cost beside what they reach: weights, training time, time of a prediction, size of the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.evaluation.spreads import ArmScore
from core.models.manifest import RunManifest
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Cost:
    """One way in which runs cost something.

    Attributes:
        title: What it is called, with its unit.
        logarithmic: Whether it spans orders of magnitude.
    """

    title: str
    logarithmic: bool = True


COSTS: Mapping[str, Cost] = {
    "parameters": Cost("Weights"),
    "seconds": Cost("Training (s)"),
    "latency": Cost("Latency (ms per sample)"),
    "size": Cost("Size of the model (bytes)"),
}
"""By the field of the manifest that holds it."""


@dataclass(frozen=True)
class ArmCost:
    """One arm: what it costs and what it reaches, as means over its runs.

    Attributes:
        key: The arm.
        label: What figures and tables call it.
        model: Name of the architecture.
        runs: Number of runs.
        accuracy: Mean accuracy on the test samples.
        spread: Least and greatest accuracy of the runs; the 95 % interval of a single run.
        costs: Mean by name of a cost; None where there is no model or it was not measured.
        has_model: Whether there is a model; a reference classifier has published its predictions only.
    """

    key: str
    label: str
    model: str
    runs: int
    accuracy: float
    spread: tuple[float, float]
    costs: Mapping[str, float | None]
    has_model: bool


@dataclass(frozen=True)
class CostComparison:
    """Arms with their costs, in the order of the comparison."""

    arms: tuple[ArmCost, ...]
    samples: int
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row an arm."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "arm": arm.label,
                    "model": arm.model,
                    "runs": arm.runs,
                    "accuracy": arm.accuracy,
                    "accuracy_low": arm.spread[0],
                    "accuracy_high": arm.spread[1],
                    **arm.costs,
                    "has_model": arm.has_model,
                }
                for arm in self.arms
            ]
        )


def compare_costs(
    arms: Sequence[ArmScore], runs: Sequence[RunManifest], source: Provenance, samples: int
) -> CostComparison:
    """Put what arms cost beside what they reach.

    Args:
        arms: The arms of a comparison.
        runs: The manifests of their runs.
        source: Where the comparison comes from.
        samples: Number of test samples.
    """
    known = {run.id: run for run in runs}
    made = replace(source, what="cost of runs", samples=samples)
    return CostComparison(tuple(_cost(arm, [known[id] for id in arm.runs]) for arm in arms), samples, made)


def _cost(arm: ArmScore, runs: Sequence[RunManifest]) -> ArmCost:
    spread = arm.spreads["accuracy"]
    accuracy = float("nan") if spread is None else spread.mean
    between = (accuracy, accuracy) if spread is None else spread.interval or (spread.low, spread.high)
    has_model = all(run.has_model for run in runs)
    costs = {name: _mean([getattr(run, name) for run in runs]) for name in COSTS}
    if not has_model:
        costs |= dict.fromkeys(("parameters", "latency", "size"))
    return ArmCost(arm.key, arm.label, arm.model, len(runs), accuracy, between, costs, has_model)


def _mean(values: Sequence[float | None]) -> float | None:
    """Return the mean of what was measured; 0 stands for what was not."""
    found = [value for value in values if value]
    return float(np.mean(found)) if found else None
