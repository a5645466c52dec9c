"""Which classes are confused most, as links into the Gallery; which matrices are shown."""

from typing import Any

from dash import html

from core.evaluation.confusions import Confusions, NamedConfusion
from dashboard.components.cards import folded
from dashboard.components.filter import class_condition
from dashboard.components.format import clipped, count, counted, percent
from dashboard.components.view import ViewState
from dashboard.services.assessing import MATRICES

LISTED = 3  # confusions a run


def links(found: Confusions, view: ViewState) -> Any:
    """Return the most frequent confusions of each run shown, each a link to its samples."""
    head = html.Tr([html.Th(text, scope="col") for text in ("Run", "Right", "Most frequent confusions")])
    rows = [_row(entry, found, view) for entry in found.matrices]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table")
    return folded("The most frequent confusions as links", html.Div(table, className="table-scroll"))


def pager(found: Confusions) -> list[Any]:
    """Return which runs are shown, with buttons to the others; assets/attention.js sets the view."""
    if found.total <= MATRICES:
        return []
    here, last = found.offset // MATRICES, (found.total - 1) // MATRICES
    end = found.offset + len(found.matrices)
    return [
        _turn("\u2190 Previous runs", here - 1, disabled=here == 0),
        _turn("Next runs \u2192", here + 1, disabled=here == last),
        html.Span(f"{found.offset + 1} to {end} of {counted(found.total, 'run')}", className="small muted"),
    ]


def _turn(text: str, page: int, *, disabled: bool) -> html.Button:
    target = {"data-view-key": "page", "data-view-value": str(max(0, page)) if page > 0 else ""}
    return html.Button(text, type="button", className="button quiet", disabled=disabled, **target)


def _row(entry: NamedConfusion, found: Confusions, view: ViewState) -> html.Tr:
    classes = entry.matrix.classes
    base = ViewState(run=entry.run, threshold=found.threshold, dataset=view.dataset)
    said: list[Any] = []
    for pair in entry.most(LISTED):
        actual, predicted = classes[pair.actual], classes[pair.predicted]
        words = f"{clipped(actual, 24)} taken for {clipped(predicted, 24)}"
        href = base.href("/gallery", where=class_condition(actual, predicted))
        said += [", "] if said else []
        said += [html.A(words, href=href), f" {count(pair.count)} ({percent(pair.share)})"]
    right = f"{count(entry.right)} of {count(entry.samples)}"
    return html.Tr(
        [
            html.Td(clipped(entry.label, 48)),
            html.Td(right),
            html.Td(said or "every sample is predicted right"),
        ]
    )
