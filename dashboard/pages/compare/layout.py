"""What stands where on the page Compare."""

from typing import Any

from dash import dcc, html

from core.errors import HeedError
from dashboard.components.cards import card, empty_state, field, grid, link_button
from dashboard.components.controls import view_control
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.pages.compare.charts import BARS, CURVES
from dashboard.pages.compare.ids import Id
from dashboard.services import comparison


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    missing = notice(view)
    picker = dcc.Dropdown(
        id=Id.RUNS, options=[], value=[], multi=True, placeholder="the newest runs", closeOnSelect=False
    )
    runs = field("Runs to compare", view_control("runs", picker, class_name="runs-picker"), for_id=Id.RUNS)
    return html.Div(
        [
            html.Div(missing, id=Id.NOTICE),
            html.Div(
                [
                    html.Div(runs, className="filter-bar"),
                    grid(BARS.card(width=7), CURVES.card(width=5)),
                    grid(
                        card(
                            "Is the difference more than chance?",
                            html.Div(id=Id.TESTS, className="tests", role="status"),
                            width=12,
                        )
                    ),
                    grid(card("Measures by part", html.Div(id=Id.METRICS), width=12)),
                ],
                id=Id.BODY,
                hidden=bool(missing),
            ),
        ]
    )


def notice(view: ViewState) -> list[Any]:
    """Return what stands in place of the page when there is nothing to compare; else nothing."""
    try:
        comparison.chosen(view.runs, view.dataset)
    except HeedError as error:
        newest = link_button("Compare the newest runs", ViewState().href("/compare"), primary=True)
        train = link_button("Train a model", view.changed(runs=()).href("/train"), primary=not view.runs)
        steps = (
            [newest, train]
            if view.runs or view.dataset
            else [train, link_button("Make or load data", "/data")]
        )
        title = "A run is not here" if view.runs else "Nothing to compare yet"
        return [empty_state(sentence(error), *steps, title=title)]
    return []
