"""Forms drawn from settings: one control a field, bounds and help from its description.

    settings = MODELS.describe("attention-lstm").settings
    form_from_settings("train-model", settings)         # the form; a prefix is unique on its page
    problem_line("train-model")                         # where mistakes are said, beside the form

    @callback(Output(problem_id("train-model"), "children"), ..., *form_states("train-model"))
    def submit(clicks, values, ids):
        plain = read_form(values, ids, settings)        # {"hidden": 64, ...}: only what was given
        part = MODELS.create("attention-lstm", plain)   # SettingsError says what is wrong, in words

The controls have ids ``{"form": prefix, "field": name}``, so that one callback reads a form whose fields
change.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import ALL, Input, Output, State, html

from core.registry import Setting, title_of
from dashboard.components.cards import folded
from dashboard.components.format import number

YES_NO = ({"label": "yes", "value": "yes"}, {"label": "no", "value": "no"})
LONGEST_TEXT = 300
MUCH = 1e6
"""A bound from which on it tells nobody anything; the settings hold it all the same."""


def form_from_settings(
    prefix: str,
    settings: Sequence[Setting],
    values: Mapping[str, Any] | None = None,
    problems: bool = False,
) -> html.Div:
    """Return a form for settings; the advanced ones are folded.

    Args:
        prefix: Tells this form from others; it goes into the ids.
        settings: From ``Registry.describe(name).settings`` or ``describe_settings(model)``.
        values: Values to begin with, instead of the defaults.
        problems: Whether every field has a line of its own for what is wrong with it, see `form_problems`.
    """
    given = values or {}
    fields = [
        (setting.advanced, _field(prefix, setting, given.get(setting.name, setting.default), problems))
        for setting in settings
    ]
    plain = [shown for is_advanced, shown in fields if not is_advanced]
    advanced = [shown for is_advanced, shown in fields if is_advanced]
    rest = [folded("Advanced settings", html.Div(advanced, className="form-grid"))] if advanced else []
    return html.Div([html.Div(plain, className="form-grid"), *rest], className="form", role="group")


def form_states(prefix: str) -> tuple[State, State]:
    """Return the states of a form for a callback: its values and its ids, both lists."""
    return State({"form": prefix, "field": ALL}, "value"), State({"form": prefix, "field": ALL}, "id")


def form_inputs(prefix: str) -> tuple[Input, State]:
    """Return the same, where every change of the form triggers the callback."""
    return Input({"form": prefix, "field": ALL}, "value"), State({"form": prefix, "field": ALL}, "id")


def form_problems(prefix: str) -> tuple[Output, State]:
    """Return the output of the lines beside the fields, a list of texts, and the state of their ids."""
    where = {"form-problem": prefix, "field": ALL}
    return Output(where, "children"), State(where, "id")


def read_form(
    values: Sequence[Any] | None,
    ids: Sequence[Any] | None,
    settings: Sequence[Setting],
    keep_empty: bool = False,
) -> dict[str, Any]:
    """Return what a form holds as plain values for ``Registry.create`` or ``validated``.

    A field that is left empty is left out, so that its default counts; lists are split at commas. Nothing
    is judged here: a number that is none goes on as the text that came, and the settings class says what is
    wrong.

    Args:
        values: Values of the controls.
        ids: Their ids, in the same order.
        settings: What the form was drawn from.
        keep_empty: Whether an empty text means the empty text, for settings where that says something.
    """
    known = {setting.name: setting for setting in settings}
    plain: dict[str, Any] = {}
    for value, where in zip(values or (), ids or (), strict=False):
        setting = known.get(where.get("field", "")) if isinstance(where, dict) else None
        if setting is None:
            continue
        if keep_empty and setting.kind == "text":
            plain[setting.name] = value or ""
        elif value is not None and value != "":
            plain[setting.name] = _read(setting, value)
    return plain


def name_input(identifier: str, label: str) -> html.Label:
    """Return a narrow text input for a new name; its label is for screen readers only."""
    box = dbc.Input(id=identifier, type="text", placeholder="New name", maxLength=120, autoComplete="off")
    return html.Label([html.Span(label, className="visually-hidden"), box], className="name-input")


def problem_id(prefix: str) -> str:
    """Return the id of the line where a form's mistakes are said."""
    return f"{prefix}-problem"


def problem_line(prefix: str) -> html.Div:
    """Return the line where a form's mistakes are said; it is invisible while empty."""
    return html.Div(id=problem_id(prefix), className="form-problem", role="alert")


def _read(setting: Setting, value: Any) -> Any:
    if setting.kind == "flag":
        return value in (True, "yes", "true")
    if setting.kind == "list" and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _field(prefix: str, setting: Setting, value: Any, problems: bool) -> html.Div:
    control = _control({"form": prefix, "field": setting.name}, setting, value)
    label = setting.title or title_of(setting.name.replace("_", "-"))
    where = {"form-problem": prefix, "field": setting.name}
    wrong = [html.Div(id=where, className="field-problem", role="alert")] if problems else []
    named = html.Label(
        [
            html.Span(
                [label, html.Span(_bounds(setting), className="field-bounds")], className="field-label"
            ),
            control,
            html.Span(_help(setting), className="field-help"),
        ],
        className="field",
    )
    return html.Div([named, *wrong])


def _control(identifier: dict[str, str], setting: Setting, value: Any) -> Any:
    if setting.kind == "choice":
        options = [{"label": title_of(choice), "value": choice} for choice in setting.choices]
        return dbc.Select(id=identifier, options=options, value=None if value is None else str(value))
    if setting.kind == "flag":
        return dbc.Select(id=identifier, options=list(YES_NO), value="yes" if value else "no")
    if setting.kind in {"integer", "number"}:
        # Of a number out of its bounds a control of type "number" tells the server nothing: the value that
        # stood there before would count, silently.
        keys = "numeric" if setting.kind == "integer" else "decimal"
        return dbc.Input(
            id=identifier,
            type="text",
            inputMode=keys,
            value=_written(value),
            maxLength=40,
            autoComplete="off",
        )
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
    return dbc.Input(id=identifier, type="text", value=text, maxLength=LONGEST_TEXT, autoComplete="off")


def _written(value: Any) -> str:
    return "" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)


def _help(setting: Setting) -> str:
    more = "separate several by commas" if setting.kind == "list" else ""
    words = "; ".join(piece.rstrip(".") for piece in (setting.description, more) if piece)
    return words[:1].upper() + words[1:]


def _bounds(setting: Setting) -> str:
    ends = (None if end is None or abs(end) >= MUCH else end for end in (setting.minimum, setting.maximum))
    low, high = (None if end is None else number(end, 7) for end in ends)
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None:
        return f"at least {low}"
    return "" if high is None else f"at most {high}"
