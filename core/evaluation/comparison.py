"""Runs beside each other on the same test samples: metrics with intervals, paired tests, adjusted p."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import DoubleArray
from core.errors import DataError
from core.evaluation.metrics import PartMetrics, part_metrics, sample_losses
from core.evaluation.outcomes import Predictions
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

EXACT_BELOW = 25  # samples that only one of two runs gets right
RESAMPLES = 10_000


@dataclass(frozen=True)
class ComparedRun:
    """One run to compare.

    Attributes:
        run: Its id.
        label: What figures and tables call it.
        predictions: Its predictions on the test samples.
        model: Name of its architecture.
        seed: Seed of its training.
        data: SHA-256 of its dataset.
        weights: SHA-256 of its model.
    """

    run: str
    label: str
    predictions: Predictions
    model: str = ""
    seed: int | None = None
    data: str = ""
    weights: str = ""


@dataclass(frozen=True)
class RunScore:
    """What one run reaches on the shared test samples.

    Attributes:
        run: Its id.
        label: What figures and tables call it.
        model: Name of its architecture.
        seed: Seed of its training.
        metrics: Loss, accuracy with its Wilson interval, area under the curve, majority rate.
        loss_interval: Bootstrap 95 % interval of the loss over test samples.
    """

    run: str
    label: str
    model: str
    seed: int | None
    metrics: PartMetrics
    loss_interval: tuple[float, float]


@dataclass(frozen=True)
class PairedTest:
    """Two runs on the same samples.

    Attributes:
        a: Id of the first run.
        b: Id of the second run.
        accuracy_difference: Accuracy of a less that of b.
        interval: Paired bootstrap 95 % interval of the difference.
        mcnemar_p: Chance of a split this uneven among the samples that only one gets right.
        p_adjusted: The same after Holm's correction over all pairs.
        only_a: Samples that only a gets right.
        only_b: Samples that only b gets right.
        exact: True if p comes from the binomial, False if from the corrected chi-square.
    """

    a: str
    b: str
    accuracy_difference: float
    interval: tuple[float, float]
    mcnemar_p: float
    p_adjusted: float
    only_a: int
    only_b: int
    exact: bool


@dataclass(frozen=True)
class Comparison:
    """Runs on the same test samples.

    Attributes:
        scores: One entry a run, in the order asked for.
        tests: One entry a pair of runs.
        majority_rate: What always guessing the training majority class reaches on these samples.
        samples: Number of labelled test samples.
    """

    scores: tuple[RunScore, ...]
    tests: tuple[PairedTest, ...]
    majority_rate: float
    samples: int
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a run."""
        import pandas as pd

        rows = []
        for score in self.scores:
            plain = score.metrics.plain()
            plain["accuracy_low"], plain["accuracy_high"] = plain.pop("accuracy_interval")
            plain["loss_low"], plain["loss_high"] = score.loss_interval
            named = {"run": score.run, "label": score.label, "model": score.model, "seed": score.seed}
            rows.append({**named, **plain})
        return pd.DataFrame(rows)

    def tests_frame(self) -> "pd.DataFrame":
        """Return one row a pair of runs."""
        import pandas as pd

        return pd.DataFrame([vars(test) for test in self.tests])


def compare_runs(runs: Sequence[ComparedRun], majority_class: int, seed: int = 0) -> Comparison:
    """Compare runs on the test samples they share.

    A test of two runs leaves the chance of training out: compare several seeds before concluding.

    Args:
        runs: At least one run; their test samples must be the same.
        majority_class: The most frequent class of the training part.
        seed: Seed of the bootstrap.

    Raises:
        DataError: If the runs were tested on different samples, with the reason.
    """
    if not runs:
        raise DataError("a comparison needs at least one run; got none")
    for other in runs[1:]:
        _require_same_samples(runs[0], other)
    scores = tuple(_score(run, majority_class, seed) for run in runs)
    tests = [_paired(a, b, seed) for a, b in combinations(runs, 2)]
    adjusted = holm([test.mcnemar_p for test in tests])
    return Comparison(
        scores=scores,
        tests=tuple(
            PairedTest(**{**vars(test), "p_adjusted": float(p)})
            for test, p in zip(tests, adjusted, strict=True)
        ),
        majority_rate=scores[0].metrics.majority_rate,
        samples=scores[0].metrics.samples,
        provenance=Provenance(
            "comparison",
            data=runs[0].data,
            weights={run.run: run.weights for run in runs},
            parameters={"majority_class": majority_class, "resamples": RESAMPLES, "seed": seed},
            samples=scores[0].metrics.samples,
        ),
    )


