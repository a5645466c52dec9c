"""What kind of map an attention head has, measured: local, global, diagonal, vertical and so on.

Each name stands on a number, and each number beside the one that uniform attention has on a map of the same
size. A strength is how far the number lies from uniform attention (0) towards the purest such head (1).

Source: distances and diagonals as in Vig and Belinkov (2019), arXiv 1906.04284; the mean largest weight of a
query, "confidence", is of Voita et al. (2019), arXiv 1905.09418.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, FloatArray, IntArray, require_axes
from core.attention.pairs import Pair as Pair  # noqa: PLC0414 - handed on
from core.attention.pairs import top_pairs as top_pairs  # noqa: PLC0414 - handed on

BAND = 0.05  # of the keys, on each side of the query's own place: what local counts; at least one token
FEW = 0.05  # of the keys: what vertical counts; at least one
LOCAL_FROM = 0.5
DIAGONAL_FROM = 0.5
VERTICAL_FROM = 0.5
CAUSAL_FROM = 0.9  # nothing but rounding lies after the query
SPARSE_FROM = 0.9
UNIFORM_FROM = 0.95  # of the entropy of equal weights, as patterns have it
GLOBAL_FROM = 0.9  # of the mean distance that equal weights have
SHARED_BY = 0.5  # of the queries that must have a key at a lag, so that one query makes no diagonal
MOST_CELLS = 16_384  # weights of a head that are read of a sample: all of 128 tokens; of more, some queries

MEASURES = ("local", "distance", "vertical", "entropy", "causal", "keys", "largest")


@dataclass(frozen=True, eq=False)
class MapMeasures:
    """What is measured of maps, sample by sample; add one to another for more samples.

    Attributes:
        values: Values of MEASURES (N, H, M): mass within the band, mean distance of query and key in tokens,
            mass of the few keys that receive most, normalised entropy, mass at or before the query, number of
            keys in use (1 over the sum of squared weights), largest weight; entropy, keys and largest are
            means over queries.
        nulls: What uniform attention has on a map of the same size (N, M).
        keys: Number of valid keys (N,).
        lags: Weight at each lag, key minus query, summed over samples and queries (H, 2S - 1).
        shared: Number of queries that have a key at each lag (2S - 1,).
        queries: Queries that were read, and those there are.
    """

    values: DoubleArray
    nulls: DoubleArray
    keys: IntArray
    lags: DoubleArray
    shared: DoubleArray
    queries: tuple[int, int]

    def __add__(self, other: "MapMeasures") -> "MapMeasures":
        """Return the measures of the samples of both."""
        return MapMeasures(
            np.concatenate([self.values, other.values]),
            np.concatenate([self.nulls, other.nulls]),
            np.concatenate([self.keys, other.keys]),
            self.lags + other.lags,
            self.shared + other.shared,
            (self.queries[0] + other.queries[0], self.queries[1] + other.queries[1]),
        )


@dataclass(frozen=True)
class HeadType:
    """One name of a head with the number behind it.

    Attributes:
        name: What the head is called if it holds.
        value: What was measured.
        null: What uniform attention has at this size.
        strength: Where it lies between uniform attention and the purest such head.
        least: Strength from which the name is given.
        lag: Of a diagonal, how many tokens the key lies after the query; 0 otherwise.
    """

    name: str
    value: float
    null: float
    strength: float
    least: float
    lag: int = 0

    @property
    def holds(self) -> bool:
        """Whether the head has this name."""
        return self.strength >= self.least


@dataclass(frozen=True)
class HeadProfile:
    """One head in numbers, means over samples.

    Attributes:
        head: Its number.
        types: Every type with its number, whether it holds or not; none where there is only one key.
        entropy: Normalised entropy of a query's weights: 0 one key, 1 all alike; and its deviation over
            samples.
        distance: Mean distance of query and key in tokens.
        keys: Mean number of keys in use.
        largest: Mean largest weight of a query.
    """

    head: int
    types: tuple[HeadType, ...]
    entropy: float
    entropy_deviation: float
    distance: float
    keys: float
    largest: float

    @property
    def names(self) -> tuple[str, ...]:
        """Names that hold; a head may have several or none."""
        return tuple(kind.name for kind in self.types if kind.holds)


def map_measures(weights: NDArray[np.floating], keys: IntArray, extra: int = 0) -> MapMeasures:
    """Measure maps of attention on their valid tokens.

    Tokens in front that stand for no step are left out, and the rest of a row is taken as its whole. Places
    of queries and keys that differ in number, as of two modalities, are shares of each own length.

    Args:
        weights: Maps (N, H, Q, S); a row of a query that is padding is 0 as a whole.
        keys: Number of valid keys of each sample (N,), those in front among them.
        extra: Tokens in front, among queries and keys alike.
    """
    sizes = require_axes(weights, "N H Q S", "attention")
    require_axes(keys, "N", "keys", sizes)
    asking = _asking(weights[:, 0]) - extra  # (N,), alike for all heads
    answering = np.asarray(keys) - extra
    most = sizes["S"] - extra
    values = np.zeros((sizes["N"], sizes["H"], len(MEASURES)))
    nulls = np.zeros((sizes["N"], len(MEASURES)))
    lags, shared = np.zeros((sizes["H"], 2 * most - 1)), np.zeros(2 * most - 1)
    read = 0
    for queries, looked in {(int(a), int(b)) for a, b in zip(asking, answering, strict=True)}:
        rows = np.flatnonzero((asking == queries) & (answering == looked))
        chosen = _chosen(queries, looked)
        place = np.minimum((np.arange(queries)[chosen] + 0.5) * looked / queries, looked - 1).astype(np.int64)
        read += len(rows) * len(place)
        counts, start = _shared(place, looked), most - looked
        nulls[rows] = _nulls(counts, looked)
        shared[start : start + 2 * looked - 1] += len(rows) * counts
        for row in rows:
            maps = weights[row, :, extra : extra + queries, extra : extra + looked][:, chosen]  # (H, q, S)
            maps = np.ascontiguousarray(maps, np.float32)
            if extra:
                maps = maps / np.maximum(maps.sum(axis=2, keepdims=True), 1e-12)
            found = _lags(maps, place)  # (H, 2S - 1)
            lags[:, start : start + 2 * looked - 1] += found
            values[row] = _values(maps, found)
    return MapMeasures(values, nulls, answering, lags, shared, (read, int(asking.sum())))


def head_profiles(found: MapMeasures) -> tuple[HeadProfile, ...]:
    """Return every head in numbers, with the names that these give it."""
    means, nulls = found.values.mean(axis=0), found.nulls.mean(axis=0)  # (H, M), (M,)
    spread = found.values[:, :, MEASURES.index("entropy")].std(axis=0)
    diagonals = _diagonals(found)
    profiles = []
    for head, values in enumerate(means):
        by_name = dict(zip(MEASURES, map(float, values), strict=True))
        null = dict(zip(MEASURES, map(float, nulls), strict=True))
        profiles.append(
            HeadProfile(
                head,
                _types(by_name, null, found.keys, diagonals[head]) if found.keys.max() > 1 else (),
                by_name["entropy"],
                float(spread[head]),
                by_name["distance"],
                by_name["keys"],
                by_name["largest"],
            )
        )
    return tuple(profiles)


def _asking(maps: NDArray[np.floating]) -> IntArray:
    """Return how many queries of maps (N, Q, S) ask; padding stands behind."""
    if maps[:, -1].any(axis=1).all():
        return np.full(len(maps), maps.shape[1])
    found: IntArray = maps.any(axis=2).sum(axis=1)
    return found


def _chosen(queries: int, keys: int) -> slice:
    """Return the queries that are read: all, or some spread over them."""
    every = max(1, -(-queries * keys // MOST_CELLS))
    return slice((every - 1) // 2, None, every)


def _lags(maps: FloatArray, place: IntArray) -> DoubleArray:
    """Return the weight of maps (H, q, S) at each lag from -(S - 1) to S - 1, summed over queries."""
    heads, _, keys = maps.shape
    found = np.zeros((heads, 2 * keys - 1), maps.dtype)  # one type: sums that change it take twice as long
    for query, own in enumerate(place):
        found[:, keys - 1 - own : 2 * keys - 1 - own] += maps[:, query]
    return found.astype(np.float64)


def _shared(place: IntArray, keys: int) -> DoubleArray:
    """Return how many queries have a key at each lag (2S - 1,)."""
    counts = np.zeros(2 * keys - 1)
    for own in place:
        counts[keys - 1 - own : 2 * keys - 1 - own] += 1
    return counts


def _masses(lags: DoubleArray, queries: float) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """Return mass within the band, mean distance, and mass at or before the query, over the last axis."""
    keys = (lags.shape[-1] + 1) // 2
    away = np.arange(1 - keys, keys)
    band = max(1, round(BAND * keys))
    near = lags[..., np.abs(away) <= band].sum(axis=-1) / queries
    before = lags[..., :keys].sum(axis=-1) / queries
    return near, (lags * np.abs(away)).sum(axis=-1) / queries, before


def _values(maps: FloatArray, lags: DoubleArray) -> DoubleArray:
    """Return the values of MEASURES by head (H, M) of maps (H, q, S)."""
    heads, queries, keys = maps.shape
    near, distance, before = _masses(lags, queries)
    few = max(1, int(np.ceil(FEW * keys)))
    received = maps.sum(axis=1) / queries  # (H, S)
    most = np.partition(received, keys - few, axis=1)[:, keys - few :].sum(axis=1)
    logs = np.maximum(maps, 1e-30)
    np.log(logs, out=logs)
    entropy = -np.vecdot(maps.reshape(heads, -1), logs.reshape(heads, -1)) / (queries * np.log(max(2, keys)))
    spread = np.clip(entropy, 0.0, 1.0) if keys > 1 else np.ones(heads)
    in_use = (1.0 / np.maximum(np.vecdot(maps, maps), 1e-12)).mean(axis=1)
    largest = maps.max(axis=2).mean(axis=1)
    # (H, M), in the order of MEASURES
    return np.stack([near, distance, most, spread, before, in_use, largest], axis=1)


def _nulls(shared: DoubleArray, keys: int) -> DoubleArray:
    """Return the same of equal weights on so many keys (M,)."""
    queries = shared[keys - 1 :].max(initial=1.0) if keys == 1 else shared.sum() / keys
    near, distance, before = _masses(shared / keys, float(queries))
    few = max(1, int(np.ceil(FEW * keys))) / keys
    return np.array([near, distance, few, 1.0, before, keys, 1.0 / keys])


def _types(
    value: dict[str, float], null: dict[str, float], keys: IntArray, diagonal: tuple[float, int]
) -> tuple[HeadType, ...]:
    at_lag, lag = diagonal
    one_key = float((1.0 / keys).mean())
    far = value["distance"] / null["distance"] if null["distance"] else 0.0
    few = (null["keys"] - value["keys"]) / max(1e-12, null["keys"] - 1.0)
    entropy = value["entropy"]

    def towards(name: str, least: float) -> HeadType:
        return HeadType(name, value[name], null[name], _towards_one(value[name], null[name]), least)

    return (
        towards("local", LOCAL_FROM),
        HeadType("global", value["distance"], null["distance"], far, GLOBAL_FROM),
        HeadType("diagonal", at_lag, one_key, _towards_one(at_lag, one_key), DIAGONAL_FROM, lag),
        towards("vertical", VERTICAL_FROM),
        HeadType("uniform", entropy, 1.0, entropy, UNIFORM_FROM),
        towards("causal", CAUSAL_FROM),
        HeadType("sparse", value["keys"], null["keys"], few, SPARSE_FROM),
    )


def _diagonals(found: MapMeasures) -> list[tuple[float, int]]:
    """Return the largest mean weight at one lag that enough queries share, and that lag, by head."""
    middle = len(found.shared) // 2
    enough = found.shared >= SHARED_BY * found.shared[middle]  # every query has its own place
    weight = np.where(enough, found.lags / np.maximum(found.shared, 1.0), -1.0)  # (H, 2S - 1)
    places = weight.argmax(axis=1)
    return [(float(row[place]), int(place) - middle) for row, place in zip(weight, places, strict=True)]


def _towards_one(value: float, null: float) -> float:
    return (value - null) / (1.0 - null) if null < 1.0 - 1e-9 else 0.0
