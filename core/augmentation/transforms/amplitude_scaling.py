"""Scaling of the amplitude, one factor a sample."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from core.augmentation.family import AUGMENTATIONS, Augmentation, Windows
from core.errors import SettingsError


@AUGMENTATIONS.register("amplitude-scaling")
class AmplitudeScaling(Augmentation):
    """Multiplies a sample by one factor drawn from a range."""

    low: float = Field(0.8, gt=0, le=10, title="Smallest factor", description="smallest factor")
    high: float = Field(1.2, gt=0, le=10, title="Largest factor", description="largest factor")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise SettingsError(f"low must not exceed high; got low {self.low} and high {self.high}")
        return self

    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        """Multiply every sample, all of its measured channels alike, by its own factor."""
        factors = rng.uniform(self.low, self.high, size=(windows.samples, 1, 1)).astype(np.float32)
        measured = np.isin(np.arange(windows.channels), windows.continuous)
        series = np.empty(windows.series.shape, np.float32)
        for rows in windows.chunks():
            by_channel = np.where(measured, factors[rows], np.float32(1))  # (n, 1, C)
            np.multiply(windows.series[rows], by_channel, out=series[rows], casting="same_kind")
            series[rows][windows.padding(rows)] = 0
        return windows.with_series(series)
