"""Attention of very many samples at every zoom: blocks of the order, drawn together coarser and coarser."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray, IntArray
from core.attention.rows import OrderedRows

FINEST = 32  # samples of a block of the finest level
COARSER = 8  # blocks of a level that are one of the next
MOST_CELLS = 8_000_000  # of the finest level
READ_CELLS = 4_000_000  # of weights that are read where no level is needed
CHUNK_CELLS = 400_000  # stay in the cache of a core
SHARED_OUT = 8  # times as many, so that samples of one length are shared out together
LEAST_BLOCKS = 1_000  # of a zoom, so that rows of a picture hold nearly equally many samples


@dataclass(frozen=True, eq=False)
class Cells:
    """Part of the order drawn together.

    Attributes:
        edges: The place where each row of the picture begins, and where the last ends (R + 1,).
        columns: The first column of weights of each column of the picture (S,).
        mean: Mean weight of each cell (R, S); NaN where no sample has the step.
        largest: Largest weight of each cell (R, S); NaN like the mean.
    """

    edges: IntArray
    columns: IntArray
    mean: FloatArray
    largest: FloatArray


@dataclass(frozen=True, eq=False)
class Level:
    """Blocks of the order: their first places (B + 1,), and of each block and column mean and largest weight.

    `mean` and `largest` (B, S) are float16, divided by the pyramid's scale; `present` (B, S) counts the
    samples that have the step and is None where all have it.
    """

    starts: IntArray
    mean: NDArray[np.float16]
    largest: NDArray[np.float16]
    present: IntArray | None


@dataclass(frozen=True, eq=False)
class Pyramid:
    """Rows in an order, ready to be drawn at any zoom at a cost that does not grow with their number.

    Attributes:
        rows: The weights in their order.
        bounds: The places where groups begin that never share a row, and the number of samples (G + 1,).
        levels: Finest first; none where all weights are read at once.
        scale: What the weights of the levels were divided by.
    """

    rows: OrderedRows
    bounds: IntArray
    levels: tuple[Level, ...]
    scale: float

    @property
    def bytes(self) -> int:
        """Memory that the levels take."""
        return sum(
            level.mean.nbytes + level.largest.nbytes + (0 if level.present is None else level.present.nbytes)
            for level in self.levels
        )

    def cells(self, places: tuple[int, int], columns: tuple[int, int], most: tuple[int, int]) -> Cells:
        """Draw a part of the order together.

        Args:
            places: First place and the one behind the last; what is read from a level ends at its blocks.
            columns: First column and the one behind the last.
            most: Most rows and most columns of the picture.
        """
        first_columns = columns[0] + _even(columns[1] - columns[0], most[1])[:-1]
        level = self._level(places[1] - places[0])
        if level is None:
            edges = row_edges(self.bounds, places, most[0])
            return self._read(edges, columns, first_columns)
        starts = level.starts
        snapped = (
            int(starts[np.searchsorted(starts, places[0], "right") - 1]),
            int(starts[np.searchsorted(starts, places[1], "left")]),
        )
        wanted = row_edges(self.bounds, snapped, most[0])
        blocks = np.unique(np.searchsorted(starts, wanted))
        return self._join(level, blocks, columns, first_columns)

    def _level(self, count: int) -> Level | None:
        if not self.levels or count * self.rows.columns <= READ_CELLS:
            return None
        block = int(np.diff(self.levels[0].starts).max())
        fitting = [
            place for place in range(len(self.levels)) if count >= LEAST_BLOCKS * block * COARSER**place
        ]
        return self.levels[fitting[-1] if fitting else 0]

    def _read(self, edges: IntArray, columns: tuple[int, int], first_columns: IntArray) -> Cells:
        start, stop = (int(edges[0]), int(edges[-1])) if len(edges) else (0, 0)
        values, mask = self.rows.read(start, stop)
        firsts = edges[:-1] - start
        total = _added(values, firsts)[:, slice(*columns)]
        top = np.maximum.reduceat(values, firsts, axis=0)[:, slice(*columns)] if len(firsts) else total
        if mask is None:
            present = np.diff(edges)[:, None].astype(np.float32)
        else:
            present = _added(mask.astype(np.float32), firsts)[:, slice(*columns)]
        return _cells(edges, first_columns, columns, (total, top, present))

    def _join(
        self, level: Level, blocks: IntArray, columns: tuple[int, int], first_columns: IntArray
    ) -> Cells:
        part = slice(int(blocks[0]), int(blocks[-1]))
        chosen, firsts = slice(*columns), blocks[:-1] - blocks[0]
        size = np.diff(level.starts[part.start : part.stop + 1]).astype(np.float32)[:, None]
        present = size if level.present is None else level.present[part, chosen].astype(np.float32)
        total = np.add.reduceat(level.mean[part, chosen].astype(np.float32) * present, firsts, axis=0)
        top = np.maximum.reduceat(level.largest[part, chosen].astype(np.float32), firsts, axis=0)
        counted = np.add.reduceat(present, firsts, axis=0)
        joined = (total * self.scale, top * self.scale, counted)
        return _cells(level.starts[blocks], first_columns, columns, joined)


def pyramid_of(rows: OrderedRows, bounds: IntArray, scale: float) -> Pyramid:
    """Read all rows once, in float32, and keep blocks of them drawn together.

    Args:
        rows: The weights in their order.
        bounds: The places where groups begin that must not share a block, and the number of samples.
        scale: No weight is larger.
    """
    if len(rows) * rows.columns <= READ_CELLS:
        return Pyramid(rows, bounds, (), scale)
    block = max(FINEST, -(-len(rows) * rows.columns // MOST_CELLS))
    starts = _block_starts(bounds, block)
    total, top, present = _finest(rows, starts)
    levels = [_level(starts, total, top, present, scale)]
    while len(starts) > LEAST_BLOCKS * COARSER:
        block *= COARSER
        coarser = _block_starts(bounds, block)
        firsts = np.searchsorted(starts, coarser[:-1])
        total = np.add.reduceat(total, firsts, axis=0)
        top = np.maximum.reduceat(top, firsts, axis=0)
        present = None if present is None else np.add.reduceat(present, firsts, axis=0)
        starts = coarser
        levels.append(_level(starts, total, top, present, scale))
    return Pyramid(rows, bounds, tuple(levels), scale)


def row_edges(bounds: IntArray, places: tuple[int, int], most: int) -> IntArray:
    """Return where rows begin and where the last ends (R + 1,); groups share none if there are enough."""
    start, stop = places
    if stop <= start:
        return np.array([start], np.int64)
    inner = bounds[(bounds > start) & (bounds < stop)]
    groups = np.concatenate([[start], inner, [stop]])
    counts = np.diff(groups)
    if stop - start <= most:
        return np.arange(start, stop + 1)
    if len(counts) > most:
        return start + _even(stop - start, most)
    spare = most - len(counts)
    rows = np.minimum(1 + spare * counts // (stop - start), counts)
    firsts = [
        first + _even(int(count), int(own))[:-1]
        for first, count, own in zip(groups, counts, rows, strict=False)
    ]
    edges: IntArray = np.concatenate([*firsts, [stop]]).astype(np.int64)
    return edges


def _even(count: int, most: int) -> IntArray:
    """Return the edges of runs of nearly equal length, at most so many (runs + 1,)."""
    runs = min(count, most)
    return np.arange(runs + 1, dtype=np.int64) * count // max(1, runs)


def _block_starts(bounds: IntArray, block: int) -> IntArray:
    pieces = [np.arange(first, last, block) for first, last in pairwise(bounds)]
    starts: IntArray = np.concatenate([*pieces, bounds[-1:]]).astype(np.int64)
    return starts


def _finest(rows: OrderedRows, starts: IntArray) -> tuple[FloatArray, FloatArray, IntArray | None]:
    blocks = len(starts) - 1
    total, top = (np.empty((blocks, rows.columns), np.float32) for _ in range(2))
    masked = rows.lengths is not None and not rows.shares
    present = np.empty((blocks, rows.columns), np.int64) if masked else None
    together = rows.shares and rows.lengths is not None
    cells = CHUNK_CELLS * SHARED_OUT if together else CHUNK_CELLS
    at_once = max(1, cells * blocks // (len(rows) * rows.weights.shape[1]))
    for first in range(0, blocks, at_once):
        part = slice(first, min(first + at_once, blocks))
        edges = starts[part.start : part.stop + 1]
        values, mask = rows.read(int(edges[0]), int(edges[-1]))
        total[part], top[part] = _drawn_together(values, edges - edges[0])
        if present is not None and mask is not None:
            present[part] = _added(mask.astype(np.float32), edges[:-1] - edges[0]).astype(np.int64)
    return total, top, present


def _drawn_together(values: FloatArray, edges: IntArray) -> tuple[FloatArray, FloatArray]:
    sizes = np.diff(edges)
    if (sizes == sizes[0]).all():  # five times as fast as reduceat
        blocks = values.reshape(len(sizes), int(sizes[0]), -1)
        return blocks.sum(axis=1), blocks.max(axis=1)
    return np.add.reduceat(values, edges[:-1], axis=0), np.maximum.reduceat(values, edges[:-1], axis=0)


def _added(values: FloatArray, firsts: IntArray) -> FloatArray:
    return np.add.reduceat(values, firsts, axis=0) if len(firsts) else values[:0]


def _level(
    starts: IntArray, total: FloatArray, top: FloatArray, present: IntArray | None, scale: float
) -> Level:
    counted = np.diff(starts)[:, None] if present is None else np.maximum(present, 1)
    mean = total / (counted.astype(np.float32) * np.float32(scale))
    return Level(starts, mean.astype(np.float16), (top / np.float32(scale)).astype(np.float16), present)


def _cells(
    edges: IntArray,
    first_columns: IntArray,
    columns: tuple[int, int],
    joined: tuple[NDArray[Any], NDArray[Any], NDArray[Any]],
) -> Cells:
    """Draw columns together and divide by the number of weights behind each cell."""
    total, top, present = joined
    firsts = first_columns - columns[0]
    if not len(firsts) or not len(total):
        empty = np.zeros((len(total), len(firsts)), np.float32)
        return Cells(edges, first_columns, empty, empty)
    present = np.broadcast_to(present, total.shape)
    if len(firsts) < total.shape[1]:
        total, present = (np.add.reduceat(each, firsts, axis=1) for each in (total, present))
        top = np.maximum.reduceat(top, firsts, axis=1)
    there = present > 0
    mean = np.divide(total, present, out=np.full(total.shape, np.nan, np.float64), where=there)
    return Cells(
        edges, first_columns, mean.astype(np.float32), np.where(there, top, np.nan).astype(np.float32)
    )
