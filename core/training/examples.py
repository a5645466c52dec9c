"""What a training reads: scaled examples, in memory or read from disk as they are needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray, length_mask, require_axes
from core.errors import TrainingError
from core.models.family import AttentionLayer

CELLS_AT_ONCE = 4_000_000  # what is held at once where examples are walked through


class Rows(Protocol):
    """An array, or what reads rows of one as they are asked for."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the whole."""

    def __getitem__(self, rows: Any, /) -> Any:
        """Return some rows as an array."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Scaled series with their classes.

    Attributes:
        series: Scaled series (N, T, C) by group as in `InputShape.groups`, right-padded with 0.
        lengths: Number of valid steps of each (N,) by group.
        targets: Class codes by target, (N,) or (N, T) on the axis of the first group; -1 where there is none.
    """

    series: Mapping[str, Rows]
    lengths: Mapping[str, IntArray]
    targets: Mapping[str, Rows]

    def __post_init__(self) -> None:
        """Check axes and sizes."""
        samples = {"N": len(self)}
        steps = dict(samples)
        for place, (group, rows) in enumerate(self.series.items()):
            series: Any = rows  # of which the shape is looked at only
            sizes = require_axes(series, "N T C", _named("series", group), samples)
            require_axes(self.lengths[group], "N", _named("lengths", group), samples)
            if place == 0:
                steps["T"] = sizes["T"]
        for name, rows in self.targets.items():
            codes: Any = rows
            require_axes(codes, "N T" if len(rows.shape) == 2 else "N", f"target {name}", steps)

    def __len__(self) -> int:
        return len(next(iter(self.lengths.values())))

    @property
    def in_memory(self) -> bool:
        """Whether all of it is held in memory."""
        return all(isinstance(rows, np.ndarray) for rows in (*self.series.values(), *self.targets.values()))

    @property
    def cells(self) -> int:
        """Number of values of one example, over all groups."""
        return sum(int(np.prod(rows.shape[1:])) for rows in self.series.values())

    def take(self, rows: Any) -> "Examples":
        """Return some examples, held in memory."""
        return Examples(
            {group: series[rows] for group, series in self.series.items()},
            {group: lengths[rows] for group, lengths in self.lengths.items()},
            {name: codes[rows] for name, codes in self.targets.items()},
        )

    def masks(self) -> dict[str, FloatArray]:
        """Return by group 1 where a step is valid and 0 on padding (N, T)."""
        return {
            group: length_mask(self.lengths[group], series.shape[1]).astype(np.float32)
            for group, series in self.series.items()
        }

    def counts(self, target: str, classes: int) -> IntArray:
        """Return how many labels of each class there are (K,), on valid steps where they have labels.

        Raises:
            TrainingError: If a code is none of a class.
        """
        codes = self.targets[target]
        lengths = next(iter(self.lengths.values()))
        counts = np.zeros(classes, np.int64)
        step = max(1, CELLS_AT_ONCE // int(np.prod(codes.shape[1:])))
        for start in range(0, len(self), step):
            chunk = np.asarray(codes[slice(start, start + step)])
            if chunk.ndim == 2:
                chunk = chunk[length_mask(lengths[start : start + step], chunk.shape[1])]
            if chunk.size and (chunk.min() < -1 or chunk.max() >= classes):
                raise TrainingError(
                    f"class codes of {target} must lie in 0 to {classes - 1};"
                    f" got {chunk.min() if chunk.min() < -1 else chunk.max()}"
                )
            counts += np.bincount(chunk[chunk >= 0], minlength=classes)
        return counts


Augment = Callable[[Examples, np.random.Generator], Examples]


@dataclass(frozen=True, eq=False)
class FitArrays:
    """What a training sees; validation may be empty, then the training loss decides.

    Attributes:
        train: Examples to learn from.
        validation: Examples to choose the best epoch by.
        augment: Returns examples with their varied copies, drawn anew for each epoch; it may be given NaN,
            where it has to tell a missing value from the mean, and returns none.
        copies: How many examples `augment` makes of one, about.
        categorical: Channels of the one series that hold codes, which training noise leaves alone.
        layers: Attention layers whose entropy is watched.
    """

    train: Examples
    validation: Examples
    augment: Augment | None = None
    copies: float = 1.0
    categorical: tuple[int, ...] = ()
    layers: Sequence[AttentionLayer] = ()

    def check(self, classes: Mapping[str, int]) -> None:
        """Raise TrainingError where nothing could be learnt from these examples."""
        if len(self.train) == 0:
            raise TrainingError("the training part must hold at least one sample; got none")
        for target in self.train.targets:
            found = int(np.count_nonzero(self.train.counts(target, classes[target])))
            named = f" of {target}" if len(self.train.targets) > 1 else ""
            if found < 2:
                raise TrainingError(
                    f"the training part must hold at least 2 classes{named}; got {found}."
                    " Choose another split or target"
                )
            if len(self.validation) and not self.validation.counts(target, classes[target]).any():
                raise TrainingError(
                    f"the validation part must hold labels{named or f' of {target}'}; got none."
                    " Choose another split or target"
                )


def require_finite(examples: Examples) -> None:
    """Raise TrainingError if a series in memory holds what is not a finite number."""
    if not all(np.isfinite(np.asarray(series)).all() for series in examples.series.values()):
        raise TrainingError("series must be finite; the training part holds NaN or infinite values")


def class_weights(counts: IntArray) -> DoubleArray:
    """Return a weight per class (K,) that gives every present class the same total; mean 1 over examples."""
    weights = np.zeros(len(counts))
    present = counts > 0
    weights[present] = counts.sum() / (present.sum() * counts[present])
    return weights


def _named(what: str, group: str) -> str:
    return f"{what} of {group}" if group else what
