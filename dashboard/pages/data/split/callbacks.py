"""What the section Split and leaks does: examine a split, say what was found, mend it in one click."""

from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, no_update

from core.errors import HeedError
from dashboard.components import jobbar
from dashboard.components.cards import empty_state
from dashboard.components.controls import change
from dashboard.components.forms import form_states, read_form
from dashboard.components.ids import Id as Frame
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.data.split import layout, words
from dashboard.pages.data.split.ids import REPAIR, Id
from dashboard.services import jobs, leaks, library, training

NOT_YET = "What its parts hold and what would flatter a model will stand here."


@callback(
    Output(Id.FORM, "children"),
    Output(Id.KINDS, "children"),
    Output(Id.DRAWN, "data"),
    viewed("data"),
    State(Id.DRAWN, "data"),
)
def update_form(given: Any, drawn: Any) -> tuple[Any, ...]:
    """Show the settings of the split that is looked at; what is being typed stays."""
    view = ViewState.parse(given)
    wanted = [view.dataset, view.split]
    if drawn == wanted:
        return (no_update,) * 3
    try:
        manifest = library.dataset(view.dataset)
    except HeedError:
        return [], "", wanted
    form = layout.split_form(manifest, leaks.settings_of(manifest, view.split))
    return form, words.kinds(manifest), wanted


@callback(
    Output(Id.ASKED, "data"),
    Output(Id.PROBLEM, "children"),
    Output(Id.NONCE, "data"),
    Input(Id.EXAMINE, "n_clicks"),
    Input({"type": REPAIR, "kind": ALL}, "n_clicks"),
    State(Id.NONCE, "data"),
    State(Frame.VIEW, "data"),
    *form_states(Id.SETTINGS),
    prevent_initial_call=True,
)
def update_asked(clicks: Any, repairs: Any, nonce: Any, given: Any, values: Any, ids: Any) -> tuple[Any, ...]:
    """Ask for the examination of the split in the form, or of the one that mends what was found."""
    repair = ctx.triggered_id if isinstance(ctx.triggered_id, dict) else None
    # Buttons of repairs that come and go with the findings call too, without a click.
    if not (any(repairs) if repair else clicks and ctx.triggered_id == Id.EXAMINE):
        return (no_update,) * 3
    view = ViewState.parse(given)
    before = None
    try:
        manifest = library.dataset(view.dataset)
        if repair:
            found = leaks.current(manifest, view.split, view.target)
            settings: Any = found.report.finding(str(repair.get("kind"))).repair
            before = found.split.id
        else:
            settings = read_form(values, ids, leaks.settings_for(manifest))
        if settings is None:
            return (no_update,) * 3
        job, split = leaks.order(view.dataset, settings, view.target, str(nonce))
    except (HeedError, KeyError) as error:
        return no_update, sentence(error), training.new_nonce()
    if split is not None:
        change(view, split=split)
    return {"job": job, "dataset": view.dataset, "before": before}, "", training.new_nonce()


@callback(
    Output(Id.STATE, "children"),
    Output(Id.STOP, "hidden"),
    Output(Id.EXAMINE, "disabled"),
    Output(Id.ASKED, "data", allow_duplicate=True),
    Output(Id.PROBLEM, "children", allow_duplicate=True),
    Input(Frame.JOBS, "data"),
    Input(Id.ASKED, "data"),
    State(Frame.VIEW, "data"),
    prevent_initial_call=True,
)
def update_state(_jobs: Any, asked: Any, given: Any) -> tuple[Any, ...]:
    """Show how the examination goes; when it is done, look at its split."""
    asked = asked if isinstance(asked, dict) else {}
    job = jobs.find(asked.get("job"))
    if job is None:
        return "", True, False, no_update, no_update
    state = job.state
    if jobbar.is_active(job):
        return jobbar.underway(job), False, True, no_update, ""
    if state.state == "done":
        view = ViewState.parse(given)
        if view.dataset == asked.get("dataset"):
            change(view, split=state.result.get("split"))
        return "", True, False, {**asked, "job": None}, ""
    if state.state == "cancelled":
        return "Cancelled.", True, False, None, ""
    return "", True, False, None, jobbar.failure(job)


@callback(
    Output(Id.STOP, "data-stopped"),
    Input(Id.STOP, "n_clicks"),
    State(Id.ASKED, "data"),
    prevent_initial_call=True,
)
def cancel_examination(clicks: Any, asked: Any) -> Any:
    """Stop the job that examines."""
    jobbar.stop_asked(clicks, asked, "examine")
    return no_update


@callback(
    Output(Id.PARTS, "children"),
    Output(Id.RESULT, "hidden"),
    Output(Id.FINDINGS, "children"),
    Output(Id.DRIFT, "children"),
    Output(Id.PROBES, "children"),
    Output(Id.PROBES_PLACE, "hidden"),
    viewed("data"),
    Input(Frame.LIBRARY, "data"),
)
def update_report(given: Any, _stamp: Any) -> tuple[Any, ...]:
    """Say what each part of the split holds and what was found about it."""
    view = ViewState.parse(given)
    try:
        manifest = library.dataset(view.dataset)
        found = leaks.current(manifest, view.split, view.target)
    except HeedError as error:
        return empty_state(f"{sentence(error)}. {NOT_YET}"), True, [], [], [], True
    report = found.report
    return (
        words.parts(found, view, manifest.labelled),
        False,
        words.findings(report),
        words.drift(report.drift),
        words.probes(report.probes),
        not report.probes,
    )


@callback(
    Output(Id.CHANGES, "children"),
    Output(Id.CHANGES_PLACE, "hidden"),
    viewed("data"),
    Input(Id.ASKED, "data"),
)
def update_changes(given: Any, asked: Any) -> tuple[Any, bool]:
    """After a repair, show what was counted before and is counted now."""
    view = ViewState.parse(given)
    asked = asked if isinstance(asked, dict) else {}
    before = asked.get("before")
    if not before or asked.get("job") or asked.get("dataset") != view.dataset or view.split is None:
        return [], True
    try:
        found = leaks.current(library.dataset(view.dataset), view.split, view.target)
        return words.changed(leaks.changes(str(before), found)), False
    except HeedError:
        return [], True
