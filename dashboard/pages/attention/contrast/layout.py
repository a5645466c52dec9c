"""What stands where in the section Contrast."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import card, field, grid
from dashboard.components.controls import view_control
from dashboard.components.table import Column, table
from dashboard.components.view import ViewState
from dashboard.pages.attention.contrast.charts import CONTRAST, PATTERNS
from dashboard.pages.attention.contrast.ids import Id

AXES = (("", "as they are"), ("share", "% of each length"))
READING = (
    "Medians of both groups. The effect is Cliff's delta: the chance that a sample of the first group is"
    " larger less the chance that it is smaller; 0 is none, 1 and -1 are all; of patterns it is Cramer's V."
    " p is that of Mann-Whitney's test, of patterns chi-square, adjusted for the number of rows (Holm)."
)
COLUMNS = (
    Column("name", "Statistic", width=116, help_text="peak: its place, 0 the first step, 1 the last"),
    Column("a", "First", numeric=True, digits=3, width=74),
    Column("b", "Second", numeric=True, digits=3, width=74),
    Column("effect", "Effect (95 % CI)", width=170),
    Column("words", "In words", least=200),
)


def layout(_view: ViewState) -> Any:
    """Return the choice of groups, their profiles and difference, statistics and patterns."""
    return html.Div(
        [
            grid(CONTRAST.card(width=12, controls=[_choice(), html.Div(id=Id.SAID, role="status")])),
            grid(
                card(
                    "Statistics of both",
                    table(Id.STATISTICS, COLUMNS, row_key="name", label="Statistics of both groups"),
                    line=READING,
                    width=7,
                ),
                PATTERNS.card(width=5),
            ),
        ]
    )


def _choice() -> html.Div:
    def dropdown(name: Id, options: Any) -> dcc.Dropdown:
        return dcc.Dropdown(id=name, options=options, value="", clearable=False)

    axes = [{"value": value, "label": label} for value, label in AXES]
    shown, rest = [{"value": "", "label": "what is shown"}], [{"value": "", "label": "the rest"}]
    return html.Div(
        [
            field("First group", view_control("among", dropdown(Id.AMONG, shown)), for_id=Id.AMONG),
            field("Second group", view_control("versus", dropdown(Id.VERSUS, rest)), for_id=Id.VERSUS),
            html.Div(
                field("Steps", view_control("axis", dropdown(Id.AXIS, axes)), for_id=Id.AXIS),
                id=Id.AXIS_FIELD,
                hidden=True,
            ),
        ],
        className="heatmap-controls",
    )
