"""Attention: where the model looks, over all samples and in one."""

from dashboard.components.page import Page
from dashboard.pages.attention import callbacks
from dashboard.pages.attention.layout import layout

PAGE = Page(
    path="/attention",
    name="Attention",
    order=50,
    icon="attention",
    letter="a",
    summary="Where the model looks, over all samples and in one.",
    layout=layout,
)

__all__ = ["PAGE", "callbacks"]
