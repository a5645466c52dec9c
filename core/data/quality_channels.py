"""What is odd about single channels: constant, still, flat, clipped, far from the rest."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray, length_mask
from core.data.dataset import Dataset, row_chunks, spread_rows
from core.data.scaler import IQR_OF_NORMAL
from core.data.statistics import Statistics
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

LOOKED_CELLS = 50_000_000  # of a larger dataset, samples spread evenly stand for all
OUTLIER_BOUND = 6.0  # robust standard deviations from the median
FLAT_STEPS, FLAT_SHARE = 10, 0.2  # a flat line has so many equal steps, and so much of its sample
CLIPPED_SHARE, CLIPPED_TIMES = 0.01, 5  # so much at the extreme, so often the next value
CLIPPED_VALUES = 2_000_000
MOST_SAMPLES = 20


@dataclass(frozen=True, eq=False)
class ChannelChecks:
    """One entry a channel (C,), over known values of valid steps of the samples looked at.

    Attributes:
        names: Names of the channels.
        categorical: Whether it holds codes; of these only constancy is judged.
        two_valued: Whether it holds two values only.
        empty: Whether it has no value at all, in the whole dataset.
        constant: Whether it never changes, in the whole dataset.
        still: Share of the samples in which it does not change.
        flat: Share of the samples that change and have a flat line.
        longest: Longest run of equal values.
        values: Number of values.
        outliers: Values further than OUTLIER_BOUND robust standard deviations from the median.
        lowest: Share of values that equal the channel's lowest.
        highest: Share of values that equal the channel's highest.
        clipped: -1, 1 or 2 where the lowest, the highest or both come far too often; else 0.
        worst: Position and number of outliers of the samples that have most (M, 2).
        looked: Number of samples looked at.
        provenance: Where the numbers come from.
    """

    names: tuple[str, ...]
    categorical: BoolArray
    two_valued: BoolArray
    empty: BoolArray
    constant: BoolArray
    still: DoubleArray
    flat: DoubleArray
    longest: IntArray
    values: IntArray
    outliers: IntArray
    lowest: DoubleArray
    highest: DoubleArray
    clipped: IntArray
    worst: IntArray
    looked: int
    provenance: Provenance

    @property
    def judged(self) -> BoolArray:
        """Channels (C,) whose outliers, flat lines and clipping mean something."""
        return ~(self.categorical | self.two_valued | self.empty | self.constant)

    @property
    def outlier_share(self) -> DoubleArray:
        """Share of outliers among the values of each channel (C,)."""
        return np.asarray(self.outliers / np.maximum(1, self.values), np.float64)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a channel."""
        import pandas as pd

        return pd.DataFrame(
            {
                "channel": list(self.names),
                "kind": np.where(self.categorical, "categories", "numbers"),
                "constant": self.constant,
                "still samples": self.still,
                "flat lines": self.flat,
                "longest run": self.longest,
                "values": self.values,
                "outliers": self.outliers,
                "outlier share": self.outlier_share,
                "at lowest": self.lowest,
                "at highest": self.highest,
                "clipped": np.array(["", "at its highest", "at both ends", "at its lowest"])[self.clipped],
            }
        )


