"""Gaussian noise in units of each channel's own spread."""

import numpy as np
from pydantic import Field

from core.arrays import DoubleArray, FloatArray, length_mask
from core.augmentation.family import AUGMENTATIONS, Augmentation, Windows


@AUGMENTATIONS.register("gaussian-noise")
class GaussianNoise(Augmentation):
    """Adds independent normal noise to every valid step.

    Source: Um et al. (2017), arXiv 1706.00527 ("jittering").
    """

    level: float = Field(
        0.1,
        ge=0,
        le=5,
        title="Level",
        description="standard deviation of the noise, as a share of the channel's own",
    )

    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        """Add noise whose size follows the spread of each channel over the valid steps of all samples."""
        sizes = self.level * _spread(windows)
        sizes[list(windows.categorical)] = 0  # (C,)
        series = np.empty(windows.series.shape, np.float32)
        for rows in windows.chunks():
            noise = rng.standard_normal(series[rows].shape, dtype=np.float32)
            noise *= sizes.astype(np.float32)
            noise += windows.series[rows]
            noise[windows.padding(rows)] = 0
            series[rows] = noise
        return windows.with_series(series)


def _spread(windows: Windows) -> DoubleArray:
    """Return the standard deviation of each channel over valid steps with a value (C,)."""
    total, count, square = np.zeros(windows.channels), np.zeros(windows.channels), np.zeros(windows.channels)
    for rows in windows.chunks():
        values = _valid_values(windows, rows)
        count += len(values)
        missing = np.isnan(values)
        if missing.any():
            count -= missing.sum(axis=0)
            values = np.where(missing, np.float32(0), values)
        total += np.einsum("sc->c", values, dtype=np.float64)
    mean = (total / np.maximum(count, 1)).astype(np.float32)
    for rows in windows.chunks():
        away = _valid_values(windows, rows) - mean
        np.copyto(away, 0, where=np.isnan(away))
        square += np.einsum("sc,sc->c", away, away, dtype=np.float64)
    spread: DoubleArray = np.sqrt(square / np.maximum(count, 1))
    return spread


def _valid_values(windows: Windows, rows: slice) -> FloatArray:
    block = np.asarray(windows.series[rows], np.float32)
    lengths = windows.lengths[rows]
    if (lengths == windows.steps).all():
        return block.reshape(-1, windows.channels)
    values: FloatArray = block[length_mask(lengths, windows.steps)]  # (steps, C)
    return values
