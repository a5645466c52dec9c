"""What stands where in the section Two models."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import card, field, grid
from dashboard.components.controls import view_control
from dashboard.components.table import Column, table
from dashboard.components.view import ViewState
from dashboard.pages.attention.beside.charts import AGREEMENT, FIRST, PATTERNS, PROFILES, SECOND
from dashboard.pages.attention.beside.ids import Id
from dashboard.pages.attention.sides import said_place, statistics_card
from dashboard.pages.attention.steps import axis_choice

READING = (
    "JSD says how far the weights of both part: 0 not at all, 1 nothing shared; Ranks is their rank"
    " correlation. Choose a row to look at its sample."
)
COLUMNS = (
    Column("id", "Sample", least=80),
    Column("jsd", "JSD", numeric=True, digits=3, width=72),
    Column(
        "spearman",
        "Ranks",
        numeric=True,
        digits=2,
        width=76,
        help_text="Spearman's rank correlation of the weights of both",
    ),
    Column("first", "This run says", least=110, wrap=True),
    Column("second", "The other says", least=110, wrap=True),
)
STATISTICS = (
    "Medians under both models. The effect is the rank-biserial correlation of pairs: of sums of two samples'"
    " differences the share above 0 less that below; of patterns it is the share of samples whose pattern"
    " differs. p is that of Wilcoxon's signed-rank test, of patterns Stuart and Maxwell's, adjusted for the"
    " number of rows (Holm)."
)


def layout(_view: ViewState) -> Any:
    """Return the choice of the other run, both profiles, both heatmaps, the most different samples."""
    options: list[Any] = [{"value": "", "label": "choose a run"}]
    dropdown = dcc.Dropdown(id=Id.OTHER, options=options, value="", clearable=False)
    choice = html.Div(
        [
            html.Div(
                [
                    html.Div(
                        field("Other run", view_control("other", dropdown), for_id=Id.OTHER),
                        className="is-wide",
                    ),
                    axis_choice(Id.AXIS, Id.AXIS_FIELD),
                ],
                className="heatmap-controls",
            ),
            html.Div(id=Id.NONE, className="form-actions"),
            said_place(Id.SAID),
        ]
    )
    samples = table(
        Id.SAMPLES, COLUMNS, select="single", height=360, row_key="sample", label="Most different samples"
    )
    return html.Div(
        [
            grid(PROFILES.card(width=12, controls=[choice])),
            grid(FIRST.card(width=6), SECOND.card(width=6), class_name="is-stacked"),
            grid(
                statistics_card(Id.STATISTICS, "This run", "Other", STATISTICS),
                PATTERNS.card(width=12),
            ),
            grid(
                AGREEMENT.card(width=5),
                card("Most different samples", html.P(id=Id.OPEN), samples, line=READING, width=7),
            ),
        ]
    )
