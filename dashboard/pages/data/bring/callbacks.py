"""What the card "Bring a dataset" does: make one or import one, say how it goes, show it."""

from typing import Any

import dash
from dash import Input, Output, State, callback, no_update

from core.errors import HeedError
from dashboard.components import jobbar
from dashboard.components.cards import link_button
from dashboard.components.controls import change
from dashboard.components.forms import form_states, read_form
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.pages.data.bring import layout
from dashboard.pages.data.bring.ids import Id
from dashboard.services import data, intake, jobs, training
from dashboard.services.data import Made
from dashboard.services.intake import Chosen


@callback(
    Output(Id.SOURCE_LINE, "children"),
    Output(Id.FORM, "children"),
    Input(Id.SOURCE, "value"),
)
def update_source(source: Any) -> tuple[Any, Any]:
    """Show the settings of the chosen source."""
    if source == data.FILE:
        return no_update, no_update
    part = data.source(str(source or ""))
    return part.summary, layout.source_form(part.name)


@callback(
    Output(Id.JOB, "data"),
    Output(Id.PROBLEM, "children"),
    Output(Id.NONCE, "data"),
    Input(Id.MAKE, "n_clicks"),
    State(Id.SOURCE, "value"),
    State(Id.NAME, "value"),
    State(Id.NONCE, "data"),
    State(Frame.VIEW, "data"),
    *form_states(Id.SETTINGS),
    prevent_initial_call=True,
    running=[(Output(Id.MAKE, "disabled"), True, False)],
)
def update_make(  # noqa: PLR0913, PLR0917 - what the form holds
    clicks: Any, source: Any, name: Any, nonce: Any, given: Any, values: Any, ids: Any
) -> tuple[Any, ...]:
    """Submit the job that makes the dataset."""
    if not clicks or source == data.FILE:
        return no_update, no_update, no_update
    try:
        part = data.source(str(source or ""))
        job = data.make(Made(part.name, read_form(values, ids, part.settings), str(name or ""), str(nonce)))
    except HeedError as error:
        return no_update, sentence(error), no_update
    return {"job": job, "from": ViewState.parse(given).dataset}, "", training.new_nonce()


@callback(
    Output(Id.JOB, "data", allow_duplicate=True),
    Output(Id.PROBLEM, "children", allow_duplicate=True),
    Output(Id.NONCE, "data", allow_duplicate=True),
    Input(Id.IMPORT, "n_clicks"),
    State(Id.CHOSEN, "data"),
    State(Id.FOUND, "data"),
    State(Id.NAME, "value"),
    State(Id.NONCE, "data"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_import(clicks: Any, given: Any, found: Any, name: Any, nonce: Any, view: Any) -> tuple[Any, ...]:
    """Submit the job that reads the file as it was shown."""
    chosen = Chosen.parse(given)
    preview = intake.previewed(found.get("job")) if isinstance(found, dict) else None
    if not clicks or chosen is None or preview is None:
        return no_update, no_update, no_update
    try:
        job = intake.order(chosen, preview, str(name or ""), str(nonce))
    except HeedError as error:
        return no_update, sentence(error), no_update
    return {"job": job, "from": ViewState.parse(view).dataset, "file": True}, "", training.new_nonce()


@callback(
    Output(Id.STATE, "children"),
    Output(Id.STOP, "hidden"),
    Output(Id.JOB, "data", allow_duplicate=True),
    Output(Id.PROBLEM, "children", allow_duplicate=True),
    Input(Frame.JOBS, "data"),
    Input(Id.JOB, "data"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_state(_jobs: Any, asked: Any, given: Any) -> tuple[Any, ...]:
    """Show how the job goes; when the dataset is there, show it unless the reader went to another one."""
    asked = asked if isinstance(asked, dict) else {}
    job = jobs.find(asked.get("job"))
    if job is None:
        return (no_update,) * 4
    state = job.state
    if jobbar.is_active(job):
        return jobbar.underway(job), False, no_update, ""
    if state.state == "done":
        if asked.get("file"):
            dash.set_props(Id.CHOSEN, {"data": None})
            dash.set_props(Id.WISH, {"data": None})
        found = str(state.result.get("dataset", ""))
        return _made(ViewState.parse(given), asked.get("from"), found), True, None, ""
    if state.state == "cancelled":
        return "Cancelled. Nothing was kept.", True, None, ""
    return "", True, None, jobbar.failure(job)


@callback(
    Output(Id.STOP, "data-stopped"),
    Input(Id.STOP, "n_clicks"),
    State(Id.JOB, "data"),
    prevent_initial_call=True,
)
def cancel_import(clicks: Any, asked: Any) -> Any:
    """Stop what makes or reads the dataset."""
    jobbar.stop_asked(clicks, asked, "make", "import")
    return no_update


def _made(view: ViewState, start: Any, dataset: str) -> Any:
    if view.dataset in {start, dataset}:
        change(view, dataset=dataset)
        return "It is there."
    return link_button("It is there: look at it", view.href("/data", dataset=dataset))
