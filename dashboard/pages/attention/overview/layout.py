"""What stands where in the section Overview."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import button, card, field, grid
from dashboard.components.controls import view_control
from dashboard.components.plain import plain
from dashboard.components.view import ViewState
from dashboard.pages.attention import words
from dashboard.pages.attention.overview import clustering
from dashboard.pages.attention.overview.charts import BY_OUTCOME, HEATMAP, SAMPLE
from dashboard.pages.attention.overview.ids import Id
from dashboard.pages.attention.steps import axis_choice

SORTS = (
    ("outcome", "outcome"),
    ("confidence", "confidence"),
    ("cluster", "similarity of the maps"),
    ("entropy", "entropy, sharpest first"),
    ("concentration", "concentration"),
    ("peak", "position of the peak"),
    ("pattern", "pattern"),
    ("class", "actual class"),
    ("distance", "distance to the class mean"),
    ("sample", "order of the dataset"),
)
SHOWS = (("mean", "mean"), ("max", "largest weight"))


def layout(_view: ViewState) -> Any:
    """Return heatmap and sample beside each other, the sample in words, averages, theory."""
    return html.Div(
        [
            grid(
                HEATMAP.card(width=7, controls=[_controls(), clustering.place(), _crumbs()]),
                SAMPLE.card(width=5, controls=[_walk()]),
            ),
            grid(card("This sample in words and numbers", plain(Id.TEXT, "sample-text"))),
            grid(
                BY_OUTCOME.card(width=6),
                card("How far to trust it", html.P(words.HONEST), words.theory(), width=6),
            ),
            dcc.Store(id=Id.FOCUS),
            dcc.Store(id=Id.MARK),
        ]
    )


def _controls() -> html.Div:
    return html.Div(
        [
            _choice(Id.SORT, "sort", "Sort by", SORTS),
            html.Div(_choice(Id.SHOW, "show", "A cell shows the", SHOWS), id=Id.SHOW_FIELD, hidden=True),
            axis_choice(Id.AXIS, Id.AXIS_FIELD),
        ],
        className="heatmap-controls",
    )


def _choice(name: Id, key: str, label: str, options: tuple[tuple[str, str], ...]) -> Any:
    offered = [{"value": value, "label": text} for value, text in options]
    dropdown = dcc.Dropdown(id=name, options=offered, value=options[0][0], clearable=False, searchable=False)
    return field(label, view_control(key, dropdown), for_id=name)


def _crumbs() -> html.Div:
    return html.Div(
        [
            html.Span(id=Id.CRUMBS, className="small", role="status"),
            button("Show all", Id.ALL, "quiet", hidden=True),
            button("Zoom to the sample", Id.NEAR, "quiet", hidden=True),
            button("Only these samples", Id.ONLY, "quiet", hidden=True, title="Filter to the rows shown"),
        ],
        className="crumbs",
    )


def _walk() -> html.Div:
    keys = {"aria-keyshortcuts": "["}, {"aria-keyshortcuts": "]"}
    return html.Div(
        [
            html.Div(
                [
                    button("\u2190 Previous", Id.PREVIOUS, "quiet", title="Previous sample: [", **keys[0]),
                    button("Next \u2192", Id.NEXT, "quiet", title="Next sample: ]", **keys[1]),
                    html.Span(id=Id.PLACE, className="small muted", role="status"),
                    html.A("Open sample", href="/sample", className="small", **{"data-open-sample": "true"}),
                ],
                className="walk",
            ),
            html.P(id=Id.VERDICT, className="verdict"),
        ]
    )
