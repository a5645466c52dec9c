"""Dates of tables: how they are written, and what they mean as nanoseconds since 1970 in UTC."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.arrays import BoolArray, DoubleArray, IntArray
from core.data.tables_calendar import FIRST_YEAR, LAST_YEAR, PATTERNS, parse_dates
from core.data.tables_cells import numbers_of, places_of, plain_array
from core.data.tables_parquet import plain_type
from core.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

DateForm = Literal[
    "auto",
    "number",
    "iso",
    "day first",
    "month first",
    "compact",
    "seconds",
    "milliseconds",
    "microseconds",
    "nanoseconds",
]

_UNITS = {"seconds": 10**9, "milliseconds": 10**6, "microseconds": 10**3, "nanoseconds": 1}
_EPOCHS = (  # what counts from 1970 falls between 2001 and 2100, whatever its unit
    ("seconds", 10**9),
    ("milliseconds", 10**12),
    ("microseconds", 10**15),
    ("nanoseconds", 10**18),
)
_EPOCH_SPAN = 4.1
_LOOK = 2000

AMBIGUOUS = (
    "the order of day and month must be told: {example!r:.60} can be read both ways; "
    "choose 'day first' or 'month first' for dates"
)


def guess_form(values: Sequence[str]) -> DateForm | None:
    """Return how texts are written as dates; None if they are no dates.

    Dates with dots have their day first. Where no date tells whether day or month comes first, "auto" is
    returned: somebody has to say.
    """
    import pyarrow as pa
    from pyarrow import compute

    texts = pa.array(values[:_LOOK], pa.string())
    if not len(texts):
        return None
    for form in ("iso", "day first"):
        if compute.all(compute.match_substring_regex(texts, PATTERNS[form])).as_py():
            return "iso" if form == "iso" else _order_of(texts)
    return None


def guess_epoch(numbers: DoubleArray) -> DateForm:
    """Return what whole numbers of a column of times count: days as YYYYMMDD, units since 1970, or steps."""
    if not len(numbers) or np.any(numbers != np.floor(numbers)):
        return "number"
    low, high = float(numbers.min()), float(numbers.max())
    if low >= 19_000_101 and high <= 21_001_231:
        months, days = numbers // 100 % 100, numbers % 100
        calendar = (months >= 1) & (months <= 12) & (days >= 1) & (days <= 31)
        return "compact" if calendar.all() else "number"
    for form, unit in _EPOCHS:
        if unit <= low and high <= _EPOCH_SPAN * unit:
            return form  # type: ignore[return-value]
    return "number"


def dates_of(column: "pa.Array", name: str, form: DateForm) -> tuple[IntArray, BoolArray]:
    """Return a column as nanoseconds since 1970 (N,) and where that was not possible (N,).

    Times without a zone are taken as UTC.

    Args:
        column: Texts, dates or numbers.
        name: Of the column, for messages.
        form: How they are written; dates of a Parquet file are what they are.

    Raises:
        DataError: If the column can hold no dates of this form at all.
    """
    from pyarrow import types

    column = plain_array(column)
    kind = plain_type(column.type)
    if types.is_timestamp(kind) or types.is_date(kind):
        return _typed(column, name)
    if form in _UNITS:
        return _counted(column, name, _UNITS[form])
    if types.is_integer(kind) or types.is_floating(kind):
        column = _whole_texts(column)
    elif not (types.is_string(kind) or types.is_large_string(kind)):
        raise DataError(f"dates must be texts, dates or numbers; the column {name!r:.120} holds {kind}")
    if form not in PATTERNS:
        raise DataError(f"it must be told how the dates of the column {name!r:.120} are written")
    return _written(column, form)


def is_dated(column: "pa.Array") -> bool:
    """Return whether a column of a Parquet file holds dates by its type."""
    from pyarrow import types

    kind = plain_type(column.type)
    return bool(types.is_timestamp(kind) or types.is_date(kind))


def _order_of(texts: "pa.Array") -> DateForm:
    from pyarrow import compute

    parts = compute.extract_regex(texts, r"^\s*(?P<first>\d{1,2})(?P<sign>[-/.])(?P<second>\d{1,2})")
    first, second = (
        np.asarray(compute.struct_field(parts, [field]).to_pylist(), dtype=np.int64)
        for field in ("first", "second")
    )
    dots = "." in set(compute.struct_field(parts, ["sign"]).to_pylist())
    if dots or first.max() > 12:
        return "day first"
    return "month first" if second.max() > 12 else "auto"


def _typed(column: "pa.Array", name: str) -> tuple[IntArray, BoolArray]:
    import pyarrow as pa
    from pyarrow import compute

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    zone = getattr(column.type, "tz", None)
    try:
        found = compute.cast(column, pa.timestamp("ns", tz=zone))
    except pa.ArrowInvalid:
        raise DataError(
            f"dates must lie between {FIRST_YEAR} and {LAST_YEAR}; those of the column {name!r:.120} do not"
        ) from None
    values = compute.fill_null(found.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    return values, column.is_null().to_numpy(zero_copy_only=False)


def _counted(column: "pa.Array", name: str, unit: int) -> tuple[IntArray, BoolArray]:
    import pyarrow as pa
    from pyarrow import compute, types

    kind = plain_type(column.type)
    if types.is_string(kind) or types.is_large_string(kind):
        column = compute.utf8_trim_whitespace(
            column.dictionary_decode() if types.is_dictionary(column.type) else column
        )
    try:
        whole = compute.cast(column, pa.int64())  # floats would lose nanoseconds
    except pa.ArrowInvalid:
        return _counted_floats(numbers_or_nan(column, name), unit)
    values = compute.fill_null(whole, 0).to_numpy(zero_copy_only=False)
    bad = whole.is_null().to_numpy(zero_copy_only=False) | (np.abs(values) > (2**63 - 1) // unit)
    return np.where(bad, 0, values) * unit, bad


def _counted_floats(numbers: DoubleArray, unit: int) -> tuple[IntArray, BoolArray]:
    bad = ~(np.abs(numbers) * unit < 2.0**63)
    whole = np.floor(np.where(bad, 0, numbers))
    rest = np.where(bad, 0, numbers) - whole
    return whole.astype(np.int64) * unit + np.rint(rest * unit).astype(np.int64), bad


def numbers_or_nan(column: "pa.Array", name: str) -> DoubleArray:
    """Return a column as floating numbers, NaN for texts that are none."""
    import pyarrow as pa
    from pyarrow import compute, types

    column = plain_array(column)
    if types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if types.is_string(column.type) or types.is_large_string(column.type):
        column = compute.utf8_trim_whitespace(column)
        fits = compute.match_substring_regex(column, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")
        column = compute.if_else(fits, column, pa.scalar(None, column.type))
    return numbers_of(column, name)


def _whole_texts(column: "pa.Array") -> "pa.Array":
    import pyarrow as pa
    from pyarrow import compute

    return compute.cast(compute.cast(column, pa.int64(), safe=False), pa.string())


def _written(column: "pa.Array", form: str) -> tuple[IntArray, BoolArray]:
    """Parse each different text once."""
    import pyarrow as pa

    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    texts = coded.dictionary.cast(pa.string())
    places = places_of(coded, len(texts))
    found = _standard(texts) if form == "iso" else None
    if found is None:
        values, bad = parse_dates(texts, PATTERNS[form])
    else:
        values, bad = found, np.zeros(len(texts), np.bool_)
    return np.append(values, 0)[places], np.append(bad, True)[places]


def _standard(texts: "pa.Array") -> IntArray | None:
    """Return dates that all are as the standard writes them, all with a zone or all without: the fast way."""
    import pyarrow as pa
    from pyarrow import compute

    for zone in (None, "UTC"):
        with suppress(pa.ArrowInvalid):
            found = compute.cast(texts, pa.timestamp("ns", zone)).cast(pa.int64())
            values: IntArray = found.fill_null(0).to_numpy(zero_copy_only=False)
            return values
    return None
