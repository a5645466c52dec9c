"""Whether probabilities mean what they say: reliability by bins, errors, and what chance alone gives.

Sources: Guo et al. (2017), On calibration of modern neural networks; Vaicenavicius et al. (2019) for
the error that a perfectly calibrated model shows on few samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray
from core.errors import DataError
from core.evaluation.metrics import sample_losses
from core.evaluation.outcomes import Predictions
from core.intervals import wilson_interval
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

Binning = Literal["width", "mass"]

BINS = 15
SIMULATIONS = 500
EXACT_UP_TO = 200  # samples of a bin; beyond, the number of right ones is drawn from a normal distribution


@dataclass(frozen=True, eq=False)
class Reliability:
    """Mean probability of what is predicted against how often it is right, bin by bin.

    Attributes:
        edges: Ends of the bins (B + 1,).
        counts: Samples of each bin (B,).
        confidence: Mean probability of the predicted class (B,), NaN where a bin is empty.
        accuracy: Share of right predictions (B,), NaN where a bin is empty.
        low: Lower end of the Wilson 95 % interval of the accuracy (B,), NaN where a bin is empty.
        high: Upper end (B,).
        error: Expected calibration error: mean distance of both, weighted by the counts.
        largest_error: Largest distance over bins that hold samples.
        chance_error: Expected calibration error that a perfectly calibrated model with these probabilities
            shows on so many samples: mean and 2.5 % to 97.5 % of simulations.
        chance_interval: See `chance_error`.
        brier: Mean squared distance of the probabilities from 0 and 1; of the positive class for two
            classes, summed over the classes for more.
        loss: Mean cross-entropy in nats.
        samples: Number of labelled samples.
        surplus: Mean probability of what is predicted less the accuracy: above 0 the model is too sure.
    """

    edges: DoubleArray
    counts: IntArray
    confidence: DoubleArray
    accuracy: DoubleArray
    low: DoubleArray
    high: DoubleArray
    error: float
    largest_error: float
    chance_error: float
    chance_interval: tuple[float, float]
    brier: float
    loss: float
    samples: int
    surplus: float

    @property
    def beyond_chance(self) -> bool:
        """True if the error is larger than nearly all that a perfectly calibrated model would show."""
        return self.error > self.chance_interval[1]


@dataclass(frozen=True, eq=False)
class CalibratedRun:
    """One run's calibration, before and after its temperature.

    Attributes:
        run: Its id.
        label: What figures call it.
        before: As the model says.
        after: With the temperature; None where none was fitted.
        temperature: Divides the logarithms of the probabilities; above 1 makes the model less sure.
        fitted_on: Labelled validation samples that the temperature was fitted on.
        caution: Why there is no temperature, or why to be careful with it; "" for none.
    """

    run: str
    label: str
    before: Reliability
    after: Reliability | None
    temperature: float | None
    fitted_on: int
    caution: str


@dataclass(frozen=True, eq=False)
class Calibration:
    """Calibration of several runs.

    Attributes:
        runs: One entry a run.
        binning: "width" for bins of equal width, "mass" for bins of equally many samples.
        focus: Place of the run that is looked at.
        per_step: Whether samples are steps, which depend on each other.
    """

    runs: tuple[CalibratedRun, ...]
    binning: Binning
    focus: int
    per_step: bool
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a run, side and bin, with the run's measures."""
        import pandas as pd

        frames = []
        for run in self.runs:
            for side, found in (("before", run.before), ("after", run.after)):
                if found is None:
                    continue
                columns = {
                    "run": run.run,
                    "label": run.label,
                    "temperature": 1.0 if side == "before" else run.temperature,
                    "from": found.edges[:-1],
                    "to": found.edges[1:],
                    "samples": found.counts,
                    "mean_probability": found.confidence,
                    "accuracy": found.accuracy,
                    "accuracy_low": found.low,
                    "accuracy_high": found.high,
                    "ece": found.error,
                    "ece_if_perfect": found.chance_error,
                    "mce": found.largest_error,
                    "brier": found.brier,
                    "nll": found.loss,
                }
                frames.append(pd.DataFrame(columns))
        return pd.concat(frames, ignore_index=True)


