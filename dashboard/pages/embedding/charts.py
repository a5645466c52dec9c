"""The chart of the page Embedding."""

from dash import Input

from core.figures.embedding import embedding_figure
from dashboard.components.chart import Chart
from dashboard.components.view import ViewState
from dashboard.pages.embedding.ids import Id
from dashboard.services import embedding
from dashboard.services.embedding import MapRequest
from dashboard.services.selection import SELECTED, Selection


def asked(view: ViewState) -> MapRequest:
    """Return the map that a view means."""
    return MapRequest(Selection.of(view), view.method, view.space, view.layer, view.colour)


MAP = Chart(
    id=Id.MAP,
    title="Samples that are alike lie near each other",
    reading="A point is a sample; samples that the filter leaves out are grey. Diamonds are the centres of"
    " the colours. Draw a line around points to select them, click one to look at it.",
    answer=lambda view: embedding.the_map(asked(view)),
    draw=embedding_figure,
    uses=(*SELECTED, "method", "space", "colour"),
    on_click="sample",
    triggers=(Input(Id.READY, "data"),),
    height=640,
)
