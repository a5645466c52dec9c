"""Runs and arms beside each other on the same test samples: metrics with intervals, paired tests."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import DataError
from core.evaluation.arm_tests import ArmTest, PairedRuns, Untested, adjusted_arms, arm_test
from core.evaluation.pairs import (
    PairedTest,
    accuracy_difference_interval,
    adjusted,
    holm,
    mcnemar,
    paired_tests,
)
from core.evaluation.resampling import Resampling, resampling
from core.evaluation.scores import METRICS, ComparedRun, Judged, RunScore, judge_run, score_run
from core.evaluation.spreads import ArmScore, arm_scores
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "METRICS",
    "ArmScore",
    "ComparedRun",
    "Comparison",
    "PairedTest",
    "RunScore",
    "accuracy_difference_interval",
    "compare_runs",
    "holm",
    "mcnemar",
]


@dataclass(frozen=True)
class Comparison:
    """Runs on the same test samples.

    Attributes:
        scores: One entry a run, in the order asked for.
        tests: One entry a pair of runs with the same test samples.
        majority_rate: What always guessing the training majority class reaches on these samples.
        samples: Number of labelled test samples, steps for labels per step.
        windows: Number of test windows, which is what intervals and tests draw.
        arms: One entry an arm, in the order of their first runs.
        arm_tests: One entry a pair of arms with at least two shared seeds or folds.
        untested: Pairs of arms, one of several runs, that no test is made of, and why.
        per_step: Whether labels are per step, so that windows are what is drawn and tested.
    """

    scores: tuple[RunScore, ...]
    tests: tuple[PairedTest, ...]
    majority_rate: float
    samples: int
    provenance: Provenance
    arms: tuple[ArmScore, ...] = ()
    arm_tests: tuple[ArmTest, ...] = ()
    untested: tuple[Untested, ...] = ()
    per_step: bool = False
    windows: int = 0

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a run."""
        import pandas as pd

        labels = {arm.key: arm.label for arm in self.arms}
        rows = []
        for score in self.scores:
            row: dict[str, Any] = {
                "run": score.run,
                "label": score.label,
                "model": score.model,
                "seed": score.seed,
                "arm": labels.get(score.arm, ""),
                "fold": score.fold,
            }
            for metric in METRICS:
                low, high = score.intervals.get(metric) or (math.nan, math.nan)
                row |= {metric: score.value(metric), f"{metric}_low": low, f"{metric}_high": high}
            rows.append(
                {**row, "majority_rate": score.metrics.majority_rate, "samples": score.metrics.samples}
            )
        return pd.DataFrame(rows)


@dataclass(frozen=True, eq=False)
class _Group:
    """Runs with the same test samples."""

    key: str
    runs: tuple[Judged, ...]
    draws: Resampling


def compare_runs(runs: Sequence[ComparedRun], majority_class: int, seed: int = 0) -> Comparison:
    """Compare runs on the test samples they share, and arms over their seeds.

    A test of two runs leaves the chance of training out: compare several seeds before concluding. Runs of
    different folds are of different samples; they are compared fold by fold.

    Args:
        runs: At least one run; their test samples must be the same, fold by fold.
        majority_class: The most frequent class of the training part.
        seed: Seed of the bootstrap.

    Raises:
        DataError: If the runs were tested on different samples, with the reason.
    """
    if not runs:
        raise DataError("a comparison needs at least one run; got none")
    require_comparable(runs)
    groups = _groups(runs, seed)
    scored = {
        judged.asked.run: score_run(judged, majority_class, group.draws, seed)
        for group in groups
        for judged in group.runs
    }
    scores = tuple(scored[run.run] for run in runs)
    tests = adjusted([test for group in groups for test in paired_tests(group.runs, group.draws)])
    arms = arm_scores(runs, scores)
    arm_tests, untested = _between(arms, groups, seed)
    sizes = [scored[group.runs[0].asked.run].metrics for group in groups]
    samples = sum(metrics.samples for metrics in sizes)
    return Comparison(
        scores=scores,
        tests=tests,
        majority_rate=sum(metrics.majority_rate * metrics.samples for metrics in sizes) / samples,
        samples=samples,
        provenance=Provenance(
            "comparison",
            data=runs[0].data,
            weights={run.run: run.weights for run in runs},
            parameters={
                "majority_class": majority_class,
                "intervals": groups[0].draws.method,
                "seed": seed,
            },
            samples=samples,
        ),
        arms=arms,
        arm_tests=arm_tests,
        untested=untested,
        per_step=runs[0].windows is not None,
        windows=sum(group.runs[0].count for group in groups),
    )


