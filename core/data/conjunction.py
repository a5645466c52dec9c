"""Two motifs in two groups of channels, a known lag apart: the class needs both, each alone says nothing."""

from typing import Literal

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.data.constructions import Planted

Rule = Literal["xor", "and"]
GROUP = 2  # channels of each group
MOTIF = 10  # steps of a motif
AMPLITUDE = 1.5  # root mean square of a motif
CHANNELS = ("a1", "a2", "b1", "b2")
GROUPS = {"a": (0, 1), "b": (2, 3)}


def draw_conjunction(
    labels: IntArray, rng: np.random.Generator, steps: int, lag: int, noise: float, rule: Rule
) -> Planted:
    """Return series (N, T, 4) with a motif in each group and a distractor of equal energy in each.

    In group b the motif begins `lag` steps after the one in group a. A motif is of kind 0 or 1. With "xor"
    the class is 1 where the kinds differ, so that no motif alone tells it; with "and" where both are 1.
    """
    samples = len(labels)
    kinds = _kinds(labels, rng, rule)
    first = rng.integers(0, steps - MOTIF - lag + 1, samples)
    starts = np.stack([first, first + lag], axis=1)  # (N, 2)
    series = _noise(samples, steps, noise, rng)
    truth = np.zeros(series.shape, dtype=np.bool_)
    along = np.arange(MOTIF)
    rows = np.arange(samples)[:, None]
    for group in range(2):
        channel = GROUP * group + rng.integers(0, GROUP, samples)[:, None]
        where = starts[:, group, None] + along
        series[rows, where, channel] += _motifs()[kinds[:, group]]
        truth[rows, where, channel] = True
        # The distractor stands in the other channel of its group, so that it never covers the motif.
        other = GROUP * (2 * group + 1) - 1 - channel
        elsewhere = rng.integers(0, steps - MOTIF + 1, samples)[:, None] + along
        series[rows, elsewhere, other] += _motifs()[2 + rng.integers(0, 2, samples)]
    return Planted(series, labels, truth)


def _kinds(labels: IntArray, rng: np.random.Generator, rule: Rule) -> IntArray:
    first = rng.integers(0, 2, len(labels))
    if rule == "xor":
        return np.stack([first, first ^ labels], axis=1)
    # Class 0 of "and": the three pairs without both, equally often.
    pairs = np.array([(0, 0), (0, 1), (1, 0)])[rng.integers(0, 3, len(labels))]
    return np.where(labels[:, None] == 1, 1, pairs)


def _motifs() -> DoubleArray:
    """Return the motifs of kind 0 and 1 and the two distractors (4, MOTIF), all of one energy."""
    turn = 2 * np.pi * (np.arange(MOTIF) + 0.5) / MOTIF
    shapes = np.stack([np.sin(turn), -np.sin(turn), np.sin(2 * turn), -np.sin(2 * turn)])
    return np.asarray(shapes * AMPLITUDE / np.sqrt((shapes**2).mean(axis=1, keepdims=True)))


def _noise(samples: int, steps: int, level: float, rng: np.random.Generator) -> DoubleArray:
    """Return smooth noise (N, T, 4): an autoregressive process of the given deviation."""
    shocks = rng.standard_normal((samples, steps, 2 * GROUP)) * np.sqrt(1 - 0.5**2)
    shocks[:, 0] /= np.sqrt(1 - 0.5**2)
    for step in range(1, steps):
        shocks[:, step] += 0.5 * shocks[:, step - 1]
    return np.asarray(level * shocks)
