"""What stands where in the section of calibration."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import card, field, grid
from dashboard.components.controls import choice, view_control
from dashboard.components.view import ViewState
from dashboard.pages.compare.calibration.charts import CHART
from dashboard.pages.compare.calibration.ids import Id

BINNINGS = (("width", "15 of equal width"), ("mass", "15 of equally many samples"))


def layout(_view: ViewState) -> Any:
    """Return the diagram of the run in focus beside the measures of all."""
    run = dcc.Dropdown(id=Id.RUN, options=[], value=None, placeholder="the first one")
    controls = html.Div(
        [
            field("Run", view_control("run", run), for_id=Id.RUN),
            choice(Id.BINS, "group", "Bins", BINNINGS, "width"),
        ],
        className="filter-bar",
    )
    table = card(
        "Calibration of every run",
        html.Div(id=Id.SAID),
        html.Div(id=Id.TABLE),
        line="A temperature is fitted on the validation samples and tried on the test samples. It changes "
        "how sure a model is, not what it predicts.",
        width=6,
    )
    return grid(CHART.card(width=6, controls=[controls]), table)
