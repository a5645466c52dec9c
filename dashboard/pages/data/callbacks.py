"""What the page Data does: bring datasets, say what is in them, rename and delete them."""

from typing import Any

from dash import Input, Output, State, callback, ctx, no_update

from core.errors import HeedError
from dashboard.components import jobbar
from dashboard.components.cards import link_button, progress
from dashboard.components.controls import show
from dashboard.components.format import counted
from dashboard.components.forms import form_states, read_form
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.table import table_height
from dashboard.components.upload import upload_token
from dashboard.components.view import ViewState
from dashboard.pages.data import layout, words
from dashboard.pages.data.ids import Id
from dashboard.services import data, jobs, library, training
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


@callback(
    Output(Id.ABOUT_TITLE, "children"),
    Output(Id.ABOUT, "children"),
    Output(Id.BODY, "hidden"),
    Output(Id.EDIT, "hidden"),
    Output(Id.CHANNEL, "options"),
    Output(Id.CHANNEL_FIELD, "hidden"),
    Output(Id.TABLE, "rowData"),
    Output(Id.TABLE, "style"),
    Output(Id.SPREAD_PLACE, "hidden"),
    Input(Frame.VIEW, "data"),
    Input(Frame.LIBRARY, "data"),
)
def update_about(given: Any, _stamp: Any) -> tuple[Any, ...]:
    """Say what the chosen dataset holds."""
    view = ViewState.parse(given)
    try:
        manifest = library.dataset(view.dataset)
        rows = data.channel_rows(manifest.id)
    except HeedError as error:
        title, missing = _without(view, error)
        shown = layout.about_none(view, missing)
        return title, shown, True, True, [], True, [], no_update, True
    options = [{"value": name, "label": name} for name in manifest.channels]
    told = words.about(manifest, len(data.runs_on(manifest.id)), view)
    single = len(options) < 2
    style = {"height": f"{table_height(len(rows), 12)}px", "width": "100%"}
    return manifest.name, told, False, False, options, single, rows, style, single


@callback(
    Output(Id.CONFIRM, "children"),
    Output(Id.DELETED, "data"),
    Output(Id.UNDO, "hidden"),
    Output(Id.DELETE, "children"),
    Input(Id.DELETE, "n_clicks"),
    Input(Id.UNDO, "n_clicks"),
    Input(Frame.VIEW, "data"),
    State(Id.DELETE, "children"),
    State(Id.DELETED, "data"),
    prevent_initial_call=True,
)
def update_deleted(_delete: Any, _undo: Any, given: Any, label: Any, deleted: Any) -> tuple[Any, ...]:
    """Delete a dataset at the second click, when the first has said which runs need it; or bring it back."""
    view = ViewState.parse(given)
    keep = (no_update,) * 4
    if ctx.triggered_id == Frame.VIEW:
        return keep if label == "Delete" else (*keep[:3], "Delete")
    try:
        if ctx.triggered_id == Id.UNDO:
            data.restore(str(deleted))
            show(view.changed(dataset=deleted))
            return "", None, True, "Delete"
        manifest = library.dataset(view.dataset)
        runs = len(data.runs_on(manifest.id))
        if runs and label == "Delete":
            told = f"{counted(runs, 'run')} of it can't be looked at while it is gone."
            return told, no_update, no_update, "Delete all the same"
        data.delete(manifest.id)
    except HeedError as error:
        notify(sentence(error), kind="error")
        return keep
    told = f"{manifest.name} is in the trash for seven days."
    show(view.changed(dataset=None))
    return told, manifest.id, False, "Delete"


@callback(
    Output(Id.NEW_NAME, "value"),
    Input(Id.RENAME, "n_clicks"),
    State(Frame.VIEW, "data"),
    State(Id.NEW_NAME, "value"),
    prevent_initial_call=True,
)
def update_name(clicks: Any, given: Any, name: Any) -> Any:
    """Rename the chosen dataset."""
    if not clicks:
        return no_update
    try:
        data.rename(ViewState.parse(given).dataset, str(name or ""))
    except HeedError as error:
        notify(sentence(error), kind="error")
        return no_update
    return ""


def _made(view: ViewState, start: Any, dataset: str) -> Any:
    if view.dataset in {start, dataset}:
        show(view.changed(dataset=dataset))
        return "It is there."
    return link_button("It is there: look at it", view.href("/data", dataset=dataset))


def _upload(uploaded: Any) -> Upload | None:
    if not isinstance(uploaded, dict) or not uploaded.get("token"):
        return None
    return Upload(str(uploaded["token"]), str(uploaded.get("name", ""))[:300])


def _without(view: ViewState, error: HeedError) -> tuple[str, str]:
    if view.dataset is not None:
        return "This dataset is not here", f"{sentence(error)}."
    if library.datasets().entries:
        return "No dataset is chosen", "Choose one, or bring another one."
    return "Nothing to look at yet", "A dataset's shape, classes, samples and statistics will stand here."
