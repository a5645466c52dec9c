"""What the columns of a table are for, guessed from their names and first values; people may correct it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.arrays import IntArray
from core.data.limits import METADATA
from core.data.tables import INDEX
from core.data.tables_grid import grid_of
from core.data.tables_head import Head, LookedColumn
from core.data.tables_parts import PART_NAMES


def _set(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


ENTITY_WORDS = _set(
    "ticker symbol subject patient machine unit device entity stock asset person participant user customer",
    "station engine instrument animal vehicle household meter store shop site sid series case recording",
)
ORDER_WORDS = _set(
    "time date timestamp datetime step t day hour minute second index cycle tick frame order sequence"
)
LABEL_WORDS = _set(
    "label labels class classes target y activity state outcome event diagnosis gesture phase anomaly fault"
)
ID_WORDS = _set("id name key sample uid uuid")
PART_WORDS = _set("part split subset partition set fold")
STEP_WORDS = _set("t time step x v value lag point 0 1 2 3 4 5 6 7 8 9")

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_NUMBERED = re.compile(r".*\d\]?|\d.*")
_USELESS = frozenset(("empty", "array"))  # without a value, or of a kind that can't be used
UNLABELLED = "no column was taken for labels"  # how the sentence of `label_hint` begins
_FEW = 100  # different values that a label or a category may have to be guessed as one
_NUMBERED_SHARE = 0.8


@dataclass
class WideRoles:
    """Columns of a table with one row a sample, by what they seem to be; the rest are steps."""

    label: str = ""
    id: str = ""
    entity: str = ""
    part: str = ""
    metadata: list[str] = field(default_factory=list)
    skip: list[str] = field(default_factory=list)


@dataclass
class LongRoles:
    """Columns of a table with one row a step, by what they seem to be."""

    entity: str = ""
    order: str = ""
    label: str = ""
    part: str = ""
    features: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    metadata: list[str] = field(default_factory=list)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in small letters: "patientId" and "patient_id" have two."""
    return tuple(word.casefold() for word in _WORD.findall(name)) or (name.casefold(),)


def matches(name: str, words: Iterable[str]) -> bool:
    """Return whether a name is one of these words, or begins or ends with one; numbered names are none."""
    if _NUMBERED.fullmatch(name):
        return False
    found = words_of(name)
    return found[0] in words or found[-1] in words


def names_given(given: Mapping[str, Any]) -> set[str]:
    """Return all names of columns among the settings that were given."""
    lists = [value if isinstance(value, tuple) else (value,) for value in given.values()]
    return {name for names in lists for name in names if isinstance(name, str) and name}


def is_long(head: Head) -> bool:
    """Return whether a table seems to hold one row a step.

    It does if a column orders the rows, by dates or by numbers that grow, and its other columns are not the
    numbered steps of samples; or if rows of one entity repeat and the columns are not numbered either.
    """
    numbers = [column for column in head.columns if column.numbers]
    numbered = [column.name for column in numbers if _NUMBERED.fullmatch(column.name)]
    steps = len(numbers) >= 3 and len(numbered) >= _NUMBERED_SHARE * len(numbers)
    steps = steps and not _all_stems_differ(numbered)
    roles = long_roles(head)
    order = next((column for column in head.columns if column.name == roles.order), None)
    if order is not None:
        sensors = steps and not any(
            words_of(column.name)[0] in STEP_WORDS for column in numbers if column is not order
        )
        return not steps or (sensors and (order.kind == "date" or _grows(head, order, roles)))
    repeats = roles.entity and head.table.rows >= 4 * _distinct(head, roles.entity)
    return bool(repeats) and not steps


def _all_stems_differ(names: list[str]) -> bool:
    """Return whether each numbered name has a stem of its own, as a_0 and b_1 have: they are no steps."""
    stems = [name.rstrip("0123456789[]").rstrip("_.- ") for name in names]
    return all(stems) and len(set(stems)) == len(stems)


