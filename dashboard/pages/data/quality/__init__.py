"""The section Quality: what is wrong with a dataset, in sentences first, then in pictures."""

from dashboard.pages.data.quality import callbacks
from dashboard.pages.data.quality.layout import layout

__all__ = ["callbacks", "layout"]
