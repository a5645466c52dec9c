"""Cohorts on the page: saving what is shown, the list with renaming and deleting, picked samples."""

from collections.abc import Mapping
from typing import Any

from dash import (
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    dcc,
    html,
    no_update,
)

from core.arrays import IntArray
from core.attention.cohorts import NOTE_LIMIT, Cohort
from core.errors import HeedError, SettingsError
from core.expressions import narrowed, switched
from core.store.edits import NAME_LIMIT
from dashboard.components.cards import button, field, folded
from dashboard.components.controls import show
from dashboard.components.format import clipped, count, counted
from dashboard.components.ids import Id
from dashboard.components.notices import notify, sentence
from dashboard.components.view import MAX_LONG_TEXT, ViewState
from dashboard.services import attention, cohorts, conditions, library
from dashboard.services.attention import AttentionView
from dashboard.services.samples import dataset_of, part_size
from dashboard.services.selection import Selection

MOST_IN_LINK = 1500  # characters of a condition; a longer one becomes a cohort


def save_menu() -> html.Details:
    """Return the small form that saves what is shown as a cohort."""
    name = dcc.Input(
        id=Id.COHORT_NAME, type="text", maxLength=NAME_LIMIT, className="form-control", autoComplete="off"
    )
    note = dcc.Input(
        id=Id.COHORT_NOTE, type="text", maxLength=NOTE_LIMIT, className="form-control", autoComplete="off"
    )
    return html.Details(
        [
            html.Summary("Save as cohort", className="button"),
            html.Div(
                [
                    field("Name", name, for_id=Id.COHORT_NAME),
                    field("Note", note, "Optional.", for_id=Id.COHORT_NOTE),
                    html.P(id=Id.COHORT_ERROR, className="filter-error", role="alert"),
                    button("Save these samples", Id.COHORT_SAVE, "primary"),
                ],
                className="menu-list cohort-form",
            ),
        ],
        className="menu",
    )


def list_menu() -> html.Details:
    """Return the list of cohorts, with the small form that renames one."""
    name = dcc.Input(
        id=Id.COHORT_RENAME, type="text", maxLength=NAME_LIMIT, className="form-control", autoComplete="off"
    )
    form = html.Div(
        [
            field("New name", name, for_id=Id.COHORT_RENAME),
            button("Rename", "cohort-rename-do"),
            button("Cancel", "cohort-rename-leave", "quiet"),
        ],
        id=Id.COHORT_RENAMING,
        className="cohort-renaming",
        hidden=True,
    )
    return html.Details(
        [
            html.Summary("Cohorts", className="button"),
            html.Div([form, html.Div(id=Id.COHORT_LIST)], className="menu-list cohort-list"),
        ],
        className="menu",
    )


def options(view: ViewState) -> list[dict[str, str]]:
    """Return what the picker of cohorts offers: all samples of the part, and every cohort with its size."""
    everything, known = "all", {}
    try:
        run = library.run(view.run)
        everything = f"all {count(part_size(run, view.part))}"
        known = {
            one.name: f"{clipped(one.name, 30)} {count(one.count)}" for one in conditions.cohorts(run.id)
        }
    except HeedError:
        pass
    if view.cohort and view.cohort not in known:
        known[view.cohort] = f"{clipped(view.cohort, 20)} (not here)"
    listed = {"": everything, **known}
    return [{"value": value, "label": label} for value, label in listed.items()]


@callback(Output(Id.COHORT_LIST, "children"), Input(Id.VIEW, "data"), Input(Id.LIBRARY, "data"))
def update_list(data: Any, _stamp: Any) -> Any:
    """List the cohorts of the run, and those deleted that can be brought back."""
    view = ViewState.parse(data)
    try:
        run = library.run(view.run).id
        found, gone = conditions.cohorts(run), conditions.deleted(run)
    except HeedError as error:
        return html.P(sentence(error), className="filter-error")
    none = "No cohorts yet. Narrow the samples, then save them under a name."
    listed = [_entry(cohort, view) for cohort in found] or [html.P(none, className="small muted")]
    back = folded("Deleted in the last seven days", *(_deleted(cohort) for cohort in gone))
    return [*listed, back] if gone else listed


def _entry(cohort: Cohort, view: ViewState) -> html.Div:
    said = cohort.where or "listed samples"
    part = "" if cohort.scope.part == "all" else f", {cohort.scope.part} part"
    chosen = {
        "data-view-key": "cohort",
        "data-view-value": cohort.name,
        "aria-pressed": "true" if cohort.name == view.cohort else "false",
    }
    words = [
        html.Strong(clipped(cohort.name, 50), title=cohort.name),
        html.Span(f"{counted(cohort.count, 'sample')}{part}", className="muted"),
        html.Code(clipped(said, 90), title=said),
        *([html.Span(clipped(cohort.note, 160), className="muted")] if cohort.note else []),
    ]
    acts = [
        _act("Rename", "rename", cohort.name, f"Rename {cohort.name}"),
        _act("Delete", "delete", cohort.name, f"Delete {cohort.name}"),
    ]
    return html.Div(
        [
            html.Button(words, type="button", className="cohort-choose", **chosen),
            html.Div(acts, className="cohort-acts"),
        ],
        className="cohort-entry",
    )


def _deleted(cohort: Cohort) -> html.Div:
    name = html.Span(clipped(cohort.name, 50), title=cohort.name)
    back = _act("Bring back", "restore", cohort.name, f"Bring back {cohort.name}")
    return html.Div([name, back], className="cohort-entry is-deleted")


