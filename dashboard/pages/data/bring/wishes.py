"""What somebody changes about the reading of a file: roles of columns, settings, the reader."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dash import Input, Output, State, callback, ctx, no_update

from dashboard.components.forms import form_inputs, read_form
from dashboard.pages.data.bring.ids import Id
from dashboard.services import intake
from dashboard.services.intake import Wish
from dashboard.services.roles import WORDS, column_rows, named_by_row

_VALUES, _FIELDS = form_inputs(Id.READING)
_EMPTY: tuple[Any, ...] = (None, "", [], ())
Plain = dict[str, Any]


@callback(
    Output(Id.WISH, "data", allow_duplicate=True),
    _VALUES,
    Input(Id.SHAPE, "value"),
    Input(Id.COLUMNS, "cellRendererData"),
    Input(Id.BULK_SET, "n_clicks"),
    _FIELDS,
    State(Id.BULK_ROLE, "value"),
    State(Id.COLUMN_FILTER, "value"),
    State(Id.WISH, "data"),
    State(Id.FOUND, "data"),
    State(Id.SHOWN, "data"),
    prevent_initial_call=True,
)
def update_wish(
    values: Any, shape: Any, cell: Any, _bulk: Any, ids: Any, role: Any, wanted: Any, *states: Any
) -> Any:
    """Take a change of a role, of a setting or of the reader; the file is looked at anew then."""
    wish, found, shown = (state if isinstance(state, dict) else {} for state in states)
    preview = intake.previewed(found.get("job"))
    if preview is None:
        return no_update
    reader = Wish.parse(wish).reader or preview.reader
    if ctx.triggered_id == Id.SHAPE:
        unchanged = shape == reader or shape not in intake.shapes(preview.reader)
        return no_update if unchanged else {**wish, "reader": shape}
    if reader != preview.reader:
        return no_update  # what is on the page belongs to a reader that was left
    mine = dict(_mapping(_mapping(wish.get("by")).get(reader)))
    if ctx.triggered_id in (Id.COLUMNS, Id.BULK_SET):
        by_row = ctx.triggered_id == Id.COLUMNS
        rows = [cell.get("rowId")] if by_row and isinstance(cell, dict) else _rows(preview, wanted)
        given = cell.get("value") if by_row and isinstance(cell, dict) else role
        names = [name for row in rows for name in named_by_row(preview.columns, row)]
        if given not in WORDS or not names:
            return no_update
        roles = {name: kept for name, kept in _mapping(mine.get("roles")).items() if name not in names}
        roles |= dict.fromkeys(names, given)
        mine |= {"roles": roles, "columns": intake.settings_from_roles(reader, preview.columns, roles)}
    else:
        plain = read_form(values, ids, intake.further_settings(reader), keep_empty=True)
        form = changed_fields(plain, _mapping(shown.get("values")), _mapping(mine.get("form")))
        if form == _mapping(mine.get("form")):
            return no_update
        mine["form"] = form
    return {"reader": reader, "by": {**_mapping(wish.get("by")), reader: mine}}


def changed_fields(plain: Plain, shown: Mapping[str, Any], before: Mapping[str, Any]) -> Plain:
    """Return the fields of a form that somebody changed, now or before the form was drawn anew."""
    found = {}
    for name, value in plain.items():
        as_shown = alike(value, shown.get(name))
        if not as_shown or (name in before and alike(value, before[name])):
            found[name] = value
    return found


def differs(fresh: Mapping[str, Any], shown: Any, changed: Mapping[str, Any]) -> bool:
    """Say whether a form must be drawn anew: for another reader, or for other guesses."""
    if not isinstance(shown, dict) or shown.get("reader") != fresh["reader"]:
        return True
    drawn = _mapping(shown.get("values"))
    return any(
        not alike(value, drawn.get(name)) for name, value in fresh["values"].items() if name not in changed
    )


def alike(one: Any, other: Any) -> bool:
    """Say whether two values of a field are the same, one of them perhaps as the text of a form."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return [str(item) for item in one] == [str(item) for item in other]
    if one in _EMPTY or other in _EMPTY:
        return one in _EMPTY and other in _EMPTY
    try:
        return float(one) == float(other)
    except (TypeError, ValueError):
        return str(one) == str(other)


def split_problems(texts: Sequence[str], names: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return problems by the setting they begin with, and those that begin with none."""
    beside: dict[str, str] = {}
    rest: list[str] = []
    for text in texts:
        first = re.match(r"\w+", text)
        name = first.group().lower() if first else ""
        if name in names:
            beside[name] = f"{beside[name]} {text}" if name in beside else text
        else:
            rest.append(text)
    return beside, rest


def _rows(preview: Any, wanted: Any) -> list[Any]:
    return [row["id"] for row in column_rows(preview.columns, str(wanted or ""))]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
