"""The charts of the page Sample."""

from core.figures.depth import HEIGHT, sample_depth_figure
from core.figures.near import nearest_figure
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
from dashboard.pages.sample.ids import Id
from dashboard.services import sample, sample_depth
from dashboard.services.attention import AttentionView
from dashboard.services.sample import SampleRequest
from dashboard.services.samples import Selection
from dashboard.services.selection import SELECTED

USES = (*SELECTED, "layer", "sort", "sample", "channels", "pinned", "edits", "show")
OVERLAID = "overlaid"


def asked(view: ViewState) -> SampleRequest:
    """Return what a view asks about one sample."""
    looked = AttentionView(Selection.of(view), view.layer, view.sort)
    shown = view.show == OVERLAID
    return SampleRequest(looked, view.sample, view.edits, view.channels, view.pinned, view.space, shown)


SERIES = Chart(
    id=Id.SERIES,
    title="The sample in view",
    reading="Channels, below them each step's weight and a row a head, each on its own scale. Drag across "
    "the chart to choose the steps that an edit changes; dotted: before.",
    answer=lambda view: sample_depth.depth(asked(view)),
    draw=sample_depth_figure,
    uses=USES,
    height=HEIGHT,
)

PINNED = Chart(
    id=Id.PINNED,
    title="The pinned sample",
    reading="The same channels on the same scales as those of the sample beside it. Press p here to let it "
    "go, or on another sample to pin that one in its place.",
    answer=lambda view: sample_depth.pinned(asked(view)),
    draw=sample_depth_figure,
    uses=USES,
    height=HEIGHT,
)

NEAREST = Chart(
    id=Id.NEAREST,
    title="Training samples most like it, class by class",
    reading="Dotted: this sample. In colour: the nearest training sample of each class, nearest class first, "
    "with its distance.",
    answer=lambda view: sample.nearest(asked(view)),
    draw=nearest_figure,
    uses=(*SELECTED, "layer", "sort", "sample", "space", "channels"),
    height=320,
)
