"""The tables of the page Compare: measures by part, costs, who is right where the other is wrong."""

from collections.abc import Sequence
from typing import Any

from dash import html

from core.evaluation.agreement import Agreement
from core.evaluation.costs import ArmCost, CostComparison
from core.models.manifest import RunManifest
from dashboard.components.format import clipped, count, duration, file_size, number, percent
from dashboard.components.view import ViewState
from dashboard.services import comparison_details

PARTS = ("test", "validation", "train")
NO_MODEL = "no model"


def metrics(runs: Sequence[RunManifest], named: dict[str, str]) -> html.Div:
    """Return what each run reaches on each part."""
    titles = ("Run", "Part", "Accuracy", "95 % CI", "Balanced", "Macro F1", "Majority", "Loss", "AUC", "n")
    head = _head((*titles, "Epochs"), text=2)
    rows = [row for run in runs for row in _run(run, named[run.id])]
    return _scrolled(html.Table([head, html.Tbody(rows)], className="plain-table metrics-table"))


def costs(found: CostComparison) -> html.Div:
    """Return what each arm costs beside what it reaches."""
    titles = ("Model", "Runs", "Accuracy", "Weights", "Training", "Latency", "File")
    rows = [_cost(arm) for arm in found.arms]
    caption = "Means over the runs; latency is of one sample at a time in ONNX Runtime."
    table = html.Table([html.Caption(caption), _head(titles, text=1), html.Tbody(rows)])
    table.className = "plain-table"
    return _scrolled(table)


MOST_LINKED = 12  # runs whose pairs are links: a browser needs seconds for hundreds of them


def wins(found: Agreement, view: ViewState, runs: int = 0) -> html.Div:
    """Return the matrix of samples that only the row's run gets right, each number a link to the Gallery.

    Args:
        found: The runs that are shown.
        view: What is looked at.
        runs: How many runs there are, where only some of them are shown.
    """
    numbers = [
        html.Th(str(place + 1), scope="col", className="number", title=clipped(label, 80))
        for place, label in enumerate(found.labels)
    ]
    most = max(1, int(found.only.max(initial=1)))
    rows = [
        html.Tr(
            [
                html.Th([html.Span(f"{row + 1} ", className="muted"), clipped(label, 34)], scope="row"),
                *(_won(found, view, row, column, most) for column in range(len(found.runs))),
            ]
        )
        for row, label in enumerate(found.labels)
    ]
    head = html.Thead(html.Tr([html.Th("Only this one is right", scope="col"), *numbers]))
    table = html.Table([head, html.Tbody(rows)], className="plain-table wins-table")
    left_out = runs - len(found.runs)
    more = (
        f" One run of each model is shown, {left_out} more are left out: choose up to {MOST_LINKED} runs"
        " to see each."
        if left_out > 0
        else ""
    )
    words = html.P(f"Of {count(found.samples)} test samples.{more}", className="small muted")
    return html.Div([_scrolled(table), words])


def _won(found: Agreement, view: ViewState, row: int, column: int, most: int) -> html.Td:
    if row == column:
        return html.Td("\u00b7", className="number muted")
    won = int(found.only[row, column])
    if not won:
        return html.Td("0", className="number muted")
    href = ViewState(dataset=view.dataset, run=found.runs[row], against=found.runs[column]).href("/gallery")
    label = (
        f"{count(won)} samples that {clipped(found.labels[row], 60)} gets right and "
        f"{clipped(found.labels[column], 60)} wrong"
    )
    link = html.A(count(won), href=href, title=label, **{"aria-label": label})
    return html.Td(link, className="number", style={"--share": f"{100 * won / most:.0f}%"})


def _cost(arm: ArmCost) -> html.Tr:
    def told(name: str, text: Any) -> str:
        value = arm.costs.get(name)
        if value is None:
            return NO_MODEL if not arm.has_model and name != "seconds" else "-"
        return str(text(value))

    low, high = arm.spread
    cells = (
        count(arm.runs),
        f"{percent(arm.accuracy)} ({100 * low:.1f}-{100 * high:.1f})",
        told("parameters", lambda value: count(round(value))),
        told("seconds", duration),
        told("latency", lambda value: f"{number(value)} ms"),
        told("size", lambda value: file_size(round(value))),
    )
    return html.Tr(
        [
            html.Th(clipped(arm.label, 48), scope="row"),
            *(html.Td(text, className=f"number{' muted' if text == NO_MODEL else ''}") for text in cells),
        ]
    )


def _run(run: RunManifest, label: str) -> list[html.Tr]:
    measures = comparison_details.measures_of(run)
    found = [(part, measures[part]) for part in PARTS if part in measures]
    link = html.A(clipped(label, 40), href=ViewState(dataset=run.dataset, run=run.id).href("/attention"))
    rows = []
    for place, (part, measured) in enumerate(found):
        low, high = measured["accuracy_interval"]
        values = (
            percent(measured["accuracy"]),
            f"{100 * low:.1f}-{100 * high:.1f}",
            percent(measured.get("balanced_accuracy")),
            percent(measured.get("macro_f1")),
            percent(measured["majority_rate"]),
            number(measured["loss"]),
            number(measured["auc"]),
            count(measured["samples"]),
        )
        first = [html.Th(link, scope="rowgroup", rowSpan=len(found))] if place == 0 else []
        last = [html.Td(count(run.epochs), className="number", rowSpan=len(found))] if place == 0 else []
        cells = [html.Td(text, className="number") for text in values]
        rows.append(html.Tr([*first, html.Td(part), *cells, *last]))
    return rows


def _head(titles: Sequence[str], text: int) -> html.Thead:
    """Return the head of a table; all but the first columns hold numbers."""
    cells = [
        html.Th(title, scope="col", className="number" if place >= text else "")
        for place, title in enumerate(titles)
    ]
    return html.Thead(html.Tr(cells))


def _scrolled(table: html.Table) -> html.Div:
    return html.Div(table, className="table-scroll", tabIndex=0)
