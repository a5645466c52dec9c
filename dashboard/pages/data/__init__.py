"""Data: make or load a dataset, see what is in it."""

from dashboard.components.page import Page
from dashboard.pages.data import callbacks
from dashboard.pages.data.bring import callbacks as bring_callbacks
from dashboard.pages.data.bring import choosing, looking, wishes
from dashboard.pages.data.layout import layout

PAGE = Page(
    path="/data",
    name="Data",
    order=10,
    icon="data",
    letter="d",
    summary="Series from a file or a source: their shape, classes, samples, statistics.",
    layout=layout,
)

__all__ = ["PAGE", "bring_callbacks", "callbacks", "choosing", "looking", "wishes"]
