"""Samples put together by how alike their attention maps are: a tree of the maps, and the clusters in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import FloatArray, IntArray, Progress
from core.attention.centres import centres_of, nearest_centre, ward_tree
from core.attention.inputs import traced
from core.attention.ordering import SampleOrder
from core.attention.rows import OrderedRows, share_of_length
from core.attention.statistics import AttentionStatistics
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

LEAVES = 400  # of the tree, as many as a picture has rows; more samples are leaves together
FITTED = 10_000  # samples that centres are found from
PARTS = 50  # a map is compared in so many parts of its length
MOST_CLUSTERS = 8
CELLS_AT_ONCE = 1_000_000  # of weights, or of distances to centres: about 40 MB while they are compared


@dataclass(frozen=True, eq=False)
class AttentionClusters:
    """Samples in the order of a tree of their attention maps, and the clusters that it is cut into.

    Attributes:
        order: The samples, similar ones beside each other, in groups of one cluster.
        codes: Cluster of each sample (N,), 0 for the first of the tree.
        names: Names of the clusters.
        whole: Whether each sample is a leaf of the tree by itself.
    """

    order: SampleOrder
    codes: IntArray
    names: tuple[str, ...]
    whole: bool
    provenance: Provenance

    def of(self, rows: IntArray) -> "AttentionClusters":
        """Return some of the samples, in the order and the clusters that they have among all."""
        rank = np.empty(len(self.codes), np.int64)
        rank[self.order.places] = np.arange(len(self.codes))
        places = np.argsort(rank[rows])
        codes = self.codes[rows]
        order = replace(self.order, places=places, groups=codes[places])
        return replace(self, order=order, codes=codes)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a sample: its cluster and its place in the order."""
        import pandas as pd

        places = np.empty(len(self.codes), np.int64)
        places[self.order.places] = np.arange(len(self.codes))
        return pd.DataFrame({"cluster": np.array(self.names, object)[self.codes], "place": places})


def attention_clusters(
    rows: OrderedRows,
    statistics: AttentionStatistics,
    source: Provenance | None = None,
    progress: Progress | None = None,
) -> AttentionClusters:
    """Order samples by a tree of their attention maps (Ward's method), and cut it into at most 8 clusters.

    Maps are compared in at most 50 equal parts of their length. Up to 400 samples each is a leaf of the
    tree. Of more, 400 centres are the leaves, found by k-means from 10,000 samples taken evenly over the
    dataset's order; each counts as many times as samples are nearest to it, and these follow each other from
    early to late attention. Leaves are turned so that neighbours are as alike as the tree allows. Nothing is
    drawn by chance. Memory: about 50 MB, and 50 bytes a sample.

    Args:
        rows: The weights in the dataset's order.
        statistics: How the attention of each is spread.
        source: Hashes of the data and the model, for the provenance.
        progress: Is told how far it is, from 0 to 1, and what is being done.

    Source: Ward (1963); Bar-Joseph et al. (2001), fast optimal leaf ordering.
    """
    count = len(rows)
    whole = count <= LEAVES
    if whole:
        leaf, centres = np.arange(count), _maps(rows, np.arange(count))
    else:
        fitted = np.unique(np.linspace(0, count - 1, min(count, FITTED)).astype(np.int64))
        centres = centres_of(_maps(rows, fitted), LEAVES)
        leaf = _nearest(rows, centres, progress)
    rank, cluster = _tree(centres, np.bincount(leaf, minlength=len(centres)))
    late = np.asarray(statistics.middle, np.float64) + 2.0 * statistics.late  # 0 early to 2 late
    places = np.argsort(rank[leaf] + late / 2.0000001, kind="stable")
    return found_clusters(places, cluster[leaf], len(centres), whole, source)


def found_clusters(
    places: IntArray, codes: IntArray, leaves: int, whole: bool, source: Provenance | None
) -> AttentionClusters:
    """Return samples in an order and in clusters that were found, with what is said of them."""
    names = tuple(f"cluster {code + 1}" for code in range(int(codes.max(initial=0)) + 1))
    of = f"{leaves:,} samples" if whole else f"{leaves:,} centres of {len(codes):,} samples"
    how = f"by similarity of the maps: Ward's tree of {of}"
    made = traced(source, "attention clusters", len(codes), method="ward", leaves=leaves, parts=PARTS)
    order = SampleOrder(places, codes[places], names, "cluster", how)
    return AttentionClusters(order, codes, names, whole, made)


def _tree(centres: FloatArray, sizes: IntArray) -> tuple[IntArray, IntArray]:
    """Return of each leaf its place in the tree and its cluster, both numbered from left on."""
    from scipy.cluster.hierarchy import fcluster, leaves_list, optimal_leaf_ordering

    count = len(centres)
    if count < 2:
        return np.zeros(count, np.int64), np.zeros(count, np.int64)
    tree = optimal_leaf_ordering(ward_tree(centres, np.maximum(sizes, 1)), centres.astype(np.float64))
    order = leaves_list(tree)
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    cut = fcluster(tree, min(MOST_CLUSTERS, count), "maxclust")[order]
    begins = np.append(False, np.diff(cut) != 0)  # clusters are branches: each is a run of leaves
    return rank, np.cumsum(begins)[rank]


def _nearest(rows: OrderedRows, centres: FloatArray, progress: Progress | None) -> IntArray:
    """Return the nearest centre of each sample (N,), whose maps are read once."""
    found = np.empty(len(rows), np.int64)
    for part in _blocks(len(rows), max(rows.weights.shape[1], len(centres))):
        if progress is not None:
            progress(part.start / len(rows), "comparing maps")
        found[part] = nearest_centre(_maps(rows, np.arange(part.start, part.stop)), centres)
    return found


def _maps(rows: OrderedRows, chosen: IntArray) -> FloatArray:
    """Return the maps of some samples in equal parts of their lengths (n, S)."""
    steps = int(rows.weights.shape[1])
    lengths = None if rows.lengths is None else rows.lengths[chosen]
    maps = np.empty((len(chosen), min(steps, PARTS)), np.float32)
    for part in _blocks(len(chosen), steps):
        own = None if lengths is None else lengths[part]
        block, _ = OrderedRows(rows.weights, rows.rows[chosen[part]], own).read(0, part.stop - part.start)
        maps[part] = _compared(block, own)
    return maps


def _compared(block: FloatArray, lengths: IntArray | None) -> FloatArray:
    steps = block.shape[1]
    if lengths is None and steps <= PARTS:
        return block
    if lengths is None and steps % PARTS == 0:
        joined: FloatArray = block.reshape(len(block), PARTS, -1).sum(axis=2)
        return joined
    own = np.full(len(block), steps) if lengths is None else lengths
    return share_of_length(block, own, min(steps, PARTS))


def _blocks(count: int, cells: int) -> Iterator[slice]:
    """Return pieces of so many rows that what is held of them at once is bounded, however long they are."""
    at_once = max(1, CELLS_AT_ONCE // max(1, cells))
    for start in range(0, count, at_once):
        yield slice(start, min(start + at_once, count))
