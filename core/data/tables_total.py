"""The first rows of a text, and how many there are in all without reading it through."""

import os
from dataclasses import dataclass
from pathlib import Path

from core.data.tables_lines import lines_of
from core.data.tables_text import Layout, TextTable
from core.errors import DataError

COUNTED_BYTES = 256 * 2**20  # a larger file is estimated from pieces of it
_PIECES = 64
_PIECE = 2**18


@dataclass(frozen=True)
class Total:
    """A number of rows, and whether it was counted or estimated."""

    rows: int
    exact: bool


def text_head(path: Path, layout: Layout, most_rows: int, most_bytes: int) -> tuple[TextTable, bool]:
    """Return the first rows of a table as a table of their own, and whether they are all.

    Raises:
        DataError: If they are no text, are none, or quotes don't end; with the line.
        LimitError: If a line is too long.
    """
    found: list[bytes] = []
    size = rows = 0
    whole = True
    for number, line in lines_of(path, layout.encoding):
        if rows == most_rows or size > most_bytes:
            whole = False
            break
        found.append(line.encode("utf-8", "replace"))
        size += len(found[-1])
        rows += number > layout.header_line and line != "\n"
        if '"' in line and line.count('"') % 2:
            raise DataError(
                f"a quoted cell must end on its own line; the quotes in line {number} don't match"
            )
    if not rows:
        raise DataError(f"a table must hold rows below its header; it ends after line {layout.header_line}")
    return TextTable(path, layout, layout.columns, rows, b"".join(found)), whole


def count_lines(path: Path, layout: Layout) -> Total:
    """Return the rows below the header, by the ends of lines; blank lines make it an estimate too."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= COUNTED_BYTES:
            lines = 0
            while chunk := file.read(2**20):
                lines += chunk.count(b"\n")
            file.seek(-1, os.SEEK_END)
            last = file.read(1) != b"\n"
            exact = layout.encoding == "utf-8-sig"
            return Total(max(1, lines + last - layout.header_line), exact)
        ends = read = 0
        for piece in range(_PIECES):
            file.seek(piece * (size - _PIECE) // (_PIECES - 1))
            found = file.read(_PIECE)
            ends += found.count(b"\n")
            read += len(found)
    return Total(max(1, round(ends / read * size) - layout.header_line), False)
