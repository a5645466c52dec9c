"""How many samples of each group have which attention pattern."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import IntArray, require_axes
from core.attention.inputs import traced
from core.attention.profiles import Grouping
from core.attention.statistics import PATTERNS, AttentionStatistics, attention_statistics
from core.expressions import in_quotes, one_of
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PatternCounts:
    """Number of samples by group and attention pattern.

    Attributes:
        counts: Number of samples (G, P), patterns in the order of PATTERNS.
        names: Names of the groups.
        by: What the groups are: "class", "outcome".
        left_out: Number of further groups that were not looked at.
    """

    counts: IntArray
    names: tuple[str, ...]
    by: str
    provenance: Provenance
    left_out: int = 0

    def __post_init__(self) -> None:
        require_axes(self.counts, "G P", "counts", {"G": len(self.names), "P": len(PATTERNS)})

    def condition(self, group: int, pattern: int) -> str:
        """Return the condition of the samples that a number counts."""
        looks = one_of("pattern", [PATTERNS[pattern]])
        if self.by == "outcome":
            return f"{looks} and outcome == {self.names[group]}"
        if self.by in {"class", "cohort", "cluster"}:
            return f"{looks} and {self.by} == {in_quotes(self.names[group])}"
        return looks

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per group and pattern, with its share of the group."""
        import pandas as pd

        totals = np.repeat(self.counts.sum(axis=1), len(PATTERNS))
        counts = self.counts.ravel()
        frame = pd.DataFrame(
            {
                self.by: np.repeat(np.array(self.names, dtype=object), len(PATTERNS)),
                "pattern": np.tile(np.array(PATTERNS, dtype=object), len(self.names)),
                "samples": counts,
                "n": totals,
                "share": counts / np.maximum(totals, 1),
            }
        )
        return frame[frame["n"] > 0].reset_index(drop=True)


def pattern_counts(
    weights: NDArray[Any], lengths: NDArray[Any], grouping: Grouping, source: Provenance | None = None
) -> PatternCounts:
    """Count the attention patterns of each group.

    Args:
        weights: Pooled attention (N, T).
        lengths: Number of valid steps (N,).
        grouping: Which group each sample belongs to.
        source: Hashes of the data and the model, for the provenance.
    """
    return counted_patterns(attention_statistics(weights, lengths), grouping, source)


def counted_patterns(
    statistics: AttentionStatistics, grouping: Grouping, source: Provenance | None = None
) -> PatternCounts:
    """Count the attention patterns of each group, from what was measured of its samples.

    Args:
        statistics: How the attention of each sample is spread.
        grouping: Which group each sample belongs to.
        source: Hashes of the data and the model, for the provenance.
    """
    pattern = statistics.pattern
    require_axes(grouping.codes, "N", "groups", {"N": len(pattern)})
    shape = (len(grouping.names), len(PATTERNS))
    known = grouping.codes >= 0
    cells = grouping.codes[known] * shape[1] + pattern[known]
    counts = np.bincount(cells, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64)
    made = traced(source, "attention patterns", int(known.sum()), by=grouping.by)
    return PatternCounts(counts, grouping.names, grouping.by, made, grouping.left_out)
