"""The section of ROC and precision-recall curves of the chosen runs."""

from dashboard.pages.compare.ranking import callbacks
from dashboard.pages.compare.ranking.layout import layout

__all__ = ["callbacks", "layout"]
