"""What the page Compare says of differences and of classes, as carefully as the numbers ask."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from core.evaluation import Comparison, PairedTest
from core.evaluation.arm_tests import EVIDENCE_BELOW, ArmTest
from core.evaluation.difficulty import ClassDifficulty
from dashboard.components.cards import folded
from dashboard.components.format import clipped, count, counted, percent
from dashboard.services.comparison import Compared

CAUTION = (
    "A test of two runs leaves the chance of training out: train several seeds of each model "
    "before you conclude."
)
METHODS = {
    "paired-t": "Paired t over seeds: differences of seeds are taken to be independent and roughly normal; "
    "the test samples stay what they are.",
    "corrected-t": "Paired t over folds with the variance corrected for what folds share (Nadeau and Bengio "
    "2003): differences are taken to be roughly normal.",
    "signs": "All seeds differ by the same amount, so that t is not defined: p is that of equal signs.",
    "mcnemar": "Seeds change nothing here, so that there is one pair of predictions only: McNemar's test.",
    "wilcoxon-windows": "Seeds change nothing here: the signed-rank test over the accuracies of windows.",
}
SHORT = {
    "paired-t": "paired t",
    "corrected-t": "corrected t",
    "signs": "equal signs",
    "mcnemar": "McNemar",
    "wilcoxon-windows": "signed ranks, windows",
}
INTERVALS = (
    "Intervals draw seeds and samples anew, each of its pair alone. Where p is below 0.05 but the interval "
    "holds 0, the arms differ on these samples and new samples may undo it."
)
MOST_ROWS = 60


def tests(found: Compared, named: Mapping[str, str]) -> list[Any]:
    """Return the tests of arms and of runs in words, or the reason why there are none."""
    if found.refused:
        return [html.P(_sentence(found.refused)), html.P("No test is made.", className="muted")]
    result = found.comparison
    untested = [html.P(_sentence(pair.reason), className="small muted") for pair in result.untested]
    if not result.tests and not result.arm_tests:
        return untested or [html.P("Choose a second run to test the difference.", className="muted")]
    if result.arm_tests:
        runs = folded(f"Pairs of single runs ({count(len(result.tests))})", *_runs(result, named))
        return [_arms(result), *untested, _how(result), runs]
    return [*_runs(result, named), *untested, html.P(CAUTION, className="small muted")]


def in_words(test: PairedTest, named: Mapping[str, str], samples: int) -> str:
    """Return what a paired test of two runs says, as carefully as its numbers ask."""
    p = f"p {p_value(test.p_adjusted)}, n = {count(samples)}"
    if test.p_adjusted >= EVIDENCE_BELOW:
        return f"no evidence of a difference ({p})"
    better = test.a if test.accuracy_difference > 0 else test.b
    return f"{clipped(named[better], 30)} is more accurate on these samples ({p})"


def arms_in_words(test: ArmTest, named: Mapping[str, str]) -> str:
    """Return what a test of two arms says, as carefully as its numbers ask."""
    unit = "fold" if test.method == "corrected-t" else "seed"
    facts = f"p {p_value(test.p_adjusted)}, n = {count(test.samples)}, {counted(test.pairs, unit)}"
    if test.verdict == "none":
        return f"no evidence of a difference ({facts})"
    first = test.accuracy_difference > 0
    better = clipped(named[test.a if first else test.b], 40)
    ends = test.interval if first else (-test.interval[1], -test.interval[0])
    interval = f"95 % CI {points(ends[0])} to {points(ends[1])}"
    size = f"{100 * abs(test.accuracy_difference):.1f} points"
    if test.verdict == "only-here":
        return f"{better} is better by {size} on these samples ({facts}); new ones may undo it ({interval})"
    return f"{better} is better by {size} ({interval}, {facts})"


def p_value(p: float) -> str:
    """Return a p value with its sign: = 0.41, < 0.001."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.01 else f"= {p:.2f}"


def points(share: float) -> str:
    """Return a difference of shares in percentage points, with its sign."""
    return f"{100 * share:+.1f}"


def difficulty(found: ClassDifficulty) -> Any:
    """Name the hardest and the easiest class with their intervals, and whether these are apart."""
    order = found.order
    if len(order) < 2:
        return "Fewer than two classes have test samples."
    hard, easy = int(order[0]), int(order[-1])
    apart = found.interval[hard, 1] < found.interval[easy, 0]
    doubt = "" if apart else " Their intervals overlap: the order may be chance."
    return (
        f"Hardest: {_class(found, hard)}. Easiest: {_class(found, easy)}.{doubt}"
        f" Over {counted(len(order), 'class', 'classes')}."
    )


