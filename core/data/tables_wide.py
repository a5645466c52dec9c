"""Wide tables: rows into samples, batch by batch, in memory that does not grow with the file."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from core.data.dataset import NO_PART, NanPolicy
from core.data.desk import Desk
from core.data.limits import CLASSES
from core.data.missing import fill_missing
from core.data.tables import CHOOSE_MISSING, Batch, Cells, Table
from core.data.tables_cells import TextColumn, first_blank, numbers_of
from core.data.tables_grid import Grid
from core.data.tables_parts import part_codes, require_entities
from core.errors import DataError


@dataclass(frozen=True, eq=False)
class WideColumns:
    """Which column of a wide table is what.

    Attributes:
        values: Places of the columns of values, in the file's order.
        grid: How they are laid out; its places point into `values`.
        labels: Places of the columns of labels by target name.
        texts: Places of the other columns that are used, by role ("id", "entity", "part") or, for metadata,
            by "metadata" and their name.
    """

    values: tuple[int, ...]
    grid: Grid
    labels: dict[str, int]
    texts: dict[str, int]

    def wanted(self) -> dict[int, Cells]:
        """Return how the cells of each column are wanted."""
        found: dict[int, Cells] = dict.fromkeys(self.values, "number")
        found.update(dict.fromkeys((*self.labels.values(), *self.texts.values()), "text"))
        return found


class Gathering:
    """What was read of a wide table so far.

    Args:
        table: The table.
        columns: Which column is what.
        policy: What is done about missing values between a sample's first and last.
        desk: Where the series are filled.
    """

    def __init__(self, table: Table, columns: WideColumns, policy: NanPolicy, desk: Desk) -> None:
        grid = columns.grid
        self.series: FloatArray = desk.array("series", (table.rows, len(grid.steps), len(grid.channels)))
        self.lengths: IntArray = np.zeros(table.rows, dtype=np.int64)
        self.labels = {
            target: TextColumn(table.rows, table.columns[place], CLASSES, "classes")
            for target, place in columns.labels.items()
        }
        self.texts = {
            role: TextColumn(table.rows, table.columns[place]) for role, place in columns.texts.items()
        }
        self.filled: IntArray | None = None
        self.columns = columns
        self._table, self._policy, self._desk = table, policy, desk
        self._bad = 0
        self._first_bad: tuple[int, int] | None = None

    def read(self) -> "Gathering":
        """Read all rows.

        Raises:
            DataError: With the line and column of the first cell that isn't what it must be.
            LimitError: If there are too many classes.
        """
        columns = self.columns
        for batch in self._table.batches(columns.wanted(), self._policy != "reject"):
            self._take_values(batch)
            for target, place in columns.labels.items():
                self.labels[target].take(batch.columns[place], batch.places)
            for role, place in columns.texts.items():
                self.texts[role].take(batch.columns[place], batch.places)
            done = batch.places.stop
            self._desk.tell(done / self._table.rows, f"{done:,} of {self._table.rows:,} rows")
        self._require_finite()
        for column in self.labels.values():
            self._require_label(column)
        if "entity" in self.texts:
            require_entities(self.texts["entity"], self._table.place)
        return self

    def parts(self) -> NDArray[np.int8]:
        """Return the published split (N,)."""
        column = self.texts.get("part")
        if column is None:
            return np.full(self._table.rows, NO_PART, dtype=np.int8)
        return part_codes(column, self._table.place)

    def _take_values(self, batch: Batch) -> None:
        values: DoubleArray = np.empty((batch.rows, len(self.columns.values)))
        empty: BoolArray = np.zeros(values.shape, dtype=np.bool_)
        for index, place in enumerate(self.columns.values):
            cells = batch.columns[place]
            values[:, index] = numbers_of(cells, self._table.columns[place])
            if cells.null_count:
                empty[:, index] = cells.is_null().to_numpy(zero_copy_only=False)
        if self._policy != "reject":
            empty |= np.isnan(values)
        with np.errstate(over="ignore"):
            narrow = values.astype(np.float32)
        self._note_infinite(~np.isfinite(narrow) & ~empty, batch.start)
        narrow[empty] = np.nan
        grid = self.columns.grid
        block, gaps = narrow[:, grid.places], empty[:, grid.places]  # (n, T, C)
        lengths = self._lengths(np.any(~gaps, axis=2), batch.start)
        inside = (np.arange(len(grid.steps))[None, :] < lengths[:, None])[:, :, None]
        if self._policy == "reject" and gaps.any():
            self._require_filled(gaps & inside, batch.start)
        block = np.where(inside, block, np.float32(0))
        if self._first_bad is None and gaps.any():
            self._fill(block, lengths, batch.start)
        self.series[batch.places] = block
        self.lengths[batch.places] = lengths

    def _lengths(self, known: BoolArray, start: int) -> IntArray:
        """Return the last step (n,) with a value in any channel."""
        steps = known.shape[1]
        lengths: IntArray = np.where(known.any(axis=1), steps - np.argmax(known[:, ::-1], axis=1), 0)
        if lengths.min(initial=1) == 0:
            place = self._table.place(start + int(np.argmin(lengths)))
            raise DataError(f"every row must hold at least one value; {place} holds none")
        return lengths

    def _fill(self, block: FloatArray, lengths: IntArray, start: int) -> None:
        _, filled = fill_missing(block, lengths, self._policy, (), self.columns.grid.channels, start)
        if filled is not None:
            self.filled = filled if self.filled is None else self.filled + filled

    def _require_filled(self, gaps: BoolArray, start: int) -> None:
        if not gaps.any():
            return
        row, step, channel = map(int, np.argwhere(gaps)[0])
        place = self.columns.values[int(self.columns.grid.places[step, channel])]
        raise DataError(
            f"only cells at the end of a row may be empty (a shorter sample); {int(gaps.sum())} within are, "
            f"the first in {self._table.place(start + row)}, column {self._table.columns[place]!r:.120}: "
            f"{CHOOSE_MISSING}"
        )

    def _note_infinite(self, wrong: BoolArray, start: int) -> None:
        if not wrong.any():
            return
        self._bad += int(wrong.sum())
        row, index = map(int, np.argwhere(wrong)[0])
        self._first_bad = self._first_bad or (start + row, self.columns.values[index])

    def _require_finite(self) -> None:
        if self._first_bad is None:
            return
        row, column = self._first_bad
        raise DataError(
            f"values must be finite numbers below 3.4e38; {self._bad} {'is' if self._bad == 1 else 'are'} "
            f"not, the first in {self._table.place(row)}, column {self._table.columns[column]!r:.120}: "
            f"{self._table.cell(row, column)!r:.60}"
        )

    def _require_label(self, column: TextColumn) -> None:
        row = first_blank(column.codes)
        if row is not None:
            raise DataError(f"every sample must have a label; {self._table.place(row)} has none")


def distinct_ids(texts: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return sample ids after checking that none comes twice and none is empty."""
    found: Any = np.unique(texts)
    if len(found) < len(texts):
        name, count = Counter(texts.tolist()).most_common(1)[0]
        raise DataError(
            f"sample ids must differ; {name!r:.120} comes {count} times: choose another id column, or none"
        )
    return texts
