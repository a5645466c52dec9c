"""What is measured of two modalities that look at each other: how each looks, and whether they agree."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.attention.alignment import (
    MEASURES,
    alignment,
    correlation,
    joint_maps,
    pooled_map,
    shifted_correlations,
)
from core.attention.lags import lag_weights
from core.attention.statistics import SPARSE_BELOW
from core.inference.pairs import PairMaps

SPREAD = ("mean", "std", "max", "entropy", "sparsity", "keys")
"""Of one direction: mean, deviation and maximum of the weights of a map, normalised entropy of a query's
weights (0 one key, 1 all alike) and keys in use (1 over the sum of squares), both means over queries, and
the share of weights below 0.1."""


@dataclass(frozen=True, eq=False)
class PairMeasures:
    """What is measured of both directions, sample by sample; heads follow the mean over heads.

    Attributes:
        alignment: Values of MEASURES (N, 1 + H, M).
        spread: Values of SPREAD (N, 2, 1 + H, S), first of a looking at b, then of b looking at a.
        by_chance: Share of circular shifts that reach as large a Pearson correlation (N, 1 + H); the map as
            it is counts, so that 1 over the number of shifts is the least.
        shifted: Mean correlation over samples under circular shifts along a, then along b, by the same share
            of the length for all samples (D, 1 + H).
        lags: Mean weight at each lag on the common grid, of both directions (2, 1 + H, 2G - 1).
        own_grid: Whether the common grid is the tokens of both modalities, which have one axis then.
    """

    alignment: DoubleArray
    spread: DoubleArray
    by_chance: DoubleArray
    shifted: DoubleArray
    lags: DoubleArray
    own_grid: bool

    def values(self, measure: str, head: int | None = None) -> DoubleArray:
        """Return a measure of each sample (N,), of a head or of the mean over heads."""
        found: DoubleArray = self.alignment[:, 0 if head is None else head + 1, MEASURES.index(measure)]
        return found

    def entropy(self, direction: int, head: int | None = None) -> DoubleArray:
        """Return the normalised entropy of each sample (N,) in a direction, 0 for a looking at b."""
        found: DoubleArray = self.spread[
            :, direction, 0 if head is None else head + 1, SPREAD.index("entropy")
        ]
        return found


class PairGatherer:
    """Measures maps block by block.

    Args:
        tokens: Number of tokens of both modalities; the smaller one is the common grid.
        own_grid: Whether both modalities have one axis, so that every sample keeps its own tokens.
    """

    def __init__(self, tokens: tuple[int, int], own_grid: bool) -> None:
        self.grid, self.own_grid = min(tokens), own_grid
        self._along = [(axis, np.arange(1, size) / size) for axis, size in ((2, tokens[0]), (3, tokens[1]))]
        self._alignment: list[DoubleArray] = []
        self._spread: list[DoubleArray] = []
        self._chance: list[DoubleArray] = []
        self._drawn: DoubleArray = np.zeros(0)
        self._known: DoubleArray = np.zeros(0)
        self._lags: DoubleArray = np.zeros(0)
        self._shared: DoubleArray = np.zeros(0)

    def add(self, maps: PairMaps) -> None:
        """Count the samples of a block in."""
        samples, heads = len(maps.ab), maps.ab.shape[1] + 1
        if not self._alignment:
            draws = sum(len(parts) for _, parts in self._along)
            self._drawn, self._known = np.zeros((draws, heads)), np.zeros(heads)
            self._lags, self._shared = np.zeros((2, heads, 2 * self.grid - 1)), np.zeros(2 * self.grid - 1)
        aligned = np.zeros((samples, heads, len(MEASURES)))
        spread = np.zeros((samples, 2, heads, len(SPREAD)))
        chance = np.zeros((samples, heads))
        for rows, ab, ba in cropped(maps):
            both = with_mean(ab), with_mean(ba)
            aligned[rows] = self._in_common_cells(alignment(*both), min(ab.shape[2:]))
            spread[rows] = np.stack([map_spread(one) for one in both], axis=1)
            chance[rows] = self._shifted(*both)
            self._add_lags(*both)
        self._alignment.append(aligned)
        self._spread.append(spread)
        self._chance.append(chance)

    def measures(self) -> PairMeasures:
        """Return what was measured."""
        return PairMeasures(
            np.concatenate(self._alignment),
            np.concatenate(self._spread),
            np.concatenate(self._chance),
            self._drawn / np.where(self._known > 0, self._known, np.nan),
            self._lags / np.maximum(self._shared, 1e-12),
            self.own_grid,
        )

    def _in_common_cells(self, found: DoubleArray, size: int) -> DoubleArray:
        if not self.own_grid:
            places = [MEASURES.index("lag_ab"), MEASURES.index("lag_ba")]
            found[:, :, places] *= self.grid / size
        return found

    def _shifted(self, ab: DoubleArray, ba: DoubleArray) -> DoubleArray:
        """Add up correlations under shifts; return the share of a sample's shifts that reach as much."""
        both, drawn, reached = joint_maps(ab, ba), [], []
        for axis, parts in self._along:
            found = shifted_correlations(*both, axis)  # (n, 1 + H, B)
            places = np.rint(parts * found.shape[2]).astype(np.int64) % found.shape[2]
            drawn.append(np.nansum(found[:, :, places], axis=0).T)
            reached.append(found >= found[:, :, :1] - 1e-9)
        there = ~np.isnan(found[:, :, 0])
        self._drawn += np.concatenate(drawn)
        self._known += there.sum(axis=0)
        share: DoubleArray = np.concatenate([reached[0], reached[1][:, :, 1:]], axis=2).mean(axis=2)
        return np.where(there, share, np.nan)

    def _add_lags(self, ab: DoubleArray, ba: DoubleArray) -> None:
        size = min(ab.shape[2:]) if self.own_grid else self.grid
        start = self.grid - size
        part = slice(start, start + 2 * size - 1)
        queries = size - np.abs(np.arange(1 - size, size))
        for place, maps in enumerate((ab, ba)):
            self._lags[place, :, part] += (lag_weights(pooled_map(maps, size, size)) * queries).sum(axis=0)
        self._shared[part] += len(ab) * queries


