"""Roles of a file's columns, and the settings of a reader that say the same."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from core.data.families import READERS
from core.data.preview import FileColumn

SINGLE: Mapping[str, tuple[str, ...]] = {
    "entity": ("entity",),
    "order": ("order", "time"),
    "feature": ("series",),
    "label": ("label",),
    "id": ("id",),
    "part": ("part",),
}
"""Role of a column, and what a setting that names one such column is called; a reader's first counts."""

MANY: Mapping[str, tuple[str, ...]] = {
    "feature": ("features",),
    "category": ("categories",),
    "label": ("labels",),
    "step": ("steps",),
    "metadata": ("metadata",),
    "skip": ("skip",),
}
"""The same for settings that name several columns; where there are both, they name the further ones."""

WORDS: Mapping[str, str] = {
    "entity": "Entity (who or what)",
    "order": "Time or order",
    "feature": "Channel",
    "category": "Channel of categories",
    "label": "Label",
    "id": "Name of the sample",
    "step": "Step",
    "metadata": "Metadata (hover, filter)",
    "part": "Part (train, test)",
    "skip": "Left out",
    "names": "Names of channels or classes",
    "lengths": "Lengths of the samples",
    "truth": "Planted truth",
}

KINDS: Mapping[str, str] = {
    "number": "number",
    "whole": "whole number",
    "flag": "yes or no",
    "text": "text",
    "date": "date",
    "empty": "empty",
    "array": "array",
}


def role_settings(reader: str) -> dict[str, str]:
    """Return the settings of a reader that name columns by their role, and the role of each."""
    found = {}
    for role in WORDS:
        for names in (SINGLE.get(role, ()), MANY.get(role, ())):
            name = _field(reader, names)
            if name:
                found[name] = role
    return found


def offered_roles(reader: str, columns: Sequence[FileColumn]) -> tuple[str, ...]:
    """Return the roles that a column can be given: what a setting can say, and what was guessed."""
    said = set(role_settings(reader).values())
    rest = {column.role for column in columns} & {"step", "feature"}  # what is left over needs no setting
    return tuple(role for role in WORDS if role in {*said, *rest, "skip"}) if said else ()


def role_words(role: str, is_array: bool = False) -> str:
    """Return a role in words."""
    return "Series" if is_array and role == "feature" else WORDS.get(role, role)


def settings_of_roles(reader: str, columns: Sequence[FileColumn], roles: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings of a reader that say which column is what; see `intake.settings_from_roles`."""
    by_role: dict[str, list[str]] = {}
    for column in columns:
        by_role.setdefault(roles.get(column.name, column.role), []).append(column.name)
    kinds = {setting.name: setting.kind for setting in READERS.describe(reader).settings}
    found: dict[str, Any] = {}
    for role in WORDS:
        names = by_role.get(role, [])
        single, many = _field(reader, SINGLE.get(role, ())), _field(reader, MANY.get(role, ()))
        if single and not many:  # what was chosen last takes the place
            chosen = [column for column, given in roles.items() if given == role and column in names]
            found[single] = (chosen[-1:] or names[:1] or [""])[0]
        elif single:  # what was guessed comes before what was added
            names = sorted(names, key=lambda name: roles.get(name) == role)
            found[single], names = (names or [""])[0], names[1:]
        if many:
            found[many] = names if kinds[many] == "list" else _joined(names)
    return found


def _field(reader: str, names: Sequence[str]) -> str:
    known = READERS.part(reader).model_fields
    return next((name for name in names if name in known), "")


def _joined(names: Sequence[str]) -> str:
    """Return names as one text with commas between them, those that hold commas in quotes."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(names)
    return line.getvalue()


MOST_ROWS = 400
"""Columns of a file that are listed one by one; more are listed by runs of equal ones."""


def column_rows(columns: Sequence[FileColumn], wanted: str = "") -> list[dict[str, Any]]:
    """Return the columns of a file as rows of a table; in a very wide file alike neighbours are one row.

    Args:
        columns: The columns, in the file's order.
        wanted: Part of the names of those that are wanted; "" for all.
    """
    part = wanted.casefold()
    found = [(place, column) for place, column in enumerate(columns) if part in column.name.casefold()]
    if len(found) <= MOST_ROWS:
        return [_row([place], [column]) for place, column in found]
    runs: list[list[tuple[int, FileColumn]]] = []
    for place, column in found:
        if runs and _continues(runs[-1][-1], (place, column)):
            runs[-1].append((place, column))
        else:
            runs.append([(place, column)])
    return [_row([place for place, _ in run], [column for _, column in run]) for run in runs[: 2 * MOST_ROWS]]


def named_by_row(columns: Sequence[FileColumn], row: object) -> list[str]:
    """Return the names of the columns that a row of the table stands for; [] for a row that nobody knows."""
    first, _, last = str(row).partition("-")
    if not (first.isdecimal() and last.isdecimal() and len(first) < 9 and len(last) < 9):
        return []
    return [column.name for column in columns[int(first) : int(last) + 1]]


def _continues(last: tuple[int, FileColumn], next_one: tuple[int, FileColumn]) -> bool:
    (before, left), (place, right) = last, next_one
    return place == before + 1 and (left.role, left.kind) == (right.role, right.kind)


def _row(places: list[int], columns: list[FileColumn]) -> dict[str, Any]:
    first, last = columns[0], columns[-1]
    several = len(columns) > 1
    return {
        "id": f"{places[0]}-{places[-1]}",
        "name": f"{first.name} to {last.name} ({len(columns):,} columns)" if several else first.name,
        "role": first.role,
        "role_words": role_words(first.role, bool(first.shape)),
        "kind": _shape(first) if first.shape else KINDS.get(first.kind, first.kind),
        "examples": ", ".join(first.examples),
        "missing": sum(column.missing for column in columns),
        "distinct": max(column.distinct for column in columns),
    }


def _shape(column: FileColumn) -> str:
    return " x ".join(map(str, column.shape))
