"""The section Spectrogram: how one sample's would look, and a dataset that has it of all."""

from dashboard.pages.data.spectrogram import callbacks
from dashboard.pages.data.spectrogram.layout import layout

__all__ = ["callbacks", "layout"]
