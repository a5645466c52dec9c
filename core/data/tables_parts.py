"""What columns of a table say of its rows: their published split, and what they were recorded of."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import NO_PART, PARTS
from core.data.tables_cells import TextColumn, first_blank
from core.errors import DataError

PART_NAMES = {
    **dict.fromkeys(("train", "training", "fit"), 0),
    **dict.fromkeys(("validation", "valid", "val", "dev", "eval"), 1),
    **dict.fromkeys(("test", "testing", "holdout"), 2),
}


def require_entities(column: TextColumn, place: Callable[[int], str]) -> None:
    """Refuse a column of entities with an empty cell, DataError with its place."""
    row = first_blank(column.codes)
    if row is not None:
        raise DataError(
            f"every row must say what it was recorded of; {place(row)} of the column {column.name!r:.120} "
            "is empty"
        )


def part_codes(column: TextColumn, place: Callable[[int], str]) -> NDArray[np.int8]:
    """Return the part (R,) of each row, that of an empty cell being none.

    Args:
        column: The column.
        place: Says where a row stands, for the message.

    Raises:
        DataError: If a cell names no part.
    """
    places = [PART_NAMES.get(text.strip().casefold()) for text in column.values]
    unknown = [code for code, found in enumerate(places) if found is None]
    if unknown:
        row = int(np.argmax(np.isin(column.codes, unknown)))
        raise DataError(
            f"a part must be {', '.join(PARTS)} or empty; {place(row)} of the column {column.name!r:.120} "
            f"holds {column.values[int(column.codes[row])]!r:.60}"
        )
    return np.array([*places, NO_PART], dtype=np.int8)[column.codes]
