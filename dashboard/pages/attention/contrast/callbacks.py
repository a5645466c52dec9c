"""What the section Contrast does when the view changes."""

from typing import Any

from dash import Input, Output, callback

from core.errors import HeedError
from dashboard.components.format import clipped
from dashboard.components.ids import Id as Frame
from dashboard.components.view import ViewState
from dashboard.components.watched import watched
from dashboard.pages.attention.contrast.charts import USES, contrasted
from dashboard.pages.attention.contrast.ids import Id
from dashboard.pages.attention.sides import said, statistics_rows
from dashboard.pages.attention.steps import hides_axis
from dashboard.services import contrast


@callback(
    Output(Id.AMONG, "options"),
    Output(Id.VERSUS, "options"),
    Output(Id.AXIS_FIELD, "hidden"),
    watched(*USES),
    Input(Frame.LIBRARY, "data"),
)
def update_groups(data: Any, _stamp: Any) -> tuple[Any, Any, bool]:
    """Offer what can be chosen as a group: what is shown, cohorts, outcomes, classes."""
    view = ViewState.parse(data)
    try:
        found = contrast.offered_groups(view.run, view.klass)
    except HeedError:
        return _options("what is shown", []), _options("the rest", []), True
    first = contrast.first_name(contrasted(view))
    return _options(first, found, view.among), _options("the rest", found, view.versus), hides_axis(view)


@callback(
    Output(Id.SAID, "children"),
    Output(Id.STATISTICS, "rowData"),
    watched(*USES),
    Input(Frame.LIBRARY, "data"),
)
def update_said(data: Any, _stamp: Any) -> tuple[Any, Any]:
    """Tell what may be said of the difference, and the statistics of both groups."""
    view = ViewState.parse(data)
    try:
        found = contrast.groups(contrasted(view))
    except HeedError:
        return "", []
    return said(found), statistics_rows(found.spread)


def _options(first: str, found: list[tuple[str, str]], chosen: str = "") -> list[dict[str, str]]:
    """Return the options of a group; a condition of a link that is not among them is one too."""
    known = {value for value, _ in found}
    own = [(chosen, chosen)] if chosen and chosen not in known else []
    return [
        {"value": value, "label": clipped(label, 48), "title": label}
        for value, label in (("", first), *found, *own)
    ]
