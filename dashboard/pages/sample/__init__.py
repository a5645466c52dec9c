"""Sample: one prediction in depth, and what it would be if the sample were different."""

from dashboard.components.page import Page
from dashboard.pages.sample import callbacks, changes, keeping
from dashboard.pages.sample.layout import layout

PAGE = Page(
    path="/sample",
    name="Sample",
    order=65,
    icon="sample",
    letter="s",
    summary="One prediction in depth, and what it would be if the sample were different.",
    layout=layout,
)

__all__ = ["PAGE", "callbacks", "changes", "keeping"]
