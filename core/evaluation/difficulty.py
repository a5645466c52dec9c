"""Which classes are hard: accuracy, confidence and frequency of each, of one run or the mean over seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray, IntArray, require_axes
from core.errors import DataError
from core.evaluation.scores import ComparedRun, judge_run
from core.intervals import Z_95
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ClassDifficulty:
    """How well each class is recognised; NaN for a class without a test sample.

    Attributes:
        classes: Names of the classes.
        frequency: Test samples of each class (K,); of folds all together.
        accuracy: Share of them that is predicted right, mean over runs (K,).
        interval: Wilson 95 % interval of it, over samples (K, 2).
        spread: Least and greatest share among the runs (K, 2).
        confidence: Mean probability of the predicted class over the samples of each class (K,).
        runs: Number of runs.
        label: What they are called.
    """

    classes: tuple[str, ...]
    frequency: IntArray
    accuracy: DoubleArray
    interval: DoubleArray
    spread: DoubleArray
    confidence: DoubleArray
    runs: int
    label: str
    provenance: Provenance

    def __post_init__(self) -> None:
        sizes = {"K": len(self.classes)}
        for name in ("frequency", "accuracy", "confidence"):
            require_axes(getattr(self, name), "K", name, sizes)
        for name in ("interval", "spread"):
            require_axes(getattr(self, name), "K E", name, {**sizes, "E": 2})

    @property
    def order(self) -> IntArray:
        """Codes of the classes that have samples, the hardest first; of equals the more frequent first."""
        known = np.flatnonzero(self.frequency > 0)
        ranked: IntArray = known[np.lexsort((-self.frequency[known], self.accuracy[known]))]
        return ranked

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a class, in the order of the classes."""
        import pandas as pd

        return pd.DataFrame(
            {
                "class": self.classes,
                "samples": self.frequency,
                "accuracy": self.accuracy,
                "accuracy_low": self.interval[:, 0],
                "accuracy_high": self.interval[:, 1],
                "least_of_runs": self.spread[:, 0],
                "greatest_of_runs": self.spread[:, 1],
                "error": 1 - self.accuracy,
                "mean_probability_of_prediction": self.confidence,
                "runs": self.runs,
            }
        )


def class_difficulty(runs: Sequence[ComparedRun], label: str = "") -> ClassDifficulty:
    """Measure how hard each class is for a run, or for runs that differ in seed and fold.

    Samples that several runs were tested on count once in frequencies and intervals.
    """
    if not runs:
        raise DataError("difficulty of classes needs a run; got none")
    classes = runs[0].predictions.classes
    shares, sure = [], []
    sizes: dict[bytes, IntArray] = {}
    for run in runs:
        judged = judge_run(run)
        count = np.bincount(judged.actual, minlength=len(classes))
        sizes.setdefault(run.predictions.indices.tobytes(), count)
        with np.errstate(invalid="ignore"):
            shares.append(np.bincount(judged.actual, judged.right, len(classes)) / count)
            sure.append(np.bincount(judged.actual, judged.chances.max(axis=1), len(classes)) / count)
    frequency = np.sum(list(sizes.values()), axis=0).astype(np.int64)
    accuracy = _mean(np.array(shares))
    known = frequency > 0
    spread = np.full((len(classes), 2), np.nan)
    spread[known] = np.stack(
        [np.nanmin(np.array(shares)[:, known], axis=0), np.nanmax(np.array(shares)[:, known], axis=0)], axis=1
    )
    return ClassDifficulty(
        classes=classes,
        frequency=frequency,
        accuracy=accuracy,
        interval=wilson_bounds(accuracy, frequency),
        spread=spread,
        confidence=_mean(np.array(sure)),
        runs=len(runs),
        label=label or runs[0].label,
        provenance=Provenance(
            "difficulty of classes",
            data=runs[0].data,
            weights={run.run: run.weights for run in runs},
            parameters={"runs": [run.run for run in runs]},
            samples=int(frequency.sum()),
        ),
    )


def wilson_bounds(share: DoubleArray, samples: IntArray) -> DoubleArray:
    """Return Wilson 95 % intervals of shares of so many samples each (K, 2); NaN where there is none."""
    count = np.where(samples > 0, samples, np.nan).astype(np.float64)
    middle = (share + Z_95**2 / (2 * count)) / (1 + Z_95**2 / count)
    half = Z_95 * np.sqrt(share * (1 - share) / count + Z_95**2 / (4 * count**2)) / (1 + Z_95**2 / count)
    bounds: DoubleArray = np.stack([np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)], axis=1)
    bounds[share == 0, 0], bounds[share == 1, 1] = 0.0, 1.0
    return bounds


def _mean(rows: DoubleArray) -> DoubleArray:
    """Return the mean over runs (K,) of those that have the class."""
    known = np.isfinite(rows)
    total = np.where(known, rows, 0.0).sum(axis=0)
    mean: DoubleArray = np.divide(
        total, known.sum(axis=0), out=np.full(rows.shape[1], np.nan), where=known.any(axis=0)
    )
    return mean
