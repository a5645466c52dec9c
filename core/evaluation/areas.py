"""The area under the ROC curve with an interval, by what each sample adds to it.

Source: DeLong, DeLong and Clarke-Pearson (1988); for rows that depend on each other Obuchowski (1997).
"""

import math

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.evaluation.resampling import Interval, Resampling
from core.intervals import Z_95

ROWS, LEAST_ROWS = 40_000, 2_000  # times classes: more rows make no interval visibly better


def area_interval(
    area: float | None, probabilities: DoubleArray, actual: IntArray, draws: Resampling, seed: int = 0
) -> Interval | None:
    """Return the 95 % interval of an area under the curve, on the logit scale so that it stays within 0 to 1.

    With many rows the deviation is measured on some of them and scaled by the root of their share.

    Args:
        area: The area of all rows, macro one-vs-rest for more than two classes.
        probabilities: Probabilities (N, K).
        actual: Class codes (N,), all known.
        draws: Which rows belong together.
        seed: Seed of the choice of rows.

    Returns:
        None where the area is not defined, or is 0 or 1: no sample then tells how sure it is.
    """
    if area is None or not 0 < area < 1:
        return None
    most = max(LEAST_ROWS, ROWS // (1 if probabilities.shape[1] == 2 else probabilities.shape[1]))
    share = 1.0
    if draws.of_row is None and len(actual) > most:
        rows = np.random.default_rng(seed).choice(len(actual), most, replace=False)
        share = most / len(actual)
        probabilities, actual = probabilities[rows], actual[rows]
    influence = area_influence(probabilities, actual)
    if influence is None:
        return None
    deviation = draws.deviation(influence) * math.sqrt(share)
    middle, half = math.log(area / (1 - area)), Z_95 * deviation / (area * (1 - area))
    return _unlogit(middle - half), _unlogit(middle + half)


def area_influence(probabilities: DoubleArray, actual: IntArray) -> DoubleArray | None:
    """Return the influence of each sample (N,) on the area; None if a class has no sample or all."""
    classes = probabilities.shape[1]
    codes = [1] if classes == 2 else range(classes)
    total = np.zeros(len(actual))
    for code in codes:
        positive = actual == code
        wins, losses = int(positive.sum()), int((~positive).sum())
        if not wins or not losses:
            return None
        total += _influence(probabilities[:, code], positive)
    return total / len(codes)


def _influence(scores: DoubleArray, positive: np.ndarray) -> DoubleArray:
    """Return how a sample moves the area: the share of the other kind that it is on the right side of."""
    ours, others = np.sort(scores[positive]), np.sort(scores[~positive])
    placed = np.empty(len(scores))
    below = np.searchsorted(others, scores[positive], "left") + np.searchsorted(
        others, scores[positive], "right"
    )
    above = np.searchsorted(ours, scores[~positive], "left") + np.searchsorted(
        ours, scores[~positive], "right"
    )
    placed[positive] = below / (2 * len(others))
    placed[~positive] = 1 - above / (2 * len(ours))
    area = placed[positive].mean()
    shares = np.where(positive, len(ours), len(others)) / len(scores)
    influence: DoubleArray = (placed - area) / shares
    return influence


def _unlogit(value: float) -> float:
    return 1 / (1 + math.exp(-min(700.0, max(-700.0, value))))
