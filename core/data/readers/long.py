"""Long tables: one row a step, cut into windows of each patient, ticker or machine."""

from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from core.data.dataset import NO_PART, Dataset, NanPolicy
from core.data.desk import Desk
from core.data.families import READERS, FileReader
from core.data.files import numbered_steps
from core.data.grouping import guess_groups
from core.data.limits import CELLS
from core.data.missing import fill_missing, name_gaps
from core.data.preview import Preview
from core.data.roles import is_long
from core.data.tables import INDEX, Decimal, Delimiter, Names, Table, listed
from core.data.tables_dates import DateForm
from core.data.tables_guess import guess_long
from core.data.tables_head import guess_order, read_head
from core.data.tables_left_out import counted
from core.data.tables_long import SHARE, LongColumns, RowGathering, Rows
from core.data.tables_open import open_table
from core.data.tables_trial import LongTrial
from core.data.tables_windows import (
    GAP_NOTICE,
    Cutting,
    LabelAt,
    Pieces,
    Planned,
    cut_labels,
    names_of,
    pieces_of,
    plan_cutting,
    spans_of,
    step_name,
)
from core.data.windowing import cut_rows, cut_windows
from core.errors import DataError


@READERS.register("long")
class LongReader(FileReader):
    """Table with one row a step, cut into windows: columns of entity, time, channels and labels."""

    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".txt", ".parquet", ".pq")
    contents: ClassVar[tuple[str, ...]] = ("text", "parquet")

    entity: str = Field(
        "",
        max_length=300,
        title="Entity column",
        description="what a row was recorded of: a ticker, a patient; windows never reach over two",
    )
    order: str = Field(
        "",
        max_length=300,
        title="Time column",
        description="dates or numbers by which the rows are sorted; empty to keep the file's order",
    )
    features: Names = Field(
        (), title="Channels", description="columns of values; empty for all columns of numbers left"
    )
    categories: Names = Field(
        (),
        title="Categorical channels",
        description="channels that hold names or codes of categories instead of amounts",
    )
    label: str = Field(
        "", max_length=300, title="Label column", description="its heading; empty to load without labels"
    )
    labels: Names = Field((), title="Further label columns", description="headings, each a target of its own")
    metadata: Names = Field(
        (),
        title="Metadata columns",
        description="kept beside the windows, not part of the series; taken at a window's last row",
    )
    part: str = Field(
        "",
        max_length=300,
        title="Part column",
        description="holds train, validation or test where the split is given; taken at a window's last row",
    )
    length: int = Field(
        30, ge=0, le=100_000, title="Window length", description="rows; 0 makes one sample of each entity"
    )
    stride: int = Field(
        1, ge=1, le=10_000_000, title="Stride", description="rows from one window's start to the next"
    )
    label_at: LabelAt = Field(
        "end",
        title="Label of a window",
        description="that of its last row, of most of its rows, of a row ahead, or one for each of its steps",
    )
    horizon: int = Field(
        1,
        ge=1,
        le=1_000_000,
        title="Rows ahead",
        description="how many rows after a window's last one its label stands, with the label of a row ahead",
    )
    least: int = Field(
        2, ge=1, le=1_000_000, title="Least length", description="rows an entity needs to be one sample"
    )
    gap: float = Field(
        0.0,
        ge=0,
        le=1e9,
        title="Longest step",
        description="in median steps: no window reaches over a longer one; 0 lets windows reach over gaps",
    )
    ties: Literal["refuse", "keep"] = Field(
        "refuse",
        title="Equal times",
        description="rows of one entity at the same time: refuse them, or keep them in the file's order",
    )
    dates: DateForm = Field(
        "auto",
        title="Dates",
        description="how the time column is written: what comes first, or what its numbers count since 1970",
    )
    missing: NanPolicy = Field(
        "reject",
        title="Missing values",
        description="within a window: refuse them, draw a line between their neighbours, repeat the last "
        "known value, or leave them missing",
    )
    delimiter: Delimiter = Field("auto", title="Between cells", description="sign between cells of a text")
    decimal: Decimal = Field("auto", title="Decimal sign", description="sign before decimals of a text")

    def read(self, path: Path, desk: Desk) -> Dataset:
        """Read the rows, sort them, and cut windows into arrays on disk."""
        table = open_table(path, self.delimiter, self.decimal, CELLS)
        rows = self.rows(table, desk)
        pieces = pieces_of(rows, self.gap)
        planned = plan_cutting(rows, pieces, self.cutting())
        dataset = self.windows(rows, planned, pieces, desk, self.channels(table))
        return replace(dataset, name=path.stem)

    @classmethod
    def fit(cls, path: Path) -> float:
        """Return whether a table looks like one row a step."""
        return 0.9 if is_long(read_head(path)) else 0.1

    def inspect(self, path: Path) -> Preview:
        """Try the reading on the first rows, with settings guessed from them where none were given."""
        head = read_head(path, self.delimiter, self.decimal)
        given = {name: getattr(self, name) for name in self.model_fields_set}
        reader = LongReader(**guess_long(head, given))
        return LongTrial(reader, head, set(type(self).model_fields) - set(given)).preview()

    def cutting(self) -> Cutting:
        """Return how windows are cut."""
        return Cutting(self.length, self.stride, self.label_at, self.horizon, self.least, self.gap)

    def rows(self, table: Table, desk: Desk) -> Rows:
        """Return all rows of a table, sorted."""
        return RowGathering(table, self.columns(table), self.missing, desk).read(self.ties)

    def columns(self, table: Table) -> LongColumns:
        """Return which column is what.

        Raises:
            DataError: If a column that was named is not there, has two roles, or none is left for values.
        """
        entity = table.column(self.entity, "entity") if self.entity else None
        order = table.column(self.order, "time") if self.order else None
        labels = {"label": table.column(self.label, "label")} if self.label else {}
        for heading in self.labels:
            place = table.column(heading, "label")
            if place not in labels.values():
                labels["label 2" if heading in labels else heading] = place
        metadata = {heading: table.column(heading, "metadata") for heading in self.metadata}
        part = table.column(self.part, "part") if self.part else None
        categories = [table.column(heading, "category") for heading in self.categories]
        used = {entity, order, *labels.values(), *metadata.values(), part}
        features = [table.column(heading, "channel") for heading in self.features] or [
            column.place
            for column in read_head(table.path, self.delimiter, self.decimal).columns
            if column.numbers and column.name != INDEX and column.place not in {*used, *categories}
        ]
        features += [place for place in categories if place not in features]
        twice = [table.columns[place] for place in features if place in {entity, order, *labels.values()}]
        if twice:
            raise DataError(
                f"a channel can't be entity, time or label too: choose one role for {listed(twice)}"
            )
        if not features:
            raise DataError(
                "the table must have columns of values beside entity, time and label; its columns: "
                f"{listed(table.columns)}"
            )
        return LongColumns(
            features=tuple(features),
            categories=frozenset(categories),
            entity=entity,
            order=order,
            labels=labels,
            metadata=metadata,
            dates=self._form(table, order),
            part=part,
        )

    def _form(self, table: Table, order: int | None) -> DateForm:
        if self.dates != "auto" or order is None:
            return self.dates
        return guess_order(table, order)

    def channels(self, table: Table) -> tuple[str, ...]:
        """Return the names of the channels."""
        return tuple(table.columns[place] for place in self.columns(table).features)

    def windows(
        self, rows: Rows, planned: Planned, pieces: Pieces, desk: Desk, channels: tuple[str, ...]
    ) -> Dataset:
        """Return the windows that were planned, cut into arrays on disk."""
        plan = planned.plan
        shape = (len(plan.firsts), plan.steps, len(channels))
        names = names_of(rows, plan, not self.length)  # takes memory for a while, so before the arrays
        desk.tell(SHARE, f"cutting {shape[0]:,} windows")
        series = cut_windows(rows.values, plan, desk.array("series", shape))
        _, filled = fill_missing(series, plan.lengths, self.missing, tuple(rows.categories), channels)
        kinds = name_gaps(series, plan.lengths, rows.categories)
        stamps = None
        if rows.dated and rows.order is not None:
            stamps = desk.array("timestamps", shape[:2], np.int64)
            cut_rows(rows.order, plan, stamps)
        grouping = guess_groups(channels)
        return Dataset(
            series=series,
            lengths=plan.lengths,
            targets=cut_labels(planned, self.cutting(), desk),
            classes={target: labels.names for target, labels in planned.labels.items()},
            channels=channels,
            sample_ids=names,
            step_labels=numbered_steps(plan.steps),
            step_name=step_name(rows, pieces.median),
            groups=grouping.groups,
            parts=np.full(shape[0], NO_PART, np.int8) if rows.parts is None else rows.parts[plan.lasts],
            name="",
            origin={"notices": [*planned.notices, *self.remarks(rows, pieces), *grouping.notices]},
            categories={channels[index]: names for index, names in kinds.items()},
            nan_policy=self.missing,
            filled=filled,
            entities=None if rows.entity is None else rows.entity.array(plan.firsts),
            spans=spans_of(rows, plan),
            timestamps=stamps,
            metadata={name: column.metadata(plan.lasts) for name, column in rows.metadata.items()},
        )

    def remarks(self, rows: Rows, pieces: Pieces) -> list[str]:
        """Return what was seen of the rows' times, in sentences."""
        found = []
        if rows.ties:
            found.append(
                counted(
                    rows.ties,
                    "row has the time of the row before it",
                    "rows have the time of the row before them",
                )
                + ": kept in the file's order"
            )
        steps = counted(pieces.gaps, "step is", "steps are")
        if pieces.gaps and self.gap:
            found.append(f"{steps} longer than {self.gap:g} median ones: no window reaches over")
        elif pieces.gaps:
            found.append(
                f"{steps} longer than {GAP_NOTICE:g} median ones, and windows reach over "
                f"{'it' if pieces.gaps == 1 else 'them'}: a longest step would keep them apart"
            )
        return found
