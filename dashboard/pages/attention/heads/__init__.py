"""The section Heads: every head at a glance, one as a map, what kind each is, readings beside each other."""

from dashboard.pages.attention.heads import callbacks
from dashboard.pages.attention.heads.layout import layout

__all__ = ["callbacks", "layout"]
