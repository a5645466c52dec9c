"""Series written as text, the .ts format: its header, and one case a line, each told apart and checked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.data.limits import CLASSES, COLUMNS, STEPS
from core.data.texts import clean_labels, clean_text
from core.errors import DataError, LimitError

CASE_CHARACTERS = 16 * 1024**2
HEADER_LINES = 10_000

_FLAGS = ("timestamps", "missing", "univariate", "equallength", "targetlabel")
_NUMBERS = ("dimensions", "dimension", "serieslength")
_PAIR = re.compile(r"\(([^(),]+),([^(),]+)\)")


@dataclass(frozen=True)
class SeriesHeader:
    """What stands above the cases of a .ts file.

    Attributes:
        name: Of the problem; empty when it has none.
        data_line: Line of @data; lines count from 1.
        timestamps: Whether each value stands in brackets behind its time.
        equal: Whether all cases are said to have the same length.
        channels: Number of channels; None where nothing says so.
        steps: Length of the cases; None where nothing says so.
        labelled: Whether each line ends with a label.
        numeric: Whether the label is a number to be predicted, and no class.
        classes: Classes by their name in small letters; empty where none are listed.
        comment: The comments above, without their signs.
        unknown: Tags that mean nothing here.
    """

    name: str
    data_line: int
    timestamps: bool
    equal: bool
    channels: int | None
    steps: int | None
    labelled: bool
    numeric: bool
    classes: dict[str, str]
    comment: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One line: its channels as text, and its label.

    Attributes:
        line: Its number.
        channels: Values of each channel; with timestamps as pairs of time and value.
        label: The label; empty without labels.
    """

    line: int
    channels: list[str]
    label: str


def read_header(path: Path) -> SeriesHeader:
    """Return the header of a .ts file.

    Raises:
        DataError: If it has no end, or a tag is not what it must be; with the line.
        LimitError: If it names more channels, steps or classes than Heed accepts.
    """
    tags = _Tags()
    for number, line in _lines(path):
        text = line.strip()
        if number > HEADER_LINES:
            break
        if not text or text.startswith(("#", "%")):
            tags.comments.append(text.lstrip("#% "))
        elif not text.startswith("@"):
            raise DataError(f"a .ts file must have @data above its cases; line {number} is none of its tags")
        elif tags.take(text, number):
            return tags.header(number)
    raise DataError("a .ts file must have the line @data above its cases; this one has none")


def read_cases(path: Path, header: SeriesHeader) -> Iterator[Case]:
    """Yield the cases of a .ts file in their order.

    Raises:
        DataError: If a line does not have the channels or the label it must have.
        LimitError: If a line is too long.
    """
    channels = header.channels
    for number, line in _lines(path):
        if number <= header.data_line or not line.strip():
            continue
        pieces = _pieces(line.strip(), header.timestamps)
        label = pieces.pop().strip() if header.labelled else ""
        if header.labelled and (not label or label == "?"):
            raise DataError(f"every case must end with its label; line {number} has none")
        if not pieces:
            raise DataError(f"every case must hold values beside its label; line {number} holds none")
        channels = len(pieces) if channels is None else channels
        if len(pieces) != channels:
            raise DataError(
                f"every case must have {channels} channels, with a colon after each; "
                f"line {number} has {len(pieces)}"
            )
        yield Case(number, pieces, label)


def length_of(text: str, timestamps: bool) -> int:
    """Return how many steps a channel has, from its signs alone."""
    return text.count("(") if timestamps else text.count(",") + 1


def values_of(text: str, line: int, channel: int) -> list[float]:
    """Return the values of a channel; a question mark is a missing one.

    Raises:
        DataError: If one is no number; with the line, the channel and the text.
    """
    pieces = text.split(",")
    if "_" not in text:
        try:
            return list(map(float, pieces))
        except ValueError:
            pass
    return [_value(piece, line, channel) for piece in pieces]


def pairs_of(text: str, line: int, channel: int) -> tuple[list[str], list[float]]:
    """Return the times and values of a channel that is written as (time,value),(time,value).

    Raises:
        DataError: If it is written otherwise.
    """
    found = _PAIR.findall(text)
    rest = _PAIR.sub("", text)
    if rest.replace(" ", "") != "," * (len(found) - 1) or not found:
        raise DataError(
            "with timestamps every value must stand as (time,value); "
            f"line {line}, channel {channel + 1} is written otherwise"
        )
    return [time.strip() for time, _ in found], [_value(value, line, channel) for _, value in found]


