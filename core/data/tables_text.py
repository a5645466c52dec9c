"""Tables as text: what their first line and the shape of their lines say, then their values."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.data.limits import CELLS, SAMPLES
from core.data.tables import INDEX, MISSING_MARKS, Batch, Cells, Decimal, Delimiter, Table
from core.data.tables_lines import (
    SIGNS,
    encoding_of,
    filled_lines,
    lines_of,
    plain_lines,
    require_columns,
)
from core.data.texts import clean_labels, clean_text
from core.errors import DataError, LimitError

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 8 * 2**20
# Each column of plain texts reserves room for all cells of a block; coded ones only for their own.
_FEW_PLAIN = 32
_LOOK = 50  # lines looked at to tell decimal commas from points
_NOT_A_NUMBER = re.compile(r"In CSV column #(\d+): Row #(\d+): CSV conversion error")
_NOT_AS_WIDE = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")


@dataclass(frozen=True)
class Layout:
    """How a table is written and what its columns are called.

    Attributes:
        encoding: Of the text.
        delimiter: The sign between cells.
        decimal: The sign before decimals.
        columns: Names from the first line, cleaned.
        header_line: Number of that line; lines count from 1, as in an editor.
    """

    encoding: str
    delimiter: str
    decimal: str
    columns: tuple[str, ...]
    header_line: int


@dataclass(frozen=True)
class TextTable(Table):
    """A table in a text file.

    Attributes:
        path: The file.
        layout: How it is written.
        columns: Names of the columns.
        rows: Lines with values, without blank ones.
        start: The first lines of the file as UTF-8, where only they are the table.
    """

    path: Path
    layout: Layout
    columns: tuple[str, ...]
    rows: int
    start: bytes | None = None

    def batches(self, wanted: Mapping[int, Cells], gaps: bool = False) -> Iterator[Batch]:
        """Yield all rows; numbers that are none are told with their line and column."""
        start = 0
        for found in _parsed(self, wanted, gaps):
            columns = {place: found.column(index) for index, place in enumerate(wanted)}
            yield Batch(start, found.num_rows, columns)
            start += found.num_rows
        if start != self.rows:
            raise DataError(f"the table can't be taken apart: {self.rows} lines gave {start} rows")

    def place(self, row: int) -> str:
        """Return the line on which a row stands."""
        return f"line {self._line(row)[0]}"

    def cell(self, row: int, column: int) -> str:
        """Return a cell as it stands in the file."""
        cells = next(csv.reader([self._line(row)[1]], delimiter=self.layout.delimiter), [])
        return cells[column] if column < len(cells) else ""

    def _line(self, row: int) -> tuple[int, str]:
        for found in filled_lines(self.path, self.layout.encoding, self.layout.header_line):
            if row == 0:
                return found
            row -= 1
        raise IndexError(row)


def read_layout(path: Path, delimiter: Delimiter = "auto", decimal: Decimal = "auto") -> Layout:
    """Look at the first lines of a table: its encoding, signs and columns.

    Raises:
        DataError: If it is no text or has no header; with the line.
        LimitError: If it has too many columns, or a line is too long.
    """
    encoding = encoding_of(path)
    header_line, header = _first_line(path, encoding)
    sign = SIGNS.get(delimiter) or _likely_delimiter(header)
    columns = _columns(header, sign, header_line)
    mark = {"point": ".", "comma": ","}.get(decimal) or _likely_decimal(path, encoding, header_line, sign)
    if mark == sign:
        raise DataError("the sign between cells and the decimal sign must differ; both are a comma")
    return Layout(encoding, sign, mark, columns, header_line)


def read_text_table(
    path: Path, delimiter: Delimiter = "auto", decimal: Decimal = "auto", most_rows: int | None = None
) -> TextTable:
    """Look a table through once: its layout and the number of its rows.

    Args:
        path: The file.
        delimiter: The sign between cells.
        decimal: The sign before decimals.
        most_rows: More rows are refused; as many as a dataset may have samples unless given.

    Raises:
        DataError: If it is no text, has no header, no rows, or quotes that don't end; with the line.
        LimitError: If it has too many columns, cells or rows, or a line is too long.
    """
    layout = read_layout(path, delimiter, decimal)
    most = SAMPLES if most_rows is None else most_rows
    rows = _quick_rows(path, layout, most)
    if rows is None:
        rows = _careful_rows(path, layout, most)
    if not rows:
        raise DataError(f"a table must hold rows below its header; it ends after line {layout.header_line}")
    return TextTable(path, layout, layout.columns, rows)


def _quick_rows(path: Path, layout: Layout, most: int) -> int | None:
    lines = plain_lines(path) if layout.encoding == "utf-8-sig" else None
    if lines is None or layout.header_line != 1:
        return None
    rows = lines - 1
    return None if rows > most or rows * len(layout.columns) > CELLS else rows


def _careful_rows(path: Path, layout: Layout, most: int) -> int:
    rows = 0
    for number, line in filled_lines(path, layout.encoding, layout.header_line):
        rows += 1
        if '"' in line and line.count('"') % 2:
            raise DataError(
                f"a quoted cell must end on its own line; the quotes in line {number} don't match"
            )
        if rows > most or rows * len(layout.columns) > CELLS:
            raise LimitError(
                f"a table may hold at most {most:,} rows and {CELLS:,} cells; "
                f"this one of {len(layout.columns):,} columns reaches that at line {number:,}"
            )
    return rows


def _first_line(path: Path, encoding: str) -> tuple[int, str]:
    for number, line in lines_of(path, encoding):
        if line.strip():
            return number, line.rstrip("\n")
    raise DataError("a table must have a header line; the file holds only blank lines")


def _likely_delimiter(header: str) -> str:
    bare = "".join(header.split('"')[::2])  # outside quotes
    counts = {sign: bare.count(sign) for sign in SIGNS.values()}
    return max(counts, key=lambda sign: counts[sign])


def _columns(header: str, sign: str, line: int) -> tuple[str, ...]:
    require_columns(header.count(sign) + 1 if '"' not in header else 0)
    if header.count('"') % 2:
        raise DataError(f"a quoted cell must end on its own line; the quotes in line {line} don't match")
    cells = next(csv.reader([header], delimiter=sign))
    require_columns(len(cells))
    return distinct_names(cells, f"of line {line}")


def distinct_names(cells: list[str], where: str) -> tuple[str, ...]:
    """Return names of columns, cleaned; DataError if one but the first is empty, or one comes twice."""
    names = clean_labels(cells, "column")
    if len(names) > 1 and not names[0]:
        names = (INDEX, *names[1:])
    seen: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        if not name:
            raise DataError(
                f"every column must have a name; column {place} {where} has none: give it one, or remove it"
            )
        if name in seen:
            raise DataError(f"column names must differ; {name!r:.120} names columns {seen[name]} and {place}")
        seen[name] = place
    return names


def _likely_decimal(path: Path, encoding: str, header_line: int, sign: str) -> str:
    if sign == ",":
        return "."
    commas = points = 0
    for looked, (_, line) in enumerate(filled_lines(path, encoding, header_line)):
        if looked == _LOOK:
            break
        for cell in next(csv.reader([line], delimiter=sign), []):
            text = clean_text(cell)
            commas += _is_number(text.replace(",", ".", 1)) and "," in text
            points += _is_number(text) and "." in text
    return "," if commas > points else "."


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _parsed(table: TextTable, wanted: Mapping[int, Cells], gaps: bool) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    try:
        if table.start is not None:
            known = replace(table.layout, encoding="utf8")
            yield from _batches(io.BytesIO(table.start), known, wanted, gaps)
            return
        # An open handle: given a name, libraries unpack archives and fetch addresses.
        with table.path.open("rb") as file:
            yield from _batches(file, table.layout, wanted, gaps)
    except pa.ArrowInvalid as error:
        raise _told(str(error), table) from None


def _batches(
    file: Any, layout: Layout, wanted: Mapping[int, Cells], gaps: bool
) -> "Iterator[pa.RecordBatch]":
    """Yield the rows of an open text file with the wanted columns in their order; pyarrow's errors."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    names = [str(place) for place in range(len(layout.columns))]
    coded = pa.dictionary(pa.int32(), pa.string())
    many = sum(cells == "plain" for cells in wanted.values()) > _FEW_PLAIN
    texts = {"number": pa.float64(), "plain": coded if many else pa.string(), "text": coded}
    encoding = "utf8" if layout.encoding == "utf-8-sig" else layout.encoding
    batches = arrow.open_csv(
        file,
        arrow.ReadOptions(
            use_threads=False,
            block_size=BLOCK_BYTES,
            skip_rows=layout.header_line,
            column_names=names,
            encoding=encoding,
        ),
        arrow.ParseOptions(delimiter=layout.delimiter),
        arrow.ConvertOptions(
            column_types={str(place): texts[cells] for place, cells in wanted.items()},
            include_columns=[str(place) for place in wanted],
            null_values=list(MISSING_MARKS) if gaps else [""],
            strings_can_be_null=False,
            decimal_point=layout.decimal,
        ),
    )
    for batch in batches:
        yield _decoded(batch, tuple(wanted.values())) if many else batch


def _decoded(batch: "pa.RecordBatch", kinds: Sequence[Cells]) -> "pa.RecordBatch":
    """Return the batch with its plain columns as plain texts again."""
    import pyarrow as pa

    pairs = zip(batch.columns, kinds, strict=True)
    columns = [column.dictionary_decode() if kind == "plain" else column for column, kind in pairs]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _told(message: str, table: TextTable) -> DataError:
    """Return what is wrong with a cell or a row, told with its line and column."""
    header = table.layout.header_line
    cell = _NOT_A_NUMBER.search(message)
    if cell:
        column, row = int(cell[1]), int(cell[2]) - header - 1
        return DataError(
            f"values must be numbers; {table.place(row)}, column {table.columns[column]!r:.120} holds "
            f"{table.cell(row, column)!r:.60}: correct it, remove it, or choose another role for the column"
        )
    shape = _NOT_AS_WIDE.search(message)
    if shape:
        return DataError(
            f"every row must have as many cells as the header, {shape[2]}; "
            f"{table.place(int(shape[1]) - header - 1)} has {shape[3]}"
        )
    return DataError(f"the table can't be taken apart: {message.splitlines()[0]:.200}")
