"""Cluster-based permutation test over steps: where two sets of rows differ, and whether that is chance.

At each step a t value; neighbours beyond a threshold with the same sign are a cluster, its mass the sum of
their t. A cluster's p is the share of relabellings whose heaviest cluster is at least as heavy: one test for
all steps, however they depend on each other. It says that the rows differ, not that a span ends at just this
step.

Source: Maris and Oostenveld (2007), Journal of Neuroscience Methods 164.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray, require_axes
from core.attention.relabellings import Draws, labellings, signings
from core.errors import DataError

PERMUTATIONS = 1000
ENOUGH = 20  # rows of the smaller set from which relabellings are too many to try them all
LEAST_ROWS = 2  # of each set: a single row has no spread
CELLS_AT_ONCE = 100_000  # stay in the cache of a core
ROUNDING = 1e-6  # of the largest value: weights come in float32
TIE = 1e-9
ALPHA = 0.05

Statistic = Callable[[DoubleArray], DoubleArray]


@dataclass(frozen=True)
class Span:
    """Neighbouring steps whose t values lie beyond the threshold on the same side.

    Attributes:
        first: Its first step.
        last: Its last step, included.
        mass: Sum of the t values; positive where the first set is larger.
        p: Chance of a span at least as heavy anywhere, if labels meant nothing.
    """

    first: int
    last: int
    mass: float
    p: float

    @property
    def significant(self) -> bool:
        """Whether p is below 0.05."""
        return self.p < ALPHA


@dataclass(frozen=True, eq=False)
class ClusterTest:
    """Answer of the test.

    Attributes:
        t: The t value of each step (T,), positive where the first set is larger; 0 where a set has no two
            rows with the step.
        threshold: What |t| must exceed for a step to belong to a span (T,).
        spans: All spans, by step.
        relabelled: Number of relabellings that the observed one was held against.
        exact: Whether these are all there are.
        rows: Number of rows of each set that were relabelled; pairs count once.
        paired: Whether rows are pairs, whose signs were flipped.
    """

    t: DoubleArray
    threshold: DoubleArray
    spans: tuple[Span, ...]
    relabelled: int
    exact: bool
    rows: tuple[int, int]
    paired: bool

    @property
    def significant(self) -> tuple[Span, ...]:
        """The spans with p below 0.05."""
        return tuple(span for span in self.spans if span.significant)

    @property
    def p(self) -> float:
        """Smallest p of all spans; 1 where no step passes the threshold."""
        return min((span.p for span in self.spans), default=1.0)

    @property
    def least_p(self) -> float:
        """Smallest p that so many relabellings can give."""
        twins = self.paired or self.rows[0] == self.rows[1]  # the mirrored labels are as heavy
        return (2 if twins and self.exact else 1) / (self.relabelled + 1)


def cluster_test(
    values: DoubleArray,
    mask: BoolArray | None,
    first: int,
    rng: np.random.Generator,
    permutations: int = PERMUTATIONS,
) -> ClusterTest:
    """Test whether two sets of rows differ at some steps, by exchanging which row is of which set.

    The t value is Welch's, so that sets of unlike spread and size are not taken for different ones.

    Args:
        values: Rows of both sets (N, T), those of the first set first.
        mask: The cells that count (N, T); None for all.
        first: Number of rows of the first set.
        rng: Source of the draws.
        permutations: Number of relabellings; all there are where these are no more.

    Raises:
        DataError: If a set has fewer than two rows.
    """
    samples = require_axes(values, "N T", "values")["N"]
    if min(first, samples - first) < LEAST_ROWS:
        raise DataError(f"a test needs {LEAST_ROWS} samples in each group; got {first} and {samples - first}")
    ways = math.comb(samples, min(first, samples - first, ENOUGH))
    exact = ways <= permutations + 1
    draws = None if exact else Draws(permutations, rng)
    labels = labellings(samples, first, draws, _at_once(values))
    present = np.full(values.shape[1], samples) if mask is None else mask.sum(axis=0)
    threshold = _threshold(present - 2)
    observed, heaviest = _relabelled(_welch(values, mask), labels, threshold)
    return ClusterTest(
        observed,
        threshold,
        _spans(observed, threshold, heaviest),
        len(heaviest) - 1,
        exact,
        (first, samples - first),
        False,
    )


def paired_cluster_test(
    differences: DoubleArray,
    mask: BoolArray | None,
    rng: np.random.Generator,
    permutations: int = PERMUTATIONS,
) -> ClusterTest:
    """Test whether pairs of rows differ at some steps, by exchanging which of a pair is the first.

    Args:
        differences: First less second row of each pair (N, T).
        mask: The cells that count (N, T); None for all.
        rng: Source of the draws.
        permutations: Number of relabellings; all there are where these are no more.

    Raises:
        DataError: If there are fewer than two pairs.
    """
    samples = require_axes(differences, "N T", "differences")["N"]
    if samples < LEAST_ROWS:
        raise DataError(f"a test needs {LEAST_ROWS} samples; got {samples}")
    exact = samples < math.log2(permutations + 2) and 2**samples <= permutations + 1
    signs = signings(samples, None if exact else Draws(permutations, rng), _at_once(differences))
    present = np.full(differences.shape[1], samples) if mask is None else mask.sum(axis=0)
    threshold = _threshold(present - 1)
    observed, heaviest = _relabelled(_paired_t(differences, mask), signs, threshold)
    spans = _spans(observed, threshold, heaviest)
    return ClusterTest(observed, threshold, spans, len(heaviest) - 1, exact, (samples, samples), paired=True)


def _welch(values: DoubleArray, mask: BoolArray | None) -> Statistic:
    """Return what computes t for labels (m, N), 1 for a row of the first set."""
    shown = np.full(values.shape[1], len(values)) if mask is None else mask.sum(axis=0)
    known = values if mask is None else np.where(mask, values, 0.0)
    centred = known - known.sum(axis=0) / np.maximum(1, shown)
    if mask is not None:
        centred = np.where(mask, centred, 0.0)
    there = None if mask is None else mask.astype(np.float64)
    both = np.hstack([centred, centred**2])
    total, square = np.split(both.sum(axis=0), 2)
    floor = (ROUNDING * np.abs(known).max(initial=0.0)) ** 2 + 1e-300

    def statistic(labels: DoubleArray) -> DoubleArray:
        n_a = labels.sum(axis=1, keepdims=True) if there is None else labels @ there  # (m, 1) or (m, T)
        n_b = shown - n_a
        sum_a, square_a = np.split(labels @ both, 2, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean_a, mean_b = sum_a / n_a, (total - sum_a) / n_b
            spread_a = np.maximum(square_a - n_a * mean_a**2, 0.0) / (n_a - 1) / n_a
            spread_b = np.maximum(square - square_a - n_b * mean_b**2, 0.0) / (n_b - 1) / n_b
            t = (mean_a - mean_b) / np.sqrt(spread_a + spread_b + floor)
        few = (n_a < LEAST_ROWS) | (n_b < LEAST_ROWS)
        found: DoubleArray = np.where(few, 0.0, t)
        return found

    return statistic


def _paired_t(differences: DoubleArray, mask: BoolArray | None) -> Statistic:
    """Return what computes t for signs (m, N), -1 for a pair that is turned round."""
    known = differences if mask is None else np.where(mask, differences, 0.0)
    present = np.full(known.shape[1], len(known)) if mask is None else mask.sum(axis=0)
    square = (known**2).sum(axis=0)
    floor = (ROUNDING * np.abs(known).max(initial=0.0)) ** 2 + 1e-300
    n = np.maximum(present, LEAST_ROWS)

    def statistic(signs: DoubleArray) -> DoubleArray:
        mean = (signs @ known) / n
        variance = np.maximum(square - n * mean**2, 0.0) / (n - 1)
        found: DoubleArray = np.where(present < LEAST_ROWS, 0.0, mean / np.sqrt(variance / n + floor))
        return found

    return statistic


def _at_once(values: DoubleArray) -> int:
    """Return how many relabellings of rows (N, T) are looked at together."""
    rows, steps = values.shape
    return max(1, CELLS_AT_ONCE // int(max(rows, steps)))


def _relabelled(
    statistic: Statistic, labels: Iterator[DoubleArray], threshold: DoubleArray
) -> tuple[DoubleArray, DoubleArray]:
    """Return t as observed, the first of the labels, and the heaviest cluster of each labelling."""
    observed, heaviest = None, []
    for block in labels:
        t = statistic(block)
        observed = t[0].copy() if observed is None else observed
        heaviest.append(_heaviest(t, threshold))
    assert observed is not None  # noqa: S101 - the observed labels come first
    return observed, np.concatenate(heaviest)


def _heaviest(t: DoubleArray, threshold: DoubleArray) -> DoubleArray:
    """Return the mass of the heaviest cluster of each row of t values (m, T)."""
    found = np.zeros(len(t))
    for side in (t, -t):
        beyond = side > threshold
        sums = np.cumsum(np.where(beyond, side, 0.0), axis=1)
        before = np.maximum.accumulate(np.where(beyond, 0.0, sums), axis=1)  # at the last step outside
        found = np.maximum(found, (sums - before).max(axis=1))
    return found


def _spans(t: DoubleArray, threshold: DoubleArray, heaviest: DoubleArray) -> tuple[Span, ...]:
    side = np.where(np.abs(t) > threshold, np.sign(t), 0.0)
    edges = np.flatnonzero(np.diff(side, prepend=0.0, append=0.0))
    found = []
    for first, after in pairwise(edges):
        if side[first]:
            mass = float(t[first:after].sum())
            p = float(np.mean(heaviest >= abs(mass) * (1 - TIE)))  # the observed labelling is one of them
            found.append(Span(int(first), int(after) - 1, mass, p))
    return tuple(found)


def _threshold(freedom: IntArray) -> DoubleArray:
    """Return the 97.5 % quantile of t by its degrees of freedom; infinite where there are none."""
    from scipy.special import stdtrit

    enough = freedom >= 1
    quantile = stdtrit(np.maximum(freedom, 1).astype(np.float64), 1 - ALPHA / 2)
    limit: DoubleArray = np.where(enough, quantile, np.inf)
    return limit
