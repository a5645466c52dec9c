"""What stands where in the section Groups."""

from typing import Any

from dash import dcc, html

from dashboard.components.cards import card, field, grid
from dashboard.components.controls import view_control
from dashboard.components.view import ViewState
from dashboard.pages.attention.groups.charts import CHANNELS, DISTRIBUTION, PATTERNS, PROFILE
from dashboard.pages.attention.groups.ids import Id
from dashboard.pages.attention.steps import axis_choice

GROUPS = (
    ("outcome", "outcome"),
    ("class", "actual class"),
    ("cohort", "cohort"),
    ("cluster", "cluster of the maps"),
)
MEASURES = (
    ("entropy", "entropy"),
    ("concentration", "concentration"),
    ("peak", "position of the peak"),
    ("weights", "single weights"),
)
SCALES = (("", "linear"), ("log", "logarithmic"))


def layout(_view: ViewState) -> Any:
    """Return averages, patterns, distributions and findings of groups."""
    measured = [_choice(Id.MEASURE, "metric", "Of", MEASURES), _choice(Id.SCALE, "scale", "Scale", SCALES)]
    found = card(
        "What the attention of these samples shows",
        html.Div(id=Id.FINDINGS, className="findings"),
        line="Computed from the samples chosen above; descriptions, not explanations of predictions.",
        width=7,
    )
    return html.Div(
        [
            html.Div(
                [
                    _choice(Id.GROUP, "group", "Groups", GROUPS),
                    axis_choice(Id.AXIS, Id.AXIS_FIELD),
                    html.P(id=Id.LEFT_OUT, className="small muted filter-note"),
                ],
                className="filter-bar",
            ),
            grid(
                PROFILE.card(width=7),
                DISTRIBUTION.card(width=5, controls=[html.Div(measured, className="heatmap-controls")]),
            ),
            grid(
                PATTERNS.card(width=7),
                card(
                    "Go to the samples of a pattern",
                    html.Div(id=Id.PATTERN_LINKS, className="table-scroll"),
                    line="A number leads to its samples.",
                    width=5,
                ),
            ),
            grid(found, CHANNELS.card(width=5)),
        ]
    )


def _choice(name: Id, key: str, label: str, options: tuple[tuple[str, str], ...]) -> Any:
    offered = [{"value": value, "label": text} for value, text in options]
    dropdown = dcc.Dropdown(id=name, options=offered, value=options[0][0], clearable=False, searchable=False)
    return field(label, view_control(key, dropdown), for_id=name)