def check_channels(dataset: Dataset, statistics: Statistics) -> ChannelChecks:
    """Look at each channel: constancy over everything, the rest over samples spread evenly."""
    least, most = statistics.moments["minimum"], statistics.moments["maximum"]
    empty = np.isnan(least)
    codes = np.isin(np.arange(dataset.channel_count), dataset.categorical)
    rows = spread_rows(dataset.samples, LOOKED_CELLS // (dataset.steps * dataset.channel_count))
    two = _two_valued(statistics) & ~codes & ~empty & (least < most)
    counted = codes | two | empty | (least == most)
    tally = _Tally(statistics, counted, len(rows))
    for chunk in row_chunks(len(rows), dataset.steps * dataset.channel_count):
        tally.add(*_known(dataset, rows[chunk]), chunk)
    tally.flat[counted] = 0
    values = np.maximum(1, tally.values)
    lowest, highest = tally.lowest / values, tally.highest / values
    worst = np.argsort(-tally.by_sample, kind="stable")[:MOST_SAMPLES]
    worst = worst[tally.by_sample[worst] > 0]
    return ChannelChecks(
        names=dataset.channels,
        categorical=codes,
        two_valued=two,
        empty=empty,
        constant=~empty & (least == most),
        still=tally.still / np.maximum(1, tally.able),
        flat=tally.flat / np.maximum(1, tally.able),
        longest=tally.longest,
        values=tally.values,
        outliers=tally.outliers,
        lowest=lowest,
        highest=highest,
        clipped=_clipped(dataset, statistics, (lowest, highest), ~counted),
        worst=np.stack([rows[worst], tally.by_sample[worst]], axis=1),
        looked=len(rows),
        provenance=Provenance(
            "checks of channels",
            data=dataset.sha256,
            parameters={"looked at": len(rows), "outlier bound": OUTLIER_BOUND},
            samples=dataset.samples,
        ),
    )


class _Tally:
    """Counts that grow block by block."""

    def __init__(self, statistics: Statistics, counted: BoolArray, samples: int) -> None:
        moments = statistics.moments
        channels = len(counted)
        spread = (moments["upper quartile"] - moments["lower quartile"]) / IQR_OF_NORMAL
        spread = np.where(spread > 0, spread, moments["std"])  # more than half of the values alike
        bound = np.where(counted | ~(spread > 0), np.inf, OUTLIER_BOUND * spread)
        with np.errstate(over="ignore"):  # a bound beyond float32 is one that no value reaches
            self._low = (moments["median"] - bound).astype(np.float32)
            self._high = (moments["median"] + bound).astype(np.float32)
        self._least, self._most = (moments[name].astype(np.float32) for name in ("minimum", "maximum"))
        self.values, self.outliers, self.lowest, self.highest, self.still, self.flat, self.able = (
            np.zeros(channels, np.int64) for _ in range(7)
        )
        self.longest = np.zeros(channels, np.int64)
        self.by_sample = np.zeros(samples, np.int64)

    def add(self, series: FloatArray, lengths: IntArray, place: slice) -> None:
        """Count in one block (n, T, C), in which what is not known is NaN."""
        known = series.shape[1] - np.isnan(series).sum(axis=1)  # (n, C)
        self.values += known.sum(axis=0)
        far = (series < self._low) | (series > self._high)
        self.outliers += far.sum(axis=(0, 1))
        self.by_sample[place] = far.sum(axis=(1, 2))
        self.lowest += (series == self._least).sum(axis=(0, 1))
        self.highest += (series == self._most).sum(axis=(0, 1))
        able = known > 1
        still = able & (np.fmin.reduce(series, axis=1) == np.fmax.reduce(series, axis=1))
        runs = _longest_runs(series)  # (n, C)
        least = np.maximum(FLAT_STEPS, np.ceil(FLAT_SHARE * lengths))[:, None]
        self.able += able.sum(axis=0)
        self.still += still.sum(axis=0)
        self.flat += ((runs >= least) & ~still).sum(axis=0)
        self.longest = np.maximum(self.longest, runs.max(axis=0))


def _known(dataset: Dataset, rows: IntArray) -> tuple[FloatArray, IntArray]:
    """Return a block with NaN on padding, and its lengths."""
    everything = len(rows) == rows[-1] - rows[0] + 1
    block = dataset.series[rows[0] : rows[-1] + 1] if everything else dataset.series[rows]
    lengths = np.asarray(dataset.lengths)[rows]
    if lengths.min() == dataset.steps:
        return np.asarray(block), lengths
    valid = length_mask(lengths, dataset.steps)[:, :, None]
    return np.where(valid, block, np.float32(np.nan)), lengths


def _longest_runs(series: FloatArray) -> IntArray:
    """Return the longest run of equal known values (n, C); 1 where none repeats, 0 without values."""
    run = np.ones((series.shape[0], series.shape[2]), np.int32)
    best = run.copy()
    for step in range(1, series.shape[1]):
        run *= series[:, step] == series[:, step - 1]
        run += 1
        np.maximum(best, run, out=best)
    return np.where(np.isnan(series).all(axis=1), 0, best).astype(np.int64)


def _two_valued(statistics: Statistics) -> BoolArray:
    """Return which channels hold their extremes only: then the variance is as large as it can be."""
    moments = statistics.moments
    largest = (moments["mean"] - moments["minimum"]) * (moments["maximum"] - moments["mean"])
    return np.asarray(largest - moments["std"] ** 2 <= 1e-8 * largest)


def _clipped(
    dataset: Dataset, statistics: Statistics, shares: tuple[DoubleArray, DoubleArray], judged: BoolArray
) -> IntArray:
    """Return which end of each channel (C,) comes far more often than the value next to it."""
    found = np.zeros((2, dataset.channel_count), bool)
    rows = spread_rows(dataset.samples, CLIPPED_VALUES // dataset.steps)
    valid = length_mask(np.asarray(dataset.lengths)[rows], dataset.steps)
    for end, (name, share) in enumerate(zip(("minimum", "maximum"), shares, strict=True)):
        for channel in np.flatnonzero(judged & (share >= CLIPPED_SHARE)):
            values = dataset.series[rows, :, channel][valid]
            values = values[~np.isnan(values)]
            extreme = np.float32(statistics.moments[name][channel])
            rest = values[values != extreme]
            if rest.size:
                beside = (rest == (rest.max() if end else rest.min())).sum()
                found[end, channel] = values.size - rest.size >= CLIPPED_TIMES * beside
    return np.asarray(found[1] * np.where(found[0], 2, 1) - (found[0] & ~found[1]), np.int64)
