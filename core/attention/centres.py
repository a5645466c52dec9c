"""A few centres that stand for very many maps, and Ward's tree of them by how many each stands for."""

from collections.abc import Iterable

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray

ROUNDS = 6  # of moving centres; more change the picture no more
GOLDEN = 0.6180339887498949
ALIKE = 1e-6  # of a map's square: nearer is rounding


def centres_of(maps: FloatArray, most: int) -> FloatArray:
    """Return at most so many centres (C, S) of maps (N, S), found by k-means; fewer where many are alike.

    The first ones are spread as k-means++ spreads them, by a sequence that fills the unit interval evenly in
    place of random numbers, so that equal maps have equal centres.

    Source: Arthur and Vassilvitskii (2007), k-means++: the advantages of careful seeding.
    """
    centres = _spread(maps, most)
    for _ in range(ROUNDS):
        nearest = nearest_centre(maps, centres)
        order = np.argsort(nearest, kind="stable")
        taken, firsts, counts = np.unique(nearest[order], return_index=True, return_counts=True)
        sums = np.add.reduceat(maps[order], firsts, axis=0)
        centres = (sums / counts[:, None]).astype(np.float32)
        if len(taken) == len(maps):
            break
    return centres


def nearest_centre(maps: FloatArray, centres: FloatArray) -> IntArray:
    """Return the nearest centre of each map (N,), the first of equals."""
    lead = maps @ (2.0 * centres.T)
    lead -= (centres**2).sum(axis=1)
    return np.asarray(np.argmax(lead, axis=1), np.int64)


def ward_tree(centres: FloatArray, sizes: IntArray) -> DoubleArray:
    """Return the tree that Ward's method grows from centres that each stand for several equal points.

    It has the form of `scipy.cluster.hierarchy.linkage`, which knows single points only.

    Args:
        centres: Where the points are (C, S).
        sizes: How many each stands for (C,).

    Source: Ward (1963), Journal of the American Statistical Association 58; the update of Lance and Williams.
    """
    from scipy.spatial.distance import cdist

    count = len(centres)
    points = centres.astype(np.float64)
    own = sizes.astype(np.float64)
    square = cdist(points, points, "sqeuclidean") * 2.0 * own[:, None] * own / (own[:, None] + own)
    np.fill_diagonal(square, np.inf)
    label, leaves = np.arange(count), np.ones(count)
    tree = np.empty((count - 1, 4))
    for step in range(count - 1):
        first, second = sorted(divmod(int(square.argmin()), count))
        height, together = square[first, second], own[first] + own[second]
        leaves[first] += leaves[second]
        tree[step] = *sorted((label[first], label[second])), np.sqrt(max(height, 0.0)), leaves[first]
        joined = (own[first] + own) * square[first] + (own[second] + own) * square[second] - own * height
        joined /= together + own
        joined[np.isinf(square[first]) | np.isinf(square[second])] = np.inf
        square[first], square[:, first] = joined, joined
        square[second], square[:, second] = np.inf, np.inf
        own[first], label[first] = together, count + step
    return tree


def _spread(maps: FloatArray, most: int) -> FloatArray:
    squares = (maps**2).sum(axis=1)
    chosen = [0]
    far = np.full(len(maps), np.inf)
    for place in _even_numbers(most - 1):
        newest = maps[chosen[-1]]
        far = np.minimum(far, squares - 2.0 * (maps @ newest) + squares[chosen[-1]])
        far[far < ALIKE * squares] = 0.0
        sums = np.cumsum(far, dtype=np.float64)
        if not sums[-1] > 0.0:
            break
        chosen.append(int(np.searchsorted(sums, place * sums[-1], side="right")))
    return maps[chosen]


def _even_numbers(count: int) -> Iterable[float]:
    return ((0.5 + GOLDEN * place) % 1.0 for place in range(count))
