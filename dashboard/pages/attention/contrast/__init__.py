"""The section Contrast: two groups of samples against each other, with what is more than chance."""

from dashboard.pages.attention.contrast import callbacks
from dashboard.pages.attention.contrast.layout import layout

__all__ = ["callbacks", "layout"]
