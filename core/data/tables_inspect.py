"""What would become of a table, tried out on its first rows with the very code that reads it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.arrays import IntArray
from core.data.desk import Desk
from core.data.preview import ColumnRole, FileColumn, Preview
from core.data.tables_cells import TextColumn
from core.data.tables_head import Head
from core.errors import HeedError

INTERPOLATED = (
    "values are missing: straight lines between their neighbours fill them, unless you choose otherwise"
)

_ROWS = 8
_MANY_COLUMNS = 500
_CLASSES = 200


class Tray(Desk):
    """A desk in memory, for a reading of few rows of which nothing is kept."""

    def __init__(self) -> None:
        super().__init__(Path())

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike = np.float32) -> NDArray[Any]:  # noqa: ARG002
        """Return a new array of zeros."""
        return np.zeros(shape, dtype)

    def tell(self, fraction: float, words: str) -> None:
        """Tell nobody."""


class Trial:
    """What came of trying: problems in the words of those that found them, and what was noticed."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.notices: list[str] = []

    def of(self, work: Callable[[], Any]) -> Any:
        """Return what the work gives, None if it finds something wrong, which is kept as a problem."""
        try:
            return work()
        except HeedError as error:
            if str(error) not in self.problems:
                self.problems.append(str(error))
            return None


def as_preview(  # noqa: PLR0913 - what a preview consists of
    reader: str,
    settings: Mapping[str, Any],
    head: Head,
    roles: Mapping[str, ColumnRole],
    trial: Trial,
    *,
    shape: tuple[int | None, int | None, int | None],
    classes: Mapping[str, int],
    dropped: int = 0,
) -> Preview:
    """Return the preview of a table.

    Args:
        reader: Name of the reader.
        settings: All its settings.
        head: The first rows.
        roles: What each column is for, by name; the others are left out.
        trial: What came of trying.
        shape: Samples, steps and channels, where they are known.
        classes: Samples by label among the rows that were looked at.
        dropped: Windows that would be left out.
    """
    looked, total = head.table.rows, head.total
    notices = list(trial.notices)
    if not total.exact:
        notices.append(f"the file has about {total.rows:,} rows, judged by its size")
    if not head.whole:
        counted = "; the classes are counted in these alone" if classes else ""
        notices.append(
            f"roles, labels and missing values were guessed from the first {looked:,} rows{counted}"
        )
    few = len(head.columns) <= _MANY_COLUMNS
    return Preview(
        reader=reader,
        settings=dict(settings),
        columns=tuple(
            FileColumn(
                name=column.name,
                kind=column.kind,
                role=roles.get(column.name, "skip"),
                distinct=column.distinct,
                missing=column.missing,
                examples=column.examples,
            )
            for column in head.columns
        ),
        rows=total.rows,
        looked=looked,
        samples=shape[0],
        steps=shape[1],
        channels=shape[2],
        classes=dict(classes),
        dropped=dropped,
        problems=tuple(trial.problems),
        notices=tuple(notices),
        head=head.first_rows(_ROWS if few else 2),
    )


def class_counts(column: TextColumn, codes: IntArray | None = None) -> dict[str, int]:
    """Return how often each label comes, the most frequent first; those without one are not counted."""
    found = column.codes if codes is None else codes
    counts = np.bincount(found[found >= 0], minlength=len(column.values))
    order = np.argsort(-counts, kind="stable")[:_CLASSES]
    return {column.values[code].strip(): int(counts[code]) for code in order.tolist() if counts[code]}


def roles_by_name(**roles: "str | tuple[str, ...]") -> dict[str, ColumnRole]:
    """Return the role of each column from settings that name columns by role; the first one counts."""
    found: dict[str, Any] = {}
    for role, names in roles.items():
        for name in (names,) if isinstance(names, str) else names:
            if name:
                found.setdefault(name, role)
    return found
