"""Two groups and two models held against each other, for figures."""

from dataclasses import replace

import numpy as np

from core.attention.beside import ModelSide, beside
from core.attention.contrast import ContrastGroup, contrast
from core.attention.rows import OrderedRows
from core.attention.spreads import GroupSpread
from core.attention.statistics import attention_statistics


def contrast_of(weights, lengths, axis, names, source):
    """Return the first half of samples against the second, which looks elsewhere."""
    half = len(weights) // 2
    groups = []
    for name, rows in zip(names, (np.arange(half), np.arange(half, len(weights))), strict=True):
        moved = weights if name == names[0] else np.roll(weights, 1, axis=1)
        moved = np.where(np.arange(weights.shape[1]) < np.asarray(lengths)[:, None], moved + 1e-6, 0)
        spread = GroupSpread(attention_statistics(moved[rows], lengths[rows]), np.linspace(0, 1, len(rows)))
        groups.append(ContrastGroup(name, OrderedRows.of(moved, rows, lengths[rows]), spread))
    return contrast(groups, axis, np.random.default_rng(0), source, cautions=("Mind this.",))


def beside_of(weights, lengths, names, source):
    """Return two models that agree on about half of each map."""
    count = len(weights)
    rng = np.random.default_rng(0)
    other = np.where(weights > 0, weights + rng.random(weights.shape) / weights.shape[1], 0)
    rows = [OrderedRows.of(block, np.arange(count), lengths) for block in (weights, other)]
    first = ModelSide(
        names[0], rows[0], np.full(count, names[0], object), np.full(count, 0.9), np.ones(count, int)
    )
    second = replace(first, name=names[1], rows=rows[1])
    return beside((first, second), np.arange(count), np.arange(count).astype(str), rng, source)
