"""Wide tables: one row a sample, one column a step, a column of labels."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from core.data.dataset import NO_PART, Dataset
from core.data.desk import Desk
from core.data.families import READERS, FileReader
from core.data.labels import Labels, code_labels
from core.data.limits import CLASSES
from core.data.tables import Decimal, Delimiter, Table, read_table
from core.data.texts import clean_labels
from core.errors import DataError, LimitError

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 8 * 2**20
_NOT_A_NUMBER = re.compile(r"In CSV column #(\d+): Row #(\d+): CSV conversion error")
_NOT_AS_WIDE = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")


@dataclass
class _Columns:
    """Which column is what, by place."""

    steps: list[int]
    label: int | None
    id: int | None


@dataclass(eq=False)
class _Gathered:
    """What was read so far."""

    series: FloatArray
    lengths: IntArray
    rows: int = 0
    label_places: list[IntArray] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    bad: int = 0
    first_bad: tuple[int, int] | None = None


@READERS.register("csv")
class WideCsvReader(FileReader):
    """Table with one row a sample: a label column, an optional id column, all others steps in their order."""

    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".txt")
    content: ClassVar[str] = "text"

    label: str = Field(
        "label",
        max_length=300,
        title="Label column",
        description="its heading; empty to load without labels",
    )
    id: str = Field(
        "id",
        max_length=300,
        title="Name column",
        description="heading of the column that names the samples, where there is one",
    )
    delimiter: Delimiter = Field("auto", title="Between cells", description="sign between cells")
    decimal: Decimal = Field("auto", title="Decimal sign", description="sign before decimals")

    def read(self, path: Path, desk: Desk) -> Dataset:  # noqa: ARG002 - small enough for memory
        """Read the table; empty cells at the end of a row make a shorter sample, others are refused."""
        table = read_table(path, self.delimiter, self.decimal)
        columns = self._columns(table)
        found = _gather(table, columns)
        labels = None if columns.label is None else _labels(found, table.columns[columns.label])
        ids = np.array(_ids(found)) if columns.id is not None else np.arange(table.rows).astype(np.str_)
        steps = int(found.lengths.max())
        return Dataset(
            series=found.series[:, :steps, None],
            lengths=found.lengths,
            targets={} if labels is None else {"label": labels.codes},
            classes={} if labels is None else {"label": labels.names},
            channels=("value",),
            sample_ids=ids,
            step_labels=tuple(table.columns[place] for place in columns.steps[:steps]),
            parts=np.full(table.rows, NO_PART, dtype=np.int8),
            name=path.stem,
            origin={"notices": list(labels.notices if labels else ())},
        )

    def _columns(self, table: Table) -> _Columns:
        names = table.columns
        if self.label and self.label not in names:
            numbers = all(re.fullmatch(r"[-+]?[\d.,]+(e[-+]?\d+)?", name, re.IGNORECASE) for name in names)
            hint = "; its first line seems to hold values, a header line is needed" if numbers else ""
            raise DataError(
                f"the table must have the label column {self.label!r:.120}; its columns: "
                f"{_listed(names)}{hint}: choose the column that holds the labels, "
                "or none to load without labels"
            )
        label = names.index(self.label) if self.label else None
        identity = names.index(self.id) if self.id in names and self.id != self.label else None
        steps = [place for place in range(len(names)) if place not in {label, identity}]
        if not steps:
            raise DataError(
                f"the table must have columns of values beside labels and ids; got {_listed(names)}"
            )
        return _Columns(steps, label, identity)


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"{name:.60}" for name in names[:12])
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown


def _gather(table: Table, columns: _Columns) -> _Gathered:
    found = _Gathered(
        np.zeros((table.rows, len(columns.steps)), dtype=np.float32), np.zeros(table.rows, dtype=np.int64)
    )
    for batch in _batches(table, columns):
        rows = slice(found.rows, found.rows + batch.num_rows)
        _take_values(batch, columns, table, found, rows)
        if columns.label is not None:
            _take_labels(batch.column(columns.label), table, found)
        if columns.id is not None:
            found.ids += batch.column(columns.id).to_pylist()
        found.rows = rows.stop
    if found.first_bad is not None:
        row, step = found.first_bad
        column = columns.steps[step]
        raise DataError(
            f"values must be finite numbers below 3.4e38; {found.bad} "
            f"{'is' if found.bad == 1 else 'are'} not, "
            f"the first in line {table.line_of(row)}, column {table.columns[column]!r:.120}: "
            f"{table.cells_of(row)[column]!r:.60}"
        )
    return found


def _batches(table: Table, columns: _Columns) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa
    from pyarrow import csv

    texts = {columns.label, columns.id}
    names = [str(place) for place in range(len(table.columns))]
    kinds = {name: pa.string() if place in texts else pa.float64() for place, name in enumerate(names)}
    encoding = "utf8" if table.encoding == "utf-8-sig" else table.encoding
    try:
        # An open handle: given a name, libraries unpack archives and fetch addresses.
        with table.path.open("rb") as file:
            yield from csv.open_csv(
                file,
                csv.ReadOptions(
                    use_threads=False,
                    block_size=BLOCK_BYTES,
                    skip_rows=table.header_line,
                    column_names=names,
                    encoding=encoding,
                ),
                csv.ParseOptions(delimiter=table.delimiter),
                csv.ConvertOptions(
                    column_types=kinds,
                    null_values=[""],
                    strings_can_be_null=False,
                    decimal_point=table.decimal,
                ),
            )
    except pa.ArrowInvalid as error:
        raise _told(str(error), table) from None


def _told(message: str, table: Table) -> DataError:
    """Return what is wrong with a cell or a row, told with its line and column."""
    cell = _NOT_A_NUMBER.search(message)
    if cell:
        column, row = int(cell[1]), int(cell[2]) - table.header_line - 1
        return DataError(
            f"values must be numbers; line {table.line_of(row)}, column {table.columns[column]!r:.120} holds "
            f"{table.cells_of(row)[column]!r:.60}: correct it, remove it, or choose the column as label or id"
        )
    shape = _NOT_AS_WIDE.search(message)
    if shape:
        line = table.line_of(int(shape[1]) - table.header_line - 1)
        return DataError(
            f"every row must have as many cells as the header, {shape[2]}; line {line} has {shape[3]}"
        )
    return DataError(f"the table can't be taken apart: {message.splitlines()[0]:.200}")


def _take_values(
    batch: "pa.RecordBatch", columns: _Columns, table: Table, found: _Gathered, rows: slice
) -> None:
    values: DoubleArray = np.empty((batch.num_rows, len(columns.steps)))
    empty: BoolArray = np.zeros(values.shape, dtype=np.bool_)
    for place, column in enumerate(columns.steps):
        cells = batch.column(column)
        values[:, place] = cells.to_numpy(zero_copy_only=False)
        if cells.null_count:
            empty[:, place] = cells.is_null().to_numpy(zero_copy_only=False)
    filled = ~empty
    lengths = np.where(filled.any(axis=1), values.shape[1] - np.argmax(filled[:, ::-1], axis=1), 0)
    _require_filled(empty, lengths, columns, table, rows.start)
    values[empty] = 0
    with np.errstate(over="ignore"):
        narrow = values.astype(np.float32)
    wrong = ~np.isfinite(narrow)
    if wrong.any():
        found.bad += int(wrong.sum())
        row, step = map(int, np.argwhere(wrong)[0])
        found.first_bad = found.first_bad or (rows.start + row, step)
    found.series[rows] = narrow
    found.lengths[rows] = lengths


def _require_filled(empty: BoolArray, lengths: IntArray, columns: _Columns, table: Table, start: int) -> None:
    if not empty.any():
        return
    if lengths.min() == 0:
        line = table.line_of(start + int(np.argmin(lengths)))
        raise DataError(f"every row must hold at least one value; line {line} holds none")
    inner = empty & (np.arange(empty.shape[1])[None, :] < lengths[:, None])
    if inner.any():
        row, step = map(int, np.argwhere(inner)[0])
        raise DataError(
            f"only cells at the end of a row may be empty (a shorter sample); {int(inner.sum())} within are, "
            f"the first in line {table.line_of(start + row)}, "
            f"column {table.columns[columns.steps[step]]!r:.120}"
        )


def _take_labels(cells: Any, table: Table, found: _Gathered) -> None:
    coded = cells.dictionary_encode()
    values: list[str] = coded.dictionary.to_pylist()
    places = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    blank = [place for place, value in enumerate(values) if not value.strip()]
    if blank:
        row = int(np.argmax(np.isin(places, blank)))
        raise DataError(f"every sample must have a label; line {table.line_of(found.rows + row)} has none")
    known = np.array([found.labels.setdefault(value, len(found.labels)) for value in values], dtype=np.int64)
    if len(found.labels) > CLASSES:
        raise LimitError(
            f"there may be at most {CLASSES:,} classes; the label column holds more: "
            "choose another column, or none to load without labels"
        )
    found.label_places.append(known[places])


def _labels(found: _Gathered, name: str) -> Labels:
    return code_labels(list(found.labels), np.concatenate(found.label_places), f"the column {name!r:.120}")


def _ids(found: _Gathered) -> tuple[str, ...]:
    ids = clean_labels(found.ids, "sample")
    name, count = Counter(ids).most_common(1)[0]
    if count > 1:
        raise DataError(
            f"sample ids must differ; {name!r:.120} comes {count} times: choose another id column, or none"
        )
    return ids
