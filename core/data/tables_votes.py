"""The label that most rows of a window have."""

import numpy as np

from core.arrays import IntArray
from core.data.tables_cells import Codes, TextColumn
from core.data.texts import clean_labels
from core.data.windowing import WindowPlan

_CHEAPER = 8  # classes for each row of a window, from which on rows are sorted instead of classes counted
_BLOCK = 2**20  # rows sorted at once


def majority_of(column: TextColumn, plan: WindowPlan) -> IntArray:
    """Return the code (N,) of the label that most rows of each window have, -1 where none has one.

    Texts that become one class vote together; of equally frequent labels the one that comes first in the file
    is taken.
    """
    codes = _by_name(column)
    classes = int(codes.max(initial=-1)) + 1
    if len(plan.firsts) and int(plan.lengths.min()) == plan.steps and classes > _CHEAPER * plan.steps:
        return _by_rows(codes, plan)
    return _by_classes(codes, plan, classes)


def _by_name(column: TextColumn) -> Codes:
    """Return the codes with that of the first text of each name for all texts of it."""
    first: dict[str, int] = {}
    same = [first.setdefault(name, code) for code, name in enumerate(clean_labels(column.values, "class"))]
    return np.array([*same, -1], dtype=np.int32)[column.codes]


def _by_classes(codes: Codes, plan: WindowPlan, classes: int) -> IntArray:
    most: IntArray = np.zeros(len(plan.firsts), dtype=np.int64)
    found: IntArray = np.full(len(plan.firsts), -1, dtype=np.int64)
    for code in range(classes):
        counted = np.concatenate([[0], np.cumsum(codes == code)])
        count = counted[plan.firsts + plan.lengths] - counted[plan.firsts]
        found[count > most] = code
        most = np.maximum(most, count)
    return found


def _by_rows(codes: Codes, plan: WindowPlan) -> IntArray:
    """Sort the codes of each window: the longest run of one is the majority, the first of equal runs."""
    found: IntArray = np.empty(len(plan.firsts), dtype=np.int64)
    places = np.arange(plan.steps)
    block = max(1, _BLOCK // plan.steps)
    for start in range(0, len(found), block):
        own = np.sort(codes[plan.firsts[start : start + block, None] + places], axis=1)
        begins = np.ones(own.shape, dtype=np.bool_)
        begins[:, 1:] = own[:, 1:] != own[:, :-1]
        runs = places - np.maximum.accumulate(np.where(begins, places, 0), axis=1)
        runs[own < 0] = -1
        found[start : start + block] = own[np.arange(len(own)), np.argmax(runs, axis=1)]
    return found
