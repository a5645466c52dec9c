"""Arms against each other: is the difference more than the chance of training and of the test samples?

Three answers stand beside each other, since no single one holds for all that may vary:

- a paired t test over the accuracies of shared seeds, the test samples being what they are. It assumes that
  the differences of seeds do not depend on each other and are roughly normal. Where folds resample the data,
  their differences do depend on each other; the variance is then corrected (Nadeau and Bengio).
- Wilcoxon's signed-rank test over the same seeds, which assumes less but can't reach 0.05 with five pairs:
  the least p is 2 / 2^5 = 0.0625.
- a bootstrap that draws seeds and windows anew, for what other seeds and other samples would give.

Sources: Nadeau and Bengio (2003), Machine Learning 52; Owen (2007), The pigeonhole bootstrap.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.arrays import DoubleArray
from core.evaluation.pairs import holm, mcnemar
from core.evaluation.resampling import Interval, Resampling, percentiles
from core.evaluation.scores import Judged
from core.evaluation.signed_rank import least_signed_rank, signed_rank

Method = Literal["paired-t", "corrected-t", "signs", "mcnemar", "wilcoxon-windows"]
Verdict = Literal["better", "only-here", "none"]
EVIDENCE_BELOW = 0.05
LIMIT_DRAWS = 2_000


@dataclass(frozen=True)
class ArmTest:
    """Two arms on the same test samples, over the seeds that both were trained with.

    Attributes:
        a: Key of the first arm.
        b: Key of the second arm.
        accuracy_difference: Mean accuracy of a less that of b, over the pairs.
        interval: 95 % interval of it by drawing seeds and windows anew; with folds, of the corrected t.
        seeds_interval: 95 % interval of it by the t distribution over pairs: other seeds, these samples.
        p: Two-sided p by `method`.
        p_adjusted: The same after Holm's correction over all pairs of arms.
        method: "paired-t"; "corrected-t" where folds resample the data; "signs" where all differences are
            the same and t is not defined; "mcnemar" ("wilcoxon-windows" for labels per step) where seeds
            change nothing, so that there is one pair of runs only.
        pairs: Number of differences that the test rests on: seeds, or folds.
        seeds: Seeds that both arms have.
        deviation: Standard deviation of the differences.
        wilcoxon_p: Two-sided p of the signed-rank test over the same differences.
        wilcoxon_least: The smallest p which that test can give with so many differences.
        samples: Number of test windows.
    """

    a: str
    b: str
    accuracy_difference: float
    interval: Interval
    seeds_interval: Interval
    p: float
    p_adjusted: float
    method: Method
    pairs: int
    seeds: tuple[int, ...]
    deviation: float
    wilcoxon_p: float
    wilcoxon_least: float
    samples: int

    @property
    def verdict(self) -> Verdict:
        """What may be said: "better", better "only-here" (new samples may undo it), or "none"."""
        if self.p_adjusted >= EVIDENCE_BELOW:
            return "none"
        return "better" if self.interval[0] > 0 or self.interval[1] < 0 else "only-here"


@dataclass(frozen=True)
class Untested:
    """Two arms that no test is made of, and why, as a sentence."""

    a: str
    b: str
    reason: str


@dataclass(frozen=True, eq=False)
class PairedRuns:
    """A run of each arm with the same seed on the same test samples.

    Attributes:
        seed: The seed of both.
        fold: The fold of both, None without folds.
        samples: What tells their test samples from those of other pairs.
        a: The run of the first arm.
        b: The run of the second arm.
        draws: How their windows are drawn.
    """

    seed: int
    fold: int | None
    samples: str
    a: Judged
    b: Judged
    draws: Resampling

    @property
    def differences(self) -> DoubleArray:
        """1, 0 or -1 a row (N,): only a right, no difference, only b right."""
        found: DoubleArray = self.a.right.astype(np.float64) - self.b.right
        return found


def arm_test(keys: tuple[str, str], pairs: Sequence[PairedRuns], seed: int) -> ArmTest:
    """Test two arms over at least two pairs of runs; p is not adjusted yet."""
    rows = [pair.differences for pair in pairs]
    means = np.array([row.mean() for row in rows])
    folds = sorted({pair.fold for pair in pairs if pair.fold is not None})
    over = _by_fold(pairs, means) if len(folds) > 1 else means
    same_samples = len({pair.samples for pair in pairs}) == 1
    seeds_interval = (float(means.mean()), float(means.mean()))
    method: Method
    if same_samples and all(np.array_equal(rows[0], row) for row in rows):
        p, method = _one_pair(rows[0], pairs[0].draws)
    elif float(np.ptp(over)) < 1e-12:
        p, method = least_signed_rank(len(over)) if abs(over[0]) > 1e-12 else 1.0, "signs"
    else:
        ratio = _resampled(pairs, len(folds)) if len(folds) > 1 else 0.0
        p, seeds_interval = corrected_t(over, ratio)
        method = "corrected-t" if ratio else "paired-t"
    interval = seeds_interval
    if same_samples:
        interval = _crossed(rows, pairs[0].draws, np.random.default_rng(seed))
    return ArmTest(
        a=keys[0],
        b=keys[1],
        accuracy_difference=float(over.mean()),
        interval=interval,
        seeds_interval=seeds_interval,
        p=p,
        p_adjusted=p,
        method=method,
        pairs=len(over),
        seeds=tuple(sorted({pair.seed for pair in pairs})),
        deviation=float(over.std(ddof=1)),
        wilcoxon_p=signed_rank(over)[0],
        wilcoxon_least=least_signed_rank(len(over)),
        samples=sum({pair.samples: pair.a.count for pair in pairs}.values()),
    )


def adjusted_arms(tests: Sequence[ArmTest]) -> tuple[ArmTest, ...]:
    """Return tests with p adjusted by Holm over all of them."""
    values = holm([test.p for test in tests])
    return tuple(replace(test, p_adjusted=float(p)) for test, p in zip(tests, values, strict=True))


def corrected_t(differences: DoubleArray, ratio: float = 0.0) -> tuple[float, Interval]:
    """Return the two-sided p of Student's paired t and the 95 % interval of the mean difference.

    Args:
        differences: One a seed or fold (J,), not all the same.
        ratio: Test samples by training samples where both are resampled, which adds to the variance of the
            mean (Nadeau and Bengio); 0 where only the seed differs.
    """
    from scipy.special import stdtr, stdtrit

    count, mean = len(differences), float(differences.mean())
    error = math.sqrt((1 / count + ratio) * float(differences.var(ddof=1)))
    p = float(2 * stdtr(count - 1, -abs(mean) / error))
    half = float(stdtrit(count - 1, 0.975)) * error
    return p, (max(-1.0, mean - half), min(1.0, mean + half))


def _one_pair(row: DoubleArray, draws: Resampling) -> tuple[float, Method]:
    """Test one pair of runs: where seeds change nothing, more of them are no more evidence."""
    if draws.of_row is None:
        return mcnemar(int(np.sum(row > 0)), int(np.sum(row < 0)))[0], "mcnemar"
    sizes = np.maximum(draws.sums(np.ones(len(row))), 1)
    return signed_rank(draws.sums(row) / sizes)[0], "wilcoxon-windows"


def _by_fold(pairs: Sequence[PairedRuns], means: DoubleArray) -> DoubleArray:
    """Return the mean difference of each fold: seeds of one fold share its data."""
    folds = np.array([pair.fold for pair in pairs])
    return np.array([means[folds == fold].mean() for fold in np.unique(folds)])


def _resampled(pairs: Sequence[PairedRuns], folds: int) -> float:
    """Return test samples by training samples; folds of the training part count by their number."""
    trained = [pair.a.asked.trained_on for pair in pairs]
    if len({pair.samples for pair in pairs}) == 1 or not all(trained):
        return 1 / (folds - 1)
    return float(np.mean([pair.a.count / count for pair, count in zip(pairs, trained, strict=True)]))


def _crossed(rows: Sequence[DoubleArray], draws: Resampling, rng: np.random.Generator) -> Interval:
    """Return the 95 % interval by drawing seeds and windows anew, each seed seeing the same windows."""
    sums = np.stack([draws.sums(row) for row in rows], axis=1)  # (W, S)
    sizes = draws.sums(np.ones(len(rows[0])))
    if draws.weights is not None:
        drawn = draws.weights @ np.hstack([sums, sizes[:, None]]).astype(np.float32)
        means = (drawn[:, :-1] / drawn[:, -1:]).astype(np.float64)  # (B, S)
    else:
        means = _drawn_means(sums, sizes, rng)
    picked = rng.integers(0, len(rows), means.shape)
    return percentiles(np.take_along_axis(means, picked, axis=1).mean(axis=1))


def _drawn_means(sums: DoubleArray, sizes: DoubleArray, rng: np.random.Generator) -> DoubleArray:
    """Return draws of the mean difference of each seed (B, S) from the normal limit over windows."""
    middle = sums.sum(axis=0) / sizes.sum()
    influence = (sums - middle * sizes[:, None]) / sizes.sum()  # (W, S)
    covariance = influence.T @ influence
    values, vectors = np.linalg.eigh(covariance)
    noise = rng.standard_normal((LIMIT_DRAWS, len(middle))) * np.sqrt(np.maximum(values, 0))
    drawn: DoubleArray = middle + noise @ vectors.T
    return drawn
