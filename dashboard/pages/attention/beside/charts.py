"""The charts of the section Two models."""

from dataclasses import replace

from core.figures.beside import beside_figure
from core.figures.contrast import contrast_figure
from core.figures.heatmap import attention_heatmap_figure
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
from dashboard.pages.attention.asking import FILTERS, asked
from dashboard.pages.attention.beside.ids import Id
from dashboard.pages.attention.heatmap_chart import LAID_OUT, HeatmapChart
from dashboard.pages.attention.sides import patterns_chart
from dashboard.services import attention, contrast
from dashboard.services.contrast import ContrastView

USES = (*FILTERS, "other")
ON_AXIS = (*USES, "axis")
IN_ORDER = (*LAID_OUT, "show", "other")
CELLS = (240, 200)  # of each of two heatmaps beside each other: no more than they have pixels


def besides(view: ViewState) -> ContrastView:
    """Return what a view asks about two models."""
    return ContrastView(replace(asked(view), cells=CELLS), other=view.other)


PROFILES = Chart(
    id=Id.PROFILES,
    title="Where two models look differently",
    reading="Above: the mean weight of each step under both models, with one standard deviation; below: "
    "the run less "
    "the other one over the same samples, with its 95 % interval. Shaded: steps whose difference is "
    "more than "
    "chance, by a permutation test over all steps at once.",
    answer=lambda view: contrast.models(besides(view)),
    draw=contrast_figure,
    uses=ON_AXIS,
    height=470,
)

PATTERNS = patterns_chart(Id.PATTERNS, lambda view: contrast.models(besides(view)), ON_AXIS)

FIRST = HeatmapChart(
    id=Id.FIRST,
    title="Attention of this run",
    reading="One row a sample; the order is that of the section Overview. Click a row to look at its sample; "
    "draw a box to zoom both, a double click shows all.",
    answer=lambda view: attention.heatmap(besides(view).attention),
    draw=attention_heatmap_figure,
    uses=IN_ORDER,
    height=480,
)

SECOND = HeatmapChart(
    id=Id.SECOND,
    title="Attention of the other run",
    reading="The same samples in the same order. Each map has its own scale; the strips are of the "
    "other run.",
    answer=lambda view: contrast.other_heatmap(besides(view)),
    draw=attention_heatmap_figure,
    uses=IN_ORDER,
    height=480,
)

AGREEMENT = Chart(
    id=Id.AGREEMENT,
    title="How far they agree on a sample",
    reading="The rank correlation of both maps, a sample at a time. The floor is what unrelated "
    "attention gives: the "
    "other run's attention on another sample. Agreement that is no more than the floor is not about the "
    "sample.",
    answer=lambda view: contrast.agreement(besides(view)),
    draw=beside_figure,
    uses=USES,
    height=380,
)
