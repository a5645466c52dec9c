"""Two groups of samples, or one under two models: where their attention differs, tested over the steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray, require_axes
from core.attention.clustered import (
    ALPHA,
    LEAST_ROWS,
    PERMUTATIONS,
    ClusterTest,
    Span,
    cluster_test,
    paired_cluster_test,
)
from core.attention.inputs import StepAxis, check_axis, traced
from core.attention.moments import Moments, pair_half, welch_half
from core.attention.rows import OrderedRows
from core.attention.spreads import GroupSpread, SpreadContrast, contrast_spreads
from core.errors import DataError, ShapeError
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

CELLS_TESTED = 200_000  # of both groups together: a thousand relabellings of them take about a quarter second
MOST_NAMED = 4  # spans in words, the heaviest
LEAST_TESTED = 100  # rows of a group, however many steps there are


@dataclass(frozen=True, eq=False)
class ContrastGroup:
    """One side of a contrast.

    Attributes:
        name: What it is called.
        rows: Its attention, on the axis of the contrast.
        spread: What is measured of each of its samples.
    """

    name: str
    rows: OrderedRows
    spread: GroupSpread


@dataclass(frozen=True, eq=False)
class AttentionContrast:
    """Mean attention of two groups by step, their difference, and where it is more than chance.

    Attributes:
        names: Names of the groups.
        counts: Number of samples of each.
        mean: Mean weights (2, T) over the samples that have the step; NaN where none has.
        low: Mean - SD, not below 0 (2, T).
        high: Mean + SD (2, T).
        present: Number of samples behind each value (2, T).
        difference: First less second mean (T,); NaN where a group has no sample with the step.
        difference_low: Lower end of its 95 % interval, of each step by itself (T,).
        difference_high: Upper end (T,).
        test: The cluster test; None where it could not be made.
        tested: Number of samples of each group behind the t value of each step (2, T); fewer than `present`
            where the test is of a draw.
        untested: Why it could not be made, else "".
        spread: Statistics and patterns of both groups.
        cautions: What a reader must know before believing it, one sentence each.
        axis: Labels of the steps.
    """

    names: tuple[str, str]
    counts: tuple[int, int]
    mean: DoubleArray
    low: DoubleArray
    high: DoubleArray
    present: IntArray
    difference: DoubleArray
    difference_low: DoubleArray
    difference_high: DoubleArray
    test: ClusterTest | None
    tested: IntArray
    untested: str
    spread: SpreadContrast
    cautions: tuple[str, ...]
    axis: StepAxis
    provenance: Provenance

    def __post_init__(self) -> None:
        sizes = require_axes(self.mean, "G T", "mean", {"G": 2, "T": len(self.axis.labels)})
        for name in ("low", "high", "present", "tested"):
            require_axes(getattr(self, name), "G T", name, sizes)
        for name in ("difference", "difference_low", "difference_high"):
            require_axes(getattr(self, name), "T", name, {"T": sizes["T"]})

    @property
    def paired(self) -> bool:
        """Whether both groups are the same samples, under two models."""
        return self.spread.paired

    @property
    def spans(self) -> tuple[Span, ...]:
        """The spans of steps whose difference is more than chance."""
        return () if self.test is None else self.test.significant

    def p_of_steps(self) -> DoubleArray:
        """Return for each step the p of the span it belongs to (T,); NaN outside of spans."""
        found = np.full(len(self.difference), np.nan)
        for span in () if self.test is None else self.test.spans:
            found[span.first : span.last + 1] = span.p
        return found

    def in_words(self) -> tuple[str, ...]:
        """Return what may be said of the difference, a sentence each, cautions last."""
        return (*_finding(self), *self.cautions)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a step that some sample has.

        Means, deviations and the difference are of all samples (`n_a`, `n_b`), `t` and `span_p` of those that
        were tested (`tested_a`, `tested_b`).
        """
        import pandas as pd

        t = np.full(len(self.difference), np.nan) if self.test is None else self.test.t
        frame: pd.DataFrame = pd.DataFrame(
            {
                "step": np.arange(len(self.difference)),
                "label": np.array(self.axis.labels, dtype=object),
                "a": self.names[0],
                "b": self.names[1],
                "mean_a": self.mean[0],
                "mean_b": self.mean[1],
                "sd_a": self.high[0] - self.mean[0],
                "sd_b": self.high[1] - self.mean[1],
                "n_a": self.present[0],
                "n_b": self.present[1],
                "difference": self.difference,
                "low": self.difference_low,
                "high": self.difference_high,
                "tested_a": self.tested[0],
                "tested_b": self.tested[1],
                "t": t,
                "span_p": self.p_of_steps(),
            }
        )
        there: pd.DataFrame = frame[self.present.sum(axis=0) > 0].reset_index(drop=True)
        return there


