"""What the page Data does: say what a dataset holds, show a section of it, rename and delete it."""

from typing import Any

from dash import Input, Output, State, callback, ctx, no_update

from core.errors import HeedError
from dashboard.components.controls import change
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.data import layout, words
from dashboard.pages.data.ids import Id
from dashboard.services import data, library


@callback(
    Output(Id.ABOUT_TITLE, "children"),
    Output(Id.ABOUT, "children"),
    Output(Id.BODY, "hidden"),
    Output(Id.EDIT, "hidden"),
    viewed("data"),
    Input(Frame.LIBRARY, "data"),
)
def update_about(given: Any, _stamp: Any) -> tuple[Any, ...]:
    """Say what the chosen dataset holds."""
    view = ViewState.parse(given)
    try:
        manifest = library.dataset(view.dataset)
    except HeedError as error:
        title, missing = _without(view, error)
        return title, layout.about_none(view, missing), True, True
    return manifest.name, words.about(manifest, len(data.runs_on(manifest.id)), view), False, False


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
            change(view, dataset=deleted)
            return "", None, True, "Delete"
        manifest = library.dataset(view.dataset)
        runs = data.runs_on(manifest.id)
        if runs and label == "Delete":
            told = words.losing(runs)
            return told, no_update, no_update, "Delete all the same"
        data.delete(manifest.id)
    except HeedError as error:
        notify(sentence(error), kind="error")
        return keep
    told = f"{manifest.name} is in the trash for seven days."
    change(view, dataset=None)
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


def _without(view: ViewState, error: HeedError) -> tuple[str, str]:
    if view.dataset is not None:
        return "This dataset is not here", f"{sentence(error)}."
    if library.datasets().entries:
        return "No dataset is chosen", "Choose one, or bring another one."
    return "Nothing to look at yet", "A dataset's shape, classes, samples and statistics will stand here."
