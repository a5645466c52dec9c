"""Columns of a table as NumPy arrays: numbers with NaN for what is missing, texts as codes."""

import math
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, IntArray
from core.data.limits import LABEL_CHARACTERS
from core.data.tables_parquet import plain_type
from core.data.texts import clean_labels
from core.errors import DataError, LimitError

if TYPE_CHECKING:
    import pyarrow as pa

BLANK = -1
TEXT_BYTES = 512 * 2**20
Codes = NDArray[np.int32]
_PLAIN = re.compile(r"-?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?|nan", re.IGNORECASE)


def plain_array(column: "pa.Array") -> "pa.Array":
    """Return a column without an extension's name around it, and texts as the usual kind of texts."""
    import pyarrow as pa

    while isinstance(column, pa.ExtensionArray):
        column = column.storage
    if pa.types.is_string_view(column.type) or pa.types.is_large_string(column.type):
        return column.cast(pa.string())
    return column


def is_known(kind: "pa.DataType") -> bool:
    """Return whether columns of a type can be used: numbers, texts, truth values and dates."""
    from pyarrow import types

    tests = (
        *(types.is_integer, types.is_floating, types.is_decimal, types.is_boolean, types.is_null),
        *(types.is_string, types.is_large_string, types.is_string_view, types.is_date, types.is_timestamp),
    )
    return any(test(kind) for test in tests)


def numbers_of(column: "pa.Array", name: str) -> DoubleArray:
    """Return a column as floating numbers (N,), NaN where there is none.

    Raises:
        DataError: If it does not hold numbers, or texts that are some.
    """
    import pyarrow as pa
    from pyarrow import compute, types

    column = plain_array(column)
    kind = plain_type(column.type)
    numeric = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    texts = types.is_string(kind) or types.is_large_string(kind)
    if not (numeric or texts or types.is_boolean(kind) or types.is_null(kind)):
        raise DataError(f"values must be numbers; the column {name!r:.120} holds {kind}")
    try:
        if types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if texts:
            column = compute.utf8_trim_whitespace(column)
            column = compute.if_else(compute.equal(column, ""), pa.scalar(None, column.type), column)
        found = compute.cast(column, pa.float64(), safe=False)
    except pa.ArrowInvalid:
        raise DataError(
            f"values must be numbers; the column {name!r:.120} holds texts that are none: "
            "choose another role for it"
        ) from None
    values: DoubleArray = found.to_numpy(zero_copy_only=False)
    return values


def texts_of(column: "pa.Array", name: str) -> "pa.Array":
    """Return a column as codes into texts, null where there is none; whole floats lose their point."""
    import pyarrow as pa
    from pyarrow import compute, types

    column = plain_array(column)
    kind = plain_type(column.type)
    if not is_known(kind):
        raise DataError(f"names and labels must be texts or numbers; the column {name!r:.120} holds {kind}")
    if types.is_dictionary(column.type):
        if types.is_string(kind):
            return column
        column = column.dictionary_decode()
    if types.is_float16(kind):  # pyarrow does not compare these
        kind = pa.float32()
        column = column.cast(kind)
    if types.is_floating(kind):
        column = compute.if_else(compute.is_nan(column), pa.scalar(None, column.type), column)
        whole = compute.cast(column, pa.int64(), safe=False)
        exact = compute.and_(compute.equal(compute.cast(whole, kind, safe=False), column), _below(column))
        column = compute.if_else(exact, compute.cast(whole, pa.string()), compute.cast(column, pa.string()))
    elif not types.is_string(kind):
        column = compute.cast(column, pa.string())
    return column.dictionary_encode()


def _below(column: "pa.Array") -> "pa.Array":
    from pyarrow import compute

    return compute.less(compute.abs(column), 2.0**53)


