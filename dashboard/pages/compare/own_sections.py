"""What stands where in the sections Scores, Agreement, Classes, Targets, Measures and cost."""

from typing import Any

from dash import dcc, html

from core.evaluation.costs import COSTS as COST_KINDS
from core.evaluation.scores import METRICS
from dashboard.components.cards import card, column, field, grid
from dashboard.components.controls import choice, view_control
from dashboard.components.view import ViewState
from dashboard.pages.compare.charts import (
    AGREEMENT,
    BARS,
    CLASS_CONFIDENCE,
    CLASS_ERROR,
    COSTS,
    CURVES,
    DIFFERENCES,
    DIFFICULTY,
    TARGET_ACCURACY,
    TARGET_CONFIDENCE,
    TARGET_ERRORS,
)
from dashboard.pages.compare.ids import Id


def scores(_view: ViewState) -> Any:
    """Return bars, learning curves, differences and what may be said of them."""
    metrics = [(name, of.title) for name, of in METRICS.items()]
    metric = choice(Id.METRIC, "metric", "Metric", metrics, "accuracy")
    said = card(
        "Is the difference more than chance?",
        html.Div(id=Id.TESTS, className="tests", role="status"),
        width=12,
    )
    return html.Div(
        [
            grid(BARS.card(width=7, controls=[metric]), CURVES.card(width=5)),
            grid(said),
            grid(DIFFERENCES.card(width=12)),
        ],
        className="compare-scores",
    )


def agreement(_view: ViewState) -> Any:
    """Return how often runs agree and who is right where the other is wrong."""
    measures = (("same", "Share of samples"), ("kappa", "Kappa"))
    shown = choice(Id.AGREED, "show", "Measured by", measures, "same")
    wins = card(
        "Who is right where the other is wrong",
        html.Div(id=Id.WINS),
        line="Samples that the run of the row gets right and the run of the column wrong. A number leads to "
        "them in the Gallery.",
        width=7,
    )
    return grid(AGREEMENT.card(width=5, controls=[shown]), wins)


def classes(_view: ViewState) -> Any:
    """Return which classes are hard."""
    words = html.Div(id=Id.CLASS_WORDS, className="compare-words", role="status")
    return html.Div(
        [
            html.Div([_arm(Id.CLASS_ARM), words], className="filter-bar"),
            grid(
                column(DIFFICULTY.card(width=12), width=6),
                column(CLASS_CONFIDENCE.card(width=12), CLASS_ERROR.card(width=12), width=6),
            ),
        ]
    )


def targets(_view: ViewState) -> Any:
    """Return the targets of one arm beside each other."""
    return html.Div(
        [
            html.Div(_arm(Id.TARGET_ARM), className="filter-bar"),
            grid(TARGET_ACCURACY.card(width=6), TARGET_ERRORS.card(width=6)),
            grid(TARGET_CONFIDENCE.card(width=12)),
        ]
    )


def costs(_view: ViewState) -> Any:
    """Return measures by part and what they cost."""
    options = [(name, of.title) for name, of in COST_KINDS.items()]
    cost = choice(Id.COST, "sort", "Cost", options, "seconds")
    return html.Div(
        [
            grid(
                card("What they cost", html.Div(id=Id.COST_TABLE), width=7),
                COSTS.card(width=5, controls=[cost]),
            ),
            grid(card("Measures by part", html.Div(id=Id.METRICS, className="compare-measures"), width=12)),
        ]
    )


def _arm(id: Id) -> Any:
    picker = dcc.Dropdown(id=id, options=[], value="", clearable=False)
    return field("Shown", view_control("group", picker, class_name="arm-picker"), for_id=id)
