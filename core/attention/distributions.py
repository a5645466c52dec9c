"""How weights, entropy, concentration and the place of the peak are distributed, by group."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, IntArray, require_axes
from core.attention.inputs import traced
from core.attention.profiles import Grouping
from core.attention.rows import OrderedRows
from core.attention.statistics import AttentionStatistics
from core.errors import SettingsError
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

Measure = Literal["weights", "entropy", "concentration", "peak"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
WIDE = frozenset({"weights", "concentration"})  # spread over powers of ten
BINS, LEAST_BINS = 40, 8
NARROW, WIDENED = 1e-5, 0.01  # of a value: where nothing varies, the intervals lie around it
DECADES = 5  # of a logarithmic scale below the largest value
MOST_CELLS = 2_000_000  # single weights that are counted; of more, samples spread evenly over the order are


@dataclass(frozen=True)
class AttentionDistribution:
    """Shares of a group's values by interval.

    Attributes:
        shares: Share of the group's values in each interval (G, B).
        edges: Ends of the intervals (B + 1,).
        quartiles: Quartile 1, median and quartile 3 of each group (G, 3); NaN for an empty one.
        counts: Number of samples of each group (G,).
        counted: Number of samples whose values were counted (G,); fewer where there are very many.
        names: Names of the groups.
        by: What the groups are.
        measure: "weights", "entropy", "concentration", or "peak": its place in the sample's own length.
        logarithmic: Whether the intervals are equal on a logarithmic scale.
        left_out: Number of further groups that were not looked at.
    """

    shares: DoubleArray
    edges: DoubleArray
    quartiles: DoubleArray
    counts: IntArray
    counted: IntArray
    names: tuple[str, ...]
    by: str
    measure: Measure
    logarithmic: bool
    provenance: Provenance
    left_out: int = 0

    def __post_init__(self) -> None:
        sizes = require_axes(self.shares, "G B", "shares", {"G": len(self.names)})
        require_axes(self.edges, "E", "edges", {"E": sizes["B"] + 1})
        for name in ("counts", "counted"):
            require_axes(getattr(self, name), "G", name, sizes)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per group and interval."""
        import pandas as pd

        groups, bins = self.shares.shape
        frame = pd.DataFrame(
            {
                self.by: np.repeat(np.array(self.names, dtype=object), bins),
                "from": np.tile(self.edges[:-1], groups),
                "to": np.tile(self.edges[1:], groups),
                "share": self.shares.ravel(),
                "median": np.repeat(self.quartiles[:, 1], bins),
                "n": np.repeat(self.counts, bins),
            }
        )
        return frame[frame["n"] > 0].reset_index(drop=True)


def attention_distribution(
    measure: str,
    statistics: AttentionStatistics,
    grouping: Grouping,
    *,
    rows: OrderedRows | None = None,
    logarithmic: bool = False,
    source: Provenance | None = None,
) -> AttentionDistribution:
    """Count how a measure of attention is distributed in each group.

    Args:
        measure: One of MEASURES.
        statistics: How the attention of each sample is spread.
        grouping: Which group each sample belongs to.
        rows: The weights in the order of the statistics, for the measure "weights".
        logarithmic: Whether intervals are equal on a logarithmic scale, where the measure is wide.
        source: Hashes of the data and the model, for the provenance.
    """
    if measure not in MEASURES:
        raise SettingsError(f"measure must be one of {', '.join(MEASURES)}; got {measure!r:.40}")
    codes = np.asarray(grouping.codes)
    counts = np.array([int((codes == code).sum()) for code in range(len(grouping.names))], np.int64)
    if measure == "weights":
        if rows is None:
            raise SettingsError("the distribution of weights needs the weights")
        chosen = _some(len(codes), rows.columns)
        values, of = _weights(rows, chosen, codes)
    else:
        chosen = np.arange(len(codes))
        values, of = _values(measure, statistics), codes
    logarithmic = logarithmic and measure in WIDE
    edges = _edges(values, measure, int(np.max(statistics.lengths, initial=1)), logarithmic)
    shares = np.zeros((len(counts), len(edges) - 1))
    quartiles = np.full((len(counts), 3), np.nan)
    for code in np.flatnonzero(counts):
        own = np.sort(values[of == code])  # once for intervals and quartiles, in its own precision
        if len(own):
            below = np.searchsorted(own, edges[1:-1])  # what lies outside belongs to the first and the last
            shares[code] = np.diff(below, prepend=0, append=len(own)) / len(own)
            quartiles[code] = np.quantile(own, [0.25, 0.5, 0.75])
    kept = codes[chosen]
    return AttentionDistribution(
        shares=shares,
        edges=edges,
        quartiles=quartiles,
        counts=counts,
        counted=np.array([int((kept == code).sum()) for code in range(len(counts))], np.int64),
        names=grouping.names,
        by=grouping.by,
        measure=measure,
        logarithmic=logarithmic,
        provenance=traced(
            source, "attention distribution", int(counts.sum()), measure=measure, by=grouping.by,
            logarithmic=logarithmic,
        ),
        left_out=grouping.left_out,
    )  # fmt: skip


def _some(samples: int, steps: int) -> IntArray:
    """Return the samples whose weights are counted: fewer, the longer they are."""
    most = max(1, MOST_CELLS // max(1, steps))
    return np.unique(np.linspace(0, samples - 1, min(samples, most)).astype(np.int64))


def _weights(rows: OrderedRows, chosen: IntArray, codes: IntArray) -> tuple[NDArray[Any], IntArray]:
    lengths = None if rows.lengths is None else rows.lengths[chosen]
    block, mask = OrderedRows(rows.weights, rows.rows[chosen], lengths).read(0, len(chosen))
    of = np.repeat(codes[chosen][:, None], block.shape[1], axis=1)
    return (block.ravel(), of.ravel()) if mask is None else (block[mask], of[mask])


def _values(measure: str, statistics: AttentionStatistics) -> NDArray[Any]:
    if measure == "peak":
        places: DoubleArray = (np.asarray(statistics.peak) + 0.5) / np.asarray(statistics.lengths)
        return places
    return np.asarray(getattr(statistics, measure))


def _edges(values: NDArray[Any], measure: str, longest: int, logarithmic: bool) -> DoubleArray:
    """Return the ends of the intervals: from the smallest value to the largest, of peaks the whole length."""
    bins = min(BINS, max(LEAST_BINS, math.ceil(2 * len(values) ** (1 / 3))))  # as many as values fill: Rice
    if measure == "peak":
        return np.linspace(0.0, 1.0, min(bins, longest) + 1)
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if logarithmic:
        positive = values[values > 0]
        low = max(float(positive.min(initial=high)), high * 10.0**-DECADES)
    if high - low <= NARROW * abs(high):  # nothing varies but by rounding
        middle = (low + high) / 2
        low, high = middle * (1 - WIDENED), middle * (1 + WIDENED) or WIDENED
    return np.geomspace(low, high, bins + 1) if logarithmic else np.linspace(low, high, bins + 1)