def _groups(runs: Sequence[ComparedRun], seed: int) -> list[_Group]:
    found: dict[str, list[ComparedRun]] = {}
    for run in runs:
        predictions = run.predictions
        content = predictions.indices.tobytes() + predictions.actual.tobytes()
        found.setdefault(hashlib.sha256(content).hexdigest(), []).append(run)
    groups = []
    for key, members in found.items():
        judged = tuple(judge_run(run) for run in members)
        groups.append(_Group(key, judged, resampling(judged[0].count, judged[0].windows, seed)))
    return groups


def _between(
    arms: Sequence[ArmScore], groups: Sequence[_Group], seed: int
) -> tuple[tuple[ArmTest, ...], tuple[Untested, ...]]:
    """Test every pair of arms one of which has several runs."""
    places = {judged.asked.run: (group, judged) for group in groups for judged in group.runs}
    tests, untested = [], []
    for a, b in combinations(arms, 2):
        if max(len(a.runs), len(b.runs)) < 2:
            continue
        pairs = _pairs([places[run] for run in a.runs], [places[run] for run in b.runs])
        if len(pairs) < 2:
            untested.append(Untested(a.key, b.key, _why_not(a, b, len(pairs))))
        else:
            tests.append(arm_test((a.key, b.key), pairs, seed))
    return adjusted_arms(tests), tuple(untested)


def _pairs(
    ours: Sequence[tuple[_Group, Judged]], theirs: Sequence[tuple[_Group, Judged]]
) -> list[PairedRuns]:
    """Return the runs of both arms that share seed, fold and test samples."""
    known = {(group.key, judged.asked.seed, judged.asked.fold): judged for group, judged in theirs}
    return [
        PairedRuns(a.asked.seed or 0, a.asked.fold, group.key, a, b, group.draws)
        for group, a in ours
        if (b := known.get((group.key, a.asked.seed, a.asked.fold))) is not None
    ]


def _why_not(a: ArmScore, b: ArmScore, shared: int) -> str:
    seeds = [", ".join(map(str, arm.seeds)) for arm in (a, b)]
    what = "no seed" if not shared else "one seed only"
    return (
        f"a test of arms needs two seeds or more that both were trained with; {a.label:.60} (seeds "
        f"{seeds[0]:.60}) and {b.label:.60} (seeds {seeds[1]:.60}) share {what}"
    )


def require_comparable(runs: Sequence[ComparedRun], by_fold: bool = True) -> None:
    """Raise DataError unless all runs have the same test samples; those with folds, fold by fold if asked."""
    folded = by_fold and all(run.fold is not None for run in runs)
    first: dict[int | None, ComparedRun] = {}
    for run in runs:
        _require_labels(run)
        _require_same_data(runs[0], run)
        _require_same_samples(first.setdefault(run.fold if folded else None, run), run)


def _require_labels(run: ComparedRun) -> None:
    actual = run.predictions.actual
    if not (actual >= 0).any():
        raise DataError(
            f"runs are compared on labelled test samples; of {run.label:.60}, none of {len(actual)} has one"
        )


def _rule(a: ComparedRun, b: ComparedRun) -> str:
    return f"runs are compared on the same test samples; {a.label:.60} and {b.label:.60}"


def _require_same_data(a: ComparedRun, b: ComparedRun) -> None:
    if a.data != b.data:
        raise DataError(f"{_rule(a, b)} were tested on different datasets")
    if a.predictions.classes != b.predictions.classes:
        raise DataError(f"{_rule(a, b)} know different classes")
    if (a.windows is None) != (b.windows is None):
        raise DataError(f"{_rule(a, b)} have labels per window and per step")


def _require_same_samples(a: ComparedRun, b: ComparedRun) -> None:
    rule = _rule(a, b)
    mine, theirs = a.predictions.indices, b.predictions.indices
    if len(mine) != len(theirs):
        raise DataError(f"{rule} were tested on {len(mine)} and {len(theirs)} samples")
    if not np.array_equal(mine, theirs):
        shared = len(np.intersect1d(mine, theirs))
        raise DataError(f"{rule} come from different splits and share {shared} of {len(mine)} test samples")
    if not np.array_equal(a.predictions.actual, b.predictions.actual):
        raise DataError(f"{rule} have different labels on them")
