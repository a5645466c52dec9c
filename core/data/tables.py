"""Tables as text: what their first line and the shape of their lines say, before any value is parsed."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.data.limits import CELLS, COLUMNS, LINE_CHARACTERS, SAMPLES
from core.data.texts import clean_labels, clean_text
from core.errors import DataError, LimitError

Delimiter = Literal["auto", "comma", "semicolon", "tab"]
Decimal = Literal["auto", "point", "comma"]

_SIGNS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_LOOK = 50  # lines looked at to tell decimal commas from points


@dataclass(frozen=True)
class Table:
    """How a table is written and what its columns are called.

    Attributes:
        path: The file.
        encoding: Of the text.
        delimiter: The sign between cells.
        decimal: The sign before decimals.
        columns: Names from the first line, cleaned.
        header_line: Number of that line; lines count from 1, as in an editor.
        rows: Lines with values, without blank ones.
    """

    path: Path
    encoding: str
    delimiter: str
    decimal: str
    columns: tuple[str, ...]
    header_line: int
    rows: int

    def line_of(self, row: int) -> int:
        """Return the line on which a row stands; rows count from 0 after the first line."""
        for number, _ in _filled_lines(self.path, self.encoding, self.header_line):
            if row == 0:
                return number
            row -= 1
        raise IndexError(row)

    def cells_of(self, row: int) -> list[str]:
        """Return the cells of a row as they stand in the file."""
        wanted = self.line_of(row)
        for number, line in _filled_lines(self.path, self.encoding, self.header_line):
            if number == wanted:
                return next(csv.reader([line], delimiter=self.delimiter), [])
        raise IndexError(row)


def read_table(path: Path, delimiter: Delimiter = "auto", decimal: Decimal = "auto") -> Table:
    """Look a table through once: its encoding, signs, columns, and the number of its rows.

    Raises:
        DataError: If it is no text, has no header, no rows, or quotes that don't end; with the line.
        LimitError: If it has too many columns, cells or rows, or a line is too long.
    """
    encoding = _encoding(path)
    header_line, header = _first_line(path, encoding)
    sign = _SIGNS.get(delimiter) or _likely_delimiter(header)
    columns = _columns(header, sign, header_line)
    rows = 0
    for number, line in _filled_lines(path, encoding, header_line):
        rows += 1
        if '"' in line and line.count('"') % 2:
            raise DataError(
                f"a quoted cell must end on its own line; the quotes in line {number} don't match"
            )
        if rows > SAMPLES or rows * len(columns) > CELLS:
            raise LimitError(
                f"a table may hold at most {SAMPLES:,} rows and {CELLS:,} cells; "
                f"this one of {len(columns):,} columns reaches that at line {number:,}"
            )
    if not rows:
        raise DataError(f"a table must hold rows below its header; it ends after line {header_line}")
    mark = {"point": ".", "comma": ","}.get(decimal) or _likely_decimal(path, encoding, header_line, sign)
    if mark == sign:
        raise DataError("the sign between cells and the decimal sign must differ; both are a comma")
    return Table(path, encoding, sign, mark, columns, header_line, rows)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8-sig")


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, checked for what no parser should see."""
    number = 0
    with path.open(encoding=encoding, newline=None) as file:
        try:
            while line := file.readline(LINE_CHARACTERS + 1):
                number += 1
                if len(line) > LINE_CHARACTERS:
                    _require_columns(max(map(line.count, _SIGNS.values())))
                    raise LimitError(
                        f"a line may have at most {LINE_CHARACTERS:,} characters; line {number} has more"
                    )
                if "\0" in line:
                    raise DataError(f"a table must not hold NUL bytes; line {number} does: is it no text?")
                yield number, line
        except UnicodeError:
            where = _undecodable(path) if encoding.startswith("utf-8") else number + 1
            raise DataError(
                f"a table must be UTF-8 or UTF-16 text; line {where} is not: save it as UTF-8"
            ) from None


def _undecodable(path: Path) -> int:
    # The decoder reads ahead in blocks, so the line is looked for again.
    number = 0
    with path.open("rb") as file:
        while line := file.readline(LINE_CHARACTERS):
            number += 1
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                break
    return number


def _filled_lines(path: Path, encoding: str, after: int) -> Iterator[tuple[int, str]]:
    return ((number, line) for number, line in _lines(path, encoding) if number > after and line != "\n")


def _first_line(path: Path, encoding: str) -> tuple[int, str]:
    for number, line in _lines(path, encoding):
        if line.strip():
            return number, line.rstrip("\n")
    raise DataError("a table must have a header line; the file holds only blank lines")


def _likely_delimiter(header: str) -> str:
    bare = "".join(header.split('"')[::2])  # outside quotes
    counts = {sign: bare.count(sign) for sign in _SIGNS.values()}
    return max(counts, key=lambda sign: counts[sign])


def _require_columns(count: int) -> None:
    if count > COLUMNS + 2:  # the label and the id beside the steps
        raise LimitError(f"a table may have at most {COLUMNS:,} columns; got {count:,}")


def _columns(header: str, sign: str, line: int) -> tuple[str, ...]:
    _require_columns(header.count(sign) + 1 if '"' not in header else 0)
    if header.count('"') % 2:
        raise DataError(f"a quoted cell must end on its own line; the quotes in line {line} don't match")
    cells = next(csv.reader([header], delimiter=sign))
    _require_columns(len(cells))
    names = clean_labels(cells, "column")
    seen: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        if not name:
            raise DataError(
                f"every column must have a name; column {place} of line {line} has none: "
                "is it an index that a program wrote? Call it id, or remove it"
            )
        if name in seen:
            raise DataError(f"column names must differ; {name!r:.120} names columns {seen[name]} and {place}")
        seen[name] = place
    return names


def _likely_decimal(path: Path, encoding: str, header_line: int, sign: str) -> str:
    if sign == ",":
        return "."
    commas = points = 0
    for looked, (_, line) in enumerate(_filled_lines(path, encoding, header_line)):
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
