"""A part of a sample, stretched over its whole length."""

import numpy as np
from pydantic import Field

from core.arrays import DoubleArray
from core.augmentation.family import AUGMENTATIONS, Augmentation, Windows
from core.augmentation.movement import moved


@AUGMENTATIONS.register("window-slice")
class WindowSlice(Augmentation):
    """Cuts a random part out of each sample and stretches it to the sample's full length.

    What lies outside the part is lost, and with it what decided the class if it lay there: a copy keeps its
    class all the same, but its truth may be empty.

    Source: Le Guennec, Malinowski and Tavenard (2016), HAL halshs-01357973; stretched as in Iwana and Uchida
    (2021), arXiv 2007.15951.
    """

    size: float = Field(
        0.9, ge=0.1, le=1, title="Size of the part", description="share of the sample's steps that is kept"
    )

    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        """Read each sample, all of its channels alike, from a random start at a lower speed."""
        lengths = np.asarray(windows.lengths)
        kept = np.minimum(lengths, np.maximum(2, np.rint(self.size * lengths).astype(np.int64)))
        starts = rng.integers(0, lengths - kept, endpoint=True)  # (N,)
        speeds = (kept - 1) / np.maximum(lengths - 1, 1)

        def places(rows: slice) -> DoubleArray:
            at: DoubleArray = starts[rows, None] + np.arange(windows.steps)[None, :] * speeds[rows, None]
            return at

        return moved(windows, places)
