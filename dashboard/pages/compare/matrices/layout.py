"""What stands where in the section of confusion matrices."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import grid
from dashboard.components.controls import choice
from dashboard.components.view import ViewState
from dashboard.pages.compare.matrices.charts import CHART
from dashboard.pages.compare.matrices.ids import Id
from dashboard.pages.compare.threshold.control import control

SCALES = (("share", "share of the row"), ("count", "samples"))


def layout(_view: ViewState) -> Any:
    """Return the threshold and the matrices, with their most frequent confusions as links."""
    controls = html.Div(
        [
            choice(Id.SCALE, "show", "Colour", SCALES, "share"),
            html.Div(id=Id.PAGER, className="walk"),
        ],
        className="filter-bar",
    )
    return html.Div(
        [
            control(),
            grid(
                html.Div(
                    [CHART.card(controls=[controls]), html.Div(id=Id.LINKS)],
                    className="column span-12",
                )
            ),
            dcc.Store(id=Id.NAMES),
            dcc.Store(id=Id.OPENED),
        ],
        className="compare-stack",
    )
