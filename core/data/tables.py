"""Tables from files: one shape for text and Parquet, handed out in batches of bounded size."""

import csv
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from core.data.limits import COLUMNS
from core.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

Delimiter = Literal["auto", "comma", "semicolon", "tab"]
Decimal = Literal["auto", "point", "comma"]
# How the cells of a column are wanted: as floating numbers, as texts, or as they are (dates).
Cells = Literal["number", "text", "plain"]

# Name of a first column without one, where pandas and others write the numbers or dates of the rows.
INDEX = "(index)"
MISSING_MARKS = ("", "NaN", "nan", "NAN", "NA", "N/A", "n/a", "null", "NULL", "None", "none", "?", "-")
CHOOSE_MISSING = "choose what to do about missing values: interpolate, forward or mask"


@dataclass(frozen=True, eq=False)
class Batch:
    """Some rows of a table: where they start and the columns that were asked for, by place."""

    start: int
    rows: int
    columns: "Mapping[int, pa.Array]"

    @property
    def places(self) -> slice:
        """Where these rows stand among all rows."""
        return slice(self.start, self.start + self.rows)


class Table(ABC):
    """A table whose columns and number of rows are known, and whose values are read when asked for.

    Attributes:
        path: The file.
        columns: Names of the columns, cleaned and different.
        rows: Number of rows.
    """

    path: Path
    columns: tuple[str, ...]
    rows: int

    @abstractmethod
    def batches(self, wanted: Mapping[int, Cells], gaps: bool = False) -> Iterator[Batch]:
        """Yield all rows, from first to last.

        Args:
            wanted: How the cells of the columns are wanted, by place; others are not read.
            gaps: Whether marks of missing values, such as NA, are taken as empty cells among numbers.

        Raises:
            DataError: If a cell isn't what was asked for, with its line and column.
        """

    @abstractmethod
    def place(self, row: int) -> str:
        """Return where a row stands, for messages: "line 12"; rows count from 0."""

    @abstractmethod
    def cell(self, row: int, column: int) -> str:
        """Return a cell as text, for messages."""

    def column(self, name: str, what: str) -> int:
        """Return the place of a column; DataError if there is none of this name."""
        if name not in self.columns:
            raise DataError(
                f"the table must have the {what} column {name!r:.120}; its columns: {listed(self.columns)}"
            )
        return self.columns.index(name)


def listed(names: Iterable[str]) -> str:
    """Return names for a message, the first of many."""
    texts = list(names)
    shown = ", ".join(f"{name:.60}" for name in texts[:12])
    return f"{shown} and {len(texts) - 12} more" if len(texts) > 12 else shown


def split_names(given: object) -> object:
    """Return names that a shell gives as one text: commas between them, quotes around names that hold one."""
    if not isinstance(given, str):
        return given
    try:
        found = next(csv.reader([given], skipinitialspace=True, strict=True), [])
    except csv.Error:
        raise ValueError("names with commas between them") from None
    return tuple(dict.fromkeys(name.strip() for name in found if name.strip()))


Names = Annotated[tuple[str, ...], BeforeValidator(split_names), Field(max_length=COLUMNS + 2)]
"""Setting of a reader that names columns; one text with commas between them is understood too."""
