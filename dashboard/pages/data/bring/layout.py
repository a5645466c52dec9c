"""What stands in the card "Bring a dataset"."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard.components.cards import button, card, field
from dashboard.components.controls import view_control
from dashboard.components.forms import form_from_settings, problem_line
from dashboard.components.view import ViewState
from dashboard.pages.data.bring.choose import choose
from dashboard.pages.data.bring.ids import Id
from dashboard.pages.data.bring.look import look
from dashboard.pages.data.theory import series_theory
from dashboard.services import data, training

STAGES = ("Choose a file", "Look at it", "Import it")
PULSE = 200  # milliseconds between two looks at the job that looks


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
                series_theory(),
            ],
            id=Id.MADE_FIELDS,
            hidden=from_file,
        ),
        html.Div(
            [html.Ol(stages(0), id=Id.STAGES, className="stages"), choose(), look()],
            id=Id.FILE_FIELDS,
            hidden=not from_file,
        ),
        html.Div(
            [
                html.Div(field("Call it", name, for_id=Id.NAME), id=Id.NAME_FIELD, hidden=from_file),
                problem_line(Id.PROBLEM.removesuffix("-problem")),
                html.Div(
                    [
                        button("Make the dataset", Id.MAKE, "primary", hidden=from_file),
                        button("Import", Id.IMPORT, "primary", hidden=True, disabled=True),
                        html.Div(id=Id.STATE, role="status", className="bring-state"),
                        button("Cancel", Id.STOP, "quiet", hidden=True),
                    ],
                    className="form-actions",
                ),
            ],
            className="bring-foot",
        ),
    )


def bring_stores() -> list[Any]:
    """Return what the card remembers: a file and the wishes for it as long as the tab lives."""
    return [
        dcc.Store(id=Id.NONCE, data=training.new_nonce()),
        dcc.Store(id=Id.JOB, storage_type="session"),
        dcc.Store(id=Id.CHOSEN, storage_type="session"),
        dcc.Store(id=Id.WISH, storage_type="session"),
        dcc.Store(id=Id.ASKED),
        dcc.Store(id=Id.LOOKING),
        dcc.Store(id=Id.FOUND),
        dcc.Store(id=Id.SHOWN),
        dcc.Store(id=Id.DRAWN),
        dcc.Interval(id=Id.PULSE, interval=PULSE, disabled=True),
    ]


def stages(now: int) -> list[Any]:
    """Return the three steps of an import; the one that is done now is marked."""
    marks: list[dict[str, Any]] = [{"aria-current": "step"} if place == now else {} for place in range(3)]
    return [
        html.Li(words, className="is-done" if place < now else "", **marks[place])
        for place, words in enumerate(STAGES)
    ]


def source_form(name: str) -> Any:
    """Return the form of a data source's settings."""
    return form_from_settings(Id.SETTINGS, data.source(name).settings)
