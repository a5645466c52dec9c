"""Modalities: how two groups of channels look at each other, and whether they agree."""

from dashboard.components.page import Page
from dashboard.pages.modalities import callbacks
from dashboard.pages.modalities.layout import layout

PAGE = Page(
    path="/modalities",
    name="Modalities",
    order=70,
    icon="modalities",
    letter="o",
    summary="How two modalities look at each other, and whether they agree.",
    layout=layout,
)

__all__ = ["PAGE", "callbacks"]
