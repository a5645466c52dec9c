"""Series with known salient cells, as published for attribution methods.

Source: Queen et al. (2023), "Encoding Time-Series Explanations through Self-Supervised Model Behavior
Consistency" (TimeX), arXiv 2306.02109, and its published code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray

BURN_IN = 50  # steps of the base process that are thrown away
SEQUENCE_RANGE = 5.0  # how far a trend reaches beyond the extremes of its sample


@dataclass(frozen=True, eq=False)
class Planted:
    """Drawn series with their classes and the cells that decide them.

    Attributes:
        series: Values (N, T, C).
        labels: Class codes (N,).
        truth: Salient cells (N, T, C).
    """

    series: DoubleArray
    labels: IntArray
    truth: BoolArray


@dataclass(frozen=True)
class Construction:
    """How one published set is drawn.

    Attributes:
        draw: Draws a number of series.
        steps: Steps T.
        channels: Channels C.
        classes: Names of the classes.
        base_rate: Published share of salient cells in samples that have any.
    """

    draw: Callable[[IntArray, np.random.Generator], Planted]
    steps: int
    channels: int
    classes: tuple[str, ...]
    base_rate: float


def narma(samples: int, steps: int, channels: int, rng: np.random.Generator) -> DoubleArray:
    """Return base series (N, T, C) of the process that the published sets really use.

    y(t) = 0.3 y(t-1) + 1.5 u(t-2) u(t) + 0.1 with u uniform in [0, 0.5). Their generator leaves the sum over
    past values of a NARMA process out from the fourth step on, which is kept for comparability.
    """
    total = steps + BURN_IN
    drive = rng.uniform(0.0, 0.5, (samples, total, channels))
    series = np.zeros_like(drive)
    for step in range(2, total):
        series[:, step] = 0.3 * series[:, step - 1] + 1.5 * drive[:, step - 2] * drive[:, step] + 0.1
    return series[:, BURN_IN:]


def draw_freqshapes(labels: IntArray, rng: np.random.Generator) -> Planted:
    """Return spikes that repeat with one of two periods, up or down, on noise."""
    samples, steps = len(labels), 50
    period = np.array([10, 17])[labels % 2]
    sign = np.where(labels < 2, -1.0, 1.0)
    start = rng.integers(0, steps - period)  # (N,)
    series = rng.normal(0.0, 0.25, (samples, steps, 1))
    truth = np.zeros(series.shape, dtype=np.bool_)
    shape = np.array([1.75, 2.0, 1.75])
    rows = np.arange(samples)
    for repeat in range(steps // 10 + 1):
        centre = start + repeat * period
        # The published share of salient cells, 0.168, is reached only if the last step stays free too.
        inside = (centre >= 1) & (centre + 2 < steps)
        for offset, height in zip((-1, 0, 1), shape, strict=True):
            here, where = rows[inside], (centre + offset)[inside]
            series[here, where, 0] += sign[inside] * height
            truth[here, where, 0] = True
    return Planted(series, labels, truth)


def draw_seqcomb(
    labels: IntArray, rng: np.random.Generator, channels: int, shortest: int, longest: int, wiggle: float
) -> Planted:
    """Return two trends after each other; their directions make the class, class 0 has none."""
    samples, steps = len(labels), 200
    series = narma(samples, steps, channels, rng) + rng.normal(0.0, 0.01, (samples, steps, channels))
    truth = np.zeros(series.shape, dtype=np.bool_)
    directions: Mapping[int, tuple[bool, bool]] = {1: (False, False), 2: (True, True), 3: (True, False)}
    for row in np.flatnonzero(labels > 0):
        low = -SEQUENCE_RANGE * abs(series[row].min())
        high = SEQUENCE_RANGE * abs(series[row].max())
        lengths = rng.integers(shortest, longest + 1, 2)
        first = int(rng.integers(0, steps // 2))
        second = int(rng.integers(first + lengths[0], steps - lengths[1]))
        places = rng.permutation(channels)[:2] if channels > 1 else np.zeros(2, np.int64)
        for start, length, channel, rising in zip(
            (first, second), lengths, places, directions[int(labels[row])], strict=True
        ):
            ends = (low, high) if rising else (high, low)
            series[row, start : start + length, channel] = _trend(ends, int(length), rng.poisson(wiggle))
            truth[row, start : start + length, channel] = True
    return Planted(series, labels, truth)


def draw_lowvar(labels: IntArray, rng: np.random.Generator) -> Planted:
    """Return a stretch of low variance whose level and channel make the class."""
    samples, steps = len(labels), 200
    series = narma(samples, steps, 2, rng) + rng.normal(0.0, 1.0, (samples, steps, 2))
    truth = np.zeros(series.shape, dtype=np.bool_)
    lengths = rng.integers(10, 20, samples)
    starts = rng.integers(20, 160, samples)
    along = np.arange(steps)[None, :]
    inside = (along >= starts[:, None]) & (along < (starts + lengths)[:, None])  # (N, T)
    truth[np.arange(samples), :, labels // 2] = inside
    level = np.where(labels % 2 == 0, -1.5, 1.5)[:, None, None]
    quiet = level + rng.normal(0.0, 0.1, series.shape)
    return Planted(np.where(truth, quiet, series), labels, truth)


def _trend(ends: tuple[float, float], length: int, wiggle: int) -> DoubleArray:
    along = np.arange(length) - length // 2
    return np.asarray((ends[1] - ends[0]) / length * along + np.sin(wiggle * along))


CONSTRUCTIONS: Mapping[str, Construction] = {
    "freqshapes": Construction(
        draw_freqshapes,
        50, 1, ("0 down, period 10", "1 down, period 17", "2 up, period 10", "3 up, period 17"), 0.168,
    ),
    "seqcomb-uv": Construction(
        lambda labels, rng: draw_seqcomb(labels, rng, 1, 10, 19, 10.0),
        200, 1, ("0 none", "1 falling, falling", "2 rising, rising", "3 rising, falling"), 0.145,
    ),
    "seqcomb-mv": Construction(
        lambda labels, rng: draw_seqcomb(labels, rng, 4, 15, 29, 5.0),
        200, 4, ("0 none", "1 falling, falling", "2 rising, rising", "3 rising, falling"), 0.055,
    ),
    "lowvar": Construction(
        draw_lowvar,
        200, 2, ("0 low in first", "1 high in first", "2 low in second", "3 high in second"), 0.036,
    ),
}  # fmt: skip
