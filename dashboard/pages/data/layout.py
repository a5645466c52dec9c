"""What stands where on the page Data."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard.components.cards import (
    button,
    card,
    column,
    empty_state,
    field,
    folded,
    grid,
    link_button,
)
from dashboard.components.controls import view_control
from dashboard.components.forms import form_from_settings, name_input, problem_line
from dashboard.components.table import Column, table, table_height
from dashboard.components.upload import upload_zone
from dashboard.components.view import ViewState
from dashboard.pages.data.charts import BALANCE, EXAMPLES, SPREAD
from dashboard.pages.data.ids import Id
from dashboard.services import data, library, training

LISTED = 12

MOMENTS = (
    ("mean", "Mean"),
    ("std", "SD"),
    ("minimum", "Minimum"),
    ("lower_quartile", "Quartile 1"),
    ("median", "Median"),
    ("upper_quartile", "Quartile 3"),
    ("maximum", "Maximum"),
)
COLUMNS = (
    Column("channel", "Channel", least=150),
    *(Column(name, title, numeric=True, digits=3, width=99) for name, title in MOMENTS),
    Column("missing", "Missing", numeric=True, width=84),
)
FORMATS_HELP = (
    "CSV: one row a sample; a column of labels; every other column one step, in order; shorter samples end "
    "in empty cells. A column called id names the samples.",
    "NPZ: X with axes (samples, steps, channels) or (samples, steps); y with the labels; if wanted lengths, "
    "channels, classes, ids, groups.",
)


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    return html.Div(
        [
            grid(
                column(_bring(view), width=5),
                column(
                    html.Section(
                        [html.H2(id=Id.ABOUT_TITLE, className="card-title"), html.Div(id=Id.ABOUT), _edit()],
                        className="sheet span-12",
                    ),
                    width=7,
                ),
            ),
            html.Div(
                [
                    grid(BALANCE.card(width=5), EXAMPLES.card(controls=[_channel()], width=7)),
                    grid(_channels()),
                    html.Div(grid(SPREAD.card()), id=Id.SPREAD_PLACE),
                ],
                id=Id.BODY,
                hidden=view.dataset is None,
            ),
            dcc.Store(id=Id.NONCE, data=training.new_nonce()),
            dcc.Store(id=Id.JOB, storage_type="session"),
            dcc.Store(id=Id.DELETED),
        ]
    )


def source_form(name: str) -> Any:
    """Return the form of a data source's settings."""
    return form_from_settings(Id.SETTINGS, data.source(name).settings)


def reader_form(file_name: str) -> Any:
    """Return the form of the settings with which a file is read."""
    part = data.reader(file_name)
    return [
        html.P(f"{file_name} will be read as {part.title}.", className="card-line"),
        form_from_settings(Id.READING, part.settings),
    ]


def about_none(view: ViewState, words: str) -> Any:
    """Return what stands in place of a dataset: the latest ones, a click away."""
    known = library.datasets().entries
    steps = [link_button(entry.name, view.href("/data", dataset=entry.id)) for entry in known[:LISTED]]
    return empty_state(words, *steps)


def _bring(view: ViewState) -> Any:
    known = [{"value": part.name, "label": part.title} for part in data.sources()]
    options = [*known, {"value": data.FILE, "label": "A file of yours"}]
    from_file = view.source == data.FILE
    place = dcc.Dropdown(
        id=Id.SOURCE, options=options, value=known[0]["value"], clearable=False, searchable=False
    )
    name = dbc.Input(id=Id.NAME, type="text", maxLength=120, autoComplete="off", placeholder="its own name")
    chosen = data.source(view.source)
    return card(
        "Bring a dataset",
        field("Where from", view_control("source", place), for_id=Id.SOURCE),
        html.Div(
            [
                html.P(chosen.summary, id=Id.SOURCE_LINE, className="card-line"),
                html.Div(source_form(chosen.name), id=Id.FORM),
            ],
            id=Id.MADE_FIELDS,
            hidden=from_file,
        ),
        html.Div(
            [
                upload_zone(Id.UPLOAD, accept=data.suffixes()),
                html.Div(id=Id.READER_FORM),
                folded(
                    "What a file must hold", *(html.P(line, className="card-line") for line in FORMATS_HELP)
                ),
            ],
            id=Id.FILE_FIELDS,
            hidden=not from_file,
        ),
        field("Call it", name, for_id=Id.NAME),
        problem_line(Id.PROBLEM.removesuffix("-problem")),
        html.Div(
            [button("Make the dataset", Id.MAKE, "primary"), html.Div(id=Id.STATE, role="status")],
            className="form-actions",
        ),
    )


def _edit() -> Any:
    return html.Div(
        [
            html.Div(
                [
                    name_input(Id.NEW_NAME, "New name of the dataset"),
                    button("Rename", Id.RENAME),
                    button("Delete", Id.DELETE, "danger"),
                ],
                id=Id.EDIT,
                className="form-actions table-actions",
                hidden=True,
            ),
            html.Div(id=Id.CONFIRM, role="status"),
            button("Bring it back", Id.UNDO, hidden=True),
        ]
    )


def _channel() -> Any:
    control = dcc.Dropdown(id=Id.CHANNEL, options=[], placeholder="first channel", clearable=True)
    named = html.Label("Channel", htmlFor=Id.CHANNEL, className="context-label")
    return html.Div(
        [named, view_control("channel", control)], id=Id.CHANNEL_FIELD, className="context-item", hidden=True
    )


def _channels() -> Any:
    return card(
        "Statistics of each channel",
        table(Id.TABLE, COLUMNS, height=table_height(1), label="Statistics of each channel"),
        line="Over valid steps of all samples, before any scaling.",
    )
