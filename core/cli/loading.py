"""`heed data load` and `heed data preview`: how far it is, and what a file seems to hold."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from core.cli.options import settings_of
from core.cli.output import facts, table, visible
from core.data import READERS
from core.data.choosing import known_as
from core.data.preview import Preview

MOST_COLUMNS = 24  # rows of a table a person still reads
MOST_EXAMPLES = 3


def reader_settings(reader: str | None, file: Path, texts: dict[str, str]) -> dict[str, Any]:
    """Return settings as the reader that knows them reads them: the one asked for, else one of the suffix."""
    if reader is not None:
        return settings_of(READERS.part(known_as(reader)), texts)
    of_suffix = [name for name in READERS if file.suffix.lower() in READERS.part(name).suffixes]
    for name in of_suffix or READERS.names():
        part = READERS.part(name)
        if set(texts) <= set(part.model_fields):
            return settings_of(part, texts)
    return dict(texts)


@contextmanager
def progress_bar() -> Iterator[Callable[[float, str], None]]:
    """Give what tells how far a reading is; shown on stderr, on a terminal only."""
    bars = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        console=Console(file=sys.stderr),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bars:
        task = bars.add_task("reading the file", total=1.0)
        yield lambda fraction, words: bars.update(task, completed=fraction, description=visible(words))


def preview_parts(found: Preview) -> tuple[RenderableType | str, ...]:
    """Return what a person is shown of a preview."""
    shape = " x ".join(
        "?" if size is None else f"{size:,}" for size in (found.samples, found.steps, found.channels)
    )
    shown = facts(
        {
            "reader": found.reader,
            "settings": found.settings,
            "rows": found.rows,
            "windows x steps x channels": shape,
            "classes": found.classes,
            "dropped": found.dropped,
        }
    )
    rows = [
        (
            column.name,
            column.kind,
            column.role,
            " x ".join(map(str, column.shape)) or column.distinct,
            column.missing,
            ", ".join(column.examples[:MOST_EXAMPLES]),
        )
        for column in found.columns[:MOST_COLUMNS]
    ]
    more = len(found.columns) - MOST_COLUMNS
    title = f"the first {MOST_COLUMNS} of {len(found.columns)} columns" if more > 0 else "columns"
    listed = table(["column", "kind", "role", "distinct>", "missing>", "examples"], rows, title)
    return (
        shown,
        listed,
        *(f"Note: {notice}" for notice in found.notices),
        *(f"Problem: {problem}" for problem in found.problems),
    )