def _act(words: str, act: str, name: str, label: str) -> html.Button:
    named = {"data-cohort-act": act, "data-cohort": name, "aria-label": label}
    return html.Button(words, type="button", className="button quiet", **named)


@callback(
    Output(Id.COHORT_ERROR, "children"),
    Output(Id.COHORT_NAME, "value"),
    Output(Id.COHORT_NOTE, "value"),
    Output(Id.COHORT_SAVED, "data"),
    Input(Id.COHORT_SAVE, "n_clicks"),
    Input(Id.COHORT_NAME, "n_submit"),
    State(Id.COHORT_NAME, "value"),
    State(Id.COHORT_NOTE, "value"),
    State(Id.VIEW, "data"),
    prevent_initial_call=True,
)
def update_saved(_clicks: Any, _submits: Any, name: Any, note: Any, data: Any) -> tuple[Any, ...]:
    """Save what is shown under a name, and look at it by that name."""
    view = ViewState.parse(data)
    try:
        made = cohorts.save_selection(Selection.of(view), str(name or ""), str(note or ""))
    except HeedError as error:
        return sentence(error), no_update, no_update, no_update
    lifted = {"where": "", "outcome": "", "klass": "", "predicted": "", "against": None}
    if made.scope.klass:
        lifted.pop("klass")
    show(view.changed(**lifted).changed(cohort=made.name))
    notify(f"Saved as cohort {clipped(made.name, 60)} (n = {count(made.count)}).", kind="success")
    return "", "", "", made.name


@callback(Input(Id.COHORT_ORDER, "data"), State(Id.VIEW, "data"), prevent_initial_call=True)
def update_ordered(order: Any, data: Any) -> None:
    """Rename a cohort, delete it or bring it back, as the browser asks."""
    asked = order if isinstance(order, Mapping) else {}
    act, name = str(asked.get("act", "")), str(asked.get("cohort", ""))
    view = ViewState.parse(data)
    try:
        run = library.run(view.run).id
        if act == "restore":
            cohorts.restore(run, name)
        elif act == "delete":
            cohorts.delete(run, name)
            notify(
                f"Cohort {clipped(name, 60)} is deleted. The list of cohorts brings it back for seven days."
            )
        elif act == "rename":
            made = cohorts.rename(run, name, str(asked.get("to", "")))
    except HeedError as error:
        notify(sentence(error), kind="error")
        return
    if act in {"delete", "rename"}:
        now = "" if act == "delete" else made.name
        held = {key: now for key in ("cohort", "among", "versus") if getattr(view, key) == name}
        if held:
            show(view.changed(**held))


@callback(Input(Id.NARROW, "data"), State(Id.VIEW, "data"), prevent_initial_call=True)
def update_narrowed(order: Any, data: Any) -> None:
    """Narrow the condition as a chip, a point or a lasso asks."""
    asked = order if isinstance(order, Mapping) else {}
    view = ViewState.parse(data)
    try:
        show(narrowed_view(view, asked))
    except HeedError as error:
        notify(sentence(error), kind="error")


def narrowed_view(view: ViewState, asked: Mapping[str, Any]) -> ViewState:
    """Return the view after a condition was put beside its own, toggled in it, or samples were picked.

    Raises:
        HeedError: If the condition or the samples can't be understood.
    """
    if "narrow" in asked:
        return view.changed(where=_short(narrowed(view.where, str(asked["narrow"]))))
    if "toggle" in asked:
        return view.changed(where=_short(switched(view.where, str(asked["toggle"]))))
    if "samples" in asked:
        return picked(view, str(asked["samples"]))
    if "places" in asked:
        return picked(view, _places(view, str(asked["places"])), "Rows")
    return view


def _short(where: str) -> str:
    if len(where) > MAX_LONG_TEXT:
        raise SettingsError(
            f"a condition must have at most {MAX_LONG_TEXT} characters; with this it would have {len(where)}."
            " Save what is selected as a cohort first, and narrow that"
        )
    return where


def picked(view: ViewState, samples: str | IntArray, stem: str = "Lasso") -> ViewState:
    """Return the view of picked samples: by a condition that lists them, or a cohort of many.

    Args:
        view: What is looked at.
        samples: Their numbers, ascending, or a text of them like "0-9,12".
        stem: What such a cohort is called, before a number.
    """
    asked = Selection.of(view)
    total = dataset_of(library.run(view.run)).samples
    rows = cohorts.rows_of(samples, total) if isinstance(samples, str) else samples
    where = cohorts.with_samples(asked, rows.tolist()) if len(rows) <= cohorts.MOST_LISTED else ""
    if where and len(where) <= MOST_IN_LINK:
        return view.changed(where=where)
    made = cohorts.save_samples(asked, rows, cohorts.free_name(str(view.run), stem))
    notify(f"{counted(made.count, 'sample')} picked; saved as cohort {made.name}.", kind="success")
    return view.changed(where="").changed(cohort=made.name)


def _places(view: ViewState, places: str) -> IntArray:
    """Return the samples that stand at some places of the order in which the view shows them."""
    question = AttentionView(Selection.of(view), view.layer, view.sort, axis=view.axis)
    samples = attention.order(question)
    return samples[cohorts.rows_of(places, len(samples))]


clientside_callback(
    ClientsideFunction("heed", "cohortSaved"), Input(Id.COHORT_SAVED, "data"), prevent_initial_call=True
)