def mcnemar(only_a: int, only_b: int) -> tuple[float, bool]:
    """Return McNemar's two-sided p and whether it is exact.

    Args:
        only_a: Samples that only the first run gets right.
        only_b: Samples that only the second run gets right.

    Returns:
        The exact binomial p below 25 such samples, else p of the chi-square with continuity correction.
    """
    differing = only_a + only_b
    if differing < EXACT_BELOW:
        tail = sum(math.comb(differing, wins) for wins in range(min(only_a, only_b) + 1))
        return min(1.0, 2 * tail / 2**differing), True
    statistic = (abs(only_a - only_b) - 1) ** 2 / differing
    return math.erfc(math.sqrt(statistic / 2)), False  # the upper tail of chi-square with one degree


def holm(p_values: ArrayLike) -> DoubleArray:
    """Return p values adjusted by Holm's step-down method, in the order they came."""
    values = np.asarray(p_values, np.float64)
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def accuracy_difference_interval(
    only_a: int, only_b: int, samples: int, seed: int = 0
) -> tuple[float, float]:
    """Return the paired bootstrap 95 % interval of an accuracy difference.

    Samples are drawn anew in pairs; only three kinds of pairs exist (a alone right, b alone right, no
    difference), so a draw is one multinomial.
    """
    shares = np.array([only_a, only_b, samples - only_a - only_b]) / samples
    draws = np.random.default_rng(seed).multinomial(samples, shares, size=RESAMPLES)
    low, high = np.quantile((draws[:, 0] - draws[:, 1]) / samples, [0.025, 0.975])
    return float(low), float(high)


def _score(run: ComparedRun, majority_class: int, seed: int) -> RunScore:
    predictions = run.predictions
    metrics = part_metrics(predictions.probabilities, predictions.actual, majority_class)
    known = predictions.actual >= 0
    losses = sample_losses(np.asarray(predictions.probabilities)[known], predictions.actual[known])
    return RunScore(run.run, run.label, run.model, run.seed, metrics, _mean_interval(losses, seed))


def _mean_interval(values: DoubleArray, seed: int) -> tuple[float, float]:
    draw = np.random.default_rng(seed)
    repeats = max(1, 200_000 // len(values))
    means: list[DoubleArray] = []
    for start in range(0, 2000, repeats):
        size = (min(repeats, 2000 - start), len(values))
        means.append(values[draw.integers(0, len(values), size)].mean(axis=1))
    low, high = np.quantile(np.concatenate(means), [0.025, 0.975])
    return float(low), float(high)


def _paired(a: ComparedRun, b: ComparedRun, seed: int) -> PairedTest:
    known = a.predictions.actual >= 0
    right_a, right_b = (_right(run.predictions)[known] for run in (a, b))
    only_a, only_b = int(np.sum(right_a & ~right_b)), int(np.sum(right_b & ~right_a))
    samples = int(known.sum())
    p, exact = mcnemar(only_a, only_b)
    interval = accuracy_difference_interval(only_a, only_b, samples, seed)
    return PairedTest(a.run, b.run, (only_a - only_b) / samples, interval, p, p, only_a, only_b, exact)


def _right(predictions: Predictions) -> np.ndarray:
    right: np.ndarray = predictions.predicted == predictions.actual
    return right


def _require_same_samples(a: ComparedRun, b: ComparedRun) -> None:
    pair = f"{a.label:.60} and {b.label:.60}"
    rule = f"runs are compared on the same test samples; {pair}"
    if a.data != b.data:
        raise DataError(f"{rule} were tested on different datasets")
    if a.predictions.classes != b.predictions.classes:
        raise DataError(f"{rule} know different classes")
    mine, theirs = a.predictions.indices, b.predictions.indices
    if len(mine) != len(theirs):
        raise DataError(f"{rule} were tested on {len(mine)} and {len(theirs)} samples")
    if not np.array_equal(mine, theirs):
        shared = len(np.intersect1d(mine, theirs))
        raise DataError(f"{rule} come from different splits and share {shared} of {len(mine)} test samples")
    if not np.array_equal(a.predictions.actual, b.predictions.actual):
        raise DataError(f"{rule} have different labels on them")
