"""Opening a table, whatever it is written as."""

from pathlib import Path

from core.data.sniff import PARQUET, content_of
from core.data.tables import Decimal, Delimiter, Table
from core.data.tables_parquet import read_parquet_table
from core.data.tables_text import read_text_table

_LOOK = 64


def is_parquet(path: Path) -> bool:
    """Return whether the first bytes are those of a Parquet file."""
    with path.open("rb") as file:
        return content_of(file.read(_LOOK)) == PARQUET


def open_table(
    path: Path, delimiter: Delimiter = "auto", decimal: Decimal = "auto", most_rows: int | None = None
) -> Table:
    """Look a file through far enough to know its columns and rows.

    Args:
        path: The file.
        delimiter: The sign between cells of a text.
        decimal: The sign before decimals of a text.
        most_rows: More rows are refused; as many as a dataset may have samples unless given.

    Raises:
        DataError: If it is no table.
        LimitError: If it is too large.
    """
    if is_parquet(path):
        return read_parquet_table(path, most_rows)
    return read_text_table(path, delimiter, decimal, most_rows)
