"""What a run reaches on the test samples, in several metrics, each with its interval."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.evaluation.areas import area_interval
from core.evaluation.metrics import (
    PartMetrics,
    area_under_curve,
    balanced_accuracy,
    class_counts,
    macro_f1,
    sample_losses,
)
from core.evaluation.outcomes import Predictions
from core.evaluation.resampling import Interval, Resampling, within_unit
from core.intervals import wilson_interval

UNDEFINED = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Metric:
    """One metric that runs are compared by.

    Attributes:
        title: What it is called.
        share: Whether it is a share, from 0 to 1.
        lower_is_better: True for losses.
    """

    title: str
    share: bool = True
    lower_is_better: bool = False


METRICS: Mapping[str, Metric] = {
    "accuracy": Metric("Accuracy"),
    "balanced_accuracy": Metric("Balanced accuracy"),
    "macro_f1": Metric("Macro F1"),
    "auc": Metric("AUC"),
    "loss": Metric("Loss (nats)", share=False, lower_is_better=True),
}
"""By the name they have in files."""


@dataclass(frozen=True)
class ComparedRun:
    """One run to compare.

    Attributes:
        run: Its id.
        label: What figures and tables call it.
        predictions: Its predictions on the test samples.
        model: Name of its architecture.
        seed: Seed of its training.
        data: SHA-256 of its dataset.
        weights: SHA-256 of its model.
        windows: Place of the window that each row belongs to (N,), for labels per step; None where rows are
            windows.
        samples: Index in the dataset of each window that `windows` counts, None where rows are windows.
        arm: What it shares with the runs of its arm; "" for an arm of its own.
        arm_label: What figures call its arm.
        fold: The fold it was tested on, None where there are none.
        trained_on: Number of training windows, 0 where unknown.
        area: Area under the curve on these samples where it was measured before.
    """

    run: str
    label: str
    predictions: Predictions
    model: str = ""
    seed: int | None = None
    data: str = ""
    weights: str = ""
    windows: IntArray | None = None
    samples: IntArray | None = None
    arm: str = ""
    arm_label: str = ""
    fold: int | None = None
    trained_on: int = 0
    area: float | None = None


@dataclass(frozen=True)
class RunScore:
    """What one run reaches on the shared test samples.

    Attributes:
        run: Its id.
        label: What figures and tables call it.
        model: Name of its architecture.
        seed: Seed of its training.
        metrics: Loss, accuracy with its interval, area under the curve, majority rate and the like.
        intervals: 95 % interval by metric: Wilson for the accuracy of windows, DeLong for the area, else by
            resampling windows; None where there is none.
        arm: The arm it belongs to.
        fold: The fold it was tested on.
    """

    run: str
    label: str
    model: str
    seed: int | None
    metrics: PartMetrics
    intervals: Mapping[str, Interval | None] = field(default_factory=dict)
    arm: str = ""
    fold: int | None = None

    @property
    def loss_interval(self) -> Interval:
        """95 % interval of the loss over test samples."""
        return self.intervals.get("loss") or UNDEFINED

    def value(self, metric: str) -> float | None:
        """Return what it reaches in a metric; None where that is not defined."""
        found: float | None = getattr(self.metrics, metric)
        return found


@dataclass(frozen=True, eq=False)
class Judged:
    """The labelled test samples of a run, judged once for all that follows.

    Attributes:
        asked: The run.
        actual: Class codes (N,).
        predicted: Predicted classes (N,).
        right: Whether they agree (N,).
        chances: Probabilities (N, K).
        windows: Window of each row (N,), counted from 0; None where rows are windows.
    """

    asked: ComparedRun
    actual: IntArray
    predicted: IntArray
    right: np.ndarray
    chances: DoubleArray
    windows: IntArray | None

    @property
    def count(self) -> int:
        """Number of windows."""
        return len(self.actual) if self.windows is None else int(self.windows.max()) + 1


def judge_run(run: ComparedRun) -> Judged:
    """Return the labelled samples of a run with what was said of them."""
    found = run.predictions
    known = found.actual >= 0
    chances = np.asarray(found.probabilities, np.float64)
    if not known.all():
        chances = chances[known]
    predicted = np.argmax(chances, axis=1).astype(np.int64)
    windows = None
    if run.windows is not None:
        windows = np.unique(run.windows[known], return_inverse=True)[1].astype(np.int64)
    actual = found.actual[known]
    return Judged(run, actual, predicted, predicted == actual, chances, windows)


def score_run(judged: Judged, majority_class: int, draws: Resampling, seed: int) -> RunScore:
    """Return a run's metrics with their intervals."""
    run, losses = judged.asked, sample_losses(judged.chances, judged.actual)
    counts = class_counts(judged.actual, judged.predicted, judged.chances.shape[1])
    area = area_under_curve(judged.chances, judged.actual) if run.area is None else run.area
    metrics = PartMetrics(
        loss=float(losses.mean()),
        accuracy=float(judged.right.mean()),
        auc=area,
        majority_rate=float(np.mean(judged.actual == majority_class)),
        accuracy_interval=_accuracy_interval(judged, draws),
        samples=len(judged.actual),
        balanced_accuracy=float(balanced_accuracy(*counts[:2])),
        macro_f1=float(macro_f1(*counts)),
    )
    intervals = {
        "accuracy": metrics.accuracy_interval,
        "auc": area_interval(area, judged.chances, judged.actual, draws, seed),
        "loss": draws.ratio_interval(losses),
        **_counted_intervals(judged, counts, metrics, draws),
    }
    return RunScore(run.run, run.label, run.model, run.seed, metrics, intervals, run.arm, run.fold)


