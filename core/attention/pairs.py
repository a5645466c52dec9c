"""Queries and keys with the largest weights between them."""

from dataclasses import dataclass

import numpy as np

from core.arrays import FloatArray

PAIRS = 5


@dataclass(frozen=True)
class Pair:
    """A query and a key with the weight between them, as places of tokens."""

    query: int
    key: int
    weight: float


def top_pairs(weights: FloatArray, most: int = PAIRS) -> tuple[Pair, ...]:
    """Return the pairs of query and key with the largest weights of a map (Q, S), largest first."""
    flat = weights.ravel()
    count = min(most, int((flat > 0).sum()))
    largest = np.argpartition(-flat, count - 1)[:count] if count else np.zeros(0, np.int64)
    order = largest[np.lexsort((largest, -flat[largest]))]
    return tuple(
        Pair(int(place // weights.shape[1]), int(place % weights.shape[1]), float(flat[place]))
        for place in order
    )
