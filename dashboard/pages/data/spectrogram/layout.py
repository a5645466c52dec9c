"""What stands where in the section Spectrogram."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc, html

from dashboard.components.cards import button, card, field, grid
from dashboard.components.controls import view_control
from dashboard.components.forms import form_from_settings, problem_line
from dashboard.components.view import ViewState
from dashboard.pages.data.spectrogram.charts import PREVIEW
from dashboard.pages.data.spectrogram.ids import Id
from dashboard.services import deriving, training


def layout(view: ViewState) -> Any:
    """Return the settings with what they will give, and one sample's spectrogram beside them."""
    channels = dcc.Dropdown(
        id=Id.CHANNELS, options=[], value=[], multi=True, placeholder="all that hold numbers"
    )
    name = dbc.Input(id=Id.NAME, type="text", maxLength=120, autoComplete="off", placeholder="its own name")
    order = card(
        "Add a spectrogram",
        form_from_settings(Id.FORM, deriving.form_settings(), deriving.read(view.spectrum)),
        field("Channels", channels, for_id=Id.CHANNELS),
        field("Call the new dataset", name, for_id=Id.NAME),
        html.P(id=Id.PLAN, className="card-line", role="status"),
        problem_line(Id.PROBLEM.removesuffix("-problem")),
        html.Div(
            [
                button("Add a spectrogram", Id.DERIVE, "primary"),
                html.Div(id=Id.STATE, role="status", className="bring-state"),
                button("Cancel", Id.STOP, "quiet", hidden=True),
            ],
            className="form-actions",
        ),
        line="Makes a new dataset of the same samples; this one stays as it is.",
        width=5,
    )
    return html.Div(
        [
            grid(order, PREVIEW.card(controls=[_channel(), _sample()], width=7)),
            dcc.Store(id=Id.NONCE, data=training.new_nonce()),
            dcc.Store(id=Id.JOB, storage_type="session"),
        ]
    )


def _channel() -> Any:
    control = dcc.Dropdown(id=Id.CHANNEL, options=[], placeholder="first channel", clearable=True)
    named = html.Label("Channel", htmlFor=Id.CHANNEL, className="context-label")
    return html.Div(
        [named, view_control("channel", control)], id=Id.CHANNEL_FIELD, className="context-item", hidden=True
    )


def _sample() -> Any:
    control = dbc.Input(id=Id.SAMPLE, type="number", min=0, step=1, value=0, className="sample-number")
    named = html.Label("Sample, from 0 on", htmlFor=Id.SAMPLE, className="context-label")
    return html.Div([named, view_control("sample", control)], className="context-item")
