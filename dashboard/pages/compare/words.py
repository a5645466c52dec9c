"""The tables of the page Compare: measures by part, paired tests in plain words."""

from collections.abc import Sequence
from typing import Any

from dash import html

from core.evaluation import PairedTest
from core.models.manifest import RunManifest
from dashboard.components.format import clipped, count, counted, duration, number, percent
from dashboard.components.view import ViewState
from dashboard.services.comparison import Compared

EVIDENCE_BELOW = 0.05
PARTS = ("test", "validation", "train")
CAUTION = (
    "A test of two runs leaves the chance of training out: train several seeds of each model "
    "before you conclude."
)


def tests(found: Compared, named: dict[str, str]) -> list[Any]:
    """Return the paired tests as a table, or the reason why there are none."""
    if found.refused:
        return [html.P(_sentence(found.refused)), html.P("No test is made.", className="muted")]
    tested = found.comparison.tests
    if not tested:
        return [html.P("Choose a second run to test the difference.", className="muted")]
    head = html.Tr(
        [
            html.Th(text, scope="col")
            for text in ("Runs", "Difference in accuracy", "Only one is right", "In words")
        ]
    )
    rows = [_pair(test, named, found.comparison.samples) for test in tested]
    caption = (
        f"McNemar's test on the same {count(found.comparison.samples)} test samples; p adjusted by Holm over "
        f"{counted(len(tested), 'pair')}; each interval is of its pair alone."
    )
    return [
        html.Div(
            html.Table(
                [html.Caption(caption), html.Thead(head), html.Tbody(rows)],
                className="plain-table pair-table",
            ),
            className="table-scroll",
        ),
        html.P(CAUTION, className="small muted"),
    ]


def in_words(test: PairedTest, named: dict[str, str], samples: int) -> str:
    """Return what a paired test says, as carefully as its numbers ask."""
    p = f"p {p_value(test.p_adjusted)}, n = {count(samples)}"
    if test.p_adjusted >= EVIDENCE_BELOW:
        return f"no evidence of a difference ({p})"
    better = test.a if test.accuracy_difference > 0 else test.b
    return f"{clipped(named[better], 30)} is more accurate on these samples ({p})"


def p_value(p: float) -> str:
    """Return a p value with its sign: = 0.41, < 0.001."""
    return "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.01 else f"= {p:.2f}"


def points(share: float) -> str:
    """Return a difference of shares in percentage points, with its sign."""
    return f"{100 * share:+.1f}"


def metrics(runs: Sequence[RunManifest], named: dict[str, str]) -> html.Div:
    """Return what each run reaches on each part."""
    titles = (
        "Run",
        "Part",
        "Accuracy",
        "95 % CI",
        "Majority",
        "Loss",
        "AUC",
        "n",
        "Epochs",
        "Time",
        "Weights",
    )
    head = html.Tr(
        [html.Th(text, scope="col", className="number" if text not in titles[:2] else "") for text in titles]
    )
    rows = [row for run in runs for row in _run(run, named[run.id])]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table metrics-table")
    return html.Div(table, className="table-scroll")


def _run(run: RunManifest, label: str) -> list[html.Tr]:
    found = [(part, run.metrics[part]) for part in PARTS if part in run.metrics]
    link = html.A(clipped(label, 40), href=ViewState(dataset=run.dataset, run=run.id).href("/attention"))
    rows = []
    for place, (part, measured) in enumerate(found):
        low, high = measured["accuracy_interval"]
        values = (
            percent(measured["accuracy"]),
            f"{100 * low:.1f}-{100 * high:.1f}",
            percent(measured["majority_rate"]),
            number(measured["loss"]),
            number(measured["auc"]),
            count(measured["samples"]),
        )
        first = [html.Th(link, scope="rowgroup", rowSpan=len(found))] if place == 0 else []
        last = [
            html.Td(text, className="number", rowSpan=len(found))
            for text in (count(run.epochs), duration(run.seconds), count(run.parameters))
        ]
        cells = [html.Td(text, className="number") for text in values]
        rows.append(html.Tr([*first, html.Td(part), *cells, *(last if place == 0 else [])]))
    return rows


def _pair(test: PairedTest, named: dict[str, str], samples: int) -> html.Tr:
    low, high = test.interval
    return html.Tr(
        [
            html.Td(
                [
                    clipped(named[test.a], 36),
                    html.Span(" against ", className="muted"),
                    clipped(named[test.b], 36),
                ]
            ),
            html.Td(f"{points(test.accuracy_difference)} points (95 % CI {points(low)} to {points(high)})"),
            html.Td(f"{test.only_a} : {test.only_b}"),
            html.Td(in_words(test, named, samples)),
        ]
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
