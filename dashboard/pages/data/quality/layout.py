"""What stands where in the section Quality."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import card, grid
from dashboard.components.controls import view_control
from dashboard.components.view import ViewState
from dashboard.pages.data.quality.charts import ENTITIES, PLACES
from dashboard.pages.data.quality.ids import Id


def layout(_view: ViewState) -> Any:
    """Return the sentences, and under them the pictures of what there is to see."""
    places = [
        html.Div(
            chart.card(controls=[_target()] if chart is ENTITIES else ()),
            id=place,
            className=f"quality-place span-{width}",
            hidden=True,
        )
        for chart, place, width in PLACES
    ]
    nothing = html.Div(
        card("Nothing to draw", html.Div(id=Id.NOTHING)),
        id=Id.NOTHING_PLACE,
        className="quality-place span-6",
        hidden=True,
    )
    found = card(
        "What was found",
        html.Div(id=Id.REMARKS, className="remark-lists"),
        line="Looked for once, when the dataset was stored, over valid steps.",
    )
    return html.Div(grid(found, *places, nothing))


def _target() -> Any:
    control = dcc.Dropdown(id=Id.TARGET, options=[], placeholder="first target", clearable=True)
    named = html.Label("Target", htmlFor=Id.TARGET, className="context-label")
    return html.Div(
        [named, view_control("target", control)], id=Id.TARGET_FIELD, className="context-item", hidden=True
    )
