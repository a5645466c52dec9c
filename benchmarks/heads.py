"""Rows about attention heads: what is measured of all maps of one sample."""

import numpy as np

from benchmarks.material import Material
from benchmarks.measure import Measured, Side, in_turn, timed

LAYERS, HEADS, TOKENS = 12, 12, 512


def summary(_material: Material, repeat: int) -> Measured:
    """Measure type, entropy and received attention of every head of a large model, for one sample."""
    from core.attention.heads import head_profiles, map_measures

    rng = np.random.default_rng(0)
    weights = rng.gamma(0.3, size=(LAYERS, 1, HEADS, TOKENS, TOKENS)).astype(np.float32)
    weights /= weights.sum(axis=-1, keepdims=True)
    keys = np.array([TOKENS])

    def heed(_turn: int) -> None:
        for layer in weights:
            head_profiles(map_measures(layer, keys))

    def every_weight(_turn: int) -> None:
        for layer in weights:
            logs = np.log(np.maximum(layer, 1e-30))
            -(layer * logs).sum(axis=-1).mean(axis=-1)
            layer.mean(axis=2)

    return in_turn([Side("Heed", timed(heed)), Side("NumPy, every weight", timed(every_weight))], repeat)
