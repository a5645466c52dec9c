"""What stands where in the section of ROC and precision-recall curves."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import card, field, grid
from dashboard.components.controls import view_control
from dashboard.components.view import ViewState
from dashboard.pages.compare.ranking.charts import PRECISION, ROC
from dashboard.pages.compare.ranking.ids import Id
from dashboard.pages.compare.threshold.control import control


def layout(_view: ViewState) -> Any:
    """Return the threshold, both charts and the table of their areas."""
    picker = dcc.Dropdown(
        id=Id.CLASS, options=[{"value": "", "label": "the usual one"}], value="", clearable=False
    )
    chosen = field("Class against the rest", view_control("klass", picker), for_id=Id.CLASS)
    curves = grid(ROC.card(width=6), PRECISION.card(width=6))
    areas = card("Areas under both curves", html.Div(id=Id.AREAS, className="areas"))
    return html.Div(
        [control(), html.Div(chosen, className="filter-bar"), curves, grid(areas)], className="compare-stack"
    )
