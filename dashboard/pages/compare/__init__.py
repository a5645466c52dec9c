"""Compare: runs beside each other, with what may be said of their difference."""

from dashboard.components.page import Page
from dashboard.pages.compare import callbacks
from dashboard.pages.compare.layout import layout

PAGE = Page(
    path="/compare",
    name="Compare",
    order=40,
    icon="compare",
    letter="c",
    summary="Runs beside each other, with what may be said of their difference.",
    layout=layout,
)

__all__ = ["PAGE", "callbacks"]
