"""Simple models that see one thing alone: a channel, a column of metadata, the values at fixed steps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray, IntArray, length_mask
from core.data.dataset import Dataset
from core.data.leaking.neighbours import spread
from core.data.leaking.report import Probe
from core.data.leaking.ridge import ridge_answers
from core.data.leaking.summaries import NAMES, Summaries, summaries
from core.intervals import wilson_interval

MOST_SAMPLES = 4000  # of each side, evenly spread
MOST_CHANNELS = 512
MOST_COLUMNS = 1024  # of the probes that see everything
LEAST_BINS, MOST_BINS = 8, 32
_STEADY = 1e-4  # deviation within a window, of that between windows, below which a channel does not move


@dataclass(frozen=True, eq=False)
class Sides:
    """Training and test samples of a probe with their class codes.

    Attributes:
        classes: How many classes there are.
    """

    train: IntArray
    test: IntArray
    learnt: IntArray
    asked: IntArray
    classes: int

    def probe(self, what: str, name: str, answers: IntArray) -> Probe:
        """Return what answers (m,) for the test samples reach."""
        right = int((answers == self.asked).sum())
        usual = int(np.bincount(self.learnt, minlength=self.classes).argmax())
        count = len(self.asked)
        majority = float((self.asked == usual).mean())
        return Probe(what, name, right / count, wilson_interval(right, count), majority, count)


def sides(codes: IntArray, train: IntArray, test: IntArray, classes: int) -> Sides | None:
    """Return evenly spread samples of both sides; None where nothing can be probed."""
    learning, asked = spread(train, MOST_SAMPLES), spread(test, MOST_SAMPLES)
    if len(learning) < 6 or not len(asked) or len(np.unique(codes[learning])) < 2:
        return None
    return Sides(learning, asked, codes[learning], codes[asked], classes)


@dataclass(frozen=True, eq=False)
class ChannelProbes:
    """Probes of single channels, of all together, and which channels do not move within their windows."""

    single: tuple[Probe, ...]
    together: Probe
    steady: frozenset[str]


def probe_channels(dataset: Dataset, both: Sides) -> ChannelProbes:
    """Ask every channel alone, and all together, by a few numbers of each window."""
    channels = spread(np.arange(dataset.channel_count), MOST_CHANNELS)
    learnt = summaries(dataset, both.train, channels)
    asked = summaries(dataset, both.test, channels)
    bins = int(np.clip(both.classes, LEAST_BINS, MOST_BINS))
    size = max(1, 2_000_000 // (len(both.train) + len(both.test)) // (len(NAMES) + 2 * bins) + 1)
    answers = np.concatenate(
        [
            ridge_answers(
                *_channel_columns(_some(learnt, place), _some(asked, place), bins, both.learnt), both.classes
            )
            for start in range(0, len(channels), size)
            for place in (slice(start, start + size),)
        ]
    )
    names = [dataset.channels[channel] for channel in channels]
    single = tuple(both.probe("channel", name, found) for name, found in zip(names, answers, strict=True))
    kept = max(1, MOST_COLUMNS // len(channels))
    order = [NAMES.index(name) for name in ("mean", "deviation", "last", "slope", "change", "first")]
    order += [place for place in range(len(NAMES)) if place not in order]
    wide, wide_asked = (
        part.values[:, :, order[:kept]].reshape(1, len(part.values), -1) for part in (learnt, asked)
    )
    found = ridge_answers(wide, both.learnt, wide_asked, both.classes)[0]
    return ChannelProbes(single, both.probe("all channels", "", found), _steady(names, learnt))


def probe_position(dataset: Dataset, both: Sides) -> Probe:
    """Ask the values at their steps, as one row a window: what a model without any sense of order knows."""
    found = ridge_answers(
        _flat(dataset, both.train)[None], both.learnt, _flat(dataset, both.test)[None], both.classes
    )[0]
    return both.probe("position", "", found)


def probe_metadata(dataset: Dataset, both: Sides) -> tuple[Probe, ...]:
    """Ask every column of metadata alone: the most frequent class of each text or range of numbers."""
    probes = []
    for name, values in dataset.metadata.items():
        learnt, asked = _places(np.asarray(values)[both.train], np.asarray(values)[both.test])
        counts = np.zeros((int(max(learnt.max(), asked.max())) + 1, both.classes))
        np.add.at(counts, (learnt, both.learnt), 1)
        usual = np.bincount(both.learnt, minlength=both.classes).argmax()
        table = np.where(counts.sum(axis=1) > 0, counts.argmax(axis=1), usual)
        probes.append(both.probe("metadata", name, table[asked]))
    return tuple(probes)


def _some(found: Summaries, place: slice) -> Summaries:
    return Summaries(found.values[:, place], found.known[:, place])


def _channel_columns(
    learnt: Summaries, asked: Summaries, bins: int, codes: IntArray
) -> tuple[FloatArray, IntArray, FloatArray]:
    """Return the columns of each channel (C, n, F): its numbers, and in which range mean and last value lie.

    Ranges let a linear model answer where codes of classes stand in a channel in any order.
    """
    train = [learnt.values.transpose(1, 0, 2)]
    test = [asked.values.transpose(1, 0, 2)]
    for name in ("mean", "last"):
        edges = np.quantile(
            learnt.of(name).astype(np.float64), np.arange(1, bins) / bins, axis=0
        )  # (bins - 1, C)
        for columns, part in ((train, learnt), (test, asked)):
            range_of = (part.of(name)[None] >= edges[:, None, :]).sum(axis=0)  # (n, C)
            columns.append(np.eye(bins, dtype=np.float32)[range_of.T])
    return np.concatenate(train, axis=2), codes, np.concatenate(test, axis=2)


def _steady(names: list[str], found: Summaries) -> frozenset[str]:
    between = found.of("mean").std(axis=0, dtype=np.float64)
    moves = (found.of("deviation") > _STEADY * between).mean(axis=0)
    return frozenset(name for name, share in zip(names, moves, strict=True) if share < 0.01)


def _flat(dataset: Dataset, rows: IntArray) -> FloatArray:
    """Return windows as rows of values (n, F); neighbouring steps are averaged where there are too many."""
    channels = spread(np.arange(dataset.channel_count), MOST_COLUMNS)
    steps = max(1, MOST_COLUMNS // len(channels))
    width = -(-dataset.steps // steps)
    starts = np.arange(0, dataset.steps, width)
    flat = np.empty((len(rows), len(starts) * len(channels)), dtype=np.float32)
    lengths = np.asarray(dataset.lengths)
    size = max(1, 4_000_000 // (dataset.steps * dataset.channel_count))
    for begin in range(0, len(rows), size):
        chosen = rows[begin : begin + size]
        chunk = np.asarray(dataset.series[chosen])[:, :, channels]
        there = length_mask(lengths[chosen], dataset.steps)[:, :, None] & ~np.isnan(chunk)
        sums = np.add.reduceat(np.where(there, chunk, np.float32(0)), starts, axis=1, dtype=np.float64)
        counts = np.add.reduceat(there.astype(np.float32), starts, axis=1)
        flat[begin : begin + size] = (sums / np.maximum(1, counts)).reshape(len(chosen), -1)
    return flat


def _places(learnt: NDArray[np.generic], asked: NDArray[np.generic]) -> tuple[IntArray, IntArray]:
    """Return in which group each value lies: the same text, or one of some ranges of numbers."""
    if learnt.dtype.kind == "U":
        names, found = np.unique(learnt, return_inverse=True)
        where = np.minimum(np.searchsorted(names, asked), len(names) - 1)
        return found.reshape(-1), np.where(names[where] == asked, where, len(names))
    known = learnt[~np.isnan(learnt)]
    different = np.unique(known)
    inner = np.arange(1, MOST_BINS) / MOST_BINS
    edges = different[1:] if len(different) <= MOST_BINS else np.unique(np.quantile(known, inner))
    groups = [
        np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))
        for values in (learnt, asked)
    ]
    return groups[0].astype(np.int64), groups[1].astype(np.int64)