def _class(found: ClassDifficulty, code: int) -> str:
    low, high = found.interval[code]
    return (
        f"{clipped(found.classes[code], 40)} with {percent(float(found.accuracy[code]))} "
        f"(95 % CI {100 * low:.1f}-{100 * high:.1f}, n = {count(int(found.frequency[code]))})"
    )


def _arms(result: Comparison) -> html.Div:
    named = {arm.key: arm.label for arm in result.arms}
    differing = sum(test.verdict == "better" for test in result.arm_tests)
    caption = (
        f"{counted(len(result.arm_tests), 'pair')} of models, {differing} with evidence of a difference; p "
        "adjusted by Holm over all pairs, intervals of each pair alone."
    )
    rows = [_arm_row(test, named) for test in sorted(result.arm_tests, key=lambda test: test.p_adjusted)]
    titles = ("Models", "Difference (95 % CI)", "In words", "Test before correction", "Signed ranks")
    return _table(titles, rows, caption)


def _arm_row(test: ArmTest, named: Mapping[str, str]) -> html.Tr:
    low, high = test.interval
    least = f"{test.wilcoxon_least:.2f}" if test.wilcoxon_least >= 0.01 else f"{test.wilcoxon_least:.3f}"
    return html.Tr(
        [
            html.Td(_against(named[test.a], named[test.b])),
            html.Td(
                f"{points(test.accuracy_difference)} points ({points(low)} to {points(high)})",
                className="nowrap",
            ),
            html.Td(arms_in_words(test, named), className="verdict-cell"),
            html.Td(f"{SHORT[test.method]}, p {p_value(test.p)}", className="nowrap"),
            html.Td(f"p {p_value(test.wilcoxon_p)} (least {least})", className="nowrap"),
        ],
        className=f"is-{test.verdict}",
    )


def _how(result: Comparison) -> html.Details:
    methods = list(dict.fromkeys(test.method for test in result.arm_tests))
    fewest = min(test.pairs for test in result.arm_tests)
    ranks = "Wilcoxon's signed-rank test assumes less than t, but its smallest p is 2 / 2^n over n seeds" + (
        ": it can't reach 0.05 here." if fewest < 6 else "."
    )
    lines = [*(METHODS[method] for method in methods), INTERVALS, ranks]
    return folded("How this was tested", html.Ul([html.Li(line) for line in lines], className="small"))


def _runs(result: Comparison, named: Mapping[str, str]) -> list[Any]:
    if not result.tests:
        return [html.P("No two runs were tested on the same samples.", className="muted")]
    ranked = sorted(result.tests, key=lambda test: test.p_adjusted)[:MOST_ROWS]
    rows = [_run_row(test, named, result.windows) for test in ranked]
    test = "The signed-rank test over windows" if result.per_step else "McNemar's test"
    unit = "windows" if result.per_step else "samples"
    left = len(result.tests) - len(rows)
    caption = (
        f"{test} on the same {count(result.windows)} test {unit}; p adjusted by Holm over "
        f"{counted(len(result.tests), 'pair')}; each interval is of its pair alone."
        + (f" The {MOST_ROWS} pairs with the least p are shown." if left else "")
    )
    return [_table(("Runs", "Difference in accuracy", "Only one is right", "In words"), rows, caption)]


def _run_row(test: PairedTest, named: Mapping[str, str], samples: int) -> html.Tr:
    low, high = test.interval
    return html.Tr(
        [
            html.Td(_against(named[test.a], named[test.b])),
            html.Td(f"{points(test.accuracy_difference)} points (95 % CI {points(low)} to {points(high)})"),
            html.Td(f"{count(test.only_a)} : {count(test.only_b)}"),
            html.Td(in_words(test, named, samples)),
        ]
    )


def _against(a: str, b: str) -> list[Any]:
    return [clipped(a, 40), html.Span(" against ", className="muted"), clipped(b, 40)]


def _table(titles: Sequence[str], rows: Sequence[html.Tr], caption: str) -> html.Div:
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in titles]))
    table = html.Table(
        [html.Caption(caption), head, html.Tbody(list(rows))], className="plain-table pair-table"
    )
    return html.Div(table, className="table-scroll", tabIndex=0)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
