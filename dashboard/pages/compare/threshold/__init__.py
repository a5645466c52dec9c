"""The section of the threshold: from which probability on the positive class is predicted."""

from dashboard.pages.compare.threshold import callbacks
from dashboard.pages.compare.threshold.layout import layout

__all__ = ["callbacks", "layout"]
