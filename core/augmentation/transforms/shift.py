"""Shift in time."""

from typing import Literal

import numpy as np
from pydantic import Field

from core.arrays import IntArray
from core.augmentation.family import AUGMENTATIONS, Augmentation, Windows
from core.augmentation.movement import moved


@AUGMENTATIONS.register("shift")
class Shift(Augmentation):
    """Moves each sample earlier or later by some steps.

    Where the ends are filled with the edge, truth and targets of that step stand there too.

    Source: Iwana and Uchida (2021), arXiv 2007.15951, survey.
    """

    most: float = Field(
        0.1,
        ge=0,
        le=1,
        title="Largest shift",
        description="largest shift in either direction, as a share of the sample's length",
    )
    ends: Literal["edge", "roll"] = Field(
        "edge",
        title="Ends",
        description="what fills the steps that come free: edge repeats the first or last step, "
        "roll brings in what left at the other end",
    )

    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        """Move each sample, all of its channels alike, by a whole number of its own steps."""
        reach = np.rint(self.most * np.asarray(windows.lengths)).astype(np.int64)
        steps = rng.integers(-reach, reach, endpoint=True)  # (N,)

        def places(rows: slice) -> IntArray:
            at: IntArray = np.arange(windows.steps)[None, :] - steps[rows, None]
            if self.ends == "roll":
                at %= np.asarray(windows.lengths)[rows, None]
            return at

        return moved(windows, places)
