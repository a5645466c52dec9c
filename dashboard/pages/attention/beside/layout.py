"""What stands where in the section Two models."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import card, field, grid
from dashboard.components.controls import view_control
from dashboard.components.table import Column, table
from dashboard.components.view import ViewState
from dashboard.pages.attention.beside.charts import AGREEMENT, FIRST, PROFILES, SECOND
from dashboard.pages.attention.beside.ids import Id

READING = (
    "JSD is the divergence of both maps by its bound: 0 the same, 1 nothing shared. Choose a row to look at"
    " its sample."
)
COLUMNS = (
    Column("id", "Sample", least=110),
    Column("jsd", "JSD", numeric=True, digits=3, width=84),
    Column("spearman", "Rank correlation", numeric=True, digits=2, width=140),
    Column("first", "This run says", least=140),
    Column("second", "The other says", least=140),
)


def layout(_view: ViewState) -> Any:
    """Return the choice of the other run, both profiles, both heatmaps, the most different samples."""
    options: list[Any] = [{"value": "", "label": "choose a run"}]
    dropdown = dcc.Dropdown(id=Id.OTHER, options=options, value="", clearable=False)
    choice = html.Div(
        [
            html.Div(
                field("Other run", view_control("other", dropdown), for_id=Id.OTHER),
                style={"maxWidth": "460px"},
            ),
            html.Div(id=Id.NONE),
            html.Div(id=Id.SAID, role="status"),
        ]
    )
    samples = table(
        Id.SAMPLES, COLUMNS, select="single", height=360, row_key="sample", label="Most different samples"
    )
    return html.Div(
        [
            grid(PROFILES.card(width=12, controls=[choice])),
            grid(FIRST.card(width=6), SECOND.card(width=6)),
            grid(
                AGREEMENT.card(width=5),
                card("Most different samples", html.P(id=Id.OPEN), samples, line=READING, width=7),
            ),
        ]
    )
