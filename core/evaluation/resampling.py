"""Drawing test windows anew: bootstrap intervals, and the limit they come to with many windows.

Up to 2,000 windows an interval is made of 1,000 to 2,000 draws of windows with replacement (percentiles).
With more, the infinitesimal jackknife takes their place: the normal interval that the bootstrap tends to,
from the influence that each window has. Rows of one window (its steps) are drawn together.

Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 13 and 20-22.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray
from core.intervals import Z_95

Interval = tuple[float, float]

MOST_DRAWN = 2_000  # windows; beyond, the limit is as good and much faster
FEWEST_DRAWS, MOST_DRAWS = 1_000, 2_000
_ENTRIES = 2_000_000  # of the table of draws


@dataclass(frozen=True, eq=False)
class Resampling:
    """How windows are drawn; made once a comparison, so that all runs see the same draws.

    Attributes:
        windows: Number of windows W.
        of_row: Window of each row (N,); None where each row is a window.
        weights: How often each draw holds each window (B, W); None where the limit is used.
    """

    windows: int
    of_row: IntArray | None
    weights: FloatArray | None

    @property
    def method(self) -> str:
        """What an interval is called."""
        return "infinitesimal jackknife" if self.weights is None else f"bootstrap, {len(self.weights)} draws"

    def sums(self, values: DoubleArray) -> DoubleArray:
        """Return the sums of rows (N,) or (N, K) over the windows they belong to: (W,) or (W, K)."""
        if self.of_row is None:
            return values
        if values.ndim == 1:
            return np.bincount(self.of_row, values, self.windows).astype(np.float64)
        return np.stack([self.sums(column) for column in values.T], axis=1)

    def ratio_interval(self, values: DoubleArray) -> Interval:
        """Return the 95 % interval of the mean of rows (N,)."""
        sums, sizes = self.sums(values), self.sums(np.ones(len(values)))
        if self.weights is None:
            return self.limit(values.mean(), (values - values.mean()))
        drawn = self.weights @ np.stack([sums, sizes], axis=1).astype(np.float32)  # (B, 2)
        return percentiles(drawn[:, 0] / drawn[:, 1])

    def counts_interval(self, tables: DoubleArray, measure: Callable[[DoubleArray], DoubleArray]) -> Interval:
        """Return the 95 % interval of a measure of counts.

        Args:
            tables: What each window adds to the counts (W, M).
            measure: Takes counts (B, M), returns the measure (B,).
        """
        if self.weights is None:
            raise ValueError("the limit needs influences, see `limit`")
        drawn = self.weights @ tables.astype(np.float32)
        return percentiles(measure(drawn.astype(np.float64)))

    def limit(self, value: float, influence: DoubleArray) -> Interval:
        """Return the normal 95 % interval of a value from the influence of each row on it (N,).

        Influences have mean 0 and are scaled so that the value of rows drawn anew is value + mean(influence).
        """
        half = Z_95 * self.deviation(influence)
        return float(value - half), float(value + half)

    def deviation(self, influence: DoubleArray) -> float:
        """Return the standard deviation of a value from the influence of each row on it (N,)."""
        per_window = self.sums(influence) / len(influence)
        return float(np.sqrt(np.sum(per_window**2)))


def resampling(windows: int, of_row: IntArray | None, seed: int) -> Resampling:
    """Return draws of so many windows."""
    if windows > MOST_DRAWN:
        return Resampling(windows, of_row, None)
    rng = np.random.default_rng(seed)
    draws = int(np.clip(_ENTRIES // max(1, windows), FEWEST_DRAWS, MOST_DRAWS))
    picked = rng.integers(0, windows, (draws, windows)) + windows * np.arange(draws)[:, None]
    weights = np.bincount(picked.ravel(), minlength=draws * windows).reshape(draws, windows)
    return Resampling(windows, of_row, weights.astype(np.float32))


def percentiles(drawn: DoubleArray | FloatArray) -> Interval:
    """Return the middle 95 % of draws; draws where the value is not defined are left out."""
    low, high = np.nanquantile(drawn.astype(np.float64), [0.025, 0.975])
    return float(low), float(high)


def within_unit(interval: Interval) -> Interval:
    """Return an interval of a share, cut at 0 and 1."""
    return max(0.0, interval[0]), min(1.0, interval[1])
