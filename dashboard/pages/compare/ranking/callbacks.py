"""What the section of ROC and precision-recall curves does when the view changes."""

from typing import Any

from dash import Input, Output, callback

from core.errors import HeedError
from dashboard.components.format import clipped
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.compare.ranking import words
from dashboard.pages.compare.ranking.charts import PRECISION, ROC
from dashboard.pages.compare.ranking.ids import Id
from dashboard.services import assessing
from dashboard.services.gathered import Chosen


@callback(
    Output(Id.CLASS, "options"),
    Output(Id.AREAS, "children"),
    viewed("compare"),
    Input(Frame.LIBRARY, "data"),
)
def update_areas(data: Any, _stamp: Any) -> tuple[Any, Any]:
    """Offer the classes that all runs know and tell the areas."""
    view = ViewState.parse(data)
    usual = [{"value": "", "label": "the usual one"}]
    try:
        classes = assessing.classes_of(Chosen.of(view))
        first = "the positive one" if len(classes) == 2 else "mean over all classes"
        options = [{"value": "", "label": first}]
        options += [{"value": name, "label": clipped(name)} for name in classes]
    except HeedError as error:
        return usual, sentence(error)
    try:
        roc: Any = ROC.ask(view)
        precision: Any = PRECISION.ask(view)
    except HeedError as error:
        return options, sentence(error)
    return options, words.areas(roc, precision)
