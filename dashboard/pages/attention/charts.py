"""The charts of the page Attention."""

from typing import Any

import plotly.graph_objects as go

from core.figures.heatmap import attention_heatmap_figure
from core.figures.patterns import patterns_figure
from core.figures.profiles import profiles_figure
from core.figures.sample import sample_figure
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
from dashboard.pages.attention.ids import Id
from dashboard.services import attention
from dashboard.services.attention import AttentionView
from dashboard.services.samples import Selection

FILTERS = ("run", "part", "klass", "outcome", "predicted", "layer", "threshold")
CHANNELS_DRAWN = 3


def asked(view: ViewState) -> AttentionView:
    """Return what a view asks about attention."""
    return AttentionView(Selection.of(view), view.layer, view.sort, view.show)


def draw_sample(answer: Any, theme: Any) -> go.Figure:
    """Draw one sample with the channels that stand out most at its top steps."""
    return sample_figure(answer, theme, channels=CHANNELS_DRAWN)


HEATMAP = Chart(
    id=Id.HEATMAP,
    title="Where the model looks, sample by sample",
    reading="One row a sample, one column a step; the strips on the right say class, outcome and confidence. "
    "Click a row to see that sample.",
    answer=lambda view: attention.heatmap(asked(view)),
    draw=attention_heatmap_figure,
    uses=(*FILTERS, "sort", "show"),
    height=580,
    on_click="sample",
)

SAMPLE = Chart(
    id=Id.SAMPLE,
    title="One sample over its steps",
    reading="The series above, the weight of each step below; numbers mark the five largest weights.",
    answer=lambda view: attention.sample(asked(view), view.sample),
    draw=draw_sample,
    uses=(*FILTERS, "sort", "sample"),
    height=516,
)

BY_OUTCOME = Chart(
    id=Id.BY_OUTCOME,
    title="Where the model looks, per outcome",
    reading="Mean weight of each step over the samples of an outcome; the band is one standard deviation.",
    answer=lambda view: attention.profiles(asked(view), "outcome"),
    draw=profiles_figure,
    uses=FILTERS,
    height=340,
)

BY_CLASS = Chart(
    id=Id.BY_CLASS,
    title="Where the model looks, per class",
    reading="Mean weight of each step over the samples of a class; the band is one standard deviation.",
    answer=lambda view: attention.profiles(asked(view), "class"),
    draw=profiles_figure,
    uses=FILTERS,
    height=340,
)

PATTERNS = Chart(
    id=Id.PATTERNS,
    title="How the weight is spread, per outcome",
    reading="Early, middle, late: that third of the steps holds more than half of the weight. "
    "Evenly distributed: none does and the weights are nearly equal. Mixed: the rest.",
    answer=lambda view: attention.patterns(asked(view)),
    draw=patterns_figure,
    uses=FILTERS,
    height=320,
)
