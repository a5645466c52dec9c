"""What the section Quality does: say what was found, show the charts that have something to show."""

from typing import Any

from dash import Input, Output, callback

from core.errors import HeedError
from dashboard.components.cards import facts
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.data.quality import words
from dashboard.pages.data.quality.charts import PLACES
from dashboard.pages.data.quality.ids import Id
from dashboard.services import quality


@callback(
    Output(Id.REMARKS, "children"),
    Output(Id.NOTHING, "children"),
    Output(Id.NOTHING_PLACE, "hidden"),
    Output(Id.TARGET, "options"),
    Output(Id.TARGET_FIELD, "hidden"),
    *(Output(place, "hidden") for _, place, _ in PLACES),
    viewed("data"),
    Input(Frame.LIBRARY, "data"),
)
def update_quality(given: Any, _stamp: Any) -> tuple[Any, ...]:
    """Say what was found about the chosen dataset, and which charts would be empty."""
    view = ViewState.parse(given)
    try:
        found = quality.quality(view.dataset)
    except HeedError as error:
        return f"{sentence(error)}.", [], True, [], True, *(True for _ in PLACES)
    empty = []
    hidden = []
    for chart, _, _ in PLACES:
        try:
            chart.ask(view)
        except HeedError as error:
            empty.append((chart.title, sentence(error)))
        hidden.append(bool(empty) and empty[-1][0] == chart.title)
    targets = [{"value": name, "label": name} for name in found.entities]
    return words.remarks(found.remarks), facts(empty), not empty, targets, len(targets) < 2, *hidden
