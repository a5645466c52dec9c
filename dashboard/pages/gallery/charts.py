"""The charts of the page Gallery."""

from typing import Any

import plotly.graph_objects as go

from core.attention import Gallery
from core.figures import confusion_figure, gallery_figure
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
from dashboard.pages.gallery.ids import Id
from dashboard.services import gallery
from dashboard.services.gallery import PAGE_SIZES, GalleryRequest
from dashboard.services.selection import SELECTED, Selection

COLUMNS = {24: 6, 48: 8}


def size_of(view: ViewState) -> int:
    """Return how many samples a page has."""
    return next((size for size in PAGE_SIZES if str(size) == view.show), PAGE_SIZES[0])


def asked(view: ViewState) -> GalleryRequest:
    """Return what a view asks of the gallery."""
    return GalleryRequest(Selection.of(view), view.sort, view.layer, view.channel, view.page, size_of(view))


def draw(answer: Gallery, theme: Any) -> go.Figure:
    """Draw a page of samples; a page that is not full keeps the size of its tiles."""
    size = next(size for size in PAGE_SIZES if len(answer.samples) <= size)
    size = max(size, int(answer.provenance.parameters.get("count", size)))
    columns = COLUMNS[size]
    figure = gallery_figure(answer, theme, columns=columns)
    figure.update_yaxes(range=[size // columns, 0])
    return figure


SAMPLES = Chart(
    id=Id.SAMPLES,
    title="Samples, each with its attention",
    reading="Line: the series, in the colour of its outcome. Area below: attention. All tiles have one "
    "scale. Click one to look at it on the page Attention.",
    answer=lambda view: gallery.page(asked(view)),
    draw=draw,
    uses=(*SELECTED, "channel", "sort", "page", "show"),
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
