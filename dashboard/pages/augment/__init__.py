"""Augment: choose what training samples are varied by, and see what it does to them."""

from dashboard.components.page import Page
from dashboard.pages.augment import callbacks
from dashboard.pages.augment.layout import actions, layout

PAGE = Page(
    path="/augment",
    name="Augment",
    order=20,
    icon="augment",
    letter="u",
    summary="Varied copies of the training samples, seen before anything is trained.",
    layout=layout,
    actions=actions(),
)

__all__ = ["PAGE", "callbacks"]
