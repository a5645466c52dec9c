"""The cases of .ts files looked through and told apart: how many, how long, which labels, their values."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.data.desk import Desk
from core.data.limits import CELLS, CLASSES, SAMPLES, STEPS
from core.data.series_text import Case, SeriesHeader, length_of, pairs_of, read_cases, read_header, values_of
from core.data.texts import clean_labels
from core.data.times import Times, nanoseconds, spans_of
from core.errors import DataError, LimitError

_DATED = re.compile(r"[+-]?\d{4}|NaT$|$", re.IGNORECASE)


@dataclass
class Extent:
    """What the cases of one file or of two take.

    Attributes:
        header: Of the first file.
        samples: Cases of each file.
        channels: Channels of every case.
        steps: Steps of the longest.
        labels: Cases by label.
    """

    header: SeriesHeader
    samples: list[int] = field(default_factory=list)
    channels: int = 0
    steps: int = 0
    labels: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Cases of all files."""
        return sum(self.samples)

    def add(self, case: Case) -> None:
        """Count a case of the last file.

        Raises:
            DataError: If it does not have the channels or the length that it must have.
            LimitError: If there is more than Heed accepts.
        """
        header = self.header
        length = length_of(case.channels[0], header.timestamps)
        self.channels = self.channels or len(case.channels)
        if len(case.channels) != self.channels:
            raise DataError(
                f"every case must have {self.channels} channels; line {case.line} has {len(case.channels)}"
            )
        wanted = header.steps or (self.steps if header.equal else 0)
        if wanted and length != wanted:
            raise DataError(
                f"every case must have {wanted} steps as the header says (@equalLength true); "
                f"line {case.line} has {length}"
            )
        self.samples[-1] += 1
        self.steps = max(self.steps, length)
        if header.labelled:
            self.labels[case.label] = self.labels.get(case.label, 0) + 1
        self._require_size(case.line)

    def _require_size(self, line: int) -> None:
        classes = 0 if self.header.numeric else len(self.labels)
        for what, count, most in (
            ("samples", self.total, SAMPLES),
            ("steps", self.steps, STEPS),
            ("classes", classes, CLASSES),
            ("values", self.total * self.steps * self.channels, CELLS),
        ):
            if count > most:
                raise LimitError(f"there may be at most {most:,} {what}; line {line} reaches {count:,}")


def cases_of(files: Sequence[Path]) -> Iterator[tuple[int, Case]]:
    """Yield the cases of files, one after the other, with the number of the file.

    Raises:
        DataError: If a file differs in kind from the first, or a label is none of the header's classes.
    """
    first = read_header(files[0])
    for number, file in enumerate(files):
        header = read_header(file)
        for what in ("timestamps", "labelled", "numeric"):
            if getattr(header, what) != getattr(first, what):
                raise DataError(f"the training and the test file must be alike; they differ in {what}")
        for case in read_cases(file, header):
            yield number, _named(case, first)


def extent_of(files: Sequence[Path]) -> Extent:
    """Return what the cases take; reads the files through once, without their values.

    Raises:
        DataError: If a line is not what it must be, or a file has no cases.
        LimitError: If there is more than Heed accepts.
    """
    found = Extent(read_header(files[0]))
    for number, case in cases_of(files):
        while len(found.samples) <= number:
            found.samples.append(0)
        found.add(case)
    if len(found.samples) < len(files) or 0 in found.samples:
        raise DataError("a .ts file must hold at least one case below @data; this one holds none")
    return found


def case_values(case: Case, header: SeriesHeader) -> tuple[DoubleArray, list[str]]:
    """Return the values (T, C) of a case, NaN where one is missing, and its times as they are written.

    Raises:
        DataError: If a value is no number, or the channels differ in length or times; with the line.
    """
    times: list[str] = []
    columns: list[list[float]] = []
    for place, text in enumerate(case.channels):
        if header.timestamps:
            own, values = pairs_of(text, case.line, place)
            if place and own != times:
                raise DataError(
                    f"all channels of a case must have the same times; "
                    f"line {case.line}, channel {place + 1} has others"
                )
            times = own
        else:
            values = values_of(text, case.line, place)
        if columns and len(values) != len(columns[0]):
            raise DataError(
                f"all channels of a case must have the same length; line {case.line}, channel {place + 1} "
                f"has {len(values)} values, the first {len(columns[0])}"
            )
        columns.append(values)
    return np.array(columns, dtype=np.float64).T, times


class CaseTimes:
    """Gathers the times of cases: dates as timestamps, numbers as labels of the steps where all share them.

    Args:
        samples: Number of cases.
        steps: Steps of the longest.
        desk: Where the timestamps are filled.
    """

    def __init__(self, samples: int, steps: int, desk: Desk) -> None:
        self._shape = (samples, steps)
        self._desk = desk
        self._stamps: IntArray | None = None
        self._longest: list[str] = []
        self._shared = True

    def take(self, row: int, times: list[str], line: int) -> None:
        """Take the times of one case; DataError if dates and numbers are mixed, or a date can't be read."""
        dated = not _is_number(times[0])
        if row == 0 and dated:
            self._stamps = self._desk.array("timestamps", self._shape, np.int64)
        if dated != (self._stamps is not None):
            raise DataError(
                f"times must be all dates or all numbers; line {line} differs from the first case"
            )
        if self._stamps is not None:
            self._stamps[row, : len(times)] = _dates(times, line)
            return
        short, long = sorted((times, self._longest), key=len)
        self._shared = self._shared and long[: len(short)] == short
        self._longest = long

    def result(self, lengths: IntArray) -> Times:
        """Return what the times say, once all cases were taken."""
        if self._stamps is not None:
            return Times(self._stamps, spans=spans_of(self._stamps, lengths))
        if self._shared:
            return Times(step_labels=clean_labels(self._longest, "step"))
        words = "the times are numbers that differ between cases: the steps are numbered instead"
        return Times(notices=(words,))


def _named(case: Case, header: SeriesHeader) -> Case:
    """Return the case with its label as the header writes it."""
    if not header.labelled:
        return case
    if header.numeric:
        if not _is_number(case.label):
            raise DataError(f"targets must be numbers; line {case.line} ends with {case.label!r:.60}")
        return case
    (label,) = clean_labels([case.label], "class")
    if header.classes:
        if label.casefold() not in header.classes:
            listed = ", ".join(header.classes.values())
            raise DataError(
                f"labels must be among the classes of the header: {listed:.200}; "
                f"line {case.line} ends with {label!r:.60}"
            )
        label = header.classes[label.casefold()]
    return replace(case, label=label)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _dates(texts: list[str], line: int) -> IntArray:
    try:
        known = [text.strip("\"' ") for text in texts]
        if not all(map(_DATED.match, known)):  # NumPy takes "now" and "today" for dates
            raise ValueError
        dates = np.array(known, dtype="M8[us]")
    except (ValueError, OverflowError):
        raise DataError(
            f"times must be numbers or dates like 2024-05-31 12:00:00; line {line} holds {texts[0]!r:.60}"
        ) from None
    if np.isnat(dates).any():
        raise DataError(f"every value must have a time; line {line} has one without")
    return nanoseconds(f"line {line}", dates)
