"""The section Two models: the run beside another one on the same samples."""

from dashboard.pages.attention.beside import callbacks
from dashboard.pages.attention.beside.layout import layout

__all__ = ["callbacks", "layout"]
