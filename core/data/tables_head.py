"""The first rows of a table: how many there are in all, and what each column seems to hold."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.data.preview import ColumnKind
from core.data.tables import MISSING_MARKS, Decimal, Delimiter, Table
from core.data.tables_cells import TextColumn, is_known, plain_array
from core.data.tables_dates import AMBIGUOUS, DateForm, guess_epoch, guess_form, is_dated, numbers_or_nan
from core.data.tables_open import is_parquet
from core.data.tables_parquet import plain_type, read_parquet_table, shown
from core.data.tables_text import read_layout
from core.data.tables_total import Total, count_lines, text_head
from core.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

LOOK_ROWS = 20_000
LOOK_CELLS = 400_000
LOOK_BYTES = 16 * 2**20
_EXAMPLES = 3
_EXAMPLE_LENGTH = 60
_FLAGS = frozenset(("true", "false", "yes", "no"))
_NUMBER = r"^\s*[+-]?(\d+[{0}]?\d*|[{0}]\d+)([eE][+-]?\d+)?\s*$"
_WHOLE = r"^\s*[+-]?\d{1,18}\s*$"


@dataclass(frozen=True)
class LookedColumn:
    """What the first rows of a column hold.

    Attributes:
        name: Its heading.
        place: Its place in the table.
        kind: What its values are.
        distinct: Different values.
        missing: Empty cells and marks such as NA.
        examples: A few values.
        numbers: Whether most values are numbers, if not all.
        dates: How the values are written as dates; None if they are none.
    """

    name: str
    place: int
    kind: ColumnKind
    distinct: int
    missing: int
    examples: tuple[str, ...]
    numbers: bool = False
    dates: DateForm | None = None


class Head:
    """The first rows of a table, as a table of their own.

    Args:
        table: The first rows.
        total: How many rows the whole file has.
        whole: Whether the first rows are all.
    """

    def __init__(self, table: Table, total: Total, whole: bool, decimal: str) -> None:
        self.table = table
        self.total = total
        self.whole = whole
        self._decimal = decimal

    @cached_property
    def arrays(self) -> "list[pa.Array]":
        """The columns as they stand in the file."""
        import pyarrow as pa

        places = range(len(self.table.columns))
        pieces: list[list[Any]] = [[] for _ in places]
        for batch in self.table.batches(dict.fromkeys(places, "plain")):
            for place in places:
                pieces[place].append(plain_array(batch.columns[place]))
        found = []
        for parts in pieces:
            joined = parts[0] if len(parts) == 1 else pa.chunked_array(parts).combine_chunks()
            found.append(joined.dictionary_decode() if pa.types.is_dictionary(joined.type) else joined)
        return found

    @cached_property
    def columns(self) -> tuple[LookedColumn, ...]:
        """What each column seems to hold."""
        return tuple(self._looked(place) for place in range(len(self.table.columns)))

    def codes(self, place: int) -> IntArray:
        """Return a column as codes in the order in which its values come, -1 where there is none."""
        column = TextColumn(self.table.rows, self.table.columns[place])
        column.take(self.arrays[place], slice(0, self.table.rows))
        return column.codes.astype(np.int64)

    def numbers(self, place: int) -> DoubleArray:
        """Return a column as numbers, NaN where there is none."""
        return numbers_or_nan(self.arrays[place], self.table.columns[place])

    def first_rows(self, rows: int) -> tuple[tuple[str, ...], ...]:
        """Return the first rows as texts."""
        heads = [shown(array.slice(0, rows)) for array in self.arrays]
        return tuple(tuple(f"{cell:.{_EXAMPLE_LENGTH}}" for cell in row) for row in zip(*heads, strict=True))

    def _looked(self, place: int) -> LookedColumn:
        from pyarrow import types

        array, name = self.arrays[place], self.table.columns[place]
        kind = plain_type(array.type)
        if types.is_string(kind) or types.is_large_string(kind):
            return _looked_text(array, name, place, self._decimal)
        if not is_known(kind):
            return LookedColumn(name, place, "array", 0, array.null_count, _examples(array))
        found: ColumnKind = "date" if is_dated(array) else "text"
        if types.is_floating(kind) or types.is_decimal(kind):
            found = "number"
        elif types.is_integer(kind) or types.is_boolean(kind):
            found = "whole" if types.is_integer(kind) else "flag"
        values = array.drop_null()
        uniques = values.unique()
        if found == "number" and _all_whole(values):
            found = "whole"  # how pandas writes whole numbers some of which are missing
        return LookedColumn(
            name,
            place,
            "empty" if not len(values) else found,
            len(uniques),
            array.null_count,
            _examples(uniques),
            found in {"number", "whole"},
            "iso" if found == "date" else None,
        )


def read_head(path: Path, delimiter: Delimiter = "auto", decimal: Decimal = "auto") -> Head:
    """Return the first rows of a file; the same file is looked at once.

    Raises:
        DataError: If it is no table.
        LimitError: If it has too many columns, or a Parquet file too many cells.
    """
    found = path.stat()
    return _head(path, delimiter, decimal, (found.st_size, found.st_mtime_ns))


@lru_cache(maxsize=1)
def _head(path: Path, delimiter: Delimiter, decimal: Decimal, state: tuple[int, int]) -> Head:
    if is_parquet(path):
        table = read_parquet_table(path, None if state is None else 2**62)
        rows = min(table.rows, _rows_looked(len(table.columns)))
        return Head(replace(table, rows=rows), Total(table.rows, True), rows == table.rows, ".")
    layout = read_layout(path, delimiter, decimal)
    head, whole = text_head(path, layout, _rows_looked(len(layout.columns)), LOOK_BYTES)
    total = Total(head.rows, True) if whole else count_lines(path, layout)
    return Head(head, total, whole, layout.decimal)


def guess_order(table: Table, place: int) -> DateForm:
    """Return how the column of times is written, from its first rows.

    Raises:
        DataError: If it holds neither dates nor numbers, or nothing tells the day from the month.
    """
    name = table.columns[place]
    for batch in _first(table.batches({place: "plain"})):
        array = plain_array(batch.columns[place]).slice(0, LOOK_ROWS)
        return _order_form(array, name)
    return "number"


def _order_form(array: "pa.Array", name: str) -> DateForm:
    if is_dated(array):
        return "iso"
    numbers = numbers_or_nan(array, name)
    known = numbers[np.isfinite(numbers)]
    if len(known):
        return guess_epoch(known)
    texts = [text for text in array.unique().to_pylist() if text and text.strip()]
    form = guess_form(texts)
    if form is None:
        raise DataError(
            f"the order column must hold numbers or dates such as 2024-01-31 or 31.01.2024; the column "
            f"{name!r:.120} holds {(texts or ['nothing'])[0]!r:.60}"
        )
    if form == "auto":
        raise DataError(AMBIGUOUS.format(example=texts[0]))
    return form


def _first(batches: Iterator[Any]) -> Iterator[Any]:
    for batch in batches:
        yield batch
        return


def _rows_looked(columns: int) -> int:
    return max(50, min(LOOK_ROWS, LOOK_CELLS // max(1, columns)))


def _looked_text(array: "pa.Array", name: str, place: int, decimal: str) -> LookedColumn:
    import pyarrow as pa
    from pyarrow import compute

    uniques = array.unique().drop_null().cast(pa.string())
    empty = compute.is_in(array, pa.array(MISSING_MARKS, array.type))
    missing = (compute.sum(empty).as_py() or 0) + array.null_count
    known = uniques.filter(compute.invert(compute.is_in(uniques, pa.array(MISSING_MARKS))))
    if not len(known):
        return LookedColumn(name, place, "empty", 0, missing, ())
    fits = compute.match_substring_regex(known, _NUMBER.format(decimal))
    share = (compute.sum(fits).as_py() or 0) / len(known)
    kind: ColumnKind = "text"
    dates = None
    if share == 1:
        kind = "whole" if compute.all(compute.match_substring_regex(known, _WHOLE)).as_py() else "number"
    elif share < 0.5:
        dates = guess_form(known.slice(0, 2000).to_pylist())
        flags = len(known) <= len(_FLAGS) and {text.casefold() for text in known.to_pylist()} <= _FLAGS
        kind = "date" if dates else "flag" if flags else "text"
    return LookedColumn(name, place, kind, len(known), missing, _examples(known), share >= 0.5, dates)


def _all_whole(values: "pa.Array") -> bool:
    from pyarrow import compute

    numbers = values.cast("float64", safe=False)
    same = compute.equal(compute.floor(numbers), numbers)
    return bool(len(values)) and bool(compute.all(same).as_py())


def _examples(values: "pa.Array") -> tuple[str, ...]:
    return tuple(f"{value:.{_EXAMPLE_LENGTH}}" for value in shown(values.slice(0, _EXAMPLES)))
