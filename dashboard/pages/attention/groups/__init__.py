"""The section Groups: averages, patterns, distributions and findings of classes, outcomes and cohorts."""

from dashboard.pages.attention.groups import callbacks
from dashboard.pages.attention.groups.layout import layout

__all__ = ["callbacks", "layout"]
