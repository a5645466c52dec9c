"""The charts of the section Overview."""

from typing import Any

import plotly.graph_objects as go
from dash import Input

from core.figures.heatmap import attention_heatmap_figure
from core.figures.profiles import profiles_figure
from core.figures.sample import sample_figure
from dashboard.components.chart import Chart
from dashboard.pages.attention.asking import FILTERS, asked
from dashboard.pages.attention.heatmap_chart import LAID_OUT, HeatmapChart
from dashboard.pages.attention.overview.ids import Id
from dashboard.services import attention

CHANNELS_DRAWN = 3
CLUSTERED = (Input(Id.CLUSTERED, "data"),)


def draw_sample(answer: Any, theme: Any) -> go.Figure:
    """Draw one sample with the channels that stand out most at its top steps."""
    return sample_figure(answer, theme, channels=CHANNELS_DRAWN)


HEATMAP = HeatmapChart(
    id=Id.HEATMAP,
    title="Where the model looks, sample by sample",
    reading="One row a sample, one column a step; the strips on the right say class, outcome and confidence. "
    "Click a row to see that sample; draw a box to zoom into it, a double click shows all.",
    answer=lambda view: attention.heatmap(asked(view)),
    draw=attention_heatmap_figure,
    uses=(*LAID_OUT, "show"),
    height=580,
    triggers=CLUSTERED,
)

SAMPLE = Chart(
    id=Id.SAMPLE,
    title="One sample over its steps",
    reading="The series above, the weight of each step below; numbers mark the five largest weights.",
    answer=lambda view: attention.sample(asked(view), view.sample),
    draw=draw_sample,
    uses=(*FILTERS, "sort", "sample"),
    height=516,
    triggers=CLUSTERED,
)

BY_OUTCOME = Chart(
    id=Id.BY_OUTCOME,
    title="Where the model looks, per outcome",
    reading="Mean weight of each step over the samples of an outcome; the band is one standard deviation.",
    answer=lambda view: attention.profiles(asked(view), "outcome"),
    draw=profiles_figure,
    uses=(*FILTERS, "axis"),
    height=340,
)
