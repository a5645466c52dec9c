"""Warping of time by a smooth random speed."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.arrays import DoubleArray
from core.augmentation.family import AUGMENTATIONS, Augmentation, Windows
from core.augmentation.movement import moved, smooth_curves


@AUGMENTATIONS.register("time-warp")
class TimeWarp(Augmentation):
    """Lets time pass faster in some places and slower in others.

    The first and the last step stay where they are, and no step overtakes another: speeds are positive,
    exp(strength * z) with z normal at each knot, smooth between the knots.

    Source: Um et al. (2017), arXiv 1706.00527.
    """

    knots: int = Field(
        4,
        ge=2,
        le=20,
        title="Changes of speed",
        description="points, spread evenly over the sample, at which a new speed is drawn",
    )
    strength: float = Field(
        0.2,
        ge=0,
        le=2,
        title="Strength",
        description="how much the speeds differ: 0 changes nothing, at 0.7 every third speed"
        " is more than doubled or halved",
    )

    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        """Read each sample, all of its channels alike, along its own warped time."""
        speeds = self.strength * rng.standard_normal((windows.samples, self.knots, 1))

        def places(rows: slice) -> DoubleArray:
            lengths = windows.lengths[rows]
            speed = np.exp(smooth_curves(speeds[rows], lengths, windows.steps)[:, :, 0])
            return _times(speed, lengths)

        return moved(windows, places)


def _times(speed: DoubleArray, lengths: NDArray[np.integer]) -> DoubleArray:
    """Return the time at each step (n, T), from 0 to the last of the sample's own steps."""
    passed = np.cumsum(speed, axis=1) - speed  # (n, T) time before each step
    last = np.asarray(lengths)[:, None] - 1
    whole = np.take_along_axis(passed, last, axis=1)
    times: DoubleArray = passed * np.divide(last, whole, out=np.ones_like(whole), where=whole > 0)
    return times
