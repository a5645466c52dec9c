"""The charts of the section Groups."""

from core.figures.patterns import patterns_figure
from core.figures.profiles import profiles_figure
from dashboard.components.chart import Chart
from dashboard.pages.attention.asking import FILTERS, asked
from dashboard.pages.attention.groups.ids import Id
from dashboard.services import attention

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
    "Evenly distributed: none does and the weights are nearly equal. Mixed: the rest. Click a bar to see "
    "its samples alone.",
    answer=lambda view: attention.patterns(asked(view)),
    draw=patterns_figure,
    uses=FILTERS,
    height=320,
    on_click="where",
)
