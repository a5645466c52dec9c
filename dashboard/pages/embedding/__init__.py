"""Embedding: samples in a plane, alike ones near each other."""

from dashboard.components.page import Page
from dashboard.pages.embedding import callbacks
from dashboard.pages.embedding.layout import layout

PAGE = Page(
    path="/embedding",
    name="Embedding",
    order=75,
    icon="embedding",
    letter="e",
    summary="Samples in a plane: those that are alike lie near each other.",
    layout=layout,
)

__all__ = ["PAGE", "callbacks"]
