"""What a window says of itself in a few numbers a channel: for probes and for drift."""

from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray, length_mask
from core.data.dataset import Dataset, row_chunks

NAMES = ("mean", "deviation", "least", "most", "first", "last", "slope", "change", "missing")
_FURTHEST = 3e38  # what 32 bits hold


@dataclass(frozen=True, eq=False)
class Summaries:
    """Numbers of some windows.

    Attributes:
        values: By window, channel and name (n, C, F), in the order of NAMES; 0 for what a window lacks.
        known: Whether a window has a value in a channel at all (n, C).
    """

    values: FloatArray
    known: BoolArray

    def of(self, name: str) -> FloatArray:
        """Return one number (n, C)."""
        return self.values[:, :, NAMES.index(name)]


def summaries(dataset: Dataset, rows: IntArray, channels: IntArray) -> Summaries:
    """Return the summaries of some samples in some channels."""
    found = np.zeros((len(rows), len(channels), len(NAMES)), dtype=np.float32)
    known = np.zeros((len(rows), len(channels)), dtype=bool)
    lengths = np.asarray(dataset.lengths)
    for place in row_chunks(len(rows), 4 * dataset.steps * dataset.channel_count):
        chosen = rows[place]
        chunk = np.asarray(dataset.series[chosen])[:, :, channels].astype(np.float64)
        valid = length_mask(lengths[chosen], dataset.steps)[:, :, None]
        found[place], known[place] = _summarised(chunk, valid & ~np.isnan(chunk), lengths[chosen])
    return Summaries(found, known)


def _summarised(chunk: DoubleArray, there: BoolArray, lengths: IntArray) -> tuple[DoubleArray, BoolArray]:
    steps = np.arange(chunk.shape[1], dtype=np.float64)[None, :, None]
    counts = there.sum(axis=1)  # (n, C)
    some = counts > 0
    least_one = np.maximum(1, counts)
    values = np.where(there, chunk, 0.0)
    mean = values.sum(axis=1) / least_one
    apart = np.where(there, chunk - mean[:, None, :], 0.0)
    spread = np.sqrt((apart**2).sum(axis=1) / least_one)
    moments = np.where(there, steps, 0.0)
    middle = moments.sum(axis=1) / least_one
    off = np.where(there, steps - middle[:, None, :], 0.0)
    slope = (off * apart).sum(axis=1) / np.maximum(1e-12, (off**2).sum(axis=1))
    both = there[:, 1:] & there[:, :-1]
    change = np.where(both, np.abs(np.diff(values, axis=1)), 0.0).sum(axis=1)
    change = change / np.maximum(1, both.sum(axis=1))
    last = np.take_along_axis(values, (lengths - 1)[:, None, None], axis=1)[:, 0]
    bounds = (
        np.where(there, chunk, np.inf).min(axis=1),
        np.where(there, chunk, -np.inf).max(axis=1),
    )
    missing = 1 - counts / lengths[:, None]
    stacked = np.stack(
        [mean, spread, *(np.where(some, bound, 0.0) for bound in bounds), values[:, 0], last, slope,
         change, missing],
        axis=2,
    )  # fmt: skip
    return np.clip(stacked, -_FURTHEST, _FURTHEST), some
