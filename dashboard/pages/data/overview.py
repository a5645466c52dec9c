"""The section Overview: classes, samples, statistics and spread of the channels."""

from typing import Any

from dash import Input, Output, callback, dcc, html, no_update

from core.errors import HeedError
from dashboard.components.cards import card, grid
from dashboard.components.controls import view_control
from dashboard.components.ids import Id as Frame
from dashboard.components.table import Column, table, table_height
from dashboard.components.view import ViewState
from dashboard.components.watched import viewed
from dashboard.pages.data.charts import BALANCE, EXAMPLES, SPREAD
from dashboard.pages.data.ids import Id
from dashboard.services import data, library

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


def layout(_view: ViewState) -> Any:
    """Return the charts of the classes and samples, and the table of the channels."""
    return html.Div(
        [
            grid(BALANCE.card(controls=[_target()], width=5), EXAMPLES.card(controls=[_channel()], width=7)),
            grid(_channels()),
            html.Div(grid(SPREAD.card()), id=Id.SPREAD_PLACE),
        ]
    )


@callback(
    Output(Id.CHANNEL, "options"),
    Output(Id.CHANNEL_FIELD, "hidden"),
    Output(Id.TARGET, "options"),
    Output(Id.TARGET_FIELD, "hidden"),
    Output(Id.TABLE, "rowData"),
    Output(Id.TABLE, "style"),
    Output(Id.SPREAD_PLACE, "hidden"),
    viewed("data"),
    Input(Frame.LIBRARY, "data"),
)
def update_overview(given: Any, _stamp: Any) -> tuple[Any, ...]:
    """Offer the channels of the chosen dataset and say their statistics."""
    view = ViewState.parse(given)
    try:
        manifest = library.dataset(view.dataset)
        rows = data.channel_rows(manifest.id)
    except HeedError:
        return [], True, [], True, [], no_update, True
    options = [{"value": name, "label": name} for name in manifest.channels]
    single = len(options) < 2
    style = {"height": f"{table_height(len(rows), 12)}px", "width": "100%"}
    targets = [{"value": name, "label": name} for name in manifest.classes]
    return options, single, targets, len(targets) < 2, rows, style, single


def _channel() -> Any:
    control = dcc.Dropdown(id=Id.CHANNEL, options=[], placeholder="first channel", clearable=True)
    named = html.Label("Channel", htmlFor=Id.CHANNEL, className="context-label")
    return html.Div(
        [named, view_control("channel", control)], id=Id.CHANNEL_FIELD, className="context-item", hidden=True
    )


def _target() -> Any:
    control = dcc.Dropdown(id=Id.TARGET, options=[], placeholder="first target", clearable=True)
    named = html.Label("Target", htmlFor=Id.TARGET, className="context-label")
    return html.Div(
        [named, view_control("target", control)], id=Id.TARGET_FIELD, className="context-item", hidden=True
    )


def _channels() -> Any:
    return card(
        "Statistics of each channel",
        table(Id.TABLE, COLUMNS, height=table_height(1), label="Statistics of each channel"),
        line="Over valid steps of all samples, unscaled; quartiles of large data from some of them.",
    )
