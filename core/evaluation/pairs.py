"""Two runs on the same test samples: who is right where the other is wrong, and whether that is chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import DoubleArray
from core.evaluation.resampling import MOST_DRAWN, Interval, Resampling
from core.evaluation.scores import Judged
from core.evaluation.signed_rank import signed_rank
from core.intervals import Z_95

EXACT_BELOW = 25  # samples that only one of two runs gets right
MANY_DIFFERING = 100  # from here on the normal limit is as good


@dataclass(frozen=True)
class PairedTest:
    """Two runs on the same samples.

    Attributes:
        a: Id of the first run.
        b: Id of the second run.
        accuracy_difference: Accuracy of a less that of b.
        interval: Paired bootstrap 95 % interval of the difference, over windows.
        mcnemar_p: Chance of a split this uneven among the samples that only one gets right; None for labels
            per step, whose steps depend on each other.
        p_adjusted: The p of the test after Holm's correction over all pairs.
        only_a: Samples that only a gets right.
        only_b: Samples that only b gets right.
        exact: True if p comes from an exact distribution, False if from an approximation.
        method: "mcnemar", or "wilcoxon" over the accuracies of windows for labels per step.
        p: The p of the test, not adjusted.
    """

    a: str
    b: str
    accuracy_difference: float
    interval: Interval
    mcnemar_p: float | None
    p_adjusted: float
    only_a: int
    only_b: int
    exact: bool
    method: str = "mcnemar"
    p: float = 1.0


def paired_tests(runs: Sequence[Judged], draws: Resampling) -> list[PairedTest]:
    """Return the test of every pair of runs that share their samples, adjusted for the number of pairs."""
    if len(runs) < 2:
        return []
    right = np.stack([run.right for run in runs]).astype(np.float32)  # (R, N)
    only = right @ (1 - right).T  # (R, R): row alone right
    known: dict[tuple[int, int, int], Interval] = {}
    made = []
    for i, j in combinations(range(len(runs)), 2):
        if runs[i].windows is not None:
            made.append(_over_windows(runs[i], runs[j], draws))
            continue
        counts = (int(only[i, j]), int(only[j, i]), right.shape[1])
        if counts not in known:
            known[counts] = accuracy_difference_interval(*counts)
        made.append(_over_samples(runs[i], runs[j], counts, known[counts]))
    return made


def adjusted(tests: Sequence[PairedTest]) -> tuple[PairedTest, ...]:
    """Return tests with p adjusted by Holm over all of them."""
    values = holm([test.p for test in tests])
    return tuple(replace(test, p_adjusted=float(p)) for test, p in zip(tests, values, strict=True))


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
    result = np.empty_like(values)
    result[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return result


def accuracy_difference_interval(only_a: int, only_b: int, samples: int) -> Interval:
    """Return the paired bootstrap 95 % interval of an accuracy difference, as endless draws would give it.

    Samples are drawn anew in pairs; only three kinds of pairs exist (a alone right, b alone right, no
    difference), so the distribution over all draws can be computed: it is the n-th power of the generating
    function of one pair. With many samples and many that differ its normal limit takes its place.
    """
    difference, differing = (only_a - only_b) / samples, only_a + only_b
    if samples > MOST_DRAWN and differing >= MANY_DIFFERING:
        half = Z_95 * math.sqrt((differing / samples - difference**2) / samples)
        return difference - half, difference + half
    size = 2 * samples + 1
    turn = np.exp(-2j * np.pi * np.arange(samples + 1) / size)  # half of the circle: the rest mirrors it
    powers = ((only_a * turn + only_b / turn + samples - differing) / samples) ** samples
    chances = np.fft.irfft(powers, size)  # of a difference of 0, 1, ..., n, -n, ..., -1
    below = np.cumsum(np.roll(chances, samples))  # from -n
    low, high = np.searchsorted(below, [0.025, 0.975]) - samples
    return float(low) / samples, float(high) / samples


def _over_samples(a: Judged, b: Judged, counts: tuple[int, int, int], interval: Interval) -> PairedTest:
    only_a, only_b, samples = counts
    p, exact = mcnemar(only_a, only_b)
    difference = (only_a - only_b) / samples
    return PairedTest(
        a.asked.run, b.asked.run, difference, interval, p, p, only_a, only_b, exact, "mcnemar", p
    )


def _over_windows(a: Judged, b: Judged, draws: Resampling) -> PairedTest:
    """Test labels per step by the accuracies of windows, which do not depend on each other as steps do."""
    steps = a.right.astype(np.float64) - b.right
    sizes = np.maximum(draws.sums(np.ones(len(steps))), 1)
    p, exact = signed_rank(draws.sums(steps) / sizes)
    only_a, only_b = int(np.sum(steps > 0)), int(np.sum(steps < 0))
    interval = draws.ratio_interval(steps)
    return PairedTest(
        a.asked.run, b.asked.run, float(steps.mean()), interval, None, p, only_a, only_b, exact, "wilcoxon", p
    )
