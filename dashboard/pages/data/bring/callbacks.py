"""What the card "Bring a dataset" does: make or read one, say how it goes, show it."""

from typing import Any

from dash import Input, Output, State, callback, no_update

from core.errors import HeedError
from dashboard.components import jobbar
from dashboard.components.cards import link_button, progress
from dashboard.components.controls import show
from dashboard.components.forms import form_states, read_form
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import sentence
from dashboard.components.upload import upload_token
from dashboard.components.view import ViewState
from dashboard.pages.data.bring import layout
from dashboard.pages.data.bring.ids import Id
from dashboard.services import data, jobs, training
from dashboard.services.data import Made, Upload


@callback(
    Output(Id.MADE_FIELDS, "hidden"),
    Output(Id.FILE_FIELDS, "hidden"),
    Output(Id.SOURCE_LINE, "children"),
    Output(Id.FORM, "children"),
    Output(Id.READER_FORM, "children"),
    Output(Id.MAKE, "children"),
    Output(Id.MAKE, "disabled"),
    Output(Id.PROBLEM, "children", allow_duplicate=True),
    Input(Id.SOURCE, "value"),
    Input(upload_token(Id.UPLOAD), "data"),
    prevent_initial_call="initial_duplicate",
)
def update_source(source: Any, uploaded: Any) -> tuple[Any, ...]:
    """Show the settings of the chosen source, or how the uploaded file is read."""
    if source != data.FILE:
        part = data.source(str(source or ""))
        return (
            False,
            True,
            part.summary,
            layout.source_form(part.name),
            no_update,
            "Make the dataset",
            False,
            "",
        )
    upload = _upload(uploaded)
    if upload is None:
        return True, False, no_update, no_update, [], "Read the file", True, ""
    return (
        True,
        False,
        no_update,
        no_update,
        layout.reader_form(upload.name),
        f"Read {upload.name}",
        False,
        "",
    )


@callback(
    Output(Id.JOB, "data"),
    Output(Id.PROBLEM, "children"),
    Output(Id.NONCE, "data"),
    Input(Id.MAKE, "n_clicks"),
    State(Id.SOURCE, "value"),
    State(upload_token(Id.UPLOAD), "data"),
    State(Id.NAME, "value"),
    State(Id.NONCE, "data"),
    State(Frame.VIEW, "data"),
    *form_states(Id.SETTINGS),
    *form_states(Id.READING),
    prevent_initial_call=True,
    running=[(Output(Id.MAKE, "disabled"), True, False)],
)
def update_make(
    clicks: Any, source: Any, uploaded: Any, name: Any, nonce: Any, given: Any, *forms: Any
) -> tuple[Any, ...]:
    """Submit the job that makes the dataset or reads the file."""
    if not clicks:
        return no_update, no_update, no_update
    wanted = str(name or "")
    try:
        if source == data.FILE:
            upload = _upload(uploaded)
            if upload is None:
                return no_update, "Choose a file first: drop it above.", no_update
            settings = read_form(forms[2], forms[3], data.reader(upload.name).settings, keep_empty=True)
            job = data.load(upload, settings, wanted, str(nonce))
        else:
            part = data.source(str(source or ""))
            job = data.make(Made(part.name, read_form(forms[0], forms[1], part.settings), wanted, str(nonce)))
    except HeedError as error:
        return no_update, sentence(error), no_update
    return {"job": job, "from": ViewState.parse(given).dataset}, "", training.new_nonce()


@callback(
    Output(Id.STATE, "children"),
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
        return no_update, no_update, no_update
    state = job.state
    if jobbar.is_active(job):
        return [jobbar.status(job), progress(state.fraction, job.spec.title)], no_update, ""
    if state.state == "done":
        return (
            _made(ViewState.parse(given), asked.get("from"), str(state.result.get("dataset", ""))),
            None,
            "",
        )
    problem = state.error.message if state.error else f"It was {state.state}."
    return "", None, problem[:1].upper() + problem[1:]


def _made(view: ViewState, start: Any, dataset: str) -> Any:
    if view.dataset in {start, dataset}:
        show(view.changed(dataset=dataset))
        return "It is there."
    return link_button("It is there: look at it", view.href("/data", dataset=dataset))


def _upload(uploaded: Any) -> Upload | None:
    if not isinstance(uploaded, dict) or not uploaded.get("token"):
        return None
    return Upload(str(uploaded["token"]), str(uploaded.get("name", ""))[:300])
