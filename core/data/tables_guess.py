"""Settings of a long table guessed from its first rows: how long windows should be, and how far apart."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.data.limits import CELLS
from core.data.roles import LongRoles, long_roles, names_given
from core.data.tables_dates import DateForm
from core.data.tables_head import Head, guess_order
from core.errors import HeedError

LENGTH = 30
_WHOLE_ROWS = 2_000  # entities of so many rows at most may be meant as one sample each
_WHOLE_ENTITIES = 8


def guess_long(head: Head, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings of the long reader: what was given, and guesses for the rest.

    Args:
        head: The first rows.
        given: Settings that were given.
    """
    roles = _with_given(long_roles(head), head, given)
    found: dict[str, Any] = {
        "entity": roles.entity,
        "order": roles.order,
        "label": roles.label,
        "part": roles.part,
        "features": tuple(roles.features),
        "categories": tuple(roles.categories),
        "metadata": tuple(roles.metadata),
        **given,
    }
    found.setdefault("dates", guess_dates(head, found["order"]))
    values = {*found["features"], *found["categories"]}
    gaps = any(column.missing for column in head.columns if column.name in values)
    found.setdefault("missing", "interpolate" if gaps else "reject")
    found.setdefault("length", _length(head, found["entity"], found["label"]))
    if found["length"]:
        found.setdefault("stride", _stride(head, found["length"], len(values)))
    return found


def guess_dates(head: Head, order: str) -> DateForm:
    """Return how the column of times is written; "auto" where only the reading can say what is wrong."""
    if order not in head.table.columns:
        return "auto"
    try:
        return guess_order(head.table, head.table.columns.index(order))
    except HeedError:
        return "auto"


def _with_given(roles: LongRoles, head: Head, given: Mapping[str, Any]) -> LongRoles:
    """Return the roles without columns to which another one was given; what lost its role is kept aside."""
    taken = names_given(given)
    for role in ("entity", "order", "label", "part"):
        name = getattr(roles, role)
        if role in given or name in taken:
            setattr(roles, role, "")
            if name and name not in taken:
                numbers = head.columns[head.table.columns.index(name)].numbers
                (roles.features if numbers and role in {"entity", "order"} else roles.metadata).append(name)
    for role in ("features", "categories", "metadata"):
        setattr(roles, role, [name for name in getattr(roles, role) if name not in taken])
    return roles


def _length(head: Head, entity: str, label: str) -> int:
    """Return 0 where each entity seems to be one sample with one label, else a usual length that fits."""
    columns, rows = head.table.columns, head.table.rows
    if entity not in columns:
        return min(rows, max(2, min(LENGTH, rows // 2)))
    entities = head.codes(columns.index(entity))
    sizes = np.bincount(entities[entities >= 0], minlength=1)
    if label in columns:
        labels = head.codes(columns.index(label))
        pairs = len(np.unique(np.stack([entities, labels], axis=1), axis=0))
        if pairs == len(sizes) >= _WHOLE_ENTITIES and np.median(sizes) <= _WHOLE_ROWS:
            return 0
    usual = int(np.median(sizes))
    return max(1, min(usual, max(2, min(LENGTH, usual // 2))))


def _stride(head: Head, length: int, width: int) -> int:
    """Return 1 where so many windows are no burden, else what keeps them to a quarter of what is accepted."""
    cells = head.total.rows * length * max(1, width)
    return max(1, -(-4 * cells // CELLS)) if 4 * cells > CELLS else 1
