"""The charts of the page Gallery."""

from typing import Any

import plotly.graph_objects as go

from core.attention import Gallery
from core.figures import confusion_figure, gallery_figure
from core.figures.side_by_side import side_by_side_figure
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
from dashboard.pages.gallery.ids import Id
from dashboard.pages.gallery.tiles import Tiles
from dashboard.services import gallery
from dashboard.services.gallery import PAGE_SIZES, SCROLLED, GalleryRequest
from dashboard.services.selection import SELECTED, Selection

COLUMNS = {24: 6, 60: 10}


def size_of(view: ViewState) -> int:
    """Return how many samples a page has, or come at once where they are scrolled."""
    if view.show == SCROLLED:
        return PAGE_SIZES[-1]
    return next((size for size in PAGE_SIZES if str(size) == view.show), PAGE_SIZES[0])


def asked(view: ViewState) -> GalleryRequest:
    """Return what a view asks of the gallery."""
    shown = (view.page, size_of(view), view.channels)
    return GalleryRequest(Selection.of(view), view.sort, view.layer, view.channel, *shown)


def draw(answer: Gallery, theme: Any) -> go.Figure:
    """Draw a page of samples; a page that is not full keeps the size of its tiles."""
    size = next(size for size in PAGE_SIZES if len(answer.samples) <= size)
    size = max(size, int(answer.provenance.parameters.get("count", size)))
    columns = COLUMNS[size]
    figure = gallery_figure(answer, theme, columns=columns)
    figure.update_yaxes(range=[size // columns, 0])
    return figure


SAMPLES = Tiles(
    id=Id.SAMPLES,
    title="Samples, each with its attention",
    reading="Line: the series, in the colour of its outcome; several channels stand under each other. Colour "
    "under the line: attention at that step, once more in the strip at the foot. All tiles have one scale, "
    "which grows when samples beyond it come by scrolling; of long series each point is the largest of a few "
    "steps. A tile opens its sample; arrow keys go on.",
    answer=lambda view: gallery.page(asked(view)),
    draw=draw,
    uses=(*SELECTED, "channel", "channels", "sort", "page", "show"),
    height=660,
)

COMPARED = Chart(
    id=Id.COMPARED,
    title="Picked samples side by side",
    reading="One panel a sample, in the order they were picked: series above, attention below. All have the "
    "same axes and scales; a zoom into one is a zoom into all.",
    answer=lambda view: gallery.compared(asked(view), view.pinned),
    draw=side_by_side_figure,
    uses=("run", "klass", "threshold", "layer", "channel", "channels", "pinned"),
    height=660,
)

CONFUSION = Chart(
    id=Id.CONFUSION,
    title="Class by class",
    reading="Row: actual class, column: predicted class. Click a cell to see its samples.",
    answer=lambda view: gallery.confused(Selection.of(view)),
    draw=confusion_figure,
    uses=("run", "part", "threshold", "layer", "where", "cohort"),
    height=380,
)