def label_hint(head: Head, roles: Iterable[str]) -> list[str]:
    """Return a sentence on the columns that could be labels where none was taken for them.

    Args:
        head: The first rows.
        roles: Names of columns that are something else for sure, such as entities or times.
    """
    left = [column for column in head.columns if column.name not in set(roles)]
    single = [one for one in left if matches(one.name, LABEL_WORDS) and one.distinct == 1]
    if single:
        return [f"{UNLABELLED}: {single[0].name:.60} holds one value only"]
    rows = head.table.rows
    several = [one for one in left if one.kind in {"text", "flag"} and _may_label(one, rows)]
    names = [f"{one.name:.60}" for one in several if not one.numbers]
    if not names:
        return []
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return [f"{UNLABELLED}: {listed:.300} could be; choose one"]


def wide_roles(head: Head) -> WideRoles:
    """Guess the columns of a table with one row a sample."""
    found = WideRoles()
    left = {column.name: column for column in head.columns if _is_useful(column)}
    found.skip = [column.name for column in head.columns if not _is_useful(column)]

    def take(fits: Callable[[LookedColumn], bool]) -> str:
        name = next((name for name, column in left.items() if fits(column)), "")
        left.pop(name, None)
        return name

    rows = head.table.rows
    found.label = take(lambda column: _named_label(column, rows))
    found.part = take(lambda column: matches(column.name, PART_WORDS) and _is_part(head, column))
    found.id = take(lambda column: matches(column.name, ID_WORDS) and column.distinct == rows)
    found.entity = take(lambda column: _may_entity(column, rows))
    found.id = found.id or take(
        lambda column: column.kind == "text" and not column.numbers and column.distinct == rows > 1
    )
    texts = [column for column in left.values() if not column.numbers]
    if not found.label:
        labels = [column for column in texts if _may_label(column, rows)]
        if len(labels) == 1 and labels[0].kind in {"text", "flag"}:
            found.label = take(lambda column: column is labels[0])
    rest = [column.name for column in left.values() if not column.numbers]
    numbers = [name for name, column in left.items() if column.numbers]
    if numbers:
        odd = [name for name in numbers if not _NUMBERED.fullmatch(name)]
        if len(grid_of(numbers).channels) == 1 and 0 < len(odd) <= (1 - _NUMBERED_SHARE) * len(numbers):
            rest += odd
        found.metadata, further = rest[:METADATA], rest[METADATA:]
        found.skip += further
    return found


def long_roles(head: Head) -> LongRoles:
    """Guess the columns of a table with one row a step."""
    found = LongRoles()
    left = {column.name: column for column in head.columns if _is_useful(column)}
    rows = head.table.rows

    def take(column: LookedColumn | None) -> str:
        return "" if column is None or left.pop(column.name, None) is None else column.name

    dates = [column for column in left.values() if column.kind == "date"]
    named = [
        column for column in left.values() if matches(column.name, ORDER_WORDS) and column.kind in _ORDERING
    ]
    entity = next((column for column in left.values() if _may_entity(column, rows)), None)
    orders = [*[column for column in dates if column in named], *dates, *_growing(head, named, entity)]
    found.order = take(next(iter(orders), None))
    if entity is None or entity.name == found.order:
        entity = _entity_by_content(head, list(left.values()), found.order)
    found.entity = take(entity)
    found.label = take(next((column for column in left.values() if _named_label(column, rows)), None))
    parts = (one for one in left.values() if matches(one.name, PART_WORDS) and _is_part(head, one))
    found.part = take(next(parts, None))
    texts = [column for column in left.values() if not column.numbers and column.distinct <= _FEW]
    if not found.label and len(texts) == 1 and texts[0].distinct > 1 and texts[0].kind != "date":
        found.label = take(texts[0])
    runs = head.codes(_place(head, found.entity)) if found.entity else None
    for column in left.values():
        if column.numbers:
            found.features.append(column.name)
        elif column.kind == "date" or column.distinct > _FEW or _constant(head, column, runs):
            found.metadata.append(column.name)
        else:
            found.categories.append(column.name)
    found.metadata = found.metadata[:METADATA]
    return found


