"""The section Split and leaks: how samples are divided, and what of that would flatter a model."""

from dashboard.pages.data.split import callbacks
from dashboard.pages.data.split.layout import layout

__all__ = ["callbacks", "layout"]
