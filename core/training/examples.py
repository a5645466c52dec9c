"""What a training reads: scaled examples, and their order in each epoch."""

from dataclasses import dataclass

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray, length_mask, require_axes
from core.errors import TrainingError


@dataclass(frozen=True)
class Examples:
    """Scaled series with their classes.

    Attributes:
        series: Scaled series (N, T, C), right-padded with 0.
        lengths: Number of valid steps of each (N,).
        targets: Class codes (N,).
    """

    series: FloatArray
    lengths: IntArray
    targets: IntArray

    def __post_init__(self) -> None:
        sizes = require_axes(self.series, "N T C", "series")
        require_axes(self.lengths, "N", "lengths", sizes)
        require_axes(self.targets, "N", "targets", sizes)

    def __len__(self) -> int:
        return len(self.series)

    def mask(self) -> FloatArray:
        """Return 1 where a step is valid and 0 on padding (N, T)."""
        return length_mask(self.lengths, self.series.shape[1]).astype(np.float32)


@dataclass(frozen=True)
class FitArrays:
    """The two parts a training sees; validation may be empty, then the training loss decides."""

    train: Examples
    validation: Examples

    def check(self, classes: int) -> None:
        """Raise TrainingError where nothing could be learnt from these examples."""
        if len(self.train) == 0:
            raise TrainingError("the training part must hold at least one sample; got none")
        found = np.unique(self.train.targets)
        if found.size < 2:
            raise TrainingError(
                f"the training part must hold at least 2 classes; got {found.size}."
                " Choose another split or target"
            )
        for part in (self.train, self.validation):
            if len(part) and (part.targets.min() < 0 or part.targets.max() >= classes):
                raise TrainingError(f"class codes must lie in 0 to {classes - 1}; got {part.targets.max()}")
        if not np.isfinite(self.train.series).all():
            raise TrainingError("series must be finite; the training part holds NaN or infinite values")


def balanced_weights(targets: IntArray, classes: int) -> DoubleArray:
    """Return a weight per example (N,) that gives every present class the same total, with mean 1."""
    counts = np.bincount(targets, minlength=classes)
    share = np.zeros(classes)
    share[counts > 0] = len(targets) / ((counts > 0).sum() * counts[counts > 0])
    return share[targets]
