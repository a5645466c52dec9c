"""Correct against incorrect predictions, and classes, by how two modalities look at each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.attention.effects import cliffs_delta
from core.attention.inputs import SampleLabels
from core.attention.modalities import PairMeasures
from core.attention.rank_tests import kruskal_wallis, mann_whitney
from core.evaluation.pairs import holm
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05
LEAST = 3  # samples of a group from which a test says anything
VALUES = ("agreement", "entropy_ab", "entropy_ba")
CORRECTNESS = ("correct", "incorrect")


@dataclass(frozen=True, eq=False)
class PairGroup:
    """Samples that have something in common.

    Attributes:
        name: What they are called.
        by: "prediction" or "class".
        code: Place among the groups of its kind.
        samples: Their places among the samples that were measured (n,).
        values: Values of VALUES (n, 3); agreement is NaN where a map is even.
    """

    name: str
    by: str
    code: int
    samples: IntArray
    values: DoubleArray

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.samples)

    def known(self, value: str) -> DoubleArray:
        """Return the values that could be measured."""
        found = self.values[:, VALUES.index(value)]
        kept: DoubleArray = found[~np.isnan(found)]
        return kept

    def median(self, value: str) -> float:
        """Return the median of a value; NaN where none is known."""
        found = self.known(value)
        return float(np.median(found)) if len(found) else float("nan")


@dataclass(frozen=True)
class PairTest:
    """Whether groups differ in one value.

    Attributes:
        by: "prediction" or "class".
        value: Which of VALUES.
        test: Name of the test; "" where there was nothing to test.
        effect: Cliff's delta of two groups, the first against the second; epsilon squared of more.
        low: Lower end of its 95 % interval; NaN for more than two groups.
        high: Upper end.
        p: NaN where there was nothing to test.
        p_adjusted: The same by Holm's method over all tests.
        counts: Number of samples of each group.
    """

    by: str
    value: str
    test: str
    effect: float
    low: float
    high: float
    p: float
    p_adjusted: float
    counts: tuple[int, ...]

    @property
    def verdict(self) -> str:
        """What may be said of it."""
        if not np.isfinite(self.p):
            return "not testable here"
        return "no evidence of a difference" if self.p_adjusted >= ALPHA else "a difference"


@dataclass(frozen=True, eq=False)
class PairGroups:
    """Groups of samples with the tests between them.

    Attributes:
        groups: Correct and incorrect predictions, then the classes that there are.
        tests: One for each of VALUES and kind of group.
        names: Names of the two modalities.
        provenance: Where they come from.
    """

    groups: tuple[PairGroup, ...]
    tests: tuple[PairTest, ...]
    names: tuple[str, str]
    provenance: Provenance

    def of(self, by: str) -> tuple[PairGroup, ...]:
        """Return the groups of a kind."""
        return tuple(group for group in self.groups if group.by == by)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a group: number of samples and medians."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "by": group.by,
                    "group": group.name,
                    "n": group.count,
                    **{f"median_{value}": group.median(value) for value in VALUES},
                }
                for group in self.groups
            ]
        )


def pair_groups(
    measures: PairMeasures, labels: SampleLabels, names: tuple[str, str], source: Provenance
) -> PairGroups:
    """Put samples into groups and test whether these differ.

    Args:
        measures: What was measured of the samples, in the order of the labels.
        labels: Their classes and predictions.
        names: Names of the modalities.
        source: Where they come from.
    """
    values = np.stack([measures.values("pearson"), measures.entropy(0), measures.entropy(1)], axis=1)
    actual, predicted = np.asarray(labels.actual), np.asarray(labels.predicted)
    known = actual >= 0
    split = [known & (predicted == actual), known & (predicted != actual)]
    groups = [_group("prediction", code, CORRECTNESS[code], split[code], values) for code in (0, 1)]
    groups += [
        _group("class", code, name, actual == code, values)
        for code, name in enumerate(labels.classes)
        if np.any(actual == code)
    ]
    tests = [
        _tested(by, value, [group for group in groups if group.by == by])
        for by in ("prediction", "class")
        for value in VALUES
    ]
    made = [place for place, test in enumerate(tests) if np.isfinite(test.p)]
    for place, adjusted in zip(made, holm([tests[place].p for place in made]), strict=True):
        tests[place] = replace(tests[place], p_adjusted=float(adjusted))
    return PairGroups(tuple(groups), tuple(tests), names, source)


def _group(by: str, code: int, name: str, chosen: np.ndarray, values: DoubleArray) -> PairGroup:
    rows = np.flatnonzero(chosen)
    return PairGroup(name, by, code, rows, values[rows])


def _tested(by: str, value: str, groups: Sequence[PairGroup]) -> PairTest:
    sides = [group.known(value) for group in groups]
    counts = tuple(map(len, sides))
    nan = float("nan")
    untested = PairTest(by, value, "", nan, nan, nan, nan, nan, counts)
    if len(sides) < 2 or min(counts) < LEAST:
        return untested
    joined = np.concatenate(sides)
    same = bool(np.ptp(joined) == 0)
    if len(sides) == 2:
        effect, low, high = cliffs_delta(*sides)
        p = 1.0 if same else mann_whitney(sides[0], sides[1], effect)
        return replace(untested, test="Mann-Whitney", p=p, effect=effect, low=low, high=high)
    statistic, p = (0.0, 1.0) if same else kruskal_wallis(sides)
    return replace(untested, test="Kruskal-Wallis", p=p, effect=statistic / (len(joined) - 1))
