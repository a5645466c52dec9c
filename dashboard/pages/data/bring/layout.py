"""What stands in the card "Bring a dataset"."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard.components.cards import button, card, field, folded
from dashboard.components.controls import view_control
from dashboard.components.forms import form_from_settings, problem_line
from dashboard.components.upload import upload_zone
from dashboard.components.view import ViewState
from dashboard.pages.data.bring.ids import Id
from dashboard.services import data, training

FORMATS_HELP = (
    "CSV: one row a sample; a column of labels; every other column one step, in order; shorter samples end "
    "in empty cells. A column called id names the samples.",
    "NPZ: X with axes (samples, steps, channels) or (samples, steps); y with the labels; if wanted lengths, "
    "channels, classes, ids, groups.",
)


def bring_card(view: ViewState) -> Any:
    """Return the card where a dataset is made of a source or read from a file."""
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


def bring_stores() -> list[Any]:
    """Return what the card remembers while the page is open."""
    return [
        dcc.Store(id=Id.NONCE, data=training.new_nonce()),
        dcc.Store(id=Id.JOB, storage_type="session"),
    ]


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
