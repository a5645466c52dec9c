"""The charts of the section Heads."""

from core.figures.heads import head_map_figure, heads_grid_figure
from core.figures.links import flow_figure, network_figure
from core.figures.readings import readings_figure
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
from dashboard.pages.attention.asking import FILTERS
from dashboard.pages.attention.heads.ids import Id
from dashboard.services import heads
from dashboard.services.heads import HeadsView
from dashboard.services.samples import Selection

MEANT = (*FILTERS, "over", "sample")
ONE = (*MEANT, "head")


def asked(view: ViewState) -> HeadsView:
    """Return what a view asks about heads."""
    return HeadsView(Selection.of(view), view.layer, view.head, view.over, view.sample, view.least)


GRID = Chart(
    id=Id.GRID,
    title="Every head at a glance",
    reading="One small map a head, layers under each other: row asks, column is looked at. Each has its own "
    "scale, so that shapes can be compared. Click one to see it large. Heads that pool the steps are rows of "
    "one map, a column a step.",
    answer=lambda view: heads.heads(asked(view)),
    draw=heads_grid_figure,
    uses=MEANT,
    height=470,
    on_click="head",
)

MAP = Chart(
    id=Id.MAP,
    title="One head: who looks at whom",
    reading="Row = query, the step that asks; column = key, the step it looks at. Above: what each key "
    "receives. On the right: how sharply each query asks.",
    answer=lambda view: heads.one_head(asked(view)),
    draw=head_map_figure,
    uses=ONE,
    height=560,
)

READINGS = Chart(
    id=Id.READINGS,
    title="Readings of attention over the steps",
    reading="The same attention, read in different ways. Where they part, none alone says what counts.",
    answer=lambda view: heads.read(asked(view)),
    draw=readings_figure,
    uses=ONE,
    height=380,
)

FLOW = Chart(
    id=Id.FLOW,
    title="Flow: the strongest links side by side",
    reading="Left: the steps that ask. Right: those they look at. A line is as wide as its weight.",
    answer=lambda view: heads.links(asked(view)),
    draw=flow_figure,
    uses=(*ONE, "least"),
    height=520,
)

NETWORK = Chart(
    id=Id.NETWORK,
    title="Network of the strongest links",
    reading="Steps stand on a circle, clockwise from the top; an arrow leads from the query to its key, a "
    "large point receives much.",
    answer=lambda view: heads.links(asked(view)),
    draw=network_figure,
    uses=(*ONE, "least"),
    height=520,
)
