"""Warping of magnitude by a smooth random curve."""

import numpy as np
from pydantic import Field

from core.augmentation.family import AUGMENTATIONS, Augmentation, Windows
from core.augmentation.movement import smooth_curves


@AUGMENTATIONS.register("magnitude-warp")
class MagnitudeWarp(Augmentation):
    """Multiplies each channel by a curve that runs smoothly around 1.

    A factor never falls below 0, so that no value turns its sign.

    Source: Um et al. (2017), arXiv 1706.00527.
    """

    knots: int = Field(
        4,
        ge=2,
        le=20,
        title="Changes of size",
        description="points, spread evenly over the sample, at which a new factor is drawn",
    )
    strength: float = Field(
        0.2, ge=0, le=2, title="Strength", description="standard deviation of the factors around 1"
    )

    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        """Multiply every measured channel of every sample by its own curve."""
        factors = rng.standard_normal((windows.samples, self.knots, windows.channels), dtype=np.float32)
        factors *= np.float32(self.strength)
        factors += 1
        np.maximum(factors, 0, out=factors)
        factors[:, :, list(windows.categorical)] = 1
        series = np.empty(windows.series.shape, np.float32)
        for rows in windows.chunks():
            curves = smooth_curves(factors[rows], windows.lengths[rows], windows.steps)  # (n, T, C)
            np.multiply(windows.series[rows], curves, out=series[rows], casting="same_kind")
            series[rows][windows.padding(rows)] = 0
        return windows.with_series(series)
