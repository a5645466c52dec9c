"""Two groups of samples by how their attention is spread: tests, effect sizes with intervals, patterns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray, IntArray, require_axes
from core.attention.counts import PatternCounts
from core.attention.effects import cliffs_delta, rank_biserial
from core.attention.rank_tests import mann_whitney, wilcoxon
from core.attention.statistics import PATTERNS, AttentionStatistics
from core.errors import ShapeError
from core.evaluation.pairs import holm
from core.intervals import wilson_interval
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("entropy", "concentration", "peak", "confidence")
FEW_EXPECTED = 5.0  # below, chi-square is no good approximation and tables are drawn
TABLES = 2000
ALPHA = 0.05
CRAMER = "Cramer's V"
EFFECTS = {
    "Mann-Whitney": "Cliff's delta",
    "Wilcoxon signed-rank": "rank-biserial correlation",
    "Stuart-Maxwell": "share of samples whose pattern differs",
}
SIZES = ((0.147, "negligible"), (0.33, "small"), (0.474, "medium"))  # Romano et al. (2006), of Cliff's delta


@dataclass(frozen=True)
class SpreadTest:
    """One statistic of two groups.

    Attributes:
        name: "entropy", "concentration", "peak" (0-1 of a sample's own length), "confidence", "pattern".
        a: Median of the first group; NaN for patterns.
        b: Median of the second group; NaN for patterns.
        effect: Cliff's delta: chance that a sample of the first group is larger less that it is smaller; for
            pairs the same of sums of two differences (matched rank-biserial correlation); for patterns
            Cramer's V, for pairs the share of samples whose pattern differs.
        low: Lower end of its 95 % interval.
        high: Upper end.
        p: Of the test; NaN where there is nothing to test.
        p_adjusted: The same by Holm's method over all statistics.
        test: Name of the test.
        counts: Number of samples of each group.
    """

    name: str
    a: float
    b: float
    effect: float
    low: float
    high: float
    p: float
    p_adjusted: float
    test: str
    counts: tuple[int, int]

    @property
    def measure(self) -> str:
        """What the effect is called."""
        return EFFECTS.get(self.test, CRAMER)

    @property
    def verdict(self) -> str:
        """What may be said of it."""
        if not np.isfinite(self.p):
            return "not testable here"
        if self.p_adjusted >= ALPHA:
            return "no evidence of a difference"
        if self.name == "pattern":
            return "a difference"
        return f"a difference, {next((word for most, word in SIZES if abs(self.effect) < most), 'large')}"


@dataclass(frozen=True, eq=False)
class GroupSpread:
    """What is measured of each sample of a group.

    Attributes:
        attention: How its attention is spread.
        confidence: Confidence of its prediction (N,).
    """

    attention: AttentionStatistics
    confidence: DoubleArray

    def measures(self) -> dict[str, DoubleArray]:
        """Return the values that are compared, each (N,)."""
        found = self.attention
        return {
            "entropy": np.asarray(found.entropy, np.float64),
            "concentration": np.asarray(found.concentration, np.float64),
            "peak": (found.peak + 0.5) / found.lengths,
            "confidence": np.asarray(self.confidence, np.float64),
        }


@dataclass(frozen=True, eq=False)
class SpreadContrast:
    """Statistics and patterns of two groups.

    Attributes:
        tests: One for each of MEASURES, then patterns.
        patterns: Number of samples by group and pattern.
        names: Names of the groups.
        paired: Whether both groups are the same samples, under two models.
    """

    tests: tuple[SpreadTest, ...]
    patterns: PatternCounts
    names: tuple[str, str]
    paired: bool
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a statistic."""
        import pandas as pd

        rows = [
            {
                "statistic": test.name,
                "a": self.names[0],
                "b": self.names[1],
                "n_a": test.counts[0],
                "n_b": test.counts[1],
                "median_a": test.a,
                "median_b": test.b,
                "effect": test.effect,
                "low": test.low,
                "high": test.high,
                "p": test.p,
                "p_adjusted": test.p_adjusted,
                "test": test.test,
                "in_words": test.verdict,
            }
            for test in self.tests
        ]
        return pd.DataFrame(rows)


def contrast_spreads(
    groups: Sequence[GroupSpread],
    names: tuple[str, str],
    rng: np.random.Generator,
    source: Provenance,
    *,
    paired: bool = False,
) -> SpreadContrast:
    """Compare how the attention of two groups is spread.

    Args:
        groups: Two groups; row i of both is the same sample if `paired`.
        names: What they are called.
        rng: Source of the tables drawn where chi-square would not do.
        source: Where the samples come from.
        paired: Whether both are the same samples, under two models.
    """
    first, second = (group.measures() for group in groups)
    counts = np.stack([np.bincount(group.attention.pattern, minlength=len(PATTERNS)) for group in groups])
    if paired and len(groups[0].confidence) != len(groups[1].confidence):
        raise ShapeError("pairs must be as many on both sides")
    measure = _of_pairs if paired else _of_groups
    tests = [replace(measure(first[name], second[name]), name=name) for name in MEASURES]
    pattern = (
        _patterns_of_pairs(groups[0].attention.pattern, groups[1].attention.pattern)
        if paired
        else _patterns_of_groups(counts, rng)
    )
    tests.append(pattern)
    known = [place for place, test in enumerate(tests) if np.isfinite(test.p)]
    for place, adjusted in zip(known, holm([tests[place].p for place in known]), strict=True):
        tests[place] = replace(tests[place], p_adjusted=float(adjusted))
    patterns = PatternCounts(counts.astype(np.int64), names, "group", source)
    return SpreadContrast(tuple(tests), patterns, names, paired, source)


def _of_groups(a: DoubleArray, b: DoubleArray) -> SpreadTest:
    a, b = np.sort(a), np.sort(b)  # once for all that follows
    effect = cliffs_delta(a, b)
    same = min(a[0], b[0]) == max(a[-1], b[-1])
    p = np.nan
    if min(len(a), len(b)) >= 2:
        p = 1.0 if same else mann_whitney(a, b, effect[0])
    return _measured(a, b, effect, p, "Mann-Whitney")


def _of_pairs(a: DoubleArray, b: DoubleArray) -> SpreadTest:
    differences = np.sort(a - b)
    effect = rank_biserial(differences)
    p = wilcoxon(differences, effect[0]) if len(a) >= 2 else np.nan
    return _measured(a, b, effect, p, "Wilcoxon signed-rank")


def _measured(
    a: DoubleArray, b: DoubleArray, effect: tuple[float, float, float], p: float, test: str
) -> SpreadTest:
    medians = float(np.median(a)), float(np.median(b))
    return SpreadTest("", *medians, *effect, p, np.nan, test, (len(a), len(b)))


def _patterns_of_groups(counts: IntArray, rng: np.random.Generator) -> SpreadTest:
    """Test whether patterns are as frequent in both groups, counts (2, P)."""
    from scipy.special import chdtrc

    sizes = (int(counts[0].sum()), int(counts[1].sum()))
    shown = counts[:, counts.sum(axis=0) > 0]
    test = SpreadTest("pattern", np.nan, np.nan, 0.0, np.nan, np.nan, np.nan, np.nan, "chi-square", sizes)
    if shown.shape[1] < 2:  # one pattern: nothing to test
        return test
    expected = shown.sum(axis=1, keepdims=True) * shown.sum(axis=0) / shown.sum()
    statistic = float(((shown - expected) ** 2 / expected).sum())
    freedom = shown.shape[1] - 1
    if expected.min() < FEW_EXPECTED:
        p, name = _drawn_tables(shown, expected, statistic, rng), f"chi-square of {TABLES:,} drawn tables"
    else:
        p, name = float(chdtrc(freedom, statistic)), "chi-square"
    low, high = _noncentral(statistic, freedom)
    value, ends = np.sqrt(statistic / sum(sizes)), np.sqrt(np.array([low, high]) / sum(sizes))
    return replace(
        test,
        effect=float(value),
        low=float(min(value, ends[0])),
        # Where groups are more alike than chance lets expect, its upper end would lie below what was found.
        high=float(min(1.0, max(value, ends[1]))),
        p=p,
        test=name,
    )


def _drawn_tables(
    shown: IntArray, expected: DoubleArray, statistic: float, rng: np.random.Generator
) -> float:
    """Return p of chi-square among tables with the same margins."""
    first = rng.multivariate_hypergeometric(shown.sum(axis=0), int(shown[0].sum()), size=TABLES)  # (m, P)
    tables = np.stack([first, shown.sum(axis=0) - first], axis=1)  # (m, 2, P)
    found = ((tables - expected) ** 2 / expected).sum(axis=(1, 2))
    return float((1 + np.sum(found >= statistic * (1 - 1e-9))) / (TABLES + 1))


def _noncentral(statistic: float, freedom: int) -> tuple[float, float]:
    """Return the 95 % interval of the noncentrality behind a chi-square value."""
    from scipy.special import chndtr, chndtrinc

    def end(chance: float) -> float:
        if chndtr(statistic, freedom, 0.0) <= chance:
            return 0.0
        return float(chndtrinc(statistic, freedom, chance))

    return end(0.975), end(0.025)


def _patterns_of_pairs(a: IntArray, b: IntArray) -> SpreadTest:
    """Test whether patterns are as frequent under both models (Stuart and Maxwell)."""
    from scipy.special import chdtrc

    require_axes(b, "N", "patterns", {"N": len(a)})
    kinds = len(PATTERNS)
    table = np.bincount(a * kinds + b, minlength=kinds**2).reshape(kinds, kinds).astype(np.float64)
    differing = int(np.sum(a != b))
    low, high = wilson_interval(differing, len(a))
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    shift = rows - columns
    spread = np.diag(rows + columns - 2 * np.diag(table)) - (table + table.T) * (1 - np.eye(kinds))
    freedom = int(np.linalg.matrix_rank(spread))
    p = 1.0 if not freedom else float(chdtrc(freedom, shift @ np.linalg.pinv(spread) @ shift))
    share = differing / len(a)
    return SpreadTest(
        "pattern", np.nan, np.nan, share, low, high, p, np.nan, "Stuart-Maxwell", (len(a), len(a))
    )
