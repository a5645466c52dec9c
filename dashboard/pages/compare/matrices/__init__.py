"""The section of confusion matrices side by side."""

from dashboard.pages.compare.matrices import callbacks
from dashboard.pages.compare.matrices.layout import layout

__all__ = ["callbacks", "layout"]
