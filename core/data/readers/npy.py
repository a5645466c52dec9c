"""A single NumPy array: unlabelled series."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from core.data.dataset import NO_PART, Dataset, NanPolicy
from core.data.desk import Desk
from core.data.families import READERS, FileReader
from core.data.layout import AXES_WORDS, Axes, Known, as_stored, series_shape
from core.data.missing import fill_missing
from core.data.preview import FileColumn, Preview
from core.data.stored import NUMBERS, Stored, read_header, require_content
from core.errors import HeedError

NAME = "the array"
LOOK_CELLS = 1_000_000


@READERS.register("npy")
class NpyReader(FileReader):
    """A single NumPy array of series, (N, T, C) or (N, T), without labels."""

    suffixes: ClassVar[tuple[str, ...]] = (".npy",)
    contents: ClassVar[tuple[str, ...]] = ("npy",)

    axes: Axes = Field("auto", description=AXES_WORDS)
    missing: NanPolicy = Field(
        "reject",
        title="Missing values",
        description="what to do about NaN: reject, fill by interpolation or forward, or keep and mask",
    )

    def read(self, path: Path, desk: Desk) -> Dataset:
        """Read the array block by block."""
        with _opened(path) as stored:
            shape = self._shape(stored)
            series = desk.array("series", shape)
            stored.fill(as_stored(series, stored.shape, self.axes), desk.tell)
        samples, steps, width = shape
        lengths = np.full(samples, steps, dtype=np.int64)
        series, filled = fill_missing(series, lengths, self.missing)
        return Dataset(
            series=series,
            lengths=lengths,
            targets={},
            classes={},
            channels=tuple(f"channel {number}" for number in range(width)),
            sample_ids=np.arange(samples).astype(f"U{len(str(samples))}"),
            step_labels=tuple(map(str, range(steps))),
            parts=np.full(samples, NO_PART, dtype=np.int8),
            name=path.stem,
            nan_policy=self.missing,
            filled=filled,
        )

    def inspect(self, path: Path) -> Preview:
        """Return the array's shape and what would become of it; looks at the first values."""
        settings = self.model_dump(mode="json")
        with _opened(path) as stored:
            column = FileColumn(name="array", kind="array", role="feature", shape=stored.shape)
            try:
                samples, steps, width = self._shape(stored)
            except HeedError as error:
                return Preview(reader="npy", settings=settings, columns=(column,), problems=(str(error),))
            head = stored.first_rows(LOOK_CELLS)
        missing = int(np.isnan(head).sum()) if head.dtype.kind == "f" else 0
        problem = (
            f"values must be there; {missing:,} of the first {head.size:,} are missing: choose what to do "
            "about missing values: interpolate, forward or mask"
        )
        return Preview(
            reader="npy",
            settings=settings,
            columns=(column,),
            rows=samples,
            looked=len(head),
            samples=samples,
            steps=steps,
            channels=width,
            problems=(problem,) if missing and self.missing == "reject" else (),
            notices=("a single array holds no labels; save X and y together as NPZ to train on them",),
        )

    def _shape(self, stored: Stored) -> tuple[int, int, int]:
        stored.require_kind(NUMBERS, "numbers")
        return series_shape(NAME, stored.shape, self.axes, Known())


@contextmanager
def _opened(path: Path) -> Iterator[Stored]:
    with path.open("rb") as file:
        stored = read_header(file, NAME)
        require_content(stored, path.stat().st_size - file.tell())
        yield stored
