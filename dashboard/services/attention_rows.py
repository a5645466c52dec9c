"""Samples in their order as the page Attention shows them: heatmap, neighbours of one, clusters."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import IntArray
from core.attention import (
    AttentionHeatmap,
    OrderedAttention,
    OrderedRows,
    StepAxis,
    heatmap_of,
    in_order,
    sample_order,
    stored_statistics,
)
from core.attention.ordering import MEASURED, METADATA
from dashboard.services import clustering, library
from dashboard.services.attention_view import AttentionView, filters_of
from dashboard.services.cache import AnswerCache
from dashboard.services.clustering import clusters
from dashboard.services.samples import RunSamples, distances, layer_of, select, weights_of

NEIGHBOURS = 200  # samples before and after the focused one that the browser knows

_orders = AnswerCache(3, megabytes=200)  # of a million samples each takes 60 MB
_heatmaps = AnswerCache(24)


@dataclass(frozen=True)
class Focus:
    """Where the focused sample stands among those shown.

    Attributes:
        sample: Position of the sample in the dataset; the first of the order when none was asked for.
        rank: Its place in the order from 0; None if a filter or the part leaves it out.
        row: Its row in the heatmap; None like the rank, and where the zoom leaves it out.
        total: Number of samples shown.
        near: Samples around it in the order, those that previous and next walk through.
    """

    sample: int
    rank: int | None
    row: int | None
    total: int
    near: tuple[int, ...]


def heatmap(asked: AttentionView) -> AttentionHeatmap:
    """Return the attention of all samples asked for as one picture, in order."""
    key = f"{library.stamp()} {asked!r}"
    answer: AttentionHeatmap = _heatmaps.get(key, lambda: _heatmap(asked))
    library.run(asked.selection.run)  # a deleted run has no picture, though it may be remembered
    return answer


def order(asked: AttentionView) -> IntArray:
    """Return the samples asked for in their order, as positions in the dataset."""
    return _ordered(asked).samples


def focus(asked: AttentionView, sample: int | None) -> Focus:
    """Return where a sample stands in the order, its row in the heatmap, and its neighbours."""
    samples = order(asked)
    chosen = int(samples[0]) if sample is None else sample
    found = np.flatnonzero(samples == chosen)
    rank = int(found[0]) if len(found) else None
    row = None
    if rank is not None:
        edges = heatmap(asked).edges
        if edges[0] <= rank < edges[-1]:
            row = int(np.searchsorted(edges, rank, side="right")) - 1
    first = max(0, (rank or 0) - NEIGHBOURS)
    near = samples[first : (rank or 0) + NEIGHBOURS + 1]
    return Focus(chosen, rank, row, len(samples), tuple(int(index) for index in near))


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    clustering.forget()
    for cache in (_orders, _heatmaps):
        cache.clear()


def _heatmap(asked: AttentionView) -> AttentionHeatmap:
    samples = select(asked.selection)
    layer = layer_of(samples.manifest, asked.layer)
    ordered = _ordered(asked)
    return heatmap_of(
        ordered,
        replace(asked.picture, sort=ordered.order.sort),
        StepAxis.of(samples.dataset),
        samples.provenance("attention heatmap", layer=layer.name, **filters_of(asked)),
    )


def _ordered(asked: AttentionView) -> OrderedAttention:
    """Return the samples in their order with their weights, whatever the zoom."""
    key = repr((library.stamp(), asked.selection, asked.layer, asked.order, asked.shares))
    answer: OrderedAttention = _orders.get(key, lambda: _order(asked))
    return answer


def _order(asked: AttentionView) -> OrderedAttention:
    samples = select(asked.selection)
    layer = layer_of(samples.manifest, asked.layer)
    statistics = stored_statistics(library.store(), samples.manifest, layer)
    indices, lengths = samples.labels.indices, samples.lengths
    weights = weights_of(samples.manifest, layer)
    together = clusters(asked) if asked.order == "cluster" else None
    if together is not None:
        chosen = together.of(indices).order
    elif asked.order == "cluster":
        usual = sample_order(samples.labels, "outcome")
        chosen = replace(usual, how=f"{usual.how}, until the maps are clustered")
    else:
        measured = statistics.rows(indices) if asked.order in MEASURED else None
        columns = {name: np.asarray(values)[indices] for name, values in _metadata(samples, asked.order)}
        far = distances(samples.manifest, samples.dataset)[indices] if asked.order == "distance" else None
        chosen = sample_order(samples.labels, asked.order, measured, columns, far)
    alike = int(lengths.min()) == weights.shape[1]
    rows = OrderedRows(
        weights, indices[chosen.places], None if alike else lengths[chosen.places], asked.shares
    )
    return in_order(rows, chosen, samples.labels, float(statistics.max[indices].max()))


def _metadata(samples: RunSamples, sort: str) -> list[tuple[str, NDArray[Any]]]:
    name = sort.removeprefix(METADATA)
    return [(name, samples.dataset.metadata[name])] if name in samples.dataset.metadata else []
