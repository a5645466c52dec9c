"""Wide tables: one row a sample, one column a step, or a column for each step of each channel."""

from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.data.dataset import Dataset, NanPolicy
from core.data.desk import Desk
from core.data.families import READERS, FileReader
from core.data.grouping import guess_groups
from core.data.labels import Labels, code_labels
from core.data.limits import SAMPLES
from core.data.preview import Preview
from core.data.roles import is_long, label_hint, names_given, wide_roles
from core.data.tables import INDEX, Decimal, Delimiter, Names, Table, listed
from core.data.tables_cells import TextColumn
from core.data.tables_grid import grid_of, is_number
from core.data.tables_head import Head, read_head
from core.data.tables_inspect import Tray, Trial, as_preview, class_counts, roles_by_name
from core.data.tables_open import open_table
from core.data.tables_wide import Gathering, WideColumns, distinct_ids
from core.errors import DataError


@READERS.register("wide")
class WideReader(FileReader):
    """Table with one row a sample: columns of labels and names, all others steps in their order."""

    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".txt", ".parquet", ".pq")
    contents: ClassVar[tuple[str, ...]] = ("text", "parquet")

    label: str = Field(
        "label",
        max_length=300,
        title="Label column",
        description="its heading; empty to load without labels",
    )
    labels: Names = Field(
        (),
        title="Further label columns",
        description="headings, each a target of its own",
    )
    id: str = Field(
        "id",
        max_length=300,
        title="Name column",
        description="heading of the column that names the samples, where there is one",
    )
    entity: str = Field(
        "",
        max_length=300,
        title="Entity column",
        description="what a sample was recorded of, such as a patient: splits can keep them apart",
    )
    part: str = Field(
        "",
        max_length=300,
        title="Part column",
        description="holds train, validation or test where the split is given",
    )
    metadata: Names = Field(
        (),
        title="Metadata columns",
        description="headings: kept beside the samples, not part of the series",
    )
    skip: Names = Field(
        (),
        title="Columns left out",
        description="headings",
    )
    several: bool = Field(
        True,
        title="Several channels",
        description="take columns named channel_0, channel_1, ... of several channels as what they say",
    )
    missing: NanPolicy = Field(
        "reject",
        title="Missing values",
        description="cells without a value before a row's last one: refuse them, draw a line between their "
        "neighbours, repeat the last known value, or leave them missing",
    )
    delimiter: Delimiter = Field("auto", title="Between cells", description="sign between cells of a text")
    decimal: Decimal = Field("auto", title="Decimal sign", description="sign before decimals of a text")

    def read(self, path: Path, desk: Desk) -> Dataset:
        """Read the table in batches; empty cells at the end of a row make a shorter sample."""
        table = open_table(path, self.delimiter, self.decimal)
        return self.dataset(table, desk, path.stem)

    @classmethod
    def fit(cls, path: Path) -> float:
        """Return that any table can be read so, if it does not look like one row a step."""
        return 0.2 if is_long(read_head(path)) else 0.8

    def inspect(self, path: Path) -> Preview:
        """Try the reading on the first rows, with settings guessed from them where none were given."""
        head, trial = read_head(path, self.delimiter, self.decimal), Trial()
        reader = self._guessed(head)
        found: Gathering | None = trial.of(lambda: reader._gathered(head.table, Tray()))
        if head.total.rows > SAMPLES:
            trial.problems.append(
                f"a table may hold at most {SAMPLES:,} rows; this one has {head.total.rows:,}"
            )
        if found is None:
            shape: tuple[int | None, int | None, int | None] = (None, None, None)
            labels = {}
        else:
            grid, labels = found.columns.grid, found.labels
            steps = int(found.lengths.max()) if head.whole else len(grid.steps)
            shape = (head.total.rows, steps, len(grid.channels))
            for column in labels.values() if head.whole else ():
                trial.of(partial(_labels, column))
            if reader.missing != "reject" and "missing" not in self.model_fields_set:
                trial.notices.append(
                    "values are missing within rows: lines between their neighbours are guessed"
                )
        if not (reader.label or reader.labels or {"label", "labels"} & self.model_fields_set):
            trial.notices += label_hint(head, (reader.id, reader.entity, reader.part))
        roles = roles_by_name(
            label=(reader.label, *reader.labels),
            id=reader.id,
            entity=reader.entity,
            part=reader.part,
            metadata=reader.metadata,
            skip=reader.skip,
            step=head.table.columns,
        )
        classes = class_counts(next(iter(labels.values()))) if labels else {}
        settings = reader.model_dump(mode="json")
        return as_preview("wide", settings, head, roles, trial, shape=shape, classes=classes)

    def _guessed(self, head: Head) -> "WideReader":
        """Return the reader with all that was not given guessed from the first rows."""
        roles = wide_roles(head)
        given = self.model_dump(exclude_unset=True)
        taken = names_given(given)
        named = {"label": roles.label, "id": roles.id, "entity": roles.entity, "part": roles.part}
        guesses: dict[str, Any] = {role: "" if name in taken else name for role, name in named.items()}
        guesses = {**guesses, "metadata": (), "skip": tuple(roles.skip), **given}
        used = {*taken, *(guesses[role] for role in named), *guesses["skip"]}
        left = [column.name for column in head.columns if column.name not in used]
        beside = [name for name in left if name in roles.metadata or not _is_number(head, name)]
        guesses["metadata" if "metadata" not in given else "skip"] += tuple(beside)
        reader = WideReader(**guesses)
        if "missing" in given:
            return reader
        if not any(column.missing for column in head.columns if column.numbers):
            return reader
        marked = reader.model_copy(update={"missing": "mask"})
        found = Trial().of(lambda: marked._gathered(head.table, Tray()))
        gaps = found is not None and bool(np.isnan(found.series).any())
        return reader.model_copy(update={"missing": "interpolate" if gaps else "reject"})

    def _gathered(self, table: Table, desk: Desk) -> Gathering:
        found = Gathering(table, self.columns(table), self.missing, desk).read()
        if "id" in found.texts:
            distinct_ids(found.texts["id"].array())
        found.parts()
        return found

    def dataset(self, table: Table, desk: Desk, name: str) -> Dataset:
        """Return what a table holds, read with these settings."""
        columns = self.columns(table)
        found = Gathering(table, columns, self.missing, desk).read()
        labels = {target: _labels(column) for target, column in found.labels.items()}
        ids = found.texts.get("id")
        entity = found.texts.get("entity")
        steps = int(found.lengths.max())
        grouping = guess_groups(columns.grid.channels)
        notices = [notice for coded in labels.values() for notice in coded.notices]
        return Dataset(
            series=found.series if steps == found.series.shape[1] else found.series[:, :steps],
            lengths=found.lengths,
            targets={target: coded.codes for target, coded in labels.items()},
            classes={target: coded.names for target, coded in labels.items()},
            channels=columns.grid.channels,
            sample_ids=_numbers(table.rows) if ids is None else distinct_ids(ids.array()),
            step_labels=columns.grid.steps[:steps],
            groups=grouping.groups,
            parts=found.parts(),
            name=name,
            origin={"notices": [*notices, *grouping.notices]},
            nan_policy=self.missing,
            filled=None if found.filled is None else found.filled[:steps],
            entities=None if entity is None else entity.array(),
            metadata={
                role.removeprefix("metadata "): column.metadata()
                for role, column in found.texts.items()
                if role.startswith("metadata ")
            },
        )

    def columns(self, table: Table) -> WideColumns:
        """Return which column is what.

        Raises:
            DataError: If a column that was named is not there, or none is left for values.
        """
        labels = self._labels(table)
        texts: dict[str, int] = {}
        taken = set(labels.values())
        named = self.id and self.id != type(self).model_fields["id"].default
        if (named or self.id in table.columns) and self.id != self.label:
            texts["id"] = table.column(self.id, "name")
        for role, heading in (("entity", self.entity), ("part", self.part)):
            if heading:
                texts[role] = table.column(heading, role)
        for heading in self.metadata:
            texts[f"metadata {heading}"] = table.column(heading, "metadata")
        taken |= set(texts.values())
        taken |= {table.column(name, "left out") for name in self.skip}
        values = tuple(
            place for place, name in enumerate(table.columns) if place not in taken and name != INDEX
        )
        if not values:
            raise DataError(
                f"the table must have columns of values beside labels and ids; got {listed(table.columns)}"
            )
        grid = grid_of([table.columns[place] for place in values], self.several)
        return WideColumns(values, grid, labels, texts)

    def _labels(self, table: Table) -> dict[str, int]:
        names = table.columns
        if self.label and self.label not in names:
            hint = (
                "; its first line seems to hold values, a header line is needed"
                if all(map(is_number, names))
                else ""
            )
            raise DataError(
                f"the table must have the label column {self.label!r:.120}; its columns: "
                f"{listed(names)}{hint}: choose the column that holds the labels, "
                "or none to load without labels"
            )
        found = {"label": names.index(self.label)} if self.label else {}
        for heading in self.labels:
            place = table.column(heading, "label")
            if place in found.values():
                continue
            if heading in found:
                raise DataError(
                    f"the target of the label column {self.label!r:.120} is called label; another column "
                    "of that name can't be a target too"
                )
            found[heading] = place
        return found


def _is_number(head: Head, name: str) -> bool:
    return head.columns[head.table.columns.index(name)].numbers


def _labels(column: TextColumn) -> Labels:
    return code_labels(column.values, column.codes.astype(np.int64), f"the column {column.name!r:.120}")


def _numbers(rows: int) -> NDArray[Any]:
    return np.arange(rows).astype(np.str_)