def _accuracy_interval(judged: Judged, draws: Resampling) -> Interval:
    if judged.windows is None:
        return wilson_interval(int(judged.right.sum()), len(judged.right))
    return within_unit(draws.ratio_interval(judged.right.astype(np.float64)))


def _counted_intervals(
    judged: Judged,
    counts: tuple[DoubleArray, DoubleArray, DoubleArray],
    metrics: PartMetrics,
    draws: Resampling,
) -> dict[str, Interval]:
    """Return the intervals of balanced accuracy and macro F1, which depend on counts by class only."""
    measures: dict[str, Callable[[DoubleArray], DoubleArray]] = {
        "balanced_accuracy": lambda drawn: balanced_accuracy(*np.split(drawn, 3, axis=1)[:2]),
        "macro_f1": lambda drawn: macro_f1(*np.split(drawn, 3, axis=1)),
    }
    if draws.weights is not None:
        tables = _tables(judged, draws)
        return {name: within_unit(draws.counts_interval(tables, of)) for name, of in measures.items()}
    influences = {
        "balanced_accuracy": _recall_influence(judged, counts),
        "macro_f1": _f1_influence(judged, counts),
    }
    values = {"balanced_accuracy": metrics.balanced_accuracy or 0.0, "macro_f1": metrics.macro_f1 or 0.0}
    return {name: within_unit(draws.limit(values[name], of)) for name, of in influences.items()}


def _tables(judged: Judged, draws: Resampling) -> DoubleArray:
    """Return what each window adds to the counts: right, occurring, predicted by class (W, 3 K)."""
    classes = judged.chances.shape[1]
    window = np.arange(len(judged.actual)) if judged.windows is None else judged.windows
    size = draws.windows * classes
    right = np.bincount((window * classes + judged.actual)[judged.right], minlength=size)
    occurring = np.bincount(window * classes + judged.actual, minlength=size)
    said = np.bincount(window * classes + judged.predicted, minlength=size)
    return np.hstack([table.reshape(draws.windows, classes) for table in (right, occurring, said)]).astype(
        np.float64
    )


def _recall_influence(judged: Judged, counts: tuple[DoubleArray, DoubleArray, DoubleArray]) -> DoubleArray:
    right, occurring, _ = counts
    recall = right / np.maximum(occurring, 1)
    scale = len(judged.actual) / (np.maximum(occurring, 1) * np.sum(occurring > 0))
    influence: DoubleArray = (judged.right - recall[judged.actual]) * scale[judged.actual]
    return influence


def _f1_influence(judged: Judged, counts: tuple[DoubleArray, DoubleArray, DoubleArray]) -> DoubleArray:
    right, occurring, said = counts
    both = np.maximum(occurring + said, 1)
    score = 2 * right / both
    scale = len(judged.actual) / (both * np.sum(occurring + said > 0))
    a, p = judged.actual, judged.predicted
    influence: DoubleArray = 2 * judged.right * scale[a] - score[a] * scale[a] - score[p] * scale[p]
    return influence