_ORDERING = frozenset(("whole", "number", "date"))


def _is_useful(column: LookedColumn) -> bool:
    """Return whether a column has values that can be used; the mere numbers of the rows can't."""
    return column.kind not in _USELESS and not (column.name == INDEX and column.numbers)


def _may_entity(column: LookedColumn, rows: int) -> bool:
    named = matches(column.name, ENTITY_WORDS) or words_of(column.name)[-1] == "id"
    return named and column.kind in {"text", "whole"} and 2 * column.distinct <= rows and not column.missing


def _may_label(column: LookedColumn, rows: int) -> bool:
    kinds = {"text", "flag", "whole"}
    return column.kind in kinds and 2 <= column.distinct <= _FEW and 2 * column.distinct <= max(rows, 4)


def _named_label(column: LookedColumn, rows: int) -> bool:
    """Return whether a column is named like a label and may be one; texts may nearly all differ then."""
    named = matches(column.name, LABEL_WORDS)
    texts = column.kind in {"text", "flag"} and 2 <= column.distinct < min(rows, _FEW)
    return named and (texts or _may_label(column, rows))


def _is_part(head: Head, column: LookedColumn) -> bool:
    values = head.arrays[column.place].unique().to_pylist()
    texts = {str(value).strip().casefold() for value in values if value is not None} - {""}
    return bool(texts) and texts <= set(PART_NAMES)


def _growing(head: Head, named: list[LookedColumn], entity: LookedColumn | None) -> list[LookedColumn]:
    """Return the numbers among the columns named as orders that grow, or never repeat, within an entity."""
    runs, found = None if entity is None else head.codes(entity.place), []
    for column in named:
        if column is entity or column.kind == "date" or column.distinct < 2:
            continue
        if _falls(head, column, runs) <= 0.5 or (column.kind == "whole" and _differs(head, column, runs)):
            found.append(column)
    return found


def _differs(head: Head, column: LookedColumn, runs: IntArray | None) -> bool:
    codes = head.codes(column.place)
    both = np.stack([codes if runs is None else runs, codes], axis=1)
    return not column.missing and len(np.unique(both, axis=0)) == len(codes)


def _falls(head: Head, column: LookedColumn, runs: IntArray | None) -> float:
    """Return the share of rows at which a column is smaller than a row before in the same run."""
    steps = np.diff(head.numbers(column.place))
    if runs is not None:
        steps = steps[runs[1:] == runs[:-1]]
    return float(np.mean(steps < 0)) if len(steps) else 1.0


def _grows(head: Head, order: LookedColumn, roles: LongRoles) -> bool:
    runs = head.codes(_place(head, roles.entity)) if roles.entity else None
    return _falls(head, order, runs) == 0


def _entity_by_content(head: Head, columns: list[LookedColumn], order: str) -> LookedColumn | None:
    """Return a column of texts that makes the rows of each time differ, where the times alone do not."""
    if not order:
        return None
    times = head.codes(_place(head, order))
    if len(np.unique(times)) == len(times):
        return None
    for column in columns:
        if column.kind not in {"text", "whole"} or column.missing or 2 * column.distinct > len(times):
            continue
        codes = head.codes(column.place)
        if len(np.unique(codes * (int(times.max()) + 1) + times)) == len(times):
            return column
    return None


def _constant(head: Head, column: LookedColumn, runs: IntArray | None) -> bool:
    """Return whether a column never changes within an entity."""
    if runs is None:
        return column.distinct == 1
    codes = head.codes(column.place)
    pairs = np.unique(np.stack([runs, codes], axis=1), axis=0)
    return len(pairs) == len(np.unique(runs))


def _place(head: Head, name: str) -> int:
    return head.table.columns.index(name)


def _distinct(head: Head, name: str) -> int:
    return head.columns[_place(head, name)].distinct
