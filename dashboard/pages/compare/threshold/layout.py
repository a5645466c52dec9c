"""What stands where in the section of the threshold."""

from typing import Any

from dash import html

from dashboard.components.cards import grid
from dashboard.components.view import ViewState
from dashboard.pages.compare.threshold.charts import CHART
from dashboard.pages.compare.threshold.control import control


def layout(_view: ViewState) -> Any:
    """Return the slider with its table, and what each threshold reaches."""
    return html.Div(
        [control(is_open=True), grid(html.Div(CHART.card(), className="span-12 needs-threshold"))],
        className="compare-stack",
    )