def reliability(
    predictions: Predictions, binning: Binning = "width", bins: int = BINS, seed: int = 0
) -> Reliability:
    """Return how far the probability of what is predicted can be taken by its word.

    Args:
        predictions: Probabilities and labels; unlabelled samples are left out.
        binning: "width" for bins of equal width from 0 to 1, "mass" for equally many samples a bin.
        bins: Number of bins; fewer where equal probabilities can't be divided.
        seed: Seed of the simulations.

    Raises:
        DataError: If no sample is labelled.
    """
    known = predictions.actual >= 0
    chances = np.asarray(predictions.probabilities)[known]
    actual = predictions.actual[known]
    if not len(actual):
        raise DataError("calibration needs labelled samples; got none")
    said = np.clip(chances.max(axis=1), 0.0, 1.0)
    right = np.argmax(chances, axis=1) == actual
    edges = _edges(said, binning, bins)
    places = np.clip(np.searchsorted(edges, said, "left") - 1, 0, len(edges) - 2)
    counts, sums, spreads, hits = _sums(places, said, right, len(edges) - 1)
    held = np.maximum(counts, 1)
    confidence = np.where(counts > 0, sums / held, np.nan)
    accuracy = np.where(counts > 0, hits / held, np.nan)
    distances = np.abs(accuracy - confidence)
    ends = [wilson_interval(int(hit), int(count)) if count else (np.nan, np.nan)
            for hit, count in zip(hits, counts, strict=True)]  # fmt: skip
    drawn = _by_chance(places, said, (counts, sums, spreads), np.random.default_rng(seed))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Reliability(
        edges=edges,
        counts=counts,
        confidence=confidence,
        accuracy=accuracy,
        low=np.array([end[0] for end in ends]),
        high=np.array([end[1] for end in ends]),
        error=float(np.nansum(distances * counts) / len(actual)),
        largest_error=float(np.nanmax(distances)),
        chance_error=float(drawn.mean()),
        chance_interval=(float(low), float(high)),
        brier=brier(chances, actual),
        loss=float(sample_losses(chances, actual).mean()),
        samples=len(actual),
        surplus=float(said.mean() - right.mean()),
    )


def brier(chances: DoubleArray, actual: IntArray) -> float:
    """Return the Brier score: of the second class for two classes, summed over the classes for more."""
    squares = np.einsum("nk,nk->n", chances, chances)
    own = chances[np.arange(len(actual)), actual]
    total = float(np.mean(squares - 2 * own + 1))  # the sum over classes of (p - y) squared
    return total / 2 if chances.shape[1] == 2 else total


def _edges(said: DoubleArray, binning: Binning, bins: int) -> DoubleArray:
    if binning == "width":
        return np.linspace(0, 1, bins + 1)
    inner = np.quantile(said, np.arange(1, bins) / bins, method="inverted_cdf")
    return np.unique(np.concatenate([[0.0], inner[inner > said.min()], [1.0]]))


def _sums(
    places: IntArray, said: DoubleArray, right: BoolArray, bins: int
) -> tuple[IntArray, DoubleArray, DoubleArray, DoubleArray]:
    """Return of each bin: samples, sum of probabilities, variance of the right ones by chance, right ones."""
    counts: IntArray = np.bincount(places, minlength=bins)
    sums, spreads, hits = (
        np.bincount(places, weights=weights, minlength=bins).astype(np.float64)
        for weights in (said, said * (1 - said), right)
    )
    return counts, sums, spreads, hits


def _by_chance(
    places: IntArray,
    said: DoubleArray,
    of_bins: Sequence[np.ndarray],
    rng: np.random.Generator,
) -> DoubleArray:
    """Return calibration errors (500,) of models whose predictions are right exactly as often as they say."""
    counts, sums, spreads = of_bins
    total = np.zeros(SIMULATIONS)
    for place in np.flatnonzero(counts):
        if counts[place] > EXACT_UP_TO:
            off = rng.normal(0, np.sqrt(spreads[place]), SIMULATIONS)
        else:
            inside = said[places == place]
            off = (rng.random((SIMULATIONS, len(inside))) < inside).sum(axis=1) - sums[place]
        total += np.abs(off)
    return total / len(said)
