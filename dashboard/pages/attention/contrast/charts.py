"""The charts of the section Contrast."""

from core.figures.contrast import contrast_figure
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
from dashboard.pages.attention.asking import FILTERS, asked
from dashboard.pages.attention.contrast.ids import Id
from dashboard.pages.attention.sides import patterns_chart
from dashboard.services import contrast
from dashboard.services.contrast import ContrastView

USES = (*FILTERS, "among", "versus", "axis")


def contrasted(view: ViewState) -> ContrastView:
    """Return what a view asks about two groups."""
    return ContrastView(asked(view), view.among, view.versus, view.other)


CONTRAST = Chart(
    id=Id.CONTRAST,
    title="Where two groups look differently",
    reading="Above: the mean weight of each step in both groups, with one standard deviation; below: the "
    "first less "
    "the second, with its 95 % interval. Shaded: steps whose difference is more than chance, found by a "
    "permutation test over all steps at once; its p is of the whole span, whose ends are not exact.",
    answer=lambda view: contrast.groups(contrasted(view)),
    draw=contrast_figure,
    uses=USES,
    height=470,
)

PATTERNS = patterns_chart(Id.PATTERNS, lambda view: contrast.groups(contrasted(view)), USES)