def cropped(maps: PairMaps) -> Iterator[tuple[IntArray, DoubleArray, DoubleArray]]:
    """Yield rows of samples with equal lengths and their maps without padding, in double precision."""
    for first, second in sorted({(int(a), int(b)) for a, b in zip(maps.of_a, maps.of_b, strict=True)}):
        rows = np.flatnonzero((maps.of_a == first) & (maps.of_b == second))
        ab = maps.ab[rows][:, :, :first, :second].astype(np.float64)
        ba = maps.ba[rows][:, :, :second, :first].astype(np.float64)
        yield rows, ab, ba


def with_mean(maps: DoubleArray) -> DoubleArray:
    """Return maps with the mean over heads in front (n, 1 + H, Q, S)."""
    return np.concatenate([maps.mean(axis=1, keepdims=True), maps], axis=1)


def map_spread(maps: DoubleArray) -> DoubleArray:
    """Return the values of SPREAD of maps (n, H, Q, S) without padding, each (n, H)."""
    keys = maps.shape[3]
    logs = np.log(np.maximum(maps, 1e-30))
    entropy = -(maps * logs).sum(axis=3).mean(axis=2) / np.log(max(2, keys))
    in_use = (1 / np.maximum((maps**2).sum(axis=3), 1e-12)).mean(axis=2)
    return np.stack(
        [
            maps.mean(axis=(2, 3)),
            maps.std(axis=(2, 3)),
            maps.max(axis=(2, 3)),
            np.clip(entropy, 0.0, 1.0) if keys > 1 else np.ones(maps.shape[:2]),
            (maps < SPARSE_BELOW).mean(axis=(2, 3)),
            in_use,
        ],
        axis=2,
    )


def likeness(one: PairMaps, other: PairMaps) -> DoubleArray:
    """Return how alike the maps of a looking at b are in two answers, Pearson by sample (N, 1 + H).

    Maps of unequal lengths are put on the smaller grid; NaN where one is even.
    """
    found = np.full((len(one.ab), one.ab.shape[1] + 1), np.nan)
    for row in range(len(one.ab)):
        queries = int(one.of_a[row])
        first = with_mean(one.ab[row : row + 1, :, :queries, : int(one.of_b[row])].astype(np.float64))
        second = with_mean(other.ab[row : row + 1, :, :queries, : int(other.of_b[row])].astype(np.float64))
        keys = min(first.shape[3], second.shape[3])
        found[row] = correlation(pooled_map(first, queries, keys), pooled_map(second, queries, keys))[0]
    return found
