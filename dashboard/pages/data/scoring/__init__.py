"""The section Score: what a run says of a dataset, labelled or not."""

from dashboard.pages.data.scoring import callbacks
from dashboard.pages.data.scoring.layout import layout

__all__ = ["callbacks", "layout"]
