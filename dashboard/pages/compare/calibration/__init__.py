"""The section of calibration: whether probabilities mean what they say."""

from dashboard.pages.compare.calibration import callbacks
from dashboard.pages.compare.calibration.layout import layout

__all__ = ["callbacks", "layout"]
