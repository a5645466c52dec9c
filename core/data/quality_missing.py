"""Where values are missing: by channel and along the steps, and how unevenly over the samples."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray, IntArray, length_mask
from core.data.dataset import Dataset, row_chunks
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

BINS = 100  # most bins along the steps
SHARES = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0)  # edges between samples by their share of missing values
MOST_SAMPLES = 20


@dataclass(frozen=True, eq=False)
class MissingValues:
    """How many values were missing when the data came, over valid steps.

    Attributes:
        channels: Names of the channels.
        counts: Missing values (C, B) by channel and bin of steps.
        expected: Values that each channel should have (B,), the same for all channels.
        edges: First step of each bin, and the end (B + 1,).
        labels: Labels of the bins' first steps (B,).
        step_name: What a step is called.
        filled: How many of them the policy filled; the rest stayed missing.
        by_share: Samples (7,) without a missing value, and then by share up to each of SHARES; empty where
            it is not known, because what was missing was filled.
        most: Position and missing values of the samples that miss most (M, 2).
        policy: What was done about missing values.
        provenance: Where the numbers come from.
    """

    channels: tuple[str, ...]
    counts: IntArray
    expected: IntArray
    edges: IntArray
    labels: tuple[str, ...]
    step_name: str
    filled: int
    by_share: IntArray
    most: IntArray
    policy: str
    provenance: Provenance

    @property
    def total(self) -> int:
        """Missing values in all."""
        return int(self.counts.sum())

    @property
    def by_channel(self) -> DoubleArray:
        """Share of missing values of each channel (C,)."""
        return np.asarray(self.counts.sum(axis=1) / max(1, int(self.expected.sum())), np.float64)

    @property
    def shares(self) -> DoubleArray:
        """Share of missing values (C, B); NaN where no sample reaches."""
        found = np.full(self.counts.shape, np.nan)
        np.divide(self.counts, self.expected, out=found, where=self.expected > 0)
        return found

    def to_frame(self) -> "pd.DataFrame":
        """Return one row for each channel and bin of steps that misses something."""
        import pandas as pd

        channel, place = np.nonzero(self.counts)
        return pd.DataFrame(
            {
                "channel": np.array(self.channels, dtype=object)[channel],
                "first step": self.edges[place],
                "last step": self.edges[place + 1] - 1,
                "missing": self.counts[channel, place],
                "expected": self.expected[place],
                "share": self.shares[channel, place],
            }
        )


def count_missing(dataset: Dataset) -> MissingValues:
    """Count missing values by channel and step, in one pass where there may be any."""
    edges = _edges(dataset.steps)
    reaching = _reaching(np.asarray(dataset.lengths), dataset.steps)
    by_step = np.zeros((dataset.steps, dataset.channel_count), np.int64)
    filled = 0
    if dataset.filled is not None:
        by_step += np.asarray(dataset.filled)
        filled = int(by_step.sum())
    by_share, most = np.zeros(0, np.int64), np.zeros((0, 2), np.int64)
    if dataset.nan_policy == "mask":
        left, by_sample = _left(dataset)
        by_step += left
        by_share, most = _over_samples(by_sample, np.asarray(dataset.lengths) * dataset.channel_count)
    return MissingValues(
        channels=dataset.channels,
        counts=np.add.reduceat(by_step, edges[:-1], axis=0).T,
        expected=np.add.reduceat(reaching, edges[:-1]),
        edges=edges,
        labels=tuple(dataset.step_labels[step] for step in edges[:-1]),
        step_name=dataset.step_name,
        filled=filled,
        by_share=by_share,
        most=most,
        policy=dataset.nan_policy,
        provenance=Provenance("missing values", data=dataset.sha256, samples=dataset.samples),
    )


def _edges(steps: int) -> IntArray:
    bins = min(BINS, steps)
    return (np.arange(bins + 1) * steps) // bins


def _reaching(lengths: IntArray, steps: int) -> IntArray:
    """Return how many samples have each step (T,)."""
    ending = np.bincount(lengths, minlength=steps + 1)  # samples by length 0..T
    return np.asarray(len(lengths) - np.cumsum(ending)[:steps], np.int64)


def _left(dataset: Dataset) -> tuple[IntArray, IntArray]:
    """Return values that are missing still, by step and channel (T, C) and by sample (N,)."""
    by_step = np.zeros((dataset.steps, dataset.channel_count), np.int64)
    by_sample = np.zeros(dataset.samples, np.int64)
    for rows in row_chunks(dataset.samples, dataset.steps * dataset.channel_count):
        gone = np.isnan(dataset.series[rows])
        gone &= length_mask(np.asarray(dataset.lengths)[rows], dataset.steps)[:, :, None]
        by_step += gone.sum(axis=0)
        by_sample[rows] = gone.sum(axis=(1, 2))
    return by_step, by_sample


def _over_samples(missing: IntArray, values: IntArray) -> tuple[IntArray, IntArray]:
    share = missing / values
    places = np.searchsorted(SHARES, share, side="left")  # 0 for none, k for up to SHARES[k]
    worst = np.argsort(-missing, kind="stable")[:MOST_SAMPLES]
    worst = worst[missing[worst] > 0]
    return np.bincount(places, minlength=len(SHARES)), np.stack([worst, missing[worst]], axis=1)
