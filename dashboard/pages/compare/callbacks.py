"""What the page Compare does when the view changes."""

from typing import Any

from dash import Input, Output, callback

from core.errors import HeedError
from dashboard.components.format import clipped, counted, percent, short_id
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.pages.compare import words
from dashboard.pages.compare.ids import Id
from dashboard.pages.compare.layout import notice
from dashboard.services import comparison, library


@callback(
    Output(Id.NOTICE, "children"),
    Output(Id.BODY, "hidden"),
    Output(Id.RUNS, "options"),
    Output(Id.RUNS, "placeholder"),
    Input(Frame.VIEW, "data"),
    Input(Frame.LIBRARY, "data"),
)
def update_notice(data: Any, _stamp: Any) -> tuple[Any, ...]:
    """Say what is missing in place of the page, or show the page; offer the runs there are."""
    view = ViewState.parse(data)
    missing = notice(view)
    options = [
        {
            "value": run.id,
            "label": f"{clipped(run.name or run.model)}, seed {run.seed}, "
            f"{percent(run.metrics.get('test', {}).get('accuracy'))} {short_id(run.id)}",
        }
        for run in library.runs(view.dataset).entries
    ]
    shown = 0 if missing else len(comparison.chosen(view.runs, view.dataset))
    return missing, bool(missing), options, f"the newest: {counted(shown, 'run')}"


@callback(
    Output(Id.TESTS, "children"),
    Output(Id.METRICS, "children"),
    Input(Frame.VIEW, "data"),
    Input(Frame.LIBRARY, "data"),
)
def update_tables(data: Any, _stamp: Any) -> tuple[Any, Any]:
    """Tell the measures by part and the paired tests."""
    view = ViewState.parse(data)
    try:
        runs = comparison.chosen(view.runs, view.dataset)
        found = comparison.compare(view.runs, view.dataset)
    except HeedError as error:
        return sentence(error), ""
    named = comparison.labels(runs)
    return words.tests(found, named), words.metrics(runs, named)
