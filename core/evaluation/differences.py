"""Differences of a comparison as one list: arms over their seeds, or runs where there are no such arms."""

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from core.evaluation.arm_tests import EVIDENCE_BELOW, Verdict
from core.evaluation.comparison import Comparison
from core.evaluation.resampling import Interval
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Difference:
    """One pair of arms or runs.

    Attributes:
        a: Key of the first arm, or id of the first run.
        b: The second one.
        a_label: What figures call the first.
        b_label: What figures call the second.
        difference: Accuracy of a less that of b.
        interval: 95 % interval of it.
        p: Two-sided p of the test.
        p_adjusted: The same after Holm's correction over all pairs.
        method: Name of the test.
        pairs: Seeds or folds that it rests on; 1 for a pair of runs.
        verdict: "better", "only-here" or "none".
    """

    a: str
    b: str
    a_label: str
    b_label: str
    difference: float
    interval: Interval
    p: float
    p_adjusted: float
    method: str
    pairs: int
    verdict: Verdict

    @property
    def better(self) -> str:
        """What the better one is called."""
        return self.a_label if self.difference > 0 else self.b_label


@dataclass(frozen=True)
class Differences:
    """All differences of a comparison.

    Attributes:
        rows: One entry a pair.
        arms: Whether the pairs are arms; else they are runs.
        samples: Number of test windows.
        unit: What they are called: samples, or windows where labels are per step.
    """

    rows: tuple[Difference, ...]
    arms: bool
    samples: int
    unit: str
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a pair."""
        import pandas as pd

        rows = []
        for row in self.rows:
            plain = asdict(row)
            plain["interval_low"], plain["interval_high"] = plain.pop("interval")
            rows.append({**plain, "samples": self.samples})
        return pd.DataFrame(rows)


def differences(result: Comparison) -> Differences:
    """Return the tests of arms where there are some, else those of runs."""
    if result.arm_tests:
        labels = {arm.key: arm.label for arm in result.arms}
        rows = tuple(
            Difference(
                test.a, test.b, labels[test.a], labels[test.b], test.accuracy_difference, test.interval,
                test.p, test.p_adjusted, test.method, test.pairs, test.verdict,
            )
            for test in result.arm_tests
        )  # fmt: skip
    else:
        labels = {score.run: score.label for score in result.scores}
        rows = tuple(
            Difference(
                test.a, test.b, labels[test.a], labels[test.b], test.accuracy_difference, test.interval,
                test.p, test.p_adjusted, test.method, 1, _verdict(test.p_adjusted),
            )
            for test in result.tests
        )  # fmt: skip
    source = replace(result.provenance, what="differences of accuracy")
    unit = "windows" if result.per_step else "samples"
    return Differences(rows, bool(result.arm_tests), result.windows, unit, source)


def _verdict(p: float) -> Verdict:
    """Return what a pair of runs may say: a difference of these runs, never of their models."""
    return "only-here" if p < EVIDENCE_BELOW else "none"
