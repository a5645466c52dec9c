"""Which channels say the same: identical ones, ones that move together, correlations of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray, length_mask
from core.data.dataset import Dataset, row_chunks, spread_rows
from core.data.quality_channels import ChannelChecks
from core.data.statistics import Statistics
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

MOST_CHANNELS = 512  # of a correlation matrix
MOST_STEPS = 50_000  # behind a correlation
MOST_PRODUCTS = 4_000_000_000  # channels x channels x steps
LEAST_STEPS = 10  # known in both channels, below which nothing is said
ALIKE = 0.9999  # |r| from which two channels say the same

Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Correlation:
    """Pearson correlation of channels over steps that are known in both.

    Attributes:
        channels: Indices of the channels in the dataset (M,).
        names: Their names.
        values: Correlations (M, M); NaN where too few steps are known in both.
        steps: Number of steps behind them.
        samples: Number of samples these steps are of.
        categorical: How many channels were left out because they hold codes.
        constant: How many were left out because they never change.
        more: How many were left out because there are more than a matrix can hold.
        provenance: Where the numbers come from.
    """

    channels: IntArray
    names: tuple[str, ...]
    values: FloatArray
    steps: int
    samples: int
    categorical: int
    constant: int
    more: int
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a pair of channels."""
        import pandas as pd

        first, second = np.triu_indices(len(self.names), 1)
        names = np.array(self.names, dtype=object)
        return pd.DataFrame(
            {
                "channel": names[first],
                "other channel": names[second],
                "correlation": self.values[first, second],
            }
        )


@dataclass(frozen=True)
class Duplicates:
    """Channels that say the same.

    Attributes:
        identical: Groups of channels whose values are equal everywhere in the dataset.
        alike: Groups of channels of which each has |r| > ALIKE with another one, on the steps looked at.
    """

    identical: Groups = ()
    alike: Groups = ()


