"""What a view asks about attention, for all sections of the page."""

from dashboard.components.view import ViewState
from dashboard.services.ahead import load_ahead
from dashboard.services.attention import AttentionView
from dashboard.services.selection import SELECTED, Selection

FILTERS = SELECTED
"""Keys of the view that change every chart of the page: they say which samples of which layer are meant."""


def asked(view: ViewState) -> AttentionView:
    """Return what a view asks about attention."""
    load_ahead("scipy.special")  # the sections Contrast and Two models test with it
    return AttentionView(
        Selection.of(view), view.layer, view.sort, view.show, view.rows, view.steps, view.axis
    )
