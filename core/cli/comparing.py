"""How a comparison stands in tables and documents: arms, their tests, pairs of runs."""

from dataclasses import asdict
from typing import Any

from rich.table import Table

from core.cli.output import interval, table
from core.evaluation import Comparison
from core.evaluation.spreads import ArmScore

VERDICTS = {
    "better": "a difference",
    "only-here": "a difference on these samples, which new ones may undo",
    "none": "no evidence of a difference",
}
FEW_SEEDS = "A test of two runs leaves the chance of training out: compare several seeds before concluding."
MOST_PAIRS = 45  # of runs that a table shows; --json has all


def arm_plain(arm: ArmScore) -> dict[str, Any]:
    """Return an arm as it stands in a document."""
    return {
        "key": arm.key,
        "label": arm.label,
        "model": arm.model,
        "runs": arm.runs,
        "seeds": arm.seeds,
        "folds": arm.folds,
        "metrics": {name: None if spread is None else asdict(spread) for name, spread in arm.spreads.items()},
    }


def comparison_tables(found: Comparison) -> list[Table | str]:
    """Return what a person is shown: arms where there are some, pairs of runs, cautions."""
    shown: list[Table | str] = []
    several = any(len(arm.runs) > 1 for arm in found.arms)
    if several:
        shown.append(_arms(found))
    if found.arm_tests:
        shown.append(_arm_tests(found))
    shown += [f"Not tested: {pair.reason}." for pair in found.untested]
    if len(found.tests) <= MOST_PAIRS:
        shown.append(_pairs(found))
    else:
        shown.append(f"{len(found.tests)} pairs of single runs are tested too; --json prints them.")
    return shown if found.arm_tests else [*shown, FEW_SEEDS]


def _arms(found: Comparison) -> Table:
    rows = []
    for arm in found.arms:
        spread = arm.spreads["accuracy"]
        if spread is not None:
            rows.append(
                (arm.label, len(arm.runs), spread.mean, spread.deviation, interval(spread.low, spread.high))
            )
    return table(["arm", "runs>", "accuracy>", "SD>", "least, greatest"], rows)


def _arm_tests(found: Comparison) -> Table:
    labels = {arm.key: arm.label for arm in found.arms}
    rows = [
        (
            labels[test.a],
            labels[test.b],
            test.accuracy_difference,
            interval(*test.interval),
            f"{test.method}, n = {test.pairs:,}",
            test.p,
            test.p_adjusted,
            VERDICTS[test.verdict],
        )
        for test in found.arm_tests
    ]
    return table(
        ["a", "b", "difference>", "95 % interval", "test", "p>", "adjusted p>", "in words"],
        rows,
        title="arms, paired over seeds; intervals are over seeds and samples",
    )


def _pairs(found: Comparison) -> Table:
    rows = [
        (test.a, test.b, test.accuracy_difference, interval(*test.interval), test.p, test.p_adjusted)
        for test in found.tests
    ]
    name = "Wilcoxon p>" if found.per_step else "McNemar p>"
    return table(
        ["a", "b", "difference of accuracy>", "95 % interval", name, "adjusted p>"],
        rows,
        title=f"paired over {found.windows} test {'windows' if found.per_step else 'samples'}",
    )