class TextColumn:
    """A column of texts gathered batch by batch as codes in the order in which they came.

    Args:
        rows: How many there will be.
        name: Of the column, for messages.
        most: More different texts than this are refused; None for any number.
        what: What the texts are, in the plural, for that message.
    """

    def __init__(self, rows: int, name: str, most: int | None = None, what: str = "values") -> None:
        self.name = name
        self.codes: Codes = np.full(rows, BLANK, dtype=np.int32)
        self._seen: dict[str, int] = {}
        self._most = most
        self._what = what

    @property
    def values(self) -> list[str]:
        """The different texts, by code."""
        return list(self._seen)

    def take(self, column: "pa.Array", places: slice) -> None:
        """Add some rows; blank texts count as missing.

        Raises:
            LimitError: If a text is too long, or there are too many of them.
        """
        coded = texts_of(column, self.name)
        indices: Any = places_of(coded, -1)
        used, rows = np.unique(indices, return_inverse=True)
        texts = coded.dictionary.take(_arrow_indices(used[used >= 0])).to_pylist()
        codes = [self._code(text) for text in texts]
        if len(used) > len(texts):  # -1 comes first
            codes = [BLANK, *codes]
        self.codes[places] = np.array(codes, dtype=np.int32)[rows]

    def _code(self, text: str | None) -> int:
        if text is None or not text.strip():
            return BLANK
        code = self._seen.setdefault(text, len(self._seen))
        if len(text) > LABEL_CHARACTERS:
            raise LimitError(
                f"a name or label may have at most {LABEL_CHARACTERS} characters; "
                f"one in the column {self.name!r:.120} has {len(text)}: {text[:60]}..."
            )
        if self._most is not None and len(self._seen) > self._most:
            raise LimitError(
                f"there may be at most {self._most:,} {self._what}; the column {self.name!r:.120} holds "
                "more: choose another role for it"
            )
        return code

    def forget(self, texts: Collection[str]) -> None:
        """Take some texts as missing."""
        kept = [value for value in self._seen if value not in texts]
        places = {value: place for place, value in enumerate(kept)}
        codes = np.array([*(places.get(value, BLANK) for value in self._seen), BLANK], dtype=np.int32)
        self.codes, self._seen = codes[self.codes], places

    def array(self, rows: "NDArray[Any] | slice" = slice(None)) -> NDArray[np.str_]:
        """Return the texts of some rows, cleaned, "" where there is none.

        Raises:
            LimitError: If they would take too much memory.
        """
        texts = [*clean_labels(self.values, self.name), ""]  # the code of a blank is -1, the last
        codes = self.codes[rows]
        longest = max(1, *map(len, texts))
        if len(codes) * longest * 4 > TEXT_BYTES:
            raise LimitError(
                f"texts of {len(codes):,} samples may have {TEXT_BYTES // 4:,} characters when all are as "
                f"long as the longest; the longest in the column {self.name!r:.120} has {longest}"
            )
        return np.array(texts, dtype=f"<U{longest}")[codes]

    def metadata(self, rows: "NDArray[Any] | slice" = slice(None)) -> NDArray[Any]:
        """Return the column of some rows: numbers with NaN for missing ones where all are, else texts.

        Texts that a number would not give back, such as 007, or 1.1 beside 1.10, stay what they are.
        """
        texts = {text.strip() for text in self.values}
        if len(set(map(_number, texts)) - {None}) < len(texts):
            return self.array(rows)
        numbers = [float(text) for text in self.values]
        values: NDArray[Any] = np.array([*numbers, np.nan], dtype=np.float64)[self.codes[rows]]
        return values


def places_of(coded: "pa.Array", missing: int) -> IntArray:
    """Return the codes of a column of codes, whatever their type, with another one where there is none."""
    import pyarrow as pa

    found: IntArray = coded.indices.cast(pa.int64()).fill_null(missing).to_numpy(zero_copy_only=False)
    return found


def _number(text: str) -> float | None:
    """Return what a text says as a number, None where that would lose something of it."""
    if not _PLAIN.fullmatch(text):
        return None
    value = float(text)
    exact = not math.isinf(value) and (not text.lstrip("-").isdigit() or int(value) == int(text))
    return value if exact else None


def release_memory() -> None:
    """Give back what pyarrow keeps for the next batch when there is none."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def first_blank(codes: "Codes | IntArray") -> int | None:
    """Return the first row without a text, None if all have one."""
    blank = codes == BLANK
    return int(np.argmax(blank)) if blank.any() else None


def _arrow_indices(places: NDArray[Any]) -> "pa.Array":
    import pyarrow as pa

    return pa.array(places.astype(np.int64))
