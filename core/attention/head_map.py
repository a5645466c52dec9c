"""One head as it is drawn: its map small enough for a picture, its margins, its strongest links."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, FloatArray, IntArray
from core.attention.heads import HeadProfile
from core.attention.inputs import StepAxis
from core.attention.pairs import Pair, top_pairs
from core.attention.run_heads import LayerHeads, RunHeads
from core.errors import ModelError
from core.models.family import AttentionLayer
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

CELLS = 300  # on a side; more tokens are drawn together, their weights averaged
USUAL_LINKS, MOST_LINKS = 60, 300


@dataclass(frozen=True, eq=False)
class HeadMap:
    """One head, or the mean over the heads of a layer.

    Attributes:
        layer: The layer.
        head: The head; None for the mean over heads.
        weights: Mean weights (Q', S') of tokens drawn together; row = query, column = key. None where
            attention pools.
        first_queries: First token of each row.
        first_keys: First token of each column.
        received: What each key receives (S,), the mean over the queries that ask.
        focus: How sharply each query asks (Q,): 1 less the normalised entropy of its row.
        pairs: Query and key with the largest weights.
        profile: The head in numbers; None for the mean.
        queries: Labels of the tokens that ask.
        keys: Labels of the tokens that are looked at.
        samples: Number of samples behind it.
        sample: The sample, where it is of one alone.
    """

    layer: AttentionLayer
    head: int | None
    weights: FloatArray
    first_queries: IntArray
    first_keys: IntArray
    received: DoubleArray
    focus: DoubleArray
    pairs: tuple[Pair, ...]
    profile: HeadProfile | None
    queries: StepAxis
    keys: StepAxis
    samples: int
    sample: int | None = None
    provenance: Provenance = field(default_factory=lambda: Provenance("attention map"))

    def to_frame(self) -> "pd.DataFrame":
        """Return one row for each query and key that are drawn."""
        import pandas as pd

        rows, columns = np.indices(self.weights.shape)
        return pd.DataFrame(
            {
                "query": np.array(self.queries.labels, dtype=object)[self.first_queries[rows.ravel()]],
                "key": np.array(self.keys.labels, dtype=object)[self.first_keys[columns.ravel()]],
                "weight": self.weights.ravel(),
            }
        )


@dataclass(frozen=True, eq=False)
class HeadLinks:
    """The strongest links from queries to keys of a head, or of the mean over heads.

    Attributes:
        layer: The layer.
        head: The head; None for the mean over heads.
        links: Links of at least `least`, largest first.
        least: Smallest weight that is shown.
        left_out: Number of links between valid tokens that are not shown.
        share: Share of all weight that those shown carry.
        received: What each key receives (S,).
        queries: Labels of the tokens that ask.
        keys: Labels of the tokens that are looked at.
        samples: Number of samples behind it.
    """

    layer: AttentionLayer
    head: int | None
    links: tuple[Pair, ...]
    least: float
    left_out: int
    share: float
    received: DoubleArray
    queries: StepAxis
    keys: StepAxis
    samples: int
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a link."""
        import pandas as pd

        return pd.DataFrame(
            {
                "query": [self.queries.labels[link.query] for link in self.links],
                "key": [self.keys.labels[link.key] for link in self.links],
                "weight": [link.weight for link in self.links],
            }
        )


def head_map(found: RunHeads, layer: str = "", head: int | None = None) -> HeadMap:
    """Return one head of a layer, or the mean over its heads.

    Raises:
        ModelError: If the layer has no such head, or pools the steps: it has no map then.
    """
    one = _with_map(found, layer, head)
    whole = one.map_of(head)
    rows, columns = _edges(whole.shape[0], CELLS), _edges(whole.shape[1], CELLS)
    averaged = LayerHeads(one.layer, whole[None], (), (), one.queries, one.keys)
    return HeadMap(
        one.layer,
        head,
        block_means(whole, rows, columns),
        rows[:-1],
        columns[:-1],
        averaged.received[0],
        averaged.focus[0],
        top_pairs(whole),
        None if head is None else one.profiles[head],
        one.queries,
        one.keys,
        len(found.samples),
        int(found.samples[0]) if len(found.samples) == 1 else None,
        found.provenance,
    )


def head_links(found: RunHeads, layer: str = "", head: int | None = None, least: float = 0.0) -> HeadLinks:
    """Return the links of a head, or of the mean over heads, that weigh at least so much.

    Args:
        found: The heads of a run.
        layer: Name of the layer; the first unless given.
        head: The head; the mean over heads unless given.
        least: Smallest weight; 0 takes the strongest few. There are never more than a few hundred.

    Raises:
        ModelError: If the layer has no such head, or pools the steps.
    """
    one = _with_map(found, layer, head)
    whole = one.map_of(head)
    strongest = top_pairs(whole, MOST_LINKS if least else USUAL_LINKS)
    links = tuple(link for link in strongest if link.weight >= least)
    total = float(whole.sum())
    averaged = LayerHeads(one.layer, whole[None], (), (), one.queries, one.keys)
    return HeadLinks(
        one.layer,
        head,
        links,
        links[-1].weight if links else least,
        int((whole > 0).sum()) - len(links),
        sum(link.weight for link in links) / total if total else 0.0,
        averaged.received[0],
        one.queries,
        one.keys,
        len(found.samples),
        found.provenance,
    )


def block_means(weights: NDArray[np.floating], rows: IntArray, columns: IntArray) -> FloatArray:
    """Return means over blocks of a map; edges of blocks as `numpy.linspace` would give them."""
    sums = np.add.reduceat(np.add.reduceat(weights, rows[:-1], axis=0), columns[:-1], axis=1)
    return np.asarray(sums / (np.diff(rows)[:, None] * np.diff(columns)[None, :]), np.float32)


def _edges(tokens: int, most: int) -> IntArray:
    return np.linspace(0, tokens, min(tokens, most) + 1).astype(np.int64)


def _with_map(found: RunHeads, layer: str, head: int | None) -> LayerHeads:
    one = found.layer(layer)
    if one.pooled:
        raise ModelError(
            f"the layer {one.layer.name} pools the steps: a head has one weight a step, not a map of queries"
            " and keys"
        )
    if head is not None and not 0 <= head < one.layer.heads:
        raise ModelError(f"heads of {one.layer.name} are numbered 0 to {one.layer.heads - 1}; got {head}")
    return one
