"""What the section of confusion matrices does when the view changes or a cell is clicked."""

from typing import Any

from dash import ClientsideFunction, Input, Output, State, callback, clientside_callback

from core.errors import HeedError
from dashboard.components.ids import Id as Frame
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.compare.matrices import words
from dashboard.pages.compare.matrices.charts import CHART
from dashboard.pages.compare.matrices.ids import Id


@callback(
    Output(Id.PAGER, "children"),
    Output(Id.LINKS, "children"),
    Output(Id.NAMES, "data"),
    viewed("compare"),
    Input(Frame.LIBRARY, "data"),
)
def update_matrices(data: Any, _stamp: Any) -> tuple[Any, Any, Any]:
    """Tell which runs are shown and what they confuse most."""
    view = ViewState.parse(data)
    try:
        found: Any = CHART.ask(view)
    except HeedError:
        return [], "", {}
    names = {entry.run: list(entry.matrix.classes) for entry in found.matrices}
    return words.pager(found), words.links(found, view), names


clientside_callback(
    ClientsideFunction("heed", "openCell"),
    Output(Id.OPENED, "data"),
    Input(Id.CHART, "clickData"),
    State(Id.NAMES, "data"),
    prevent_initial_call=True,
)
