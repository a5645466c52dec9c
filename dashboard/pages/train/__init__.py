"""Train: choose an architecture, start trainings, watch them, keep the runs."""

from dashboard.components.page import Page
from dashboard.pages.train import callbacks, runs, watch
from dashboard.pages.train.layout import layout

PAGE = Page(
    path="/train",
    name="Train",
    order=30,
    icon="train",
    letter="t",
    summary="Models that learn in the background, and the runs they leave.",
    layout=layout,
)

__all__ = ["PAGE", "callbacks", "runs", "watch"]
