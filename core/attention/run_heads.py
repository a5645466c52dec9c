"""The heads of a run: mean maps over samples, or those of one, with what kind of head each is."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray, length_mask
from core.attention.heads import HeadProfile, MapMeasures, head_profiles, map_measures
from core.attention.inputs import StepAxis, traced
from core.attention.pairs import Pair, top_pairs
from core.attention.statistics import normalised_entropy
from core.attention.tokens import token_axes
from core.data import Dataset
from core.errors import ModelError
from core.inference import OpenRun
from core.inference.maps import MapBlock, map_blocks, most_samples, spread
from core.models.family import AttentionLayer
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class LayerHeads:
    """The heads of one layer.

    Attributes:
        layer: The layer.
        maps: Mean weights over the samples that have the query (H, Q, S); where attention pools, over those
            that have the step (H, T). Row = query, column = key.
        profiles: Every head in numbers.
        pairs: Query and key with the largest mean weights, by head; none where attention pools.
        queries: Labels of the tokens that ask; none where attention pools.
        keys: Labels of the tokens that are looked at.
    """

    layer: AttentionLayer
    maps: FloatArray
    profiles: tuple[HeadProfile, ...]
    pairs: tuple[tuple[Pair, ...], ...]
    queries: StepAxis
    keys: StepAxis

    @property
    def pooled(self) -> bool:
        """Whether a head has one weight a step and no map."""
        return self.maps.ndim == 2

    @property
    def received(self) -> DoubleArray:
        """What each key receives, the mean over the queries that ask (H, S)."""
        if self.pooled:
            return self.maps.astype(np.float64)
        asking = self.maps.any(axis=2)  # (H, Q)
        found: DoubleArray = (
            self.maps.sum(axis=1, dtype=np.float64) / np.maximum(1, asking.sum(axis=1))[:, None]
        )
        return found

    @property
    def focus(self) -> DoubleArray:
        """How sharply each query asks (H, Q): 1 less the normalised entropy of its row; 0 where none asks."""
        if self.pooled:
            return np.zeros((len(self.maps), 0))
        heads, queries, keys = self.maps.shape
        rows = self.maps.reshape(-1, keys)
        found = np.zeros(len(rows))
        asking = rows.any(axis=1)
        found[asking] = 1.0 - normalised_entropy(rows[asking], np.full(int(asking.sum()), keys))
        return found.reshape(heads, queries)

    def map_of(self, head: int | None) -> FloatArray:
        """Return the map of a head, or the mean over heads."""
        found: FloatArray = self.maps.mean(axis=0) if head is None else self.maps[head]
        return found


@dataclass(frozen=True, eq=False)
class RunHeads:
    """The heads of all layers of a run.

    Attributes:
        run: Id of the run.
        layers: Its attention layers in their order.
        samples: Samples that were asked of the model (n,), spread over those that were meant.
        total: Number of samples that were meant.
        read: Share of the queries that were measured: 1 unless maps are large.
        provenance: Where they come from.
    """

    run: str
    layers: tuple[LayerHeads, ...]
    samples: IntArray
    total: int
    read: float
    provenance: Provenance

    def layer(self, name: str = "") -> LayerHeads:
        """Return a layer by its name; the first one for "" and for a name that nobody knows."""
        return next((one for one in self.layers if one.layer.name == name), self.layers[0])

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a head: its names, its numbers, what uniform attention has."""
        import pandas as pd

        return pd.DataFrame([head_row(one, profile) for one in self.layers for profile in one.profiles])


def head_row(one: LayerHeads, profile: HeadProfile) -> dict[str, Any]:
    """Return one head as plain values."""
    row: dict[str, Any] = {
        "layer": one.layer.name,
        "head": profile.head,
        "types": ", ".join(profile.names),
        "entropy": profile.entropy,
        "entropy_deviation": profile.entropy_deviation,
        "keys": profile.keys,
        "largest": profile.largest,
    }
    for kind in profile.types:
        row |= {
            kind.name: kind.value,
            f"{kind.name}_uniform": kind.null,
            f"{kind.name}_strength": kind.strength,
        }
        if kind.name == "diagonal":
            row["lag"] = kind.lag
    return row


