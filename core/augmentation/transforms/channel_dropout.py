"""Channels without content."""

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.arrays import BoolArray, FloatArray
from core.augmentation.family import AUGMENTATIONS, Augmentation, Windows


@AUGMENTATIONS.register("channel-dropout")
class ChannelDropout(Augmentation):
    """Silences whole channels, so that a model learns not to rely on a single one.

    At least one measured channel of each sample stays, and channels that hold codes always stay. Truth in a
    silenced channel is taken away: nothing there decides the class any more.

    Source: Tompson et al. (2015), arXiv 1411.4280 (for feature maps).
    """

    probability: float = Field(
        0.2, ge=0, le=1, title="Probability", description="how likely each channel of a sample is silenced"
    )
    fill: Literal["mean", "zero"] = Field(
        "mean",
        title="Silence",
        description="what a silenced channel holds: its own mean in this sample, or zero",
    )

    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        """Set random channels of each sample to their mean or to zero; missing values stay missing."""
        dropped = self._dropped(windows, rng)  # (N, C)
        series = np.empty(windows.series.shape, np.float32)
        for rows in windows.chunks():
            block = np.asarray(windows.series[rows], np.float32)
            padding = windows.padding(rows)
            silence = _means(block, padding) if self.fill == "mean" else np.float32(0)
            silent = dropped[rows, None, :] & ~np.isnan(block)
            series[rows] = np.where(silent, silence, block)
            series[rows][padding] = 0
        truth = None if windows.truth is None else windows.truth & ~dropped[:, None, :]
        return replace(windows, series=series, truth=truth)

    def _dropped(self, windows: Windows, rng: np.random.Generator) -> BoolArray:
        measured = windows.continuous
        drawn = rng.random((windows.samples, len(measured))) < self.probability
        stays = rng.integers(0, max(1, len(measured)), windows.samples)
        every = np.flatnonzero(drawn.all(axis=1)) if len(measured) else np.zeros(0, np.int64)
        drawn[every, stays[every]] = False
        dropped = np.zeros((windows.samples, windows.channels), np.bool_)
        dropped[:, measured] = drawn
        return dropped


def _means(block: FloatArray, padding: BoolArray) -> NDArray[np.float32]:
    """Return the mean of each channel of each sample over what is there (n, 1, C)."""
    gone = np.isnan(block) | padding[:, :, None]
    count: NDArray[np.integer] | int = block.shape[1]
    if gone.any():
        count = np.maximum(block.shape[1] - gone.sum(axis=1), 1)  # (n, C)
        block = np.where(gone, np.float32(0), block)
    means: NDArray[np.float32] = (np.einsum("ntc->nc", block, dtype=np.float64) / count).astype(np.float32)
    return means[:, None, :]
