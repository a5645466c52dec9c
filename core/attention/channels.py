"""Channels that deviate where a model looks, and at which steps weight goes with deviation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray, length_mask, require_axes
from core.attention.inputs import SeriesData, StepAxis, traced
from core.attention.rows import OrderedRows
from core.attention.samples import ChannelScale
from core.intervals import Z_95
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

MOST_SAMPLES = 2_000  # taken evenly over the dataset's order
CELLS_AT_ONCE = 2_000_000
LEAST_SAMPLES = 10  # behind a correlation
FLAT = 1e-12


@dataclass(frozen=True)
class ChannelAttention:
    """How far channels lie from their usual values where a model looks, and over all steps.

    Says nothing about which channel a prediction depends on: a model may look at a step for other reasons.

    Attributes:
        channels: Names of the channels.
        looked: Mean distance from the training mean in SD, weighted by attention (C,).
        everywhere: The same with equal weights (C,).
        low: Lower end of the 95 % interval of looked - everywhere (C,).
        high: Upper end of the interval (C,).
        correlation: Over samples, of the weight of a step and a channel's distance there (T, C); NaN where
            fewer than 10 samples have the step, or one of both does not vary.
        present: Number of samples behind each correlation (T,).
        samples: Number of samples that were measured, taken evenly where there are more.
        axis: Labels of the steps.
    """

    channels: tuple[str, ...]
    looked: DoubleArray
    everywhere: DoubleArray
    low: DoubleArray
    high: DoubleArray
    correlation: DoubleArray
    present: IntArray
    samples: int
    axis: StepAxis
    provenance: Provenance

    def __post_init__(self) -> None:
        sizes = require_axes(self.correlation, "T C", "correlation", {"C": len(self.channels)})
        require_axes(self.present, "T", "present", sizes)
        for name in ("looked", "everywhere", "low", "high"):
            require_axes(getattr(self, name), "C", name, sizes)

    @property
    def ranked(self) -> IntArray:
        """The channels by how much farther they deviate where the model looks, most first (C,)."""
        return np.argsort(-(self.looked - self.everywhere), kind="stable")

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a channel, the one that deviates most where the model looks first."""
        import pandas as pd

        order = self.ranked
        return pd.DataFrame(
            {
                "channel": np.array(self.channels, dtype=object)[order],
                "where_it_looks": self.looked[order],
                "everywhere": self.everywhere[order],
                "difference": (self.looked - self.everywhere)[order],
                "low": self.low[order],
                "high": self.high[order],
                "n": self.samples,
            }
        )


def channel_attention(
    data: SeriesData, rows: OrderedRows, scale: ChannelScale, source: Provenance | None = None
) -> ChannelAttention:
    """Measure how far channels deviate where the model looks.

    Args:
        data: The dataset.
        rows: The weights of the samples that are meant; their rows are positions in the dataset.
        scale: The channels over the training samples.
        source: Hashes of the data and the model, for the provenance.
    """
    steps, count = data.series.shape[1], len(data.channels)
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_SAMPLES)).astype(np.int64))
    sums = _Sums(steps, count)
    looked, everywhere = (np.zeros((len(chosen), count)) for _ in range(2))
    at_once = max(1, CELLS_AT_ONCE // max(1, steps * count))
    for start in range(0, len(chosen), at_once):
        part = rows.rows[chosen[start : start + at_once]]
        lengths = np.asarray(data.lengths)[part]
        mask = length_mask(lengths, steps)
        weights = np.where(mask, rows.weights[part], 0.0).astype(np.float64)  # (n, T)
        away = np.where(mask[:, :, None], np.abs(scale.deviations(data.series[part])), 0.0)  # (n, T, C)
        own = slice(start, start + len(part))
        looked[own] = np.einsum("nt,ntc->nc", weights, away) / weights.sum(axis=1)[:, None]
        everywhere[own] = away.sum(axis=1) / lengths[:, None]
        sums.add(weights, away, mask)
    more = looked - everywhere
    half = Z_95 * more.std(axis=0, ddof=min(1, len(more) - 1)) / np.sqrt(len(more))
    return ChannelAttention(
        channels=tuple(data.channels),
        looked=looked.mean(axis=0),
        everywhere=everywhere.mean(axis=0),
        low=more.mean(axis=0) - half,
        high=more.mean(axis=0) + half,
        correlation=sums.correlation(),
        present=sums.present,
        samples=len(chosen),
        axis=StepAxis.of(data),
        provenance=traced(source, "channels where the model looks", len(chosen), most=MOST_SAMPLES),
    )


class _Sums:
    """Sums over samples from which the correlations of weight and distance follow."""

    def __init__(self, steps: int, channels: int) -> None:
        self.present = np.zeros(steps, np.int64)
        self._weight, self._weight_square = np.zeros(steps), np.zeros(steps)
        self._away, self._square, self._product = (np.zeros((steps, channels)) for _ in range(3))

    def add(self, weights: DoubleArray, away: DoubleArray, mask: BoolArray) -> None:
        """Take in samples: weights (n, T), distances (n, T, C) and their mask (n, T)."""
        self.present += mask.sum(axis=0)
        self._weight += weights.sum(axis=0)
        self._weight_square += (weights**2).sum(axis=0)
        self._away += away.sum(axis=0)
        self._square += (away**2).sum(axis=0)
        self._product += np.einsum("nt,ntc->tc", weights, away)

    def correlation(self) -> DoubleArray:
        """Return the correlations (T, C); NaN where there are too few samples or nothing varies."""
        count = np.maximum(self.present, 1)[:, None].astype(np.float64)
        weight, away = self._weight[:, None] / count, self._away / count
        of_weight = self._weight_square[:, None] / count - weight**2
        of_away = self._square / count - away**2
        together = self._product / count - weight * away
        varies = (of_weight > FLAT * weight**2) & (of_away > FLAT * np.maximum(away**2, 1.0))
        varies &= self.present[:, None] >= LEAST_SAMPLES
        spread = np.sqrt(np.where(varies, of_weight * of_away, 1.0))
        found: DoubleArray = np.where(varies, np.clip(together / spread, -1.0, 1.0), np.nan)
        return found
