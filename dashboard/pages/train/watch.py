"""Experiments and single trainings as they stand, and what can be done with them."""

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update

from core.errors import HeedError
from dashboard.components.format import counted
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import notify, sentence
from dashboard.components.table import table_height
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.train import lines, members, shelf
from dashboard.pages.train.ids import Id
from dashboard.services import experiments, jobs, library, training

LISTED = 16
MOST_ROWS = 10  # of the trainings of an experiment; more scroll


@callback(
    Output(Id.EXPERIMENTS, "children"),
    Output(Id.OUTLINE, "data"),
    Output(Id.JOBS, "children"),
    Input(Frame.JOBS, "data"),
    viewed("train"),
    Input(Frame.LIBRARY, "data"),
    State(Id.OUTLINE, "data"),
)
def update_shelf(_jobs: Any, data: Any, _stamp: Any, before: Any = None) -> tuple[Any, Any, Any]:
    """List experiments and single trainings; lines are made anew only when more than their words changed."""
    view = ViewState.parse(data)
    found = experiments.standing(most=LISTED)
    single = [job for job in training.trainings() if not job.spec.payload.get("experiment")]
    alone = lines.lines(single, view, alone=not found)
    shown = training.shown(view.experiment, view.job)
    outline = shelf.outline(found, shown, view)
    if outline == before:
        return no_update, no_update, alone
    return shelf.shelf(found, shown, view), outline, alone


@callback(
    Output({"type": "train-said", "experiment": ALL}, "children"),
    Output({"type": "train-bar", "experiment": ALL}, "children"),
    Input(Frame.JOBS, "data"),
    State({"type": "train-said", "experiment": ALL}, "id"),
    prevent_initial_call=True,
)
def update_standing(_jobs: Any, ids: Any) -> tuple[list[Any], list[Any]]:
    """Move words and bars of the lines that are there."""
    known = {one.id: shelf.said(one) for one in experiments.standing(most=LISTED)}
    said = [known.get(str(where.get("experiment")), (no_update, no_update)) for where in ids or ()]
    return [words for words, _ in said], [bar for _, bar in said]


@callback(
    Output(Id.OPENED_CARD, "hidden"),
    Output(Id.OPENED, "children"),
    Output(Id.OPENED_LINE, "children"),
    Output(Id.MEMBERS, "rowData"),
    Output(Id.MEMBERS, "columnDefs"),
    Output(Id.MEMBERS, "style"),
    Output(Id.WATCHED, "data"),
    Input(Frame.JOBS, "data"),
    viewed("train"),
    Input(Frame.LIBRARY, "data"),
    State(Id.WATCHED, "data"),
)
def update_members(_jobs: Any, data: Any, _stamp: Any, watched: Any) -> tuple[Any, ...]:
    """Fill the rows of the experiment that is shown."""
    view = ViewState.parse(data)
    try:
        found = experiments.status(training.shown(view.experiment, view.job))
    except HeedError:
        return True, "", "", [], no_update, no_update, None
    size = shelf.size_of(found)
    title = [shelf.title_of(found), f", {size}" if size else ""]
    now = [found.id, len(found.members)]
    rows = members.member_rows(found)
    if now == watched:  # columns that come again would forget their order and widths
        return False, title, members.arms_in_words(found), rows, no_update, no_update, no_update
    columns = members.member_columns(len(found.manifest.folds) > 1)
    height = {"height": f"{table_height(len(rows), MOST_ROWS)}px", "width": "100%"}
    return False, title, members.arms_in_words(found), rows, columns, height, now


@callback(
    Output(Id.REMOVED, "data"),
    Output(Id.BACK, "hidden"),
    Input({"type": "train-experiment", "deed": ALL, "experiment": ALL}, "n_clicks"),
    Input(Id.BACK, "n_clicks"),
    State(Id.REMOVED, "data"),
    prevent_initial_call=True,
)
def update_experiment(clicks: list[Any], back: Any, removed: Any) -> tuple[Any, Any]:
    """Cancel, resume or delete the experiment whose button was clicked, or bring the last one back."""
    asked = ctx.triggered_id
    nothing = (no_update, no_update)
    if not (any(clicks) or back):
        return nothing
    try:
        if asked == Id.BACK:
            experiments.restore(str(removed))
            return None, True
        if not isinstance(asked, dict) or not ctx.triggered[0]["value"]:
            return nothing
        identifier = str(asked.get("experiment"))
        DEEDS[str(asked.get("deed"))](identifier)
    except HeedError as error:
        notify(sentence(error), kind="error")
        return nothing
    return (identifier, False) if asked.get("deed") == "delete" else nothing


DEEDS = {"cancel": experiments.cancel, "resume": experiments.resume, "delete": experiments.delete}


@callback(
    Output(Id.MORE, "value"),
    Input(Id.MORE_BUTTON, "n_clicks"),
    State(Id.MORE, "value"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_seeds(clicks: Any, seeds: Any, data: Any) -> Any:
    """Train every arm of the shown experiment with further seeds."""
    if not clicks:
        return no_update
    view = ViewState.parse(data)
    try:
        made = experiments.add_seeds(training.shown(view.experiment, view.job), str(seeds or ""))
    except HeedError as error:
        notify(sentence(error), kind="error")
        return no_update
    notify(f"{counted(made, 'training')} added" if made else "These seeds are trained already")
    return ""


@callback(
    Output(Id.JOBS, "data-changed"),
    Input({"type": "train-cancel", "job": ALL}, "n_clicks"),
    Input({"type": "train-resume", "job": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def update_job(cancels: list[Any], resumes: list[Any]) -> Any:
    """Cancel or resume the single training whose button was clicked."""
    asked = ctx.triggered_id
    if not isinstance(asked, dict) or not any([*cancels, *resumes]):
        return no_update
    try:
        if asked.get("type") == "train-cancel":
            library.desk().cancel(str(asked.get("job")))
        else:
            jobs.resume(str(asked.get("job")))
    except HeedError as error:
        notify(sentence(error), kind="error")
    return no_update
