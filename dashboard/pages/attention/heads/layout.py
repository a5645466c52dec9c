"""What stands where in the section Heads."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import card, field, grid
from dashboard.components.controls import choice, view_control
from dashboard.components.view import ViewState
from dashboard.pages.attention.heads.charts import FLOW, GRID, MAP, NETWORK, READINGS
from dashboard.pages.attention.heads.ids import Id

OVERS = (("", "mean over the samples"), ("sample", "the focused sample"))
LEASTS = ((0.0, "the strongest 60"), *((share, f"{share:g} or more") for share in (0.05, 0.1, 0.2, 0.5)))


def layout(_view: ViewState) -> Any:
    """Return grid and map, the table of heads, readings, links."""
    one, links = (
        grid(MAP.card(width=12)),
        grid(FLOW.card(width=6, controls=[_least()]), NETWORK.card(width=6)),
    )
    one.id, links.id = Id.MAP_PLACE, Id.LINKS_PLACE
    return html.Div(
        [
            html.Div(
                [
                    choice(Id.OVER, "over", "Maps of", OVERS, ""),
                    html.Div(_dropdown(Id.LAYER, "layer", "Layer"), id=Id.LAYER_FIELD, hidden=True),
                    _dropdown(Id.HEAD, "head", "Head"),
                    html.P(id=Id.NOTE, className="small muted filter-note", role="status"),
                ],
                className="filter-bar",
            ),
            grid(GRID.card(width=12), _table()),
            one,
            grid(READINGS.card(width=7), _offered()),
            links,
        ]
    )


def _dropdown(name: Id, key: str, label: str) -> Any:
    picker = dcc.Dropdown(id=name, options=[], value="", clearable=False, searchable=False)
    return field(label, view_control(key, picker), for_id=name)


def _least() -> Any:
    options = [{"value": value, "label": label} for value, label in LEASTS]
    picker = dcc.Dropdown(id=Id.LEAST, options=options, value=0.0, clearable=False, searchable=False)
    return field("Links drawn", view_control("least", picker), for_id=Id.LEAST)


def _table() -> Any:
    return card(
        "Heads in numbers",
        html.Div(id=Id.TABLE),
        html.Div(id=Id.CLOSED),
        line="Of heads with maps: a name stands on a number, measured on each sample and averaged; beside it "
        "what equal weights would give on maps of the same size. A head may have several names, or none.",
    )


def _offered() -> Any:
    return card(
        "Which readings hold for this model",
        html.Div(id=Id.OFFERED),
        line="A reading that is not valid for a model is not drawn.",
        width=5,
    )
