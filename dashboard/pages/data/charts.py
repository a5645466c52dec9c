"""The charts of the page Data."""

import plotly.graph_objects as go

from core.data import Statistics
from core.figures import channel_spread_figure, class_balance_figure, class_examples_figure
from core.figures.palette import ThemeName
from dashboard.components.chart import Chart
from dashboard.pages.data.ids import Id
from dashboard.services import data

BALANCE = Chart(
    id=Id.BALANCE,
    title="How many samples of each class",
    reading="By part of the published split, where there is one; a model must beat the largest share.",
    answer=lambda view: data.class_counts(view.dataset, view.target),
    draw=lambda counts, theme: class_balance_figure(counts.statistics, theme, target=counts.target),
    uses=("dataset", "target"),
    height=420,
)

EXAMPLES = Chart(
    id=Id.EXAMPLES,
    title="What the samples look like",
    reading="Some samples of each class, evenly over the dataset's order, all on one scale.",
    answer=lambda view: data.examples(view.dataset, view.channel, view.target),
    draw=class_examples_figure,
    uses=("dataset", "channel", "target"),
    height=420,
)

CROWDED = 24


def _draw_spread(result: Statistics, theme: ThemeName) -> go.Figure:
    """Draw the spread; the names of many channels are smaller, so that they don't lie on each other."""
    figure = channel_spread_figure(result, theme)
    if len(figure.layout.yaxis.ticktext) > CROWDED:
        figure.update_yaxes(tickfont={"size": 9})
    return figure


SPREAD = Chart(
    id=Id.SPREAD,
    title="How the values of each channel spread",
    reading="Line: extremes; bar: quartiles; stroke: median; diamond: mean; over valid steps, unscaled.",
    answer=lambda view: data.statistics(view.dataset),
    draw=_draw_spread,
    uses=("dataset",),
    height=540,
)
