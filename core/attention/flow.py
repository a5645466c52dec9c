"""How much can flow from the output of a transformer to each token of its input through attention."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, require_axes
from core.attention.rollout import with_residual
from core.errors import LimitError

MOST_TOKENS = 50
UNITS = 1_000_000  # capacities are whole numbers of these parts


def attention_flow(layers: Sequence[NDArray[np.floating]], read: DoubleArray) -> DoubleArray:
    """Return the largest flow from what the head reads to each input token (T,), of one sample.

    A layer's edges carry at most its attention, the residual path counted; those of the last layer what the
    head reads of it. Through one layer the flow is the rollout; through more it is larger, since a path is
    bounded by its narrowest edge alone.

    Args:
        layers: Weights of one sample from the first layer to the last, each (H, T, T).
        read: How much of each token of the last layer is read (T,); sums to one.

    Raises:
        LimitError: If there are more tokens than one waits for.

    Source: Abnar and Zuidema (2020), arXiv 2005.00928.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import maximum_flow

    tokens = require_axes(read, "T", "read")["T"]
    if tokens > MOST_TOKENS:
        raise LimitError(f"attention flow takes at most {MOST_TOKENS} tokens; got {tokens}")
    passed = [with_residual(weights[None])[0] for weights in layers]
    # Nodes: tokens of the input, tokens after each layer but the last, and what the head reads.
    source = len(passed) * tokens
    starts, ends, sizes = (
        [np.full(tokens, source)],
        [source - tokens + np.arange(tokens)],
        [read @ passed[-1]],
    )
    asking, looked = (place.ravel() for place in np.indices((tokens, tokens)))
    for layer, weights in enumerate(passed[:-1]):
        starts.append((layer + 1) * tokens + asking)
        ends.append(layer * tokens + looked)
        sizes.append(weights.ravel())
    capacity = np.rint(UNITS * np.concatenate(sizes)).astype(np.int32)
    open_ = capacity > 0
    graph = coo_array(
        (capacity[open_], (np.concatenate(starts)[open_], np.concatenate(ends)[open_])),
        shape=(source + 1, source + 1),
    ).tocsr()
    reached = [maximum_flow(graph, source, token).flow_value / UNITS for token in range(tokens)]
    return np.array(reached)
