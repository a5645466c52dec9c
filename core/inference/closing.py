"""What a model says with an attention head closed: how much its prediction rests on it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray, length_mask
from core.data.dataset import Dataset
from core.errors import LimitError, ModelError
from core.inference.interventions import Intervention
from core.inference.maps import CELLS_AT_ONCE, CELLS_IN_ALL, cells_of, spread
from core.inference.runs import OpenRun
from core.models.family import AttentionLayer, port_name

MOST_SAMPLES, LEAST_SAMPLES = 64, 8


@dataclass(frozen=True)
class ClosedHead:
    """What changes when a head, or a layer as a whole, passes nothing on.

    Attributes:
        layer: Name of the layer.
        head: Number of the head; None for all heads of the layer.
        change: Mean change of the probability of the class that was predicted, as an amount.
        flips: Share of the predictions that turn.
    """

    layer: str
    head: int | None
    change: float
    flips: float


def closed_heads(run: OpenRun, dataset: Dataset, rows: IntArray) -> tuple[tuple[ClosedHead, ...], IntArray]:
    """Close every head alone, and every layer, and return what changes, with the samples that were asked.

    A closed head is unlike anything the model was trained on, and heads may stand in for each other: that one
    alone changes little does not say that it is not used.

    Args:
        run: The run, whose model has attention.
        dataset: Its dataset.
        rows: Places of the samples that are meant; of many, some spread over them are asked for.

    Raises:
        ModelError: If the model has no attention.
        LimitError: If its maps are so large that one would wait for minutes.

    Source: one head at a time as in Michel, Levy and Neubig (2019), arXiv 1905.10650.
    """
    layers = run.manifest.attention_layers
    if not layers:
        raise ModelError(f"this run is of the model {run.manifest.model}, which has no head to close")
    passes = 1 + sum(1 + layer.heads for layer in layers)
    most = min(MOST_SAMPLES, 2 * CELLS_IN_ALL // (passes * cells_of(layers)))
    if most < min(LEAST_SAMPLES, len(rows)):
        raise LimitError(
            f"closing heads asks the model {passes} times for each sample: its maps are too large for that"
        )
    chosen = spread(rows, most)
    ways = list(_ways(layers))
    changes: list[list[DoubleArray]] = [[] for _ in ways]
    at_once = max(1, CELLS_AT_ONCE // cells_of(layers))
    for start in range(0, len(chosen), at_once):
        part = chosen[start : start + at_once]
        usual = _probabilities(run, dataset, part, {})
        said = usual.argmax(axis=1)
        for found, (layer, _, gate) in zip(changes, ways, strict=True):
            closed = _probabilities(run, dataset, part, {port_name(layer.name): Intervention(gate=gate)})
            moved = np.abs(np.take_along_axis(closed - usual, said[:, None], axis=1)[:, 0])
            found.append(np.stack([moved, closed.argmax(axis=1) != said]))
    means = [np.concatenate(found, axis=1).mean(axis=1) for found in changes]
    return tuple(
        ClosedHead(layer.name, head, float(change), float(flips))
        for (layer, head, _), (change, flips) in zip(ways, means, strict=True)
    ), chosen


def _ways(layers: tuple[AttentionLayer, ...]) -> Iterator[tuple[AttentionLayer, int | None, FloatArray]]:
    """Yield each layer with a head, or None for all, and the gates that close it (1, H)."""
    for layer in layers:
        yield layer, None, np.zeros((1, layer.heads), np.float32)
        for head in range(layer.heads if layer.heads > 1 else 0):
            yield layer, head, 1 - np.eye(layer.heads, dtype=np.float32)[[head]]


def _probabilities(
    run: OpenRun, dataset: Dataset, rows: IntArray, done: dict[str, Intervention]
) -> DoubleArray:
    """Return probabilities (M, K); with a label for each step, of every valid step."""
    found = run.probabilities(run.predict_rows(dataset, rows, done))
    if found.ndim == 2:
        return found
    return np.asarray(found[length_mask(np.asarray(dataset.lengths)[rows], found.shape[1])])
