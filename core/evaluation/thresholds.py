"""What each threshold of the positive class makes of the samples: counts, and the measures made of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import IntArray
from core.errors import DataError
from core.evaluation.outcomes import USUAL_THRESHOLD, Predictions, predicted_at
from core.evaluation.scores import ComparedRun
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

STEPS = 100  # thresholds from 0 to 1 are offered in hundredths


@dataclass(frozen=True)
class Measures:
    """What a threshold reaches; NaN where a measure is not defined.

    Attributes:
        precision: Share of samples said positive that are.
        recall: Share of positive samples said positive.
        specificity: Share of negative samples said negative.
        f1: Harmonic mean of precision and recall.
        accuracy: Share of right predictions.
    """

    precision: float
    recall: float
    specificity: float
    f1: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class ThresholdCounts:
    """Counts of one run at each threshold.

    Attributes:
        run: Its id.
        label: What figures call it.
        counts: TP, TN, FP, FN (101, 4) at 0, 0.01, ... 1.
        at: TP, TN, FP, FN at the threshold that is looked at.
    """

    run: str
    label: str
    counts: IntArray
    at: tuple[int, int, int, int]

    @property
    def measures(self) -> Measures:
        """What the threshold that is looked at reaches."""
        return measures(self.at)


@dataclass(frozen=True, eq=False)
class ThresholdSweep:
    """Counts of several runs at each threshold.

    Attributes:
        runs: One entry a run.
        threshold: The threshold that is looked at.
        positive: Name of the positive class.
        focus: Place of the run that is looked at.
    """

    runs: tuple[ThresholdCounts, ...]
    threshold: float
    positive: str
    provenance: Provenance
    focus: int = 0

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a run and threshold."""
        import pandas as pd

        rows = []
        for run in self.runs:
            for place, counts in enumerate(run.counts):
                found = dict(zip(("TP", "TN", "FP", "FN"), map(int, counts), strict=True))
                rows.append(
                    {
                        "run": run.run,
                        "label": run.label,
                        "threshold": place / STEPS,
                        **found,
                        **vars(measures(counts)),
                    }
                )
        return pd.DataFrame(rows)


def measures(counts: Sequence[int] | IntArray) -> Measures:
    """Return the measures of TP, TN, FP, FN."""
    hits, passes, alarms, misses = (int(count) for count in counts)
    return Measures(
        precision=_share(hits, hits + alarms),
        recall=_share(hits, hits + misses),
        specificity=_share(passes, passes + alarms),
        f1=_share(2 * hits, 2 * hits + alarms + misses),
        accuracy=_share(hits + passes, hits + passes + alarms + misses),
    )


def sweep(runs: Sequence[ComparedRun], threshold: float = USUAL_THRESHOLD) -> ThresholdSweep:
    """Return what each threshold makes of the samples of runs, and the one that is looked at.

    Raises:
        DataError: If a run has not two classes.
    """
    if not runs:
        raise DataError("a threshold needs at least one run; got none")
    for run in runs:
        if len(run.predictions.classes) != 2:
            raise DataError(
                f"a threshold needs two classes; {run.label:.60} knows {len(run.predictions.classes)}"
            )
    first = runs[0].predictions
    return ThresholdSweep(
        tuple(
            ThresholdCounts(
                run.run,
                run.label,
                counts_by_threshold(run.predictions),
                counts_at(run.predictions, threshold),
            )
            for run in runs
        ),
        threshold,
        first.classes[first.positive],
        Provenance(
            "thresholds",
            data=runs[0].data,
            weights={run.run: run.weights for run in runs},
            parameters={"threshold": threshold},
            samples=int(np.sum(first.actual >= 0)),
        ),
    )


def counts_at(predictions: Predictions, threshold: float) -> tuple[int, int, int, int]:
    """Return TP, TN, FP, FN at a threshold, as `outcomes` counts them."""
    known = predictions.actual >= 0
    said = predicted_at(predictions, threshold)[known] == predictions.positive
    true = predictions.actual[known] == predictions.positive
    hits, alarms, positives = int(np.sum(said & true)), int(np.sum(said & ~true)), int(true.sum())
    return hits, int(known.sum()) - positives - alarms, alarms, positives - hits


def counts_by_threshold(predictions: Predictions) -> IntArray:
    """Return TP, TN, FP, FN (101, 4) at thresholds of 0, 0.01, ... 1."""
    known = predictions.actual >= 0
    scores = np.asarray(predictions.probabilities)[known, predictions.positive]
    true = predictions.actual[known] == predictions.positive
    thresholds = np.arange(STEPS + 1) / STEPS
    hits, alarms = (
        len(chosen) - np.searchsorted(np.sort(chosen), thresholds, "left")
        for chosen in (scores[true], scores[~true])
    )
    positives, negatives = int(true.sum()), int((~true).sum())
    counts = np.stack([hits, negatives - alarms, alarms, positives - hits], axis=1)
    counts[STEPS // 2] = counts_at(predictions, USUAL_THRESHOLD)  # ties are the first class's there
    return counts.astype(np.int64)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
