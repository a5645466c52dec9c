"""Cohorts on the page: saving what is shown, the list with renaming and deleting."""

import contextlib
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

from core.attention.cohorts import NOTE_LIMIT, Cohort
from core.errors import HeedError, SettingsError
from core.expressions import named, renamed, unnamed
from core.store.edits import NAME_LIMIT
from dashboard.components.cards import button, field, folded
from dashboard.components.controls import change
from dashboard.components.format import clipped, count, counted
from dashboard.components.ids import Id
from dashboard.components.narrowing import NOTHING
from dashboard.components.notices import notify, sentence
from dashboard.components.view import COHORT_KEYS, ViewState
from dashboard.components.watched import watched
from dashboard.services import cohorts, conditions, library
from dashboard.services.samples import part_size
from dashboard.services.selection import Selection

FIELD = "cohort"
BACK = "The list of cohorts brings it back for seven days."


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


@callback(Output(Id.COHORT_LIST, "children"), watched("run", "cohort"), Input(Id.LIBRARY, "data"))
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
    kept = {"klass": view.klass} if made.scope.klass else {}
    change(view, **{**NOTHING, **kept, "cohort": made.name})
    notify(f"Saved as cohort {clipped(made.name, 60)} (n = {count(made.count)}).", kind="success")
    return "", "", "", made.name


@callback(Input(Id.COHORT_ORDER, "data"), State(Id.VIEW, "data"), prevent_initial_call=True)
def update_ordered(order: Any, data: Any) -> None:
    """Rename a cohort, delete it, bring it back, or leave it out of the view, as the browser asks."""
    asked = order if isinstance(order, Mapping) else {}
    act, name = str(asked.get("act", "")), str(asked.get("cohort", ""))
    view = ViewState.parse(data)
    try:
        run = library.run(view.run).id
        if act == "restore":
            cohorts.restore(run, name)
        elif act == "delete":
            cohorts.delete(run, name)
            notify(f"Cohort {clipped(name, 60)} is deleted. {BACK}")
        elif act == "rename":
            now = cohorts.rename(run, name, str(asked.get("to", ""))).name
            change(view, moved={"was": name, "now": now}, **called(view, name, now))
        elif act == "withdraw":
            _withdraw(view, name)
        elif act == "forget":
            change(view, **left_out(view, name))
    except HeedError as error:
        notify(sentence(error), kind="error")


def _withdraw(view: ViewState, name: str) -> None:
    """Delete a cohort whose making is undone, unless it has another name by now or something names it."""
    run = library.run(view.run).id
    others = conditions.cohorts(run)
    said = [one.where for one in others] + [text for _, text in _conditions(view)]
    named_in = any(name in named(text, FIELD) for text in said)
    if named_in or name not in {one.name for one in others}:
        return
    if not any(getattr(view, key) == name for key in COHORT_KEYS):
        cohorts.delete(run, name)
        notify(f"Cohort {clipped(name, 60)} went with the step that made it. {BACK}")


def called(view: ViewState, name: str, now: str) -> dict[str, Any]:
    """Return what changes of a view when a cohort has another name."""
    changed = {key: now for key in COHORT_KEYS if getattr(view, key) == name}
    for key, text in _conditions(view):
        written = renamed(text, FIELD, name, now)
        if key not in changed and getattr(view.changed(**{key: written}), key) == written != text:
            changed[key] = written
    return changed


def left_out(view: ViewState, name: str) -> dict[str, Any]:
    """Return what changes of a view when it does without a cohort."""
    rest = {key: unnamed(text, FIELD, name) for key, text in _conditions(view)}
    return rest | {key: "" for key in COHORT_KEYS if getattr(view, key) == name}


def lost(view: ViewState) -> list[Any]:
    """Return a sentence for each cohort that the view names and the run has not, with the ways out of it.

    Raises:
        HeedError: If the view has no run.
    """
    run = library.run(view.run).id
    there = {cohort.name for cohort in conditions.cohorts(run)}
    gone = {cohort.name for cohort in conditions.deleted(run)}
    asked = [view.cohort, *(name for _, text in _conditions(view) for name in named(text, FIELD))]
    asked += [one for one in (view.among, view.versus) if one in gone]
    missing = [name for name in dict.fromkeys(asked) if name and name not in there]
    return [_lost(name, name in gone) for name in missing]


def _lost(name: str, deleted: bool) -> html.Div:
    said = "was deleted" if deleted else "is none of this run"
    acts = [_act("Leave out", "forget", name, f"Leave out {name}")]
    if deleted:
        acts.insert(0, _act("Bring back", "restore", name, f"Bring back {name}"))
    return html.Div([html.Span(f"The cohort {clipped(name, 60)} {said}."), *acts], className="lost-cohort")


def _conditions(view: ViewState) -> list[tuple[str, str]]:
    """Return the conditions of a view that can be read, by key."""
    found = []
    for key in ("where", "among", "versus"):
        with contextlib.suppress(SettingsError):
            named(getattr(view, key), FIELD)
            found.append((key, getattr(view, key)))
    return found


clientside_callback(
    ClientsideFunction("heed", "cohortSaved"), Input(Id.COHORT_SAVED, "data"), prevent_initial_call=True
)
