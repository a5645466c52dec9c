"""The card of the page Sample where a sample is changed."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard.components.cards import button, card, field, folded
from dashboard.pages.sample.ids import Id
from dashboard.pages.sample.words import LOOK_KINDS, SIGNAL_KINDS


def what_if_card() -> html.Section:
    """Return the card: interval, channels, replacement, interventions, what was done so far."""
    return card(
        "What if the sample were different?",
        html.P(id=Id.NO_MODEL, className="small muted"),
        html.Div(
            [
                _interval(),
                _signal(),
                html.Div(_attention(), id=Id.ATTENTION_FORM, hidden=True),
                html.P(id=Id.ERROR, className="form-error", role="alert"),
                _lineage(),
            ],
            id=Id.FORM,
            className="what-if",
        ),
        line="Drag across the chart, or type the steps; then say what stands there instead.",
    )


def _interval() -> html.Div:
    return html.Div(
        [
            field("First step", _number(Id.FIRST, placeholder="0"), for_id=Id.FIRST),
            field("Last step", _number(Id.LAST, placeholder="end"), for_id=Id.LAST),
        ],
        className="what-if-row",
    )


def _signal() -> html.Div:
    which = dcc.Dropdown(id=Id.WHICH, options=[], value=[], multi=True, placeholder="all channels")
    return html.Div(
        [
            html.Div(field("Of the channels", which, for_id=Id.WHICH), id=Id.WHICH_FIELD, hidden=True),
            html.Div(
                [
                    field("Replace by", _dropdown(Id.KIND, SIGNAL_KINDS, "interpolate"), for_id=Id.KIND),
                    html.Div(
                        field("Class", _dropdown(Id.CLASS, (), None), for_id=Id.CLASS),
                        id=Id.CLASS_FIELD,
                        hidden=True,
                    ),
                    html.Div(
                        [
                            dbc.Label(
                                "Sample", id=Id.NUMBER_LABEL, html_for=Id.NUMBER, className="field-label"
                            ),
                            _number(Id.NUMBER, value=1),
                        ],
                        id=Id.NUMBER_FIELD,
                        className="field",
                        hidden=True,
                    ),
                ],
                className="what-if-row",
            ),
            button("Apply to the signal", Id.APPLY, "primary"),
        ],
        className="what-if-part",
    )


def _attention() -> Any:
    return folded(
        "Change attention instead",
        html.P("An intervention in the model: the data stay as they are.", className="small muted"),
        html.Div(
            [
                field("Attention gets", _dropdown(Id.LOOK_KIND, LOOK_KINDS, "zero"), for_id=Id.LOOK_KIND),
                html.Div(
                    field("In layer", _dropdown(Id.LOOK_LAYER, (), None), for_id=Id.LOOK_LAYER),
                    id=Id.LOOK_LAYER_FIELD,
                    hidden=True,
                ),
                html.Div(
                    field("Head", _number(Id.LOOK_NUMBER, value=0), for_id=Id.LOOK_NUMBER),
                    id=Id.LOOK_NUMBER_FIELD,
                    hidden=True,
                ),
            ],
            className="what-if-row",
        ),
        button("Intervene", Id.INTERVENE),
    )


def _lineage() -> html.Div:
    return html.Div(
        [
            html.Div(
                [
                    button("Undo", Id.UNDO, "quiet"),
                    button("Redo", Id.REDO, "quiet"),
                    button("Reset", Id.RESET, "quiet"),
                ],
                className="walk",
            ),
            html.Ol(id=Id.LINEAGE, className="lineage"),
            html.Div(
                [
                    field(
                        "Save it as",
                        dcc.Input(id=Id.NAME, type="text", maxLength=120, className="form-control"),
                        for_id=Id.NAME,
                    ),
                    button("Save with the run", Id.SAVE, disabled=True),
                ],
                className="save-variant",
            ),
            html.Div(id=Id.SAVED),
            dcc.Store(id=Id.SAVED_STAMP),
            dcc.Store(id=Id.FORGOTTEN),
        ]
    )


def _number(name: Id, value: int | None = None, placeholder: str = "") -> dcc.Input:
    return dcc.Input(
        id=name, type="number", step=1, value=value, placeholder=placeholder, className="form-control"
    )


def _dropdown(name: Id, options: Any, value: str | None) -> dcc.Dropdown:
    offered = [{"value": kind, "label": label} for kind, label in options]
    return dcc.Dropdown(id=name, options=offered, value=value, clearable=False, searchable=False)
