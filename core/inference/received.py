"""How much attention each step of a series receives, whatever kind of layer gives it."""

import numpy as np

from core.arrays import FloatArray, IntArray, length_mask, require_axes
from core.errors import ShapeError
from core.models.family import AttentionLayer


def received_attention(
    weights: FloatArray, layer: AttentionLayer, lengths: IntArray, steps: int
) -> FloatArray:
    """Return the attention (N, T) that steps receive, one number a step; rows sum to one over valid steps.

    Heads are averaged. Of a map it is the mean over the queries that are not padding; tokens that stand for
    no step, a class token, are left out; the weight of a token that covers several steps is shared by them.

    Args:
        weights: Weights of a layer, (N, H, T) or (N, H, Q, S).
        layer: The layer.
        lengths: Valid steps of each sample (N,) of the series that is looked at.
        steps: Number of steps T of that series.

    Raises:
        ShapeError: If the tokens do not cover the steps.
    """
    require_axes(lengths, "N", "lengths", {"N": len(weights)})
    mean: FloatArray = received_by_head(weights, layer, lengths, steps).mean(axis=1)
    return mean


def received_by_head(weights: FloatArray, layer: AttentionLayer, lengths: IntArray, steps: int) -> FloatArray:
    """Return the same for every head (N, H, T)."""
    tokens = _over_queries(weights) if weights.ndim == 4 else weights  # (N, H, S)
    tokens = tokens[:, :, layer.extra :]
    if tokens.shape[2] * layer.patch < steps:
        raise ShapeError(
            f"tokens of {layer.patch} steps must cover {steps} steps; {layer.name} has {tokens.shape[2]}"
        )
    valid = length_mask(lengths, steps).astype(np.float32)[:, None, :]  # (N, 1, T)
    spread = np.repeat(tokens, layer.patch, axis=2) if layer.patch > 1 else tokens
    spread = spread[:, :, :steps] * valid
    if layer.patch > 1:
        spread /= _covered(lengths, layer.patch, steps)
    if layer.extra:
        spread = spread / np.maximum(spread.sum(axis=2, keepdims=True), 1e-12)
    return np.asarray(spread, np.float32)


def _over_queries(weights: FloatArray) -> FloatArray:
    """Return the mean row (N, H, S) of the queries that are not padding: a row of padding is 0 as a whole."""
    asking = weights.any(axis=3)  # (N, H, Q)
    total: FloatArray = weights.sum(axis=2) / np.maximum(asking.sum(axis=2), 1)[:, :, None]
    return total


def _covered(lengths: IntArray, patch: int, steps: int) -> FloatArray:
    """Return how many valid steps the token of each step covers (N, 1, T), at least 1."""
    starts = (np.arange(steps) // patch) * patch
    counts = np.clip(np.asarray(lengths)[:, None] - starts[None], 1, patch)
    return np.asarray(counts[:, None, :], np.float32)
