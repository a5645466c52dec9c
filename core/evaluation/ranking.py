"""How well scores rank: exact ROC and precision-recall curves of one class against the rest, and their bands.

Sources: Fawcett (2006), An introduction to ROC analysis, for vertical averaging; Davis and Goadrich (2006)
for why precision is not interpolated over recall.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray, require_axes
from core.errors import DataError

CurveKind = Literal["roc", "precision-recall"]

GRID = np.linspace(0, 1, 201)
"""Where curves are averaged: places on the axis of false positives, or of recall."""
MOST_POINTS = 300  # of a curve that is drawn
DRAWS, GROUPS, BINS = 400, 2000, 128  # of a band of one class; bins of each kind of samples
FEWEST_DRAWS, FEWEST_GROUPS, FEWEST_BINS = 200, 400, 24  # of each of many classes, whose mean is smoother


@dataclass(frozen=True, eq=False)
class RankCurve:
    """What is said positive at every threshold that changes anything, from the highest score down.

    Attributes:
        thresholds: Scores in falling order (P,); a sample is said positive from this score on.
        hits: Positive samples said positive (P,).
        alarms: Negative samples said positive (P,).
        positives: Number of positive samples.
        negatives: Number of negative samples.
    """

    thresholds: DoubleArray
    hits: DoubleArray
    alarms: DoubleArray
    positives: float
    negatives: float

    @property
    def roc(self) -> tuple[DoubleArray, DoubleArray]:
        """False and true positive rates (P + 1,) from (0, 0) to (1, 1)."""
        false = np.concatenate([[0.0], self.alarms / self.negatives])
        true = np.concatenate([[0.0], self.hits / self.positives])
        return false, true

    @property
    def precision_recall(self) -> tuple[DoubleArray, DoubleArray]:
        """Recall and precision (P,), from the highest threshold down."""
        return self.hits / self.positives, self.hits / (self.hits + self.alarms)

    @property
    def area(self) -> float:
        """Area under the ROC curve; equal scores count half."""
        false, true = self.roc
        return float(np.sum(np.diff(false) * (true[1:] + true[:-1]) / 2))

    @property
    def average_precision(self) -> float:
        """Mean of the precisions, each weighted by the recall that its threshold adds."""
        recall, precision = self.precision_recall
        return float(np.sum(np.diff(recall, prepend=0.0) * precision))

    def on_grid(self, kind: CurveKind) -> DoubleArray:
        """Return the true positive rate or the precision at each place of `GRID` (201,)."""
        return true_rate_at(*self.roc) if kind == "roc" else precision_at(*self.precision_recall)

    def points(self, kind: CurveKind) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
        """Return at most 300 points that draw the curve: x, y and thresholds (infinite where none is).

        Points on a straight line between their neighbours are left out first; of the rest those stay that
        divide the way along the curve evenly.
        """
        if kind == "roc":
            x, y = self.roc
            thresholds = np.concatenate([[np.inf], self.thresholds])
        else:
            x, y = self.precision_recall
            thresholds = self.thresholds
        kept = _corners(x, y) if kind == "roc" else np.arange(len(x))
        if len(kept) > MOST_POINTS:
            way = np.concatenate([[0], np.cumsum(np.abs(np.diff(x[kept])) + np.abs(np.diff(y[kept])))])
            places = np.searchsorted(way, np.linspace(0, way[-1], MOST_POINTS))
            kept = kept[np.unique(np.clip(places, 0, len(kept) - 1))]
        return x[kept], y[kept], thresholds[kept]


def rank_curve(scores: DoubleArray, positive: BoolArray) -> RankCurve:
    """Return the exact curve of scores (N,) of samples that are positive or not (N,).

    Raises:
        DataError: If no sample or every sample is positive: the curves are not defined then.
    """
    sizes = require_axes(scores, "N", "scores")
    require_axes(positive, "N", "positive", sizes)
    ours, everyone = np.sort(scores[positive]), np.sort(scores)
    if not 0 < len(ours) < len(everyone):
        raise DataError(
            f"a curve needs samples of the class and others; got {len(ours)} of {sizes['N']} that are"
        )
    first = np.flatnonzero(np.concatenate([[True], everyone[1:] != everyone[:-1]]))[::-1]
    thresholds = everyone[first]
    hits = len(ours) - np.searchsorted(ours, thresholds, "left")
    return RankCurve(
        thresholds.astype(np.float64),
        hits.astype(np.float64),
        (len(everyone) - first - hits).astype(np.float64),
        float(len(ours)),
        float(len(everyone) - len(ours)),
    )


def true_rate_at(false: DoubleArray, true: DoubleArray) -> DoubleArray:
    """Return the true positive rate at each false positive rate of `GRID`; the upper end of upright parts."""
    before = np.searchsorted(false, GRID, "right") - 1
    after = np.minimum(before + 1, len(false) - 1)
    width = false[after] - false[before]
    share = np.divide(GRID - false[before], width, out=np.zeros(len(GRID)), where=width > 0)
    found: DoubleArray = true[before] + share * (true[after] - true[before])
    return found


def precision_at(recall: DoubleArray, precision: DoubleArray) -> DoubleArray:
    """Return the precision at the highest threshold that reaches each recall of `GRID`."""
    places = np.searchsorted(recall, GRID - 1e-12, "left")
    found: DoubleArray = precision[np.minimum(places, len(precision) - 1)]
    return found


@dataclass(frozen=True, eq=False)
class RankDraws:
    """Curves of windows drawn anew, on the grid.

    Attributes:
        roc: True positive rates at false positive rates (B, 201); NaN where a draw lacks a kind of samples.
        precision: Precisions at recalls (B, 201).
        average_precision: Average precision of each draw (B,).
    """

    roc: DoubleArray
    precision: DoubleArray
    average_precision: DoubleArray


def drawn_curves(
    scores: DoubleArray,
    positive: BoolArray,
    windows: IntArray | None,
    rng: np.random.Generator,
    classes: int = 1,
) -> RankDraws:
    """Return the curves of 400 draws of windows with replacement; of fewer for each of several classes.

    Scores fall into at most 256 bins with equally many positive, or negative, samples each. More than 2,000
    windows are drawn in 2,000 groups, which leaves the spread of draws as it is.

    Args:
        scores: Scores (N,).
        positive: Which samples are positive (N,).
        windows: Place of the window that each row belongs to (N,); None where rows are windows.
        rng: Decides the draws; the same for each class whose curves are averaged.
        classes: Number of classes whose curves are averaged.
    """
    edges = _edges(scores, positive, max(FEWEST_BINS, BINS // classes))
    bins = len(edges) - np.searchsorted(edges, scores, "right")  # 0 holds the highest scores
    of_row = np.arange(len(scores)) if windows is None else windows
    groups = min(max(FEWEST_GROUPS, GROUPS // classes), int(of_row.max()) + 1)
    draws = max(FEWEST_DRAWS, DRAWS // classes)
    size = 2 * (len(edges) + 1)
    cells = (of_row % groups) * size + 2 * bins + positive
    table = np.bincount(cells, minlength=groups * size).reshape(groups, size).astype(np.float32)
    picked = rng.integers(0, groups, (draws, groups)) + groups * np.arange(draws)[:, None]
    weights = np.bincount(picked.ravel(), minlength=draws * groups).reshape(draws, groups)
    drawn = weights.astype(np.float32) @ table  # (B, bins x 2)
    alarms, hits = np.cumsum(drawn[:, 0::2], axis=1), np.cumsum(drawn[:, 1::2], axis=1)
    return _on_grid(hits.astype(np.float64), alarms.astype(np.float64))


def _on_grid(hits: DoubleArray, alarms: DoubleArray) -> RankDraws:
    """Return curves of counts (B, P) on the grid, all draws at once: each has its own stretch of one axis."""
    positives, negatives = hits[:, -1:], alarms[:, -1:]
    defined = (positives > 0) & (negatives > 0)  # (B, 1)
    zero = np.zeros((len(hits), 1))
    recall = np.divide(hits, positives, out=np.zeros_like(hits), where=defined)
    true = np.concatenate([zero, recall], axis=1)
    false = np.divide(alarms, negatives, out=np.zeros_like(alarms), where=defined)
    false = np.concatenate([zero, false], axis=1)
    said = hits + alarms
    precision = np.divide(hits, said, out=np.zeros_like(hits), where=said > 0)
    average = np.sum(np.diff(recall, prepend=0.0, axis=1) * precision, axis=1)
    before = _places(false, GRID, "right") - 1
    after = np.minimum(before + 1, false.shape[1] - 1)
    start, end = (np.take_along_axis(false, place, 1) for place in (before, after))
    share = np.divide(GRID - start, end - start, out=np.zeros_like(start), where=end > start)
    start, end = (np.take_along_axis(true, place, 1) for place in (before, after))
    roc = start + share * (end - start)
    places = _places(recall, GRID - 1e-12, "left")
    places[:, 0] = np.argmax(said > 0, axis=1)
    precisions = np.take_along_axis(precision, np.minimum(places, recall.shape[1] - 1), 1)
    return RankDraws(
        np.where(defined, roc, np.nan),
        np.where(defined, precisions, np.nan),
        np.where(defined[:, 0], average, np.nan),
    )


def _places(rows: DoubleArray, wanted: DoubleArray, side: Literal["left", "right"]) -> IntArray:
    """Return where values from 0 to 1 stand in each of some rising rows (B, P): (B, 201)."""
    shift = 2.0 * np.arange(len(rows))[:, None]
    found = np.searchsorted((rows + shift).ravel(), (wanted + shift).ravel(), side)
    places: IntArray = found.reshape(len(rows), -1) - rows.shape[1] * np.arange(len(rows))[:, None]
    return places


def _edges(scores: DoubleArray, positive: BoolArray, bins: int) -> DoubleArray:
    """Return what divides scores into bins: each value where there are few, else quantiles of both kinds."""
    distinct = np.unique(scores)
    if len(distinct) <= 2 * bins:
        return distinct
    places = np.arange(1, bins) / bins
    ours, others = (np.quantile(scores[chosen], places) for chosen in (positive, ~positive))
    return np.unique(np.concatenate([ours, others]))


def _corners(x: DoubleArray, y: DoubleArray) -> IntArray:
    """Return the points where a curve turns, with its ends."""
    if len(x) < 3:
        return np.arange(len(x))
    across, up = np.diff(x), np.diff(y)
    turns = np.abs(across[:-1] * up[1:] - across[1:] * up[:-1]) > 1e-15
    return np.flatnonzero(np.concatenate([[True], turns, [True]]))
