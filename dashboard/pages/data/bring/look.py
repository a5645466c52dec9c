"""The second step of an import: what was understood of a file, and what can be changed about it."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from core.data.preview import Preview
from dashboard.components.cards import button, facts, field, folded
from dashboard.components.format import clipped, count, counted
from dashboard.components.forms import form_from_settings, problem_line
from dashboard.components.table import Column, table, table_height
from dashboard.pages.data.bring.choose import search_input
from dashboard.pages.data.bring.ids import Id
from dashboard.services import intake

ROWS = 12
FEW = 6  # columns that are quicker changed one by one
HEAD_ROWS, HEAD_COLUMNS = 8, 24
CLASSES_NAMED = 12
SHAPES = {"wide": "a sample (its steps are columns)", "long": "a step of a sample (its channels are columns)"}


def columns_of(choices: Sequence[tuple[str, str]], arrays: bool = False) -> tuple[Column, ...]:
    """Return the columns of the table of a file's columns; a role is a choice where there are any."""
    known = (
        Column("name", "Array" if arrays else "Column", least=150),
        Column("role", "Taken as", least=200, choices=tuple(choices)),
        Column("kind", "Shape" if arrays else "Kind", width=140),
        Column("examples", "Values", least=180),
    )
    if arrays:
        return known
    return (
        *known,
        Column("missing", "Missing", numeric=True, width=96, help_text="empty cells, as far as looked"),
        Column(
            "distinct", "Distinct", numeric=True, width=96, help_text="different values, as far as looked"
        ),
    )


def look() -> Any:
    """Return the places of what was understood, empty."""
    wanted = search_input(Id.COLUMN_FILTER, "Filter the columns")
    role = dbc.Select(id=Id.BULK_ROLE, options=[], value="skip")
    return html.Div(
        [
            html.Div(
                [html.Span(id=Id.FILE_LINE), button("Choose another file", Id.BACK, "quiet")],
                className="kept-file",
            ),
            html.Div(id=Id.WAIT, role="status", className="look-wait"),
            problem_line(Id.LOOK_PROBLEM.removesuffix("-problem")),
            html.Div(
                [
                    html.Div(
                        [
                            html.Div(
                                [
                                    html.Div(
                                        field(
                                            "One row is",
                                            dbc.Select(id=Id.SHAPE, options=[]),
                                            for_id=Id.SHAPE,
                                        ),
                                        id=Id.SHAPE_FIELD,
                                        hidden=True,
                                    ),
                                    html.Div(id=Id.READER_FORM),
                                ],
                                className="look-settings",
                            ),
                            html.Div(id=Id.RESULT, className="look-result"),
                        ],
                        className="look-top",
                    ),
                    html.Div(id=Id.PROBLEMS),
                    html.Div(
                        [
                            html.Div(
                                [
                                    html.H3("Columns", id=Id.COLUMNS_TITLE),
                                    wanted,
                                    html.Span(id=Id.COLUMN_COUNT, className="muted small"),
                                    html.Div(
                                        [
                                            html.Label(
                                                "Take all shown as", className="small", htmlFor=Id.BULK_ROLE
                                            ),
                                            role,
                                            button("Set", Id.BULK_SET),
                                        ],
                                        id=Id.BULK,
                                        className="look-bulk",
                                    ),
                                ],
                                className="look-line",
                            ),
                            table(
                                Id.COLUMNS,
                                columns_of(()),
                                height=table_height(ROWS, ROWS),
                                label="Columns of the file",
                            ),
                        ],
                        id=Id.COLUMNS_FIELD,
                    ),
                    html.Div(id=Id.HEAD),
                ],
                id=Id.LOOK_BODY,
                className="look-body",
                hidden=True,
            ),
        ],
        id=Id.LOOK,
        className="look",
        hidden=True,
    )


def settings_form(reader: str, values: Mapping[str, Any]) -> Any:
    """Return the form of what the roles of the columns don't say."""
    known = intake.further_settings(reader)
    return form_from_settings(Id.READING, known, values, problems=True) if known else []


def shape_options(reader: str) -> list[dict[str, str]]:
    """Return between which readings of the same file somebody may choose."""
    return [{"value": name, "label": SHAPES.get(name, name)} for name in intake.shapes(reader)]


def result(found: Preview) -> Any:
    """Return what an import would make of the file."""
    rows = [("Rows", count(found.rows))] if found.reader in SHAPES and found.rows != found.samples else []
    pairs: list[tuple[str, Any]] = [
        *rows,
        (noun(found).capitalize() + "s", count(found.samples)),
        ("Steps", count(found.steps)),
        ("Channels", count(found.channels)),
        ("Classes", _classes(found)),
    ]
    if found.dropped:
        pairs.insert(-1, ("Left out", f"{count(found.dropped)} incomplete"))
    notes = [html.Li(text) for text in found.notices]
    return [
        html.H3("What the import will make"),
        facts(pairs),
        *([html.Ul(notes, className="notices")] if notes else []),
    ]


def problems(texts: Sequence[str]) -> Any:
    """Return what stops the import, in sentences."""
    if not texts:
        return []
    items = [html.Li(text[:1].upper() + text[1:]) for text in texts]
    return html.Div(
        [html.H3("Before it can be imported"), html.Ul(items)], className="look-problems", role="alert"
    )


def first_rows(found: Preview) -> Any:
    """Return the first rows of a table, as they stand in the file."""
    if not found.head or not found.columns:
        return []
    shown = found.columns[:HEAD_COLUMNS]
    more = len(found.columns) - len(shown)
    head = html.Thead(html.Tr([html.Th(clipped(column.name), scope="col") for column in shown]))
    body = html.Tbody(
        [html.Tr([html.Td(clipped(cell)) for cell in row[:HEAD_COLUMNS]]) for row in found.head[:HEAD_ROWS]]
    )
    frame = html.Div(
        html.Table([head, body], className="first-rows"),
        className="first-rows-frame",
        tabIndex=0,
        role="region",
        **{"aria-label": "First rows of the file"},
    )
    note = [html.P(f"and {counted(more, 'more column')}", className="card-line")] if more else []
    return folded("First rows of the file", frame, *note, is_open=True)


def noun(found: Preview) -> str:
    """Return what the samples of this file are called: windows are cut, samples are there."""
    return "window" if found.reader == "long" else "sample"


def import_words(found: Preview | None) -> str:
    """Return what the button of the import says."""
    if found is None or found.samples is None:
        return "Import"
    return f"Import {counted(found.samples, noun(found))}"


def _classes(found: Preview) -> Any:
    if not found.classes:
        return html.Span("none: no labels", className="is-long")
    named = [f"{clipped(name)}: {count(size)}" for name, size in found.classes.items()]
    more = f" and {counted(len(named) - CLASSES_NAMED, 'more class', 'more classes')}"
    text = ", ".join(named[:CLASSES_NAMED]) + (more if len(named) > CLASSES_NAMED else "")
    return html.Span(text, className="is-long")
