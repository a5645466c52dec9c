"""The charts of the page Compare."""

from typing import Any

import plotly.graph_objects as go

from core.evaluation import Comparison
from core.figures import comparison_figure, learning_curves_figure
from dashboard.components.chart import Chart
from dashboard.pages.compare.ids import Id
from dashboard.services import comparison

LEAST_ROWS = 4  # fewer bars keep the thickness they have among four


def draw_bars(answer: Comparison, theme: Any) -> go.Figure:
    """Draw bars that are no thicker when there are few."""
    figure = comparison_figure(answer, theme)
    return figure.update_yaxes(range=[max(len(answer.scores), LEAST_ROWS) - 0.5, -0.5])


BARS = Chart(
    id=Id.BARS,
    title="Accuracy and loss on the test samples",
    reading="Whiskers are 95 % intervals: Wilson for accuracy, bootstrap over samples for loss. "
    "The dashed line is what always guessing the most frequent class would reach.",
    answer=lambda view: comparison.compare(view.runs, view.dataset).comparison,
    draw=draw_bars,
    uses=("runs", "dataset"),
    height=360,
)

CURVES = Chart(
    id=Id.CURVES,
    title="How they learnt",
    reading="Loss and accuracy by epoch; solid on the validation samples, dashed on the training samples.",
    answer=lambda view: comparison.curves(view.runs, view.dataset),
    draw=learning_curves_figure,
    uses=("runs", "dataset"),
    height=360,
)
