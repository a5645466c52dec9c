"""Scaling of the amplitude, one factor a sample."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from core.arrays import FloatArray, IntArray
from core.augmentation.family import AUGMENTATIONS, Augmentation, within_lengths
from core.errors import SettingsError


@AUGMENTATIONS.register("amplitude-scaling")
class AmplitudeScaling(Augmentation):
    """Multiplies a sample by one factor drawn from a range."""

    low: float = Field(0.8, gt=0, le=10, description="smallest factor")
    high: float = Field(1.2, gt=0, le=10, description="largest factor")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise SettingsError(f"low must not exceed high; got low {self.low} and high {self.high}")
        return self

    def apply(self, series: FloatArray, lengths: IntArray, rng: np.random.Generator) -> FloatArray:
        """Multiply every sample, all of its channels alike, by its own factor."""
        factors = rng.uniform(self.low, self.high, size=(len(series), 1, 1)).astype(np.float32)
        return within_lengths(series * factors, lengths)
