"""A long table tried out on its first rows: the windows that would result, and what stands in the way."""

from dataclasses import replace
from typing import TYPE_CHECKING

from core.data.preview import ColumnRole, Preview
from core.data.roles import label_hint
from core.data.tables_head import Head
from core.data.tables_inspect import INTERPOLATED, Tray, Trial, as_preview, class_counts, roles_by_name
from core.data.tables_long import Rows
from core.data.tables_windows import Pieces, Planned, labels_at, pieces_of, plan_cutting
from core.data.windowing import most_windows

if TYPE_CHECKING:
    from core.data.readers.long import LongReader

_TRIED_CELLS = 4_000_000  # windows of so many values are cut for trial


class LongTrial:
    """A reading of the first rows of a table, to see what would become of all of them.

    Args:
        reader: The reader with all its settings, guessed or given.
        head: The first rows.
        guessed: Names of the settings that were guessed, and may be changed.
    """

    def __init__(self, reader: "LongReader", head: Head, guessed: set[str]) -> None:
        self._reader, self._head, self._guessed = reader, head, guessed
        self._trial = Trial()

    def preview(self) -> Preview:
        """Read, sort, plan and, of a small table, cut."""
        rows = self._rows()
        pieces = None if rows is None else pieces_of(rows, self._reader.gap)
        planned = None if rows is None or pieces is None else self._planned(rows, pieces)
        if rows is not None and pieces is not None:
            self._trial.notices += self._reader.remarks(rows, pieces)
        if rows is not None and pieces is not None and planned is not None and self._head.whole:
            self._cut(rows, planned, pieces)
            self._trial.notices += planned.notices
        if not (self._reader.label or self._reader.labels) and {"label", "labels"} <= self._guessed:
            known = (self._reader.entity, self._reader.order, self._reader.part)
            self._trial.notices += label_hint(self._head, known)
        if "length" in self._guessed and 0 < self._reader.length <= 2:
            self._trial.notices.append(
                "few rows follow each other, so the windows are short: 0 makes one sample of each entity"
            )
        if self._reader.missing == "interpolate" and "missing" in self._guessed:
            self._trial.notices.append(INTERPOLATED)
        samples = None if planned is None else self._samples(planned)
        return as_preview(
            "long",
            self._reader.model_dump(mode="json"),
            self._head,
            self._roles(),
            self._trial,
            shape=(
                samples,
                None if planned is None else planned.plan.steps,
                None if rows is None else rows.values.shape[1],
            ),
            classes={} if rows is None or planned is None else self._classes(rows, planned),
            dropped=0 if planned is None else self._scaled(planned.dropped),
        )

    def _rows(self) -> Rows | None:
        """Return the rows; where equal times come, and nobody said what to do, they are kept."""
        reader = self._reader
        if "ties" in self._guessed:
            reader = reader.model_copy(update={"ties": "keep"})
        rows: Rows | None = self._trial.of(lambda: reader.rows(self._head.table, Tray()))
        if rows is not None and rows.ties:
            self._reader = reader
        return rows

    def _planned(self, rows: Rows, pieces: Pieces) -> Planned | None:
        cutting = self._reader.cutting()
        trial = self._trial if self._head.whole else Trial()  # the first rows alone may be too few
        found: Planned | None = None
        if self._head.whole:
            found = trial.of(lambda: plan_cutting(rows, pieces, cutting))
        return found or trial.of(lambda: plan_cutting(replace(rows, labels={}), pieces, cutting))

    def _cut(self, rows: Rows, planned: Planned, pieces: Pieces) -> None:
        channels = self._reader.channels(self._head.table)
        if len(planned.plan.firsts) * planned.plan.steps * len(channels) > _TRIED_CELLS:
            return
        trial = Trial()
        trial.of(lambda: self._reader.windows(rows, planned, pieces, Tray(), channels))
        if trial.problems and "missing" in self._guessed:
            self._reader = self._reader.model_copy(update={"missing": "mask"})
            self._trial.notices.append("windows without any value of a channel keep them missing")
            trial = self._trial
            trial.of(lambda: self._reader.windows(rows, planned, pieces, Tray(), channels))
        self._trial.problems += [text for text in trial.problems if text not in self._trial.problems]

    def _samples(self, planned: Planned) -> int:
        samples = self._scaled(len(planned.plan.firsts))
        if self._head.whole:
            return samples
        self._trial.notices.append("the number of windows is estimated from the first rows")
        width = len(self._reader.channels(self._head.table))
        most = most_windows(planned.plan.steps * width)
        if samples > most:
            stride = -(-self._reader.stride * samples // most)
            self._trial.problems.append(
                f"there may be at most {most:,} windows of {planned.plan.steps:,} steps and {width:,} "
                f"channels; about {samples:,} would result: a stride of {stride:,} gives few enough"
            )
        return samples

    def _scaled(self, count: int) -> int:
        return round(count * max(1.0, self._head.total.rows / self._head.table.rows))

    def _classes(self, rows: Rows, planned: Planned) -> dict[str, int]:
        if not rows.labels:
            return {}
        column = next(iter(rows.labels.values()))
        if self._reader.label_at == "each":
            return class_counts(column)
        return class_counts(column, labels_at(column, planned.plan, self._reader.cutting()))

    def _roles(self) -> dict[str, ColumnRole]:
        reader = self._reader
        return roles_by_name(
            entity=reader.entity,
            order=reader.order,
            label=(reader.label, *reader.labels),
            part=reader.part,
            metadata=reader.metadata,
            category=reader.categories,
            feature=reader.features,
        )
