"""Tables in Parquet files: refused by their own metadata where they would burst, read in small batches."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.data.limits import CELLS, SAMPLES
from core.data.tables import INDEX, Batch, Cells, Table, listed
from core.data.tables_lines import require_columns
from core.data.tables_text import distinct_names
from core.errors import DataError, LimitError

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_CELLS = 2**20
_PANDAS_INDEX = "__index_level_0__"
BATCH_ROWS = 2**17
_BUFFERS = 32 * 2**20  # what all columns together may read ahead
_STRINGS = 100 * 2**20  # of the file's own description
_CONTAINERS = 1_000_000


@dataclass(frozen=True)
class ParquetTable(Table):
    """A table in a Parquet file.

    Attributes:
        path: The file.
        names: Names of the columns as they stand in the file.
        columns: The same, cleaned.
        rows: Number of rows.
        texts: Names of the columns of texts, which are read as codes into their dictionaries.
    """

    path: Path
    names: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int
    texts: tuple[str, ...]

    def batches(self, wanted: Mapping[int, Cells], gaps: bool = False) -> Iterator[Batch]:  # noqa: ARG002
        """Yield all rows; what a column holds is decided by the file, so cells come as they are."""
        start = 0
        width = max(1, len(wanted))
        size = max(1, min(BATCH_ROWS, BATCH_CELLS // width, self.rows))
        names = [self.names[place] for place in wanted]
        with _opened(self.path, width, self.texts) as file:
            for rows in file.iter_batches(batch_size=size, columns=names, use_threads=False):
                found = rows.slice(0, self.rows - start)
                found.validate(full=True)  # texts that are no UTF-8
                columns = {place: found.column(self.names[place]) for place in wanted}
                yield Batch(start, found.num_rows, columns)
                start += found.num_rows
                if start == self.rows:
                    break
        if start != self.rows:
            raise DataError(f"a Parquet file must hold the rows it tells of, {self.rows}; it holds {start}")

    def place(self, row: int) -> str:
        """Return where a row stands; rows count from 1, as people do."""
        return f"row {row + 1}"

    def cell(self, row: int, column: int) -> str:
        """Return a cell as text; reads up to its row."""
        for batch in self.batches({column: "plain"}):
            if row < batch.start + batch.rows:
                return shown(batch.columns[column].slice(row - batch.start, 1))[0]
        raise IndexError(row)


def read_parquet_table(path: Path, most_rows: int | None = None) -> ParquetTable:
    """Look at a Parquet file's description; no value is read.

    Args:
        path: The file.
        most_rows: More rows are refused; as many as a dataset may have samples unless given.

    Raises:
        DataError: If it is damaged, empty, or has columns within columns.
        LimitError: If it has too many columns, cells or rows; what the cells take in the file says nothing.
    """
    most = SAMPLES if most_rows is None else most_rows
    with _opened(path, 1) as file:
        found = file.metadata
        require_columns(found.num_columns)
        if found.num_rows > most or found.num_rows * found.num_columns > CELLS:
            rows = f"{most:,} rows and " if most < CELLS else ""  # else the cells are what limits
            raise LimitError(
                f"a table may hold at most {rows}{CELLS:,} cells; "
                f"this one has {found.num_rows:,} rows of {found.num_columns:,} columns"
            )
        if not found.num_rows:
            raise DataError("a table must hold rows; this Parquet file has none")
        schema = file.schema_arrow
        names = tuple(schema.names)
        columns = distinct_names([INDEX if name == _PANDAS_INDEX else name for name in names], "of the file")
        _require_flat(schema, columns)
        texts = tuple(field.name for field in schema if _is_text(field.type))
    return ParquetTable(path, names, columns, found.num_rows, texts)


@contextmanager
def _opened(path: Path, width: int, texts: tuple[str, ...] = ()) -> Iterator[Any]:
    """Give the open file; what pyarrow says is wrong with it becomes a sentence."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with (
            path.open("rb") as handle,
            parquet.ParquetFile(
                handle,
                buffer_size=max(2**14, _BUFFERS // width),
                pre_buffer=False,
                read_dictionary=list(texts),
                thrift_string_size_limit=_STRINGS,
                thrift_container_size_limit=_CONTAINERS,
            ) as file,
        ):
            yield file
    except (pa.ArrowException, OSError, UnicodeError) as error:
        words = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(f"the Parquet file can't be read: {words:.200}") from None


def _require_flat(schema: "pa.Schema", columns: tuple[str, ...]) -> None:
    from pyarrow import types

    nested = [
        name for name, field in zip(columns, schema, strict=True) if types.is_nested(plain_type(field.type))
    ]
    if nested:
        raise DataError(
            f"every column must hold one value a row; lists or records stand in {listed(nested)}: "
            "write one column for each of their values, or leave them out"
        )


def _is_text(kind: "pa.DataType") -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind))


def shown(column: "pa.Array") -> list[str]:
    """Return the values of a column as people read them, "" where there is none."""
    import pyarrow as pa
    from pyarrow import types

    kind = column.type
    if types.is_temporal(kind):  # Python's own dates don't reach as far
        column = column.cast(pa.string())
    return ["" if value is None else str(value) for value in column.to_pylist()]


def plain_type(kind: "pa.DataType") -> "pa.DataType":
    """Return what the values of a column are, without a wrapping of codes or an extension's name."""
    import pyarrow as pa

    if isinstance(kind, pa.BaseExtensionType):
        return plain_type(kind.storage_type)
    return plain_type(kind.value_type) if pa.types.is_dictionary(kind) else kind
