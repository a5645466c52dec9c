"""What stands where in the section Contrast."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import field, grid
from dashboard.components.controls import view_control
from dashboard.components.view import ViewState
from dashboard.pages.attention.contrast.charts import CONTRAST, PATTERNS
from dashboard.pages.attention.contrast.ids import Id
from dashboard.pages.attention.sides import said_place, statistics_card
from dashboard.pages.attention.steps import axis_choice

READING = (
    "Medians of both groups. The effect is Cliff's delta: the chance that a sample of the first group is"
    " larger less the chance that it is smaller; 0 is none, 1 and -1 are all; of patterns it is Cramer's V."
    " p is that of Mann-Whitney's test, of patterns chi-square, adjusted for the number of rows (Holm)."
)


def layout(_view: ViewState) -> Any:
    """Return the choice of groups, their profiles and difference, statistics and patterns."""
    return html.Div(
        [
            grid(CONTRAST.card(width=12, controls=[html.Div([_choice(), said_place(Id.SAID)])])),
            grid(
                statistics_card(Id.STATISTICS, "First", "Second", READING),
                PATTERNS.card(width=12),
            ),
        ]
    )


def _choice() -> html.Div:
    def dropdown(name: Id, options: Any) -> dcc.Dropdown:
        return dcc.Dropdown(id=name, options=options, value="", clearable=False)

    shown, rest = [{"value": "", "label": "what is shown"}], [{"value": "", "label": "the rest"}]
    return html.Div(
        [
            field("First group", view_control("among", dropdown(Id.AMONG, shown)), for_id=Id.AMONG),
            field("Second group", view_control("versus", dropdown(Id.VERSUS, rest)), for_id=Id.VERSUS),
            axis_choice(Id.AXIS, Id.AXIS_FIELD),
        ],
        className="heatmap-controls",
    )