def run_heads(run: OpenRun, dataset: Dataset, rows: IntArray, source: Provenance | None = None) -> RunHeads:
    """Ask a run for the maps of samples, and measure every head.

    Args:
        run: The run.
        dataset: Its dataset.
        rows: Places of the samples that are meant; of many, some spread over them are asked for.
        source: Hashes of the data and the model, for the provenance.

    Raises:
        ModelError: If the model has no attention.
    """
    layers = run.manifest.attention_layers
    if not layers:
        raise ModelError(f"this run is of the model {run.manifest.model}, which has no attention to look at")
    chosen = spread(rows, most_samples(layers))
    gathered = [_Gathered(layer) for layer in layers]
    for block in map_blocks(run, dataset, chosen):
        for one in gathered:
            one.add(block)
    axes = {layer.name: token_axes(run.manifest, dataset, layer, chosen) for layer in layers}
    found = tuple(one.heads(*axes[one.layer.name]) for one in gathered)
    if len(chosen) == 1:
        found = tuple(_cut(one) for one in found)
    reads = [one.measures.queries for one in gathered if one.measures is not None]
    share = sum(read for read, _ in reads) / max(1, sum(asked for _, asked in reads)) if reads else 1.0
    return RunHeads(
        run.manifest.id, found, chosen, len(rows), share, traced(source, "attention heads", len(chosen))
    )


def _cut(one: LayerHeads) -> LayerHeads:
    """Return the heads of one sample without its padding, which stands behind."""
    used: BoolArray = np.any(one.maps, axis=0)
    keys = int(np.flatnonzero(np.any(used, axis=0) if used.ndim == 2 else used)[-1]) + 1
    looked = StepAxis(one.keys.labels[:keys], one.keys.name)
    if one.pooled:
        return replace(one, maps=one.maps[:, :keys], keys=looked)
    queries = int(np.flatnonzero(np.any(used, axis=1))[-1]) + 1
    asking = StepAxis(one.queries.labels[:queries], one.queries.name)
    return replace(one, maps=one.maps[:, :queries, :keys], queries=asking, keys=looked)


class _Gathered:
    """Sums over the samples seen so far, of one layer."""

    def __init__(self, layer: AttentionLayer) -> None:
        self.layer = layer
        self.total = np.zeros(layer.shape)
        self.counts = np.zeros(layer.shape[1])  # samples that have the query, or the step
        self.measures: MapMeasures | None = None
        self.rows: list[DoubleArray] = []

    def add(self, block: MapBlock) -> None:
        """Count some more samples in."""
        weights, tokens = block.weights[self.layer.name], block.tokens[self.layer.name]
        self.total[:, : weights.shape[2]] += weights.sum(axis=0, dtype=np.float64)
        if weights.ndim == 3:
            self.counts += length_mask(tokens, self.layer.shape[1]).sum(axis=0)
            self.rows.append(_of_rows(weights, tokens))
            return
        self.counts += weights[:, 0].any(axis=2).sum(axis=0)
        found = map_measures(weights, tokens, self.layer.extra)
        self.measures = found if self.measures is None else self.measures + found

    def heads(self, queries: StepAxis, keys: StepAxis) -> LayerHeads:
        """Return the means."""
        shape = (1, -1, 1) if self.measures is not None else (1, -1)
        maps = (self.total / np.maximum(1, self.counts).reshape(shape)).astype(np.float32)
        if self.measures is None:
            return LayerHeads(self.layer, maps, _of_pooled(np.concatenate(self.rows)), (), queries, keys)
        return LayerHeads(
            self.layer,
            maps,
            head_profiles(self.measures),
            tuple(top_pairs(one) for one in maps),
            queries,
            keys,
        )


def _of_rows(weights: FloatArray, tokens: IntArray) -> DoubleArray:
    """Return entropy, keys in use and largest weight of heads that pool (n, H, 3)."""
    samples, heads, steps = weights.shape
    entropy = normalised_entropy(weights.reshape(-1, steps), np.repeat(tokens, heads)).reshape(samples, heads)
    in_use = 1.0 / np.maximum((weights.astype(np.float64) ** 2).sum(axis=2), 1e-12)
    return np.stack([entropy, in_use, weights.max(axis=2)], axis=2)


def _of_pooled(found: DoubleArray) -> tuple[HeadProfile, ...]:
    means, spread_of = found.mean(axis=0), found[:, :, 0].std(axis=0)
    return tuple(
        HeadProfile(head, (), float(entropy), float(spread_of[head]), 0.0, float(keys), float(largest))
        for head, (entropy, keys, largest) in enumerate(means)
    )