def _value(text: str, line: int, channel: int) -> float:
    text = text.strip()
    if text == "?":
        return float("nan")
    try:
        if "_" in text:
            raise ValueError
        return float(text)
    except ValueError:
        raise DataError(
            f"values must be numbers, or ? where one is missing; "
            f"line {line}, channel {channel + 1} holds {text!r:.60}"
        ) from None


def _pieces(text: str, timestamps: bool) -> list[str]:
    if not timestamps:
        return text.split(":")
    # A time may hold colons, so that only those behind a bracket divide.
    pieces = re.split(r"\)\s*:", text)
    return [piece + ")" for piece in pieces[:-1]] + [pieces[-1]]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    with path.open(encoding="utf-8-sig", newline=None) as file:
        try:
            while line := file.readline(CASE_CHARACTERS + 1):
                number += 1
                if len(line) > CASE_CHARACTERS:
                    raise LimitError(
                        f"a line may have at most {CASE_CHARACTERS:,} characters; line {number} has more"
                    )
                yield number, line
        except UnicodeDecodeError:
            raise DataError(f"a .ts file must be UTF-8 text; after line {number} it is not") from None


class _Tags:
    """The tags of a header as they come."""

    def __init__(self) -> None:
        self.comments: list[str] = []
        self._flags: dict[str, bool] = {}
        self._numbers: dict[str, int] = {}
        self._name: list[str] = []
        self._classes: list[str] = ["true"]
        self._unknown: list[str] = []

    def take(self, text: str, line: int) -> bool:
        """Take a line that begins with @; return whether it is the last one, @data."""
        tag, *values = text[1:].split() or [""]
        name = tag.lower()
        if name in _FLAGS:
            self._flags[name] = _flag(tag, values, line)
        elif name in _NUMBERS:
            self._numbers[name] = _number(tag, values, line)
        elif name == "problemname":
            self._name = values
        elif name == "classlabel":
            listed = values[:1] or [""]
            self._classes = [str(_flag(tag, listed, line)).lower(), *values[1:]]
        elif name != "data":
            self._unknown.append(clean_text(tag)[:40])
        return name == "data"

    def header(self, line: int) -> SeriesHeader:
        """Return what the tags say together; line is that of @data."""
        flags, labelled, classes = self._flags, self._classes[0] == "true", self._classes[1:]
        univariate = flags.get("univariate", False)
        channels = self._numbers.get("dimensions", self._numbers.get("dimension", 1 if univariate else None))
        steps = self._numbers.get("serieslength")
        for what, count, most in (
            ("channels", channels or 0, COLUMNS),
            ("steps", steps or 0, STEPS),
            ("classes", len(classes), CLASSES),
        ):
            if count > most:
                raise LimitError(f"there may be at most {most:,} {what}; the header names {count:,}")
        if univariate and channels != 1:
            raise DataError(
                f"a file must not be univariate and have {channels} channels; its header says both"
            )
        names = clean_labels(classes, "class")
        return SeriesHeader(
            name=clean_text(" ".join(self._name))[:120],
            data_line=line,
            timestamps=flags.get("timestamps", False),
            equal=flags.get("equallength", False),
            channels=channels,
            steps=steps if flags.get("equallength") else None,
            labelled=labelled or flags.get("targetlabel", False),
            numeric=flags.get("targetlabel", False),
            classes={name.casefold(): name for name in names} if labelled else {},
            comment="\n".join(self.comments).strip(),
            unknown=tuple(self._unknown[:20]),
        )


def _flag(tag: str, values: list[str], line: int) -> bool:
    text = " ".join(values).lower()
    if text not in {"true", "false"}:
        raise DataError(f"@{tag:.40} must be true or false; line {line} says {text!r:.60}")
    return text == "true"


def _number(tag: str, values: list[str], line: int) -> int:
    text = " ".join(values)
    if not text.isascii() or not text.isdecimal() or len(text) > 18 or int(text) < 1:
        raise DataError(f"@{tag:.40} must be a whole number from 1 up; line {line} says {text!r:.60}")
    return int(text)