def correlate(dataset: Dataset, checks: ChannelChecks) -> Correlation:
    """Correlate the channels that hold numbers and change, over samples spread evenly."""
    able = np.flatnonzero(~(checks.categorical | checks.constant | checks.empty))
    chosen = able[:MOST_CHANNELS]
    most = min(MOST_STEPS, MOST_PRODUCTS // max(1, len(chosen)) ** 2)
    rows = spread_rows(dataset.samples, most // dataset.steps)
    stride = max(1, -(-dataset.steps // most))
    valid = length_mask(np.asarray(dataset.lengths)[rows], dataset.steps)[:, ::stride]
    values = np.zeros((0, 0), np.float32)
    steps = int(valid.sum())
    if len(chosen) > 1:
        values = _correlations(dataset.series[rows, ::stride][valid][:, chosen].astype(np.float64))
    return Correlation(
        channels=chosen,
        names=tuple(dataset.channels[channel] for channel in chosen),
        values=values,
        steps=steps,
        samples=len(rows),
        categorical=int(checks.categorical.sum()),
        constant=int((checks.constant | checks.empty).sum()),
        more=len(able) - len(chosen),
        provenance=Provenance(
            "correlation of channels",
            data=dataset.sha256,
            parameters={"steps": steps, "samples looked at": len(rows)},
            samples=len(rows),
        ),
    )


def find_duplicates(dataset: Dataset, statistics: Statistics, found: Correlation) -> Duplicates:
    """Find channels with equal values, compared in full, and others that move together."""
    identical = _identical(dataset, statistics)
    first, second = np.nonzero(np.triu(np.abs(found.values) > ALIKE, 1))
    pairs = [(int(found.channels[a]), int(found.channels[b])) for a, b in zip(first, second, strict=True)]
    equal = [(group[0], other) for group in identical for other in group[1:]]
    groups = _joined([*pairs, *equal], dataset.channel_count)
    return Duplicates(identical, tuple(group for group in groups if group not in identical))


def _correlations(values: DoubleArray) -> FloatArray:
    """Return the correlations (M, M) of columns (S, M), pair by pair over rows where both are known."""
    known = ~np.isnan(values)
    count = np.maximum(1, known.sum(axis=0))
    values = np.where(known, values - np.where(known, values, 0).sum(axis=0) / count, 0)
    scale = np.sqrt((values**2).sum(axis=0) / count)
    values /= np.where(scale > 0, scale, 1)
    if known.all():
        both: NDArray[np.float64] = np.full((values.shape[1],) * 2, float(len(values)))
        found = _ratio(values.T @ values, np.zeros_like(both), (values**2).sum(axis=0)[:, None], both)
    else:
        there = known.astype(np.float64)
        both = there.T @ there
        found = _ratio(values.T @ values, values.T @ there, (values**2).T @ there, both)
    np.fill_diagonal(found, 1.0)
    return np.clip(found, -1, 1).astype(np.float32)


def _ratio(products: DoubleArray, sums: DoubleArray, squares: DoubleArray, both: DoubleArray) -> DoubleArray:
    """Return covariances over deviations; entry (a, b) of sums and squares is of a where b is known."""
    count = np.maximum(1, both)
    squares = np.broadcast_to(squares, products.shape)
    variance = squares - sums**2 / count
    below = np.sqrt(np.maximum(0, variance * variance.T))
    found = np.full(products.shape, np.nan)
    enough = (both >= LEAST_STEPS) & (below > 1e-12 * count)
    np.divide(products - sums * sums.T / count, below, out=found, where=enough)
    return found


def _identical(dataset: Dataset, statistics: Statistics) -> Groups:
    """Return groups of channels that change and are equal everywhere."""
    names = ("minimum", "lower quartile", "median", "upper quartile", "maximum")
    marks = np.stack([statistics.moments[name] for name in names], axis=1)
    changing = marks[:, 0] < marks[:, -1]  # of NaN, false
    alike: dict[bytes, list[int]] = {}
    for channel in np.flatnonzero(changing):
        alike.setdefault((marks[channel] + 0.0).tobytes(), []).append(int(channel))
    suspects = [group for group in alike.values() if len(group) > 1]
    return tuple(sorted(group for found in suspects for group in _equal_groups(dataset, found)))


def _equal_groups(dataset: Dataset, suspects: list[int]) -> list[tuple[int, ...]]:
    """Return the groups of equal channels among some that look equal."""
    groups: list[tuple[int, ...]] = []
    while len(suspects) > 1:
        equal = _equal_to_first(dataset, suspects)
        group = tuple(channel for channel, same in zip(suspects, equal, strict=True) if same)
        suspects = [channel for channel, same in zip(suspects, equal, strict=True) if not same]
        if len(group) > 1:
            groups.append(group)
    return groups


def _equal_to_first(dataset: Dataset, channels: list[int]) -> BoolArray:
    equal = np.ones(len(channels), bool)
    for rows in row_chunks(dataset.samples, dataset.steps * dataset.channel_count):
        block = dataset.series[rows][:, :, channels]
        first = block[:, :, :1]
        equal &= ((block == first) | (np.isnan(block) & np.isnan(first))).all(axis=(0, 1))
        if equal.sum() == 1:
            break
    return equal


def _joined(pairs: Sequence[tuple[int, int]], count: int) -> Groups:
    """Return groups of channels that are joined by pairs, directly or through others."""
    root = list(range(count))

    def top(channel: int) -> int:
        while root[channel] != channel:
            root[channel] = root[root[channel]]
            channel = root[channel]
        return channel

    for one, other in pairs:
        low, high = sorted((top(one), top(other)))
        root[high] = low
    groups: dict[int, list[int]] = {}
    for channel in sorted({channel for pair in pairs for channel in pair}):
        groups.setdefault(top(channel), []).append(channel)
    return tuple(tuple(group) for group in groups.values())
