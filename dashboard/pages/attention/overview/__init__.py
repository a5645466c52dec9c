"""The section Overview: all samples as rows, one of them in depth."""

from dashboard.pages.attention.overview import callbacks
from dashboard.pages.attention.overview.layout import layout

__all__ = ["callbacks", "layout"]
