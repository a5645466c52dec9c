"""Gaussian noise in units of each channel's own spread."""

import numpy as np
from pydantic import Field

from core.arrays import FloatArray, IntArray, length_mask
from core.augmentation.family import AUGMENTATIONS, Augmentation, within_lengths


@AUGMENTATIONS.register("gaussian-noise")
class GaussianNoise(Augmentation):
    """Adds independent normal noise to every valid step."""

    level: float = Field(
        0.1, ge=0, le=5, description="standard deviation of the noise, as a share of the channel's own"
    )

    def apply(self, series: FloatArray, lengths: IntArray, rng: np.random.Generator) -> FloatArray:
        """Add noise whose size follows the spread of each channel over the valid steps of all samples."""
        valid = length_mask(lengths, series.shape[1])[:, :, None]  # (N, T, 1)
        count = max(1, int(valid.sum()))
        mean = np.where(valid, series, 0).sum(axis=(0, 1), dtype=np.float64) / count  # (C,)
        spread = np.sqrt(np.where(valid, (series - mean) ** 2, 0).sum(axis=(0, 1)) / count)
        noise = rng.standard_normal(series.shape, dtype=np.float32) * (self.level * spread).astype(np.float32)
        return within_lengths(series + noise, lengths)
