"""One number that makes a model as sure as it may be, fitted where it was not tested.

Source: Guo et al. (2017), On calibration of modern neural networks, arXiv 1706.04599.
"""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import DoubleArray
from core.evaluation.outcomes import Predictions

LEAST, FEW = (
    20,
    100,
)  # labelled validation samples: none is fitted below the first, with caution below the other
MOST = 20_000  # samples a temperature is fitted on; more would not move it visibly
RANGE = (0.02, 50.0)
SMALLEST = 1e-12  # probability whose logarithm is taken for smaller ones


@dataclass(frozen=True)
class Temperature:
    """A temperature that was fitted, or why there is none.

    Attributes:
        value: Divides the logarithms of the probabilities; None where it could not be fitted.
        samples: Labelled samples (windows, for labels per step) it was fitted on.
        caution: Why there is none, or why to be careful; "" for none.
    """

    value: float | None
    samples: int
    caution: str


def fit_temperature(
    predictions: Predictions | None, windows: int | None = None, seed: int = 0
) -> Temperature:
    """Return the temperature that gives labelled samples the lowest loss.

    Args:
        predictions: Predictions of the validation part; None where it has no samples.
        windows: Number of windows for labels per step; the number of labelled samples unless given.
        seed: Seed of the choice of samples where there are very many.
    """
    known = np.empty(0, np.int64) if predictions is None else np.flatnonzero(predictions.actual >= 0)
    if predictions is None or not len(known):
        return Temperature(None, 0, "the validation part is empty: there is nothing to fit a temperature on")
    count = len(known) if windows is None else windows
    if count < LEAST:
        return Temperature(
            None, count, f"a temperature needs at least {LEAST} validation samples; there are {count}"
        )
    if len(known) > MOST:
        known = np.random.default_rng(seed).choice(known, MOST, replace=False)
    logs = log_chances(np.asarray(predictions.probabilities)[known])
    if bool((logs.argmax(axis=1) == predictions.actual[known]).all()):
        return Temperature(None, count, "every validation sample is predicted right: the surer, the better")
    value = _best(logs, predictions.actual[known])
    if value > RANGE[1] / 1.01:
        return Temperature(None, count, "validation samples are right no more often than by guessing")
    few = f"fitted on {count} validation samples only: it may be far from the best one" if count < FEW else ""
    return Temperature(value, count, few)


def scaled(predictions: Predictions, temperature: float) -> Predictions:
    """Return predictions with a temperature; what is predicted stays the same."""
    logs = log_chances(np.asarray(predictions.probabilities)) / temperature
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    return replace(predictions, probabilities=chances / chances.sum(axis=1, keepdims=True))


def log_chances(chances: DoubleArray) -> DoubleArray:
    """Return logarithms of probabilities (N, K): logits up to a constant a sample."""
    logs: DoubleArray = np.log(np.maximum(chances, SMALLEST))
    return logs


def _best(logs: DoubleArray, actual: np.ndarray) -> float:
    from scipy.optimize import minimize_scalar

    own = logs[np.arange(len(actual)), actual]
    shifted = logs - logs.max(axis=1, keepdims=True)
    own = own - logs.max(axis=1)

    def loss(log_temperature: float) -> float:
        inverse = np.exp(-log_temperature)
        return float(np.mean(np.log(np.exp(shifted * inverse).sum(axis=1)) - own * inverse))

    found = minimize_scalar(loss, bounds=np.log(RANGE), method="bounded", options={"xatol": 1e-5})
    return float(np.exp(found.x))
