"""Arms as one object each: the mean over their runs, how far the runs spread, the runs themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.resampling import Interval
from core.evaluation.scores import METRICS, ComparedRun, RunScore


@dataclass(frozen=True)
class Spread:
    """What the runs of an arm reach in one metric.

    Attributes:
        values: One value a run, in the order of the arm's runs.
        mean: Their mean.
        low: The least of them.
        high: The greatest of them.
        deviation: Their standard deviation (n - 1); None for one run.
        interval: 95 % interval of the value of a single run; None for several runs, whose spread says more.
    """

    values: tuple[float, ...]
    mean: float
    low: float
    high: float
    deviation: float | None
    interval: Interval | None


@dataclass(frozen=True)
class ArmScore:
    """One arm: runs that differ in seed and fold only.

    Attributes:
        key: What its runs have in common, as a hash; the run's id for a run on its own.
        label: What figures and tables call it.
        model: Name of the architecture.
        runs: Ids of its runs; of several with the same seed and fold the first one.
        seeds: Seed of each run.
        folds: Fold of each run, None where there are none.
        spreads: What they reach, by metric; None where a run has no value.
    """

    key: str
    label: str
    model: str
    runs: tuple[str, ...]
    seeds: tuple[int | None, ...]
    folds: tuple[int | None, ...]
    spreads: Mapping[str, Spread | None]


def arm_scores(runs: Sequence[ComparedRun], scores: Sequence[RunScore]) -> tuple[ArmScore, ...]:
    """Group scores into arms, in the order in which their first runs come."""
    groups: dict[str, dict[tuple[int | None, int | None], tuple[ComparedRun, RunScore]]] = {}
    for run, score in zip(runs, scores, strict=True):
        groups.setdefault(run.arm or run.run, {}).setdefault((run.seed, run.fold), (run, score))
    return tuple(_arm(key, list(members.values())) for key, members in groups.items())


def _arm(key: str, members: Sequence[tuple[ComparedRun, RunScore]]) -> ArmScore:
    first = members[0][0]
    return ArmScore(
        key=key,
        label=first.label if len(members) == 1 or not first.arm_label else first.arm_label,
        model=first.model,
        runs=tuple(run.run for run, _ in members),
        seeds=tuple(run.seed for run, _ in members),
        folds=tuple(run.fold for run, _ in members),
        spreads={metric: _spread([score for _, score in members], metric) for metric in METRICS},
    )


def _spread(scores: Sequence[RunScore], metric: str) -> Spread | None:
    found = [score.value(metric) for score in scores]
    values = np.array([value for value in found if value is not None], np.float64)
    if len(values) < len(found):
        return None
    return Spread(
        values=tuple(float(value) for value in values),
        mean=float(values.mean()),
        low=float(values.min()),
        high=float(values.max()),
        deviation=float(values.std(ddof=1)) if len(values) > 1 else None,
        interval=scores[0].intervals.get(metric) if len(values) == 1 else None,
    )
