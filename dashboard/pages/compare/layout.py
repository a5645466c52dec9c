"""What stands where on the page Compare."""

from typing import Any

from dash import dcc, html

from core.errors import HeedError
from dashboard.components.cards import empty_state, field, link_button
from dashboard.components.controls import view_control
from dashboard.components.notices import sentence
from dashboard.components.view import ViewState
from dashboard.pages.compare.ids import Id
from dashboard.pages.compare.sections import SECTIONS
from dashboard.services import comparison


def layout(view: ViewState) -> Any:
    """Return the page's content; what it needs is asked in callbacks."""
    missing = notice(view)
    picker = dcc.Dropdown(
        id=Id.RUNS, options=[], value=[], multi=True, placeholder="the newest runs", closeOnSelect=False
    )
    target = dcc.Dropdown(id=Id.TARGET, options=[], value="", clearable=False, searchable=False)
    bar = html.Div(
        [
            field(
                "Runs and experiments to compare",
                view_control("runs", picker, class_name="runs-picker"),
                for_id=Id.RUNS,
            ),
            html.Div(
                field("Target", view_control("target", target), for_id=Id.TARGET),
                id=Id.TARGET_FIELD,
                hidden=True,
            ),
            html.Div(id=Id.BASELINE, className="compare-baseline"),
        ],
        className="filter-bar",
    )
    return html.Div(
        [
            html.Div(missing, id=Id.NOTICE),
            html.Div([bar, *SECTIONS.content(view)], id=Id.BODY, hidden=bool(missing)),
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
