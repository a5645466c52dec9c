"""Whole maps of attention, asked of a model for some samples at a time: they are not stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import FloatArray, IntArray
from core.data.dataset import Dataset
from core.inference.runs import OpenRun, key_axis
from core.models.family import AttentionLayer, port_name

MOST_SAMPLES = 256  # of more, so many spread over them are asked for
LEAST_SAMPLES = 16
CELLS_AT_ONCE = 8_000_000  # weights in memory at once, 32 MB
CELLS_IN_ALL = 200_000_000  # weights that one waits for; samples with larger maps are fewer


@dataclass(frozen=True, eq=False)
class MapBlock:
    """Attention of some samples in a model's own tokens.

    Attributes:
        rows: Places of the samples in their dataset (n,).
        weights: By layer, (n, H, Q, S) or, where attention pools, (n, H, T).
        tokens: Number of valid keys (n,) by layer, tokens in front that stand for no step among them.
        steps: Number of valid steps (n,) of the series that is looked at, by layer.
        norms: Length of what a key adds at full weight (n, H, S), by layer; only where it was asked for and
            the model tells it. Where attention pools these are states, alike for all heads: (n, 1, T).
    """

    rows: IntArray
    weights: Mapping[str, FloatArray]
    tokens: Mapping[str, IntArray]
    steps: Mapping[str, IntArray]
    norms: Mapping[str, FloatArray]


def most_samples(layers: Sequence[AttentionLayer]) -> int:
    """Return how many samples are asked for at most, fewer where their maps are large."""
    return max(LEAST_SAMPLES, min(MOST_SAMPLES, CELLS_IN_ALL // cells_of(layers)))


def spread(rows: IntArray, most: int = MOST_SAMPLES) -> IntArray:
    """Return at most so many of some rows, evenly chosen."""
    places = np.linspace(0, len(rows) - 1, min(len(rows), most)).astype(np.int64)
    return np.asarray(rows)[places]


def map_blocks(run: OpenRun, dataset: Dataset, rows: IntArray, norms: bool = False) -> Iterator[MapBlock]:
    """Yield the maps of samples, a bounded number of weights at a time.

    Args:
        run: The run, whose model has attention.
        dataset: Its dataset.
        rows: Places of the samples.
        norms: Whether the lengths of what keys add are wanted too.
    """
    at_once = max(1, CELLS_AT_ONCE // cells_of(run.manifest.attention_layers))
    for start in range(0, len(rows), at_once):
        yield _block(run, dataset, np.asarray(rows[start : start + at_once]), norms)


def cells_of(layers: Sequence[AttentionLayer]) -> int:
    """Return how many weights one sample has, at least 1."""
    return max(1, sum(int(np.prod(layer.shape)) for layer in layers))


def _block(run: OpenRun, dataset: Dataset, rows: IntArray, norms: bool) -> MapBlock:
    series, lengths = run.inputs(dataset, rows)
    found = run.model.predict(series, lengths)
    added = run.model.value_norms(series, lengths) if norms else {}
    weights, tokens, steps, sizes = {}, {}, {}, {}
    for layer in run.manifest.attention_layers:
        name = port_name(layer.name)
        weights[layer.name] = found.attention[name]
        steps[layer.name] = key_axis(run.manifest, dataset, layer)[0][rows]
        tokens[layer.name] = -(-steps[layer.name] // layer.patch) + layer.extra
        if name in added:
            sizes[layer.name] = added[name]
        elif norms and layer.kind == "pooled":
            # Pooling adds up states as they are: what a step adds at full weight is its state.
            sizes[layer.name] = np.linalg.norm(found.hidden, axis=2)[:, None].astype(np.float32)
    return MapBlock(rows, weights, tokens, steps, sizes)
