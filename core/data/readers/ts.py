"""Files of the time series archives, .ts: cases of one or several channels, of equal or unequal length."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.arrays import DoubleArray, FloatArray, IntArray
from core.data.dataset import NO_PART, PARTS, Dataset, NanPolicy
from core.data.desk import Desk
from core.data.families import READERS, FileReader
from core.data.labels import Labels, code_labels
from core.data.missing import fill_missing
from core.data.preview import FileColumn, Preview
from core.data.series_cases import CaseTimes, Extent, case_values, cases_of, extent_of
from core.data.series_text import read_header
from core.data.times import Times
from core.errors import HeedError

TRAIN, TEST = "_TRAIN", "_TEST"
LOOK_CASES = 100  # whose values are looked at before an import
LOOK_BYTES = 256 * 2**20  # of a larger file the cases are not counted before an import


@READERS.register("ts")
class TsReader(FileReader):
    """File of the time series archives (.ts): a case a line, colons between its channels, its label last."""

    suffixes: ClassVar[tuple[str, ...]] = (".ts",)
    contents: ClassVar[tuple[str, ...]] = ("ts",)

    missing: NanPolicy = Field(
        "reject",
        title="Missing values",
        description="what to do about ?: reject, fill by interpolation or forward, or keep and mask",
    )
    test: bool = Field(
        True,
        title="With its test file",
        description="NAME_TEST.ts that lies beside NAME_TRAIN.ts is read too and becomes the test part",
    )

    @classmethod
    def companions(cls, path: Path) -> tuple[Path, ...]:
        """Return the file NAME_TEST.ts that lies beside NAME_TRAIN.ts."""
        if not path.stem.upper().endswith(TRAIN):
            return ()
        name = path.stem[: -len(TRAIN)]
        beside = (path.with_name(f"{name}{ending}{path.suffix}") for ending in (TEST, TEST.lower()))
        return tuple(other for other in beside if other.is_file())[:1]

    def read(self, path: Path, desk: Desk) -> Dataset:
        """Read the cases: once to learn how many and how long they are, once more for their values."""
        files = self._files(path)
        found = extent_of(files)
        desk.tell(0.2, f"found {found.total:,} cases")
        series: FloatArray = desk.array("series", (found.total, found.steps, found.channels))
        lengths: IntArray = np.zeros(found.total, dtype=np.int64)
        places: IntArray = np.zeros(found.total, dtype=np.int64)
        times = CaseTimes(found.total, found.steps, desk) if found.header.timestamps else None
        place_of = {label: place for place, label in enumerate(found.labels)}
        for row, (_, case) in enumerate(cases_of(files)):
            values, written = case_values(case, found.header)
            lengths[row] = len(values)
            with np.errstate(over="ignore"):  # beyond float32 becomes infinite, which is refused later
                series[row, : len(values)] = values
            if times is not None:
                times.take(row, written, case.line)
            if found.header.labelled:
                places[row] = place_of[case.label]
            desk.tell(0.2 + 0.8 * (row + 1) / found.total, f"read {row + 1:,} of {found.total:,} cases")
        series, filled = fill_missing(series, lengths, self.missing)
        when = Times() if times is None else times.result(lengths)
        labels = _labels(found, places)
        return Dataset(
            series=series,
            lengths=lengths,
            targets={} if labels is None else {"label": labels.codes},
            classes={} if labels is None else {"label": labels.names},
            channels=_channels(found.channels),
            sample_ids=np.arange(found.total).astype(f"U{len(str(found.total))}"),
            step_labels=when.step_labels or tuple(map(str, range(found.steps))),
            parts=_parts(found.samples),
            name=path.stem,
            description=found.header.comment[:4000],
            origin={"notices": [*_notices(found, files), *when.notices, *(labels.notices if labels else ())]},
            nan_policy=self.missing,
            filled=filled,
            spans=when.spans,
            timestamps=when.timestamps,
            metadata={"target": _numbers(found)[places]} if found.header.numeric else {},
        )

    def inspect(self, path: Path) -> Preview:
        """Return what the header says and what the cases seem to be; reads the values of the first ones."""
        files = self._files(path)
        found = Extent(read_header(path))
        problems: list[str] = []
        missing = 0
        try:
            for _, case in islice(cases_of(files), LOOK_CASES):
                missing += int(np.isnan(case_values(case, found.header)[0]).sum())
            if sum(file.stat().st_size for file in files) <= LOOK_BYTES:
                found = extent_of(files)
        except HeedError as error:
            problems.append(str(error))
        if missing and self.missing == "reject":
            problems.append(
                f"values must be there; missing among the first {LOOK_CASES:,} cases: {missing:,}. "
                "Choose what to do about missing values: interpolate, forward or mask"
            )
        samples = found.total or None
        steps, channels = found.steps or found.header.steps, found.channels or found.header.channels
        return Preview(
            reader="ts",
            settings=self.model_dump(mode="json"),
            columns=tuple(
                FileColumn(name=name, kind="number", role="feature") for name in _channels(channels or 0)
            ),
            rows=found.total,
            looked=min(found.total, LOOK_CASES),
            samples=samples,
            steps=steps,
            channels=channels,
            classes={} if found.header.numeric else found.labels,
            problems=tuple(problems),
            notices=_notices(found, files),
        )

    def _files(self, path: Path) -> tuple[Path, ...]:
        return (path, *self.companions(path)) if self.test else (path,)


def _channels(count: int) -> tuple[str, ...]:
    return ("value",) if count == 1 else tuple(f"channel {number}" for number in range(count))


def _parts(samples: Sequence[int]) -> NDArray[np.int8]:
    if len(samples) == 1:
        return np.full(samples[0], NO_PART, dtype=np.int8)
    codes = np.array([PARTS.index("train"), PARTS.index("test")], dtype=np.int8)
    return np.repeat(codes, samples)


def _labels(found: Extent, places: IntArray) -> Labels | None:
    if not found.header.labelled or found.header.numeric:
        return None
    return code_labels(list(found.labels), places, "the file")


def _numbers(found: Extent) -> DoubleArray:
    return np.array([float(label) for label in found.labels], dtype=np.float64)


def _notices(found: Extent, files: Sequence[Path]) -> tuple[str, ...]:
    header = found.header
    told = []
    if len(files) > 1:
        told.append(f"{files[1].name:.120} was read as the test part")
    if header.numeric:
        told.append("its targets are numbers and no classes: they were kept as the further column target")
    absent = [name for name in header.classes.values() if found.labels and name not in found.labels]
    if absent:
        told.append(f"classes of the header without a case: {', '.join(absent)}"[:300])
    if header.unknown:
        told.append(f"tags of the header that mean nothing here: {', '.join(header.unknown)}"[:300])
    return tuple(told)
