"""What the section of calibration does when the view changes."""

from typing import Any

from dash import Input, Output, callback

from core.errors import HeedError
from dashboard.components.format import clipped
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.compare.calibration import words
from dashboard.pages.compare.calibration.charts import CHART
from dashboard.pages.compare.calibration.ids import Id


@callback(
    Output(Id.RUN, "options"),
    Output(Id.SAID, "children"),
    Output(Id.TABLE, "children"),
    viewed("compare"),
    Input(Frame.LIBRARY, "data"),
)
def update_calibration(data: Any, _stamp: Any) -> tuple[Any, Any, Any]:
    """Offer the runs and tell what is known of their calibration."""
    try:
        found: Any = CHART.ask(ViewState.parse(data))
    except HeedError as error:
        return [], sentence(error), ""
    options = [{"value": run.run, "label": clipped(run.label, 60)} for run in found.runs]
    return options, words.said(found), words.table(found)
