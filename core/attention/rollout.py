"""Attention multiplied through the layers of a transformer, the residual path counted."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, IntArray, require_axes
from core.errors import ShapeError

Pooling = Literal["mean", "class token", "last"]


def with_residual(weights: NDArray[np.floating]) -> DoubleArray:
    """Return what a layer passes on (N, T, T): the mean over heads and the token itself, in equal parts.

    A row that is 0 as a whole, a query that is padding, passes on itself.

    Args:
        weights: Weights of a layer (N, H, T, T); rows over the last axis sum to one.
    """
    sizes = require_axes(weights, "N H Q S", "attention")
    if sizes["Q"] != sizes["S"]:
        raise ShapeError(f"rollout needs queries and keys that are the same tokens; got {weights.shape[2:]}")
    passed = weights.mean(axis=1, dtype=np.float64) + np.eye(sizes["S"])
    both: DoubleArray = passed / passed.sum(axis=-1, keepdims=True)
    return both


def attention_rollout(layers: Sequence[NDArray[np.floating]]) -> DoubleArray:
    """Multiply attention through the layers, counting the residual path (N, T, T).

    Row = token of the last layer, column = token of the input: how much of the one comes from the other, as
    far as weights alone tell. Values, dense layers and classes are not looked at.

    Args:
        layers: Weights of equally shaped layers from the first to the last, each (N, H, T, T).

    Raises:
        ShapeError: If there is no layer, or they differ in shape.

    Source: Abnar and Zuidema (2020), arXiv 2005.00928.
    """
    if not layers:
        raise ShapeError("rollout needs at least one layer; got none")
    shapes = {(len(weights), *weights.shape[2:]) for weights in layers}
    if len(shapes) > 1:
        raise ShapeError(f"rollout needs layers of equal shapes; got {sorted(shapes)}")
    rolled = with_residual(layers[0])
    for weights in layers[1:]:
        rolled = with_residual(weights) @ rolled
    return rolled


def read_by_head(pooling: Pooling, tokens: IntArray, count: int, extra: int = 0) -> DoubleArray:
    """Return how much of each token of the last layer the model's head reads (N, T); rows sum to one.

    Args:
        pooling: What the head reads: the mean state of the valid tokens, that of a class token, or of the
            last valid token.
        tokens: Number of valid tokens of each sample (N,), those in front among them.
        count: Number of tokens T.
        extra: Tokens in front that stand for no step.
    """
    place = np.arange(count)[None, :]
    last = np.asarray(tokens)[:, None]
    if pooling == "class token":
        read = np.broadcast_to(place == 0, (len(tokens), count))
    elif pooling == "last":
        read = place == last - 1
    else:
        read = (place >= extra) & (place < last)
    shares: DoubleArray = read / read.sum(axis=1, keepdims=True)
    return shares
