"""Samples put together by how alike their attention maps are: by a tree, or by the branches of one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray
from core.attention.inputs import traced
from core.attention.ordering import SampleOrder
from core.attention.rows import OrderedRows, share_of_length
from core.attention.statistics import AttentionStatistics
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

IN_TREE = 1_000  # samples that the tree is grown from; Ward's method takes their square
BRANCHES = 64  # parts of the tree that the samples outside it are given to
COLUMNS = 50  # a map is compared in so many parts of its length
MOST_CLUSTERS = 8
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, eq=False)
class AttentionClusters:
    """Samples in the order of a tree of their attention maps, and the clusters that it is cut into.

    Attributes:
        order: The samples, similar ones beside each other, in groups of one cluster.
        codes: Cluster of each sample (N,), 0 for the first of the tree.
        names: Names of the clusters.
        whole: Whether all samples are in the tree, not given to its branches.
    """

    order: SampleOrder
    codes: IntArray
    names: tuple[str, ...]
    whole: bool
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a sample: its cluster and its place in the order."""
        import pandas as pd

        places = np.empty(len(self.codes), np.int64)
        places[self.order.places] = np.arange(len(self.codes))
        return pd.DataFrame({"cluster": np.array(self.names, object)[self.codes], "place": places})


def attention_clusters(
    rows: OrderedRows, statistics: AttentionStatistics, source: Provenance | None = None
) -> AttentionClusters:
    """Order samples by a tree of their attention maps (Ward's method), and cut it into at most 8 clusters.

    Beyond 1,000 samples the tree is grown from that many, taken evenly over the dataset's order, and each of
    the others is given to the nearest of its 64 branches. Nothing is
    drawn by chance.

    Args:
        rows: The weights in the dataset's order.
        statistics: How the attention of each is spread.
        source: Hashes of the data and the model, for the provenance.
    """
    count = len(rows)
    made = traced(source, "attention clusters", count, method="ward", in_tree=min(count, IN_TREE))
    if count < 2:
        order = SampleOrder(
            np.arange(count), np.zeros(count, np.int64), ("cluster 1",), "cluster", "by similarity"
        )
        return AttentionClusters(order, np.zeros(count, np.int64), ("cluster 1",), True, made)
    chosen = np.unique(np.linspace(0, count - 1, min(count, IN_TREE)).astype(np.int64))
    in_tree = _maps(rows, chosen)
    branch_of, cluster_of, leaves = _grown(in_tree)
    whole = len(chosen) == count
    if whole:
        key: DoubleArray = leaves.astype(np.float64)
        codes = cluster_of[branch_of]
    else:
        branches = int(branch_of.max()) + 1
        centres = np.stack([in_tree[branch_of == branch].mean(axis=0) for branch in range(branches)])
        branch = _nearest(rows, centres)
        late = statistics.middle + 2.0 * statistics.late  # 0 early to 2 late, orders a branch
        key, codes = branch + np.asarray(late) / 2.0000001, cluster_of[branch]
    places = np.argsort(key, kind="stable")
    names = tuple(f"cluster {code + 1}" for code in range(int(codes.max()) + 1))
    how = "by similarity of the maps, a tree by Ward's method"
    order = SampleOrder(places, codes[places], names, "cluster", how)
    return AttentionClusters(order, codes, names, whole, made)


def _maps(rows: OrderedRows, chosen: IntArray) -> FloatArray:
    """Return the maps of some samples in equal parts of their lengths (n, COLUMNS)."""
    lengths = None if rows.lengths is None else rows.lengths[chosen]
    block, _ = OrderedRows(rows.weights, rows.rows[chosen], lengths).read(0, len(chosen))
    return _compared(block, lengths)


def _compared(block: FloatArray, lengths: IntArray | None) -> FloatArray:
    steps = block.shape[1]
    if lengths is None and steps <= COLUMNS:
        return block
    if lengths is None and steps % COLUMNS == 0:
        joined: FloatArray = block.reshape(len(block), COLUMNS, -1).sum(axis=2)
        return joined
    own = np.full(len(block), steps) if lengths is None else lengths
    return share_of_length(block, own, min(steps, COLUMNS))


def _grown(maps: FloatArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return branch and leaf of each map and cluster of each branch, all numbered from left on."""
    from scipy.cluster.hierarchy import fcluster, leaves_list, linkage

    tree = linkage(maps.astype(np.float64), "ward")
    order = leaves_list(tree)
    leaves = np.empty(len(maps), np.int64)
    leaves[order] = np.arange(len(maps))
    branch = _from_left(fcluster(tree, min(BRANCHES, len(maps)), "maxclust"), order)
    cluster = _from_left(fcluster(tree, min(MOST_CLUSTERS, len(maps)), "maxclust"), order)
    cluster_of = np.zeros(int(branch.max()) + 1, np.int64)
    cluster_of[branch] = cluster
    return branch, cluster_of, leaves


def _from_left(codes: IntArray, order: IntArray) -> IntArray:
    """Number codes in the order in which the leaves of the tree have them."""
    _, firsts, found = np.unique(codes[order], return_index=True, return_inverse=True)
    number = np.argsort(np.argsort(firsts))
    numbered = np.empty(len(codes), np.int64)
    numbered[order] = number[found]
    return numbered


def _nearest(rows: OrderedRows, centres: FloatArray) -> IntArray:
    """Return the nearest centre of each sample (N,)."""
    square = (centres**2).sum(axis=1)
    found = np.empty(len(rows), np.int64)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, len(rows))
        block, _ = rows.read(start, stop)
        maps = _compared(block, None if rows.lengths is None else rows.lengths[start:stop])
        found[start:stop] = np.argmin(square - 2.0 * (maps @ centres.T), axis=1)
    return found
