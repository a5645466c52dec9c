"""Long tables: rows of one step each gathered batch by batch, then sorted by what they were recorded of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, FloatArray, IntArray
from core.data.dataset import NanPolicy
from core.data.desk import Desk
from core.data.limits import CLASSES
from core.data.tables import CHOOSE_MISSING, MISSING_MARKS, Batch, Cells, Table
from core.data.tables_cells import TextColumn, numbers_of, release_memory
from core.data.tables_dates import DateForm, dates_of, is_dated, numbers_or_nan
from core.data.tables_parts import part_codes, require_entities
from core.data.texts import clean_labels, natural_order
from core.errors import DataError

SHARE = 0.7  # of the work that reading the rows is


@dataclass(frozen=True, eq=False)
class LongColumns:
    """Which column of a long table is what.

    Attributes:
        features: Places of the columns that become channels, in their order.
        categories: Those of them that hold categories.
        entity: Place of what a row was recorded of.
        order: Place of the time or order.
        labels: Places of the columns of labels by target name.
        metadata: Places of further columns by name.
        part: Place of the column that says the published split.
        dates: How the order is written.
    """

    features: tuple[int, ...]
    categories: frozenset[int]
    entity: int | None
    order: int | None
    labels: Mapping[str, int]
    metadata: Mapping[str, int]
    dates: DateForm = "number"
    part: int | None = None

    def wanted(self) -> dict[int, Cells]:
        """Return how the cells of each column are wanted."""
        found: dict[int, Cells] = {
            place: "text" if place in self.categories else "number" for place in self.features
        }
        texts = [*self.labels.values(), *self.metadata.values()]
        texts += [place for place in (self.entity, self.part) if place is not None]
        found.update(dict.fromkeys(texts, "text"))
        if self.order is not None:
            found[self.order] = "plain"
        return found


@dataclass(frozen=True, eq=False)
class Rows:
    """All rows of a long table, sorted by entity and order.

    Attributes:
        values: Values (R, C) of the features, codes for categories, NaN where one is missing.
        categories: Names of the codes by the channel's index.
        entity: What each row was recorded of; None where the table says nothing of it.
        order: Time or order (R,); nanoseconds since 1970 where `dated`.
        dated: Whether the order is dates.
        labels: The labels (R,) by target name.
        metadata: Further columns (R,) by name.
        parts: The published split (R,); None where the table says nothing of it.
        offsets: Where the rows of each entity begin, and their end (E + 1,).
        ties: Rows with the same order as the one before them.
    """

    values: FloatArray
    categories: Mapping[int, tuple[str, ...]]
    entity: TextColumn | None
    order: NDArray[Any] | None
    dated: bool
    labels: Mapping[str, TextColumn]
    metadata: Mapping[str, TextColumn]
    parts: NDArray[np.int8] | None
    offsets: IntArray
    ties: int


class RowGathering:
    """What was read of a long table so far.

    Args:
        table: The table.
        columns: Which column is what.
        policy: What is done about missing values later.
        desk: Whom to tell how far it is.
    """

    def __init__(self, table: Table, columns: LongColumns, policy: NanPolicy, desk: Desk) -> None:
        rows = table.rows
        self._table, self._columns, self._policy, self._desk = table, columns, policy, desk
        self._values: FloatArray = np.empty((rows, len(columns.features)), dtype=np.float32)
        self._order: NDArray[Any] | None = None
        self._dated = False
        self._entity = None if columns.entity is None else self._texts(columns.entity)
        self._labels = {
            target: self._texts(place, CLASSES, "classes") for target, place in columns.labels.items()
        }
        self._metadata = {name: self._texts(place) for name, place in columns.metadata.items()}
        self._part = None if columns.part is None else self._texts(columns.part)
        self._categories = {
            index: self._texts(place, CLASSES, "categories")
            for index, place in enumerate(columns.features)
            if place in columns.categories
        }

    def read(self, ties: str) -> Rows:
        """Read all rows and sort them.

        Args:
            ties: "refuse" or "keep": rows of one entity at the same time stay in the file's order.

        Raises:
            DataError: With the line and column of the first cell that isn't what it must be.
            LimitError: If there are too many classes or categories.
        """
        total = self._table.rows
        for batch in self._table.batches(self._columns.wanted(), self._policy != "reject"):
            self._take(batch)
            done = batch.places.stop
            self._desk.tell(SHARE * done / total, f"{done:,} of {total:,} rows")
        release_memory()
        names = {index: self._recode(index, column) for index, column in self._categories.items()}
        self._require_entities()
        parts = None if self._part is None else part_codes(self._part, self._table.place)
        places = self._sorting()
        self._sort(places)
        offsets = self._offsets()
        tied = self._tied(offsets)
        if tied.any() and ties == "refuse":
            self._refuse_tie(tied, places)
        return Rows(
            values=self._values,
            categories=names,
            entity=self._entity,
            order=self._order,
            dated=self._dated,
            labels=self._labels,
            metadata=self._metadata,
            parts=None if parts is None else parts if places is None else parts[places],
            offsets=offsets,
            ties=int(tied.sum()),
        )

    def _texts(self, place: int, most: int | None = None, what: str = "") -> TextColumn:
        return TextColumn(self._table.rows, self._table.columns[place], most, what)

    def _take(self, batch: Batch) -> None:
        columns, names = self._columns, self._table.columns
        for index, place in enumerate(columns.features):
            if index in self._categories:
                self._categories[index].take(batch.columns[place], batch.places)
                continue
            self._take_numbers(batch, index, place)
        for target, place in columns.labels.items():
            self._labels[target].take(batch.columns[place], batch.places)
        for name, place in columns.metadata.items():
            self._metadata[name].take(batch.columns[place], batch.places)
        for column, of in ((self._entity, columns.entity), (self._part, columns.part)):
            if column is not None and of is not None:
                column.take(batch.columns[of], batch.places)
        if columns.order is not None:
            self._take_order(batch, columns.order, names[columns.order])

    def _take_numbers(self, batch: Batch, index: int, place: int) -> None:
        values = numbers_of(batch.columns[place], self._table.columns[place])
        with np.errstate(over="ignore"):
            narrow = values.astype(np.float32)
        wrong = np.isinf(narrow)
        if self._policy == "reject":
            wrong |= np.isnan(narrow)
        if wrong.any():
            row = batch.start + int(np.argmax(wrong))
            cell = self._table.cell(row, place)
            rule = "finite numbers below 3.4e38" if cell.strip() else "there"
            hint = "" if np.isinf(narrow[row - batch.start]) else f": {CHOOSE_MISSING}"
            name = self._table.columns[place]
            raise DataError(
                f"values must be {rule}; {self._table.place(row)}, column {name!r:.120} "
                f"holds {cell if cell.strip() else 'none'!s:.60}{hint}"
            )
        self._values[batch.places, index] = narrow

    def _take_order(self, batch: Batch, place: int, name: str) -> None:
        column = batch.columns[place]
        if self._columns.dates == "number" and not is_dated(column):
            found: NDArray[Any] = numbers_or_nan(column, name)
            bad: BoolArray = ~np.isfinite(found)
        else:
            found, bad = dates_of(column, name, self._columns.dates)
            self._dated = True
        if bad.any():
            row = batch.start + int(np.argmax(bad))
            what = f"dates ({self._columns.dates})" if self._dated else "numbers or dates"
            raise DataError(
                f"the order column must hold {what}; {self._table.place(row)}, column {name!r:.120} "
                f"holds {self._table.cell(row, place)!r:.60}"
            )
        if self._order is None:
            self._order = np.empty(self._table.rows, dtype=found.dtype)
        self._order[batch.places] = found

    def _require_entities(self) -> None:
        if self._entity is None:
            return
        require_entities(self._entity, self._table.place)
        names = clean_labels(self._entity.values, "entity")
        if len(set(names)) < len(names):  # blanks around a name don't make another one
            first = {name: place for place, name in reversed(list(enumerate(names)))}
            merged = np.array([first[name] for name in names], dtype=np.int32)
            self._entity.codes = merged[self._entity.codes]

    def _recode(self, index: int, column: TextColumn) -> tuple[str, ...]:
        """Write the codes of a category in the natural order of its names into the values."""
        if self._policy != "reject":
            column.forget(MISSING_MARKS)
        names = clean_labels(column.values, "category")
        ordered = natural_order(set(names))
        place = {name: float(code) for code, name in enumerate(ordered)}
        codes = np.array([*(place[name] for name in names), np.nan], dtype=np.float32)
        self._values[:, index] = codes[column.codes]
        if self._policy == "reject" and (column.codes < 0).any():
            row = int(np.argmax(column.codes < 0))
            raise DataError(
                f"values must be there; {self._table.place(row)}, column {column.name!r:.120} holds none: "
                f"{CHOOSE_MISSING}"
            )
        return ordered

    def _sorting(self) -> IntArray | None:
        """Return the places of the rows in sorted order; None where they are sorted already."""
        codes = self._entity.codes if self._entity is not None else None
        if codes is None and self._order is None:
            return None
        before = np.zeros(self._table.rows - 1, dtype=np.bool_)
        same = np.ones(self._table.rows - 1, dtype=np.bool_)
        if codes is not None:
            before, same = codes[1:] > codes[:-1], codes[1:] == codes[:-1]
        later = same if self._order is None else same & (self._order[1:] >= self._order[:-1])
        if np.all(before | later):
            return None
        keys = [key for key in (self._order, codes) if key is not None]
        places: IntArray = np.lexsort(keys).astype(np.int64)
        return places

    def _sort(self, places: IntArray | None) -> None:
        if places is None:
            return
        self._desk.tell(SHARE, "sorting the rows")
        self._values = self._values[places]
        if self._order is not None:
            self._order = self._order[places]
        for column in (self._entity, *self._labels.values(), *self._metadata.values()):
            if column is not None:
                column.codes = column.codes[places]

    def _offsets(self) -> IntArray:
        rows = self._table.rows
        if self._entity is None:
            return np.array([0, rows], dtype=np.int64)
        changes = np.flatnonzero(self._entity.codes[1:] != self._entity.codes[:-1]) + 1
        return np.concatenate([[0], changes, [rows]]).astype(np.int64)

    def _tied(self, offsets: IntArray) -> BoolArray:
        if self._order is None:
            return np.zeros(self._table.rows, dtype=np.bool_)
        tied: BoolArray = np.concatenate([[False], self._order[1:] == self._order[:-1]])
        tied[offsets[:-1]] = False
        return tied

    def _refuse_tie(self, tied: BoolArray, places: IntArray | None) -> None:
        first = int(np.argmax(tied))
        row = first if places is None else int(places[first])
        place = self._columns.order
        of = (
            "" if self._entity is None else f" of {self._entity.values[int(self._entity.codes[first])]!r:.60}"
        )
        hint = ": choose the entity column, or keep" if self._entity is None else ": keep"
        raise DataError(
            f"rows{of} must have different times; {self._table.place(row)} repeats "
            f"{'' if place is None else self._table.cell(row, place)!r:.60}, as {int(tied.sum()):,} rows do"
            f"{hint} rows of equal time in the file's order"
        )
