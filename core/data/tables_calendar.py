"""Written dates taken apart by patterns and put on the axis of nanoseconds since 1970."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, IntArray

if TYPE_CHECKING:
    import pyarrow as pa

_CLOCK = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?)?"
)
PATTERNS = {
    "iso": rf"^\s*(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_CLOCK}\s*$",
    "day first": rf"^\s*(?P<day>\d{{1,2}})[-/.](?P<month>\d{{1,2}})[-/.](?P<year>\d{{4}}){_CLOCK}\s*$",
    "month first": rf"^\s*(?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})[-/.](?P<year>\d{{4}}){_CLOCK}\s*$",
    "compact": r"^\s*(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})\s*$",
}
FIRST_YEAR, LAST_YEAR = 1678, 2261  # what nanoseconds in 64 bits reach


def parse_dates(texts: "pa.Array", pattern: str) -> tuple[IntArray, BoolArray]:
    """Return what texts mean by their pattern; bad is what does not fit it or is no date of the calendar."""
    from pyarrow import compute

    parts = compute.extract_regex(texts, pattern)
    bad: BoolArray = parts.is_null().to_numpy(zero_copy_only=False)
    names = [field.name for field in parts.type]

    def whole(name: str, default: int = 0) -> IntArray:
        return _whole(parts, name, default) if name in names else np.full(len(texts), default, np.int64)

    years, months, days = whole("year", 2000), whole("month", 1), whole("day", 1)
    bad |= (years < FIRST_YEAR) | (years > LAST_YEAR) | (months < 1) | (months > 12) | (days < 1)
    safe = np.where(bad, 2000, years), np.where(bad, 1, months)
    firsts = ((safe[0] - 1970) * 12 + safe[1] - 1).astype("M8[M]")
    bad |= days > (firsts + 1).astype("M8[D]").astype(np.int64) - firsts.astype("M8[D]").astype(np.int64)
    day_numbers = firsts.astype("M8[D]").astype(np.int64) + days - 1
    seconds, wrong = _clock(parts, whole, names)
    nanoseconds = (day_numbers * 86_400 + seconds) * 10**9 + _fraction(parts, names, len(texts))
    return np.where(bad | wrong, 0, nanoseconds), bad | wrong


def _clock(parts: Any, whole: Any, names: Sequence[str]) -> tuple[IntArray, BoolArray]:
    """Return the seconds of the day in UTC, and where the time of day is none."""
    hours, minutes, seconds = whole("hour"), whole("minute"), whole("second")
    wrong: BoolArray = (hours > 23) | (minutes > 59) | (seconds > 59)
    found: IntArray = hours * 3600 + minutes * 60 + seconds
    if _says(parts, names, "half"):
        halves = np.char.lower(_strings(parts, "half"))
        wrong |= (halves != "") & ((hours < 1) | (hours > 12))
        found += np.where((halves == "pm") & (hours < 12), 43_200, 0)
        found -= np.where((halves == "am") & (hours == 12), 43_200, 0)
    if _says(parts, names, "zone"):
        zones = _strings(parts, "zone")
        for zone in set(zones.tolist()) - {"", "Z", "z"}:
            ahead = int(zone[1:3]) * 3600 + int(zone[-2:]) * 60
            found -= np.where(zones == zone, ahead if zone[0] == "+" else -ahead, 0)
    return found, wrong


def _fraction(parts: Any, names: Sequence[str], rows: int) -> IntArray:
    if not _says(parts, names, "part"):
        return np.zeros(rows, dtype=np.int64)
    texts = _strings(parts, "part")
    return np.array([int(text.ljust(9, "0")) if text else 0 for text in texts.tolist()], dtype=np.int64)


def _says(parts: Any, names: Sequence[str], name: str) -> bool:
    """Return whether a part of the pattern is there in any of the texts."""
    from pyarrow import compute

    return name in names and bool(
        compute.any(compute.not_equal(compute.struct_field(parts, [name]), "")).as_py()
    )


def _strings(parts: Any, name: str) -> NDArray[np.str_]:
    from pyarrow import compute

    found = compute.struct_field(parts, [name]).to_pylist()
    return np.array([text or "" for text in found], dtype=np.str_)


def _whole(parts: Any, name: str, default: int) -> IntArray:
    import pyarrow as pa
    from pyarrow import compute

    texts = compute.struct_field(parts, [name])
    texts = compute.if_else(compute.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    values: IntArray = compute.cast(texts, pa.int64()).fill_null(default).to_numpy(zero_copy_only=False)
    return values
