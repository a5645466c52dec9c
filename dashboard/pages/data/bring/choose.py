"""The first step of an import: a file is dropped, or chosen from a folder of the server."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from dashboard.components.cards import button, folded
from dashboard.components.table import Column, table, table_height
from dashboard.components.upload import upload_zone
from dashboard.pages.data.bring.ids import Id
from dashboard.services import intake

FORMATS_HELP = (
    "CSV, TSV or Parquet: one row a sample with one column a step; or one row a step, with a column that "
    "names what was recorded, one of time or order, and one a channel.",
    "NPZ or NPY: X with axes (samples, steps, channels) or (samples, steps); y with the labels; if wanted "
    "lengths, channels, classes, ids, groups.",
    "TS: as the UEA and UCR archives have it, also with samples of unequal length.",
    "What is what is guessed from the file and shown before anything is imported.",
)
FILES = (
    Column("name", "File", least=160),
    Column("megabytes", "MB", numeric=True, digits=1, width=90),
    Column("modified", "Changed (UTC)", width=150),
)
ROWS = 8


def choose() -> Any:
    """Return the drop zone, what is chosen already, and the files on the server where there are folders."""
    return html.Div(
        [
            html.Div(
                [html.Span(id=Id.KEPT_LINE), button("Look at it again", Id.AGAIN)],
                id=Id.KEPT,
                className="kept-file",
                hidden=True,
            ),
            upload_zone(Id.UPLOAD, accept=intake.suffixes()),
            html.Div(_folders(), id=Id.FOLDERS, hidden=not intake.has_folders()),
            folded("What a file may hold", *(html.P(line, className="card-line") for line in FORMATS_HELP)),
        ],
        id=Id.CHOOSE,
    )


def search_input(identifier: str, label: str) -> html.Label:
    """Return an input for a part of a name; its label is for screen readers only."""
    box = dbc.Input(
        id=identifier,
        type="search",
        placeholder="part of a name",
        maxLength=120,
        autoComplete="off",
        debounce=0.2,
    )
    return html.Label([html.Span(label, className="visually-hidden"), box])


def _folders() -> list[Any]:
    wanted = search_input(Id.FOLDER_FILTER, "Filter the files on the server")
    return [
        html.Div(
            [html.H3("Or a file that lies on the server"), wanted],
            className="look-line",
        ),
        table(
            Id.FOLDER_FILES,
            FILES,
            select="single",
            height=table_height(ROWS, ROWS),
            label="Files on the server",
        ),
    ]
