"""Gallery: right and wrong predictions side by side."""

from dashboard.components.page import Page
from dashboard.pages.gallery import callbacks
from dashboard.pages.gallery.layout import layout

PAGE = Page(
    path="/gallery",
    name="Gallery",
    order=55,
    icon="gallery",
    letter="l",
    summary="Right and wrong predictions side by side.",
    layout=layout,
)

__all__ = ["PAGE", "callbacks"]