def contrast(
    groups: Sequence[ContrastGroup],
    axis: StepAxis,
    rng: np.random.Generator,
    source: Provenance | None = None,
    *,
    paired: bool = False,
    cautions: Sequence[str] = (),
) -> AttentionContrast:
    """Contrast the attention of two groups of samples, or of the same samples under two models.

    Means, intervals and statistics are of all samples. The cluster test relabels a random draw of each group
    where the groups are large, and says of how many.

    Args:
        groups: Two groups on one axis; row i of both is the same sample if `paired`.
        axis: Labels of the steps.
        rng: Source of the draws.
        source: Hashes of the data and of the models, for the provenance.
        paired: Whether both are the same samples, under two models.
        cautions: What is known to stand against believing it.

    Raises:
        DataError: If a group has no sample.
    """
    first, second = groups
    check_axis(axis, first.rows.columns)
    if first.rows.columns != second.rows.columns:
        raise ShapeError(
            f"groups must have equally many steps; got {first.rows.columns} and {second.rows.columns}"
        )
    for group in groups:
        if not len(group.rows):
            raise DataError(f"a group must have samples; {group.name!r:.60} has none")
    moments, half = _moments(first.rows, second.rows, paired)
    mean = np.stack([one.mean for one in moments])
    deviation = np.stack([one.deviation for one in moments])
    counts = (len(first.rows), len(second.rows))
    test, tested, untested = _tested(groups, rng, paired)
    names = (first.name, second.name)
    said = {"a": first.name, "b": second.name, "permutations": PERMUTATIONS, "paired": paired}
    made = traced(source, "attention contrast", sum(counts[: 1 if paired else 2]), **said)
    return AttentionContrast(
        names=names,
        counts=counts,
        mean=mean,
        low=np.maximum(mean - deviation, 0.0),
        high=mean + deviation,
        present=np.stack([one.present for one in moments]),
        difference=mean[0] - mean[1],
        difference_low=mean[0] - mean[1] - half,
        difference_high=mean[0] - mean[1] + half,
        test=test,
        tested=tested,
        untested=untested,
        spread=contrast_spreads([first.spread, second.spread], names, rng, made, paired=paired),
        cautions=tuple(cautions),
        axis=axis,
        provenance=made,
    )


def _moments(
    first: OrderedRows, second: OrderedRows, paired: bool
) -> tuple[tuple[Moments, Moments], DoubleArray]:
    """Return the moments of both groups, and half of the interval of the difference of their means (T,)."""
    if paired:
        a, b, differences = Moments.of_pairs(first, second)
        return (a, b), pair_half(differences)
    a, b = Moments.of(first), Moments.of(second)
    return (a, b), welch_half(a, b)


def _finding(found: AttentionContrast) -> tuple[str, ...]:
    test, (a, b) = found.test, found.names
    if test is None:
        return (f"Not tested: {found.untested}.",)
    first, second = test.rows
    on = f"n = {first:,} pairs" if test.paired else f"n = {first:,} and {second:,}"
    if found.counts != test.rows:
        on += f" drawn from {found.counts[0]:,}" + ("" if test.paired else f" and {found.counts[1]:,}")
    on += f", {test.relabelled:,} relabellings" + (": all there are" if test.exact else "")
    if not found.spans:
        said = [f"No evidence of a difference (smallest p = {test.p:.3g}, {on})."]
        if test.least_p >= ALPHA:
            said.append(
                f"So few samples can't reach p < 0.05: the smallest p there is is {test.least_p:.2g}."
            )
        return tuple(said)
    labels = found.axis.labels
    heaviest = sorted(found.spans, key=lambda span: -abs(span.mass))
    spans = [
        f"{labels[span.first]} to {labels[span.last]} {'more' if span.mass > 0 else 'less'}"
        f" (p = {span.p:.2g}, mean difference {_mean_over(found, span):+.3g})"
        for span in heaviest[:MOST_NAMED]
    ]
    more = len(heaviest) - len(spans)
    named = "; ".join(spans) + (f"; and {more} more" if more else "")
    return (f"Evidence of a difference between {a} and {b} ({on}). In {a}, by {found.axis.name}: {named}.",)


def _mean_over(found: AttentionContrast, span: Span) -> float:
    return float(np.nanmean(found.difference[span.first : span.last + 1]))


def _tested(
    groups: Sequence[ContrastGroup], rng: np.random.Generator, paired: bool
) -> tuple[ClusterTest | None, IntArray, str]:
    """Return the test, how many samples of each group are behind each t of it, and why there is none."""
    first, second = (group.rows for group in groups)
    if min(len(first), len(second)) < LEAST_ROWS:
        none = np.zeros((2, first.columns), np.int64)
        return None, none, f"a test needs {LEAST_ROWS} samples in each group"
    most = max(LEAST_TESTED, CELLS_TESTED // first.columns // (1 if paired else 2))
    if paired:
        places = _drawn(len(first), most, rng)
        values, mask = _read(first, places)
        test = paired_cluster_test(values - _read(second, places)[0], mask, rng)
        return test, np.stack([_shown(values, mask).sum(axis=0)] * 2), ""
    sides = [_read(rows, _drawn(len(rows), most, rng)) for rows in (first, second)]
    values = np.concatenate([side[0] for side in sides])
    masks = [_shown(*side) for side in sides]
    whole = all(side[1] is None for side in sides)
    mask = None if whole else np.concatenate(masks)
    test = cluster_test(values, mask, len(sides[0][0]), rng)
    return test, np.stack([one.sum(axis=0) for one in masks]), ""


def _shown(values: DoubleArray, mask: BoolArray | None) -> BoolArray:
    return np.ones(values.shape, np.bool_) if mask is None else mask


def _drawn(count: int, most: int, rng: np.random.Generator) -> IntArray:
    """Return the places of all rows, or of so many drawn ones, ascending."""
    if count <= most:
        return np.arange(count)
    return np.sort(rng.choice(count, most, replace=False)).astype(np.int64)


def _read(rows: OrderedRows, places: IntArray) -> tuple[DoubleArray, BoolArray | None]:
    lengths = None if rows.lengths is None else rows.lengths[places]
    block, mask = OrderedRows(rows.weights, rows.rows[places], lengths, rows.shares).read(0, len(places))
    return block.astype(np.float64), mask
