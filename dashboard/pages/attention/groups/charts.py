"""The charts of the section Groups."""

from core.figures.channels import channel_attention_figure
from core.figures.distributions import distribution_figure
from core.figures.patterns import patterns_figure
from core.figures.profiles import profiles_figure
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
from dashboard.pages.attention.asking import FILTERS, asked
from dashboard.pages.attention.groups.ids import Id
from dashboard.services import attention_groups

IN_GROUPS = (*FILTERS, "group")


def group_of(view: ViewState) -> str:
    """Return what the samples are grouped by."""
    return view.group if view.group in attention_groups.GROUPS else "outcome"


PROFILE = Chart(
    id=Id.PROFILE,
    title="Where the model looks, per group",
    reading="Mean weight of each step over the samples of a group; the band is one standard deviation.",
    answer=lambda view: attention_groups.profiles(asked(view), group_of(view)),
    draw=profiles_figure,
    uses=(*IN_GROUPS, "axis"),
    height=400,
)

PATTERNS = Chart(
    id=Id.PATTERNS,
    title="How the weight is spread, per group",
    reading="Early, middle, late: that third of the steps holds more than half of the weight. "
    "Evenly distributed: none does and the weights are nearly equal. Mixed: the rest. "
    "Click a bar to see its samples alone.",
    answer=lambda view: attention_groups.patterns(asked(view), group_of(view)),
    draw=patterns_figure,
    uses=IN_GROUPS,
    height=360,
    on_click="where",
)

DISTRIBUTION = Chart(
    id=Id.DISTRIBUTION,
    title="How it is distributed, per group",
    reading="Share of a group's samples (of its weights, for single weights) by interval.",
    answer=lambda view: attention_groups.distribution(
        asked(view), view.metric, group_of(view), view.scale == "log"
    ),
    draw=distribution_figure,
    uses=(*IN_GROUPS, "metric", "scale"),
    height=360,
)

CHANNELS = Chart(
    id=Id.CHANNELS,
    title="Channels that deviate where the model looks",
    reading="Distance from the training mean, weighted by attention, beside the same over all steps. It says "
    "what the signal does where the model looks, not which channel a prediction depends on.",
    answer=lambda view: attention_groups.channels(asked(view)),
    draw=channel_attention_figure,
    uses=FILTERS,
    height=480,
)
