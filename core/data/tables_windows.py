"""Rows of a long table cut into windows: what is one piece, which label a window has, what it is called."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, IntArray
from core.data.dataset import date_labels
from core.data.desk import Desk
from core.data.labels import Labels, code_labels
from core.data.limits import CELLS
from core.data.tables_cells import TEXT_BYTES, TextColumn
from core.data.tables_left_out import about_incomplete, about_short, counted
from core.data.tables_long import Rows
from core.data.tables_votes import majority_of
from core.data.windowing import WindowPlan, cut_rows, most_windows, plan_pieces, plan_windows, require_fitting
from core.errors import DataError, LimitError

LabelAt = Literal["end", "majority", "horizon", "each"]

GAP_NOTICE = 10.0  # times the median step, from which on a gap is told
_UNITS = {
    "second": 10**9,
    "minute": 60 * 10**9,
    "hour": 3_600 * 10**9,
    "day": 86_400 * 10**9,
    "week": 7 * 86_400 * 10**9,
}
_LOOK = 1_000_000


@dataclass(frozen=True)
class Cutting:
    """How windows are cut.

    Attributes:
        length: Rows of a window; 0 makes one sample of each piece.
        stride: Rows from one window to the next.
        label_at: Which row's label a window has.
        horizon: Rows after a window's last one to the row of its label.
        least: Rows that a piece must have to be a sample, where pieces are taken as a whole.
        gap: A step longer than so many median steps ends a piece; 0 for none.
    """

    length: int
    stride: int
    label_at: LabelAt
    horizon: int
    least: int
    gap: float

    @property
    def ahead(self) -> int:
        """Rows that must follow a window."""
        return self.horizon if self.label_at == "horizon" else 0


@dataclass(frozen=True, eq=False)
class Pieces:
    """Runs of rows that windows may not leave, and what was seen of the steps between rows.

    Attributes:
        offsets: Where each begins, and the end of the last (P + 1,).
        median: Median step between rows of a piece; 0 where it is not known.
        gaps: Steps of more than `GAP_NOTICE` medians, or those at which pieces end.
    """

    offsets: IntArray
    median: float
    gaps: int


def pieces_of(rows: Rows, gap: float) -> Pieces:
    """Return the runs of rows that belong together."""
    if rows.order is None or len(rows.order) < 2:
        return Pieces(rows.offsets, 0.0, 0)
    steps = np.diff(rows.order)
    inside = np.ones(len(steps), dtype=np.bool_)
    inside[rows.offsets[1:-1] - 1] = False
    some = slice(None, None, len(steps) // _LOOK + 1)  # the median of a part is near enough
    known = steps[some][inside[some] & (steps[some] > 0)]
    if not len(known):
        return Pieces(rows.offsets, 0.0, 0)
    median = float(np.median(known))
    wide = inside & (steps > (gap or GAP_NOTICE) * median)
    if len(rows.offsets) > 2:
        doubtful = np.ones_like(wide) if gap else wide  # a notice alone is not worth a look at all
        _by_entity(rows.offsets, steps, doubtful, wide, gap or GAP_NOTICE)
    count = int(wide.sum())
    if not gap or not count:
        return Pieces(rows.offsets, median, count)
    offsets = np.union1d(rows.offsets, np.flatnonzero(wide) + 1).astype(np.int64)
    return Pieces(offsets, median, count)


def _by_entity(
    offsets: IntArray, steps: NDArray[Any], doubtful: BoolArray, wide: BoolArray, gap: float
) -> None:
    """Judge entities by their own median step: one may come by the day, another by the hour."""
    entities = np.unique(np.searchsorted(offsets, np.flatnonzero(doubtful), side="right") - 1)
    for first, end in zip(offsets[entities].tolist(), offsets[entities + 1].tolist(), strict=True):
        own = steps[first : end - 1]
        known = own[own > 0]
        if len(known):
            wide[first : end - 1] = own > gap * np.median(known)


def step_name(rows: Rows, median: float) -> str:
    """Return what a step is called: the unit of time that the median step is, else "step"."""
    if not rows.dated:
        return "step"
    return next((name for name, unit in _UNITS.items() if median == unit), "step")


@dataclass(frozen=True, eq=False)
class Planned:
    """The windows that there will be, their labels, and what was left out, in sentences.

    Attributes:
        plan: Which rows each window takes.
        labels: Classes by target: codes (N,), or (R,) by row where there is a label for every step.
        dropped: Windows that were left out.
        notices: What was left out and noticed.
    """

    plan: WindowPlan
    labels: Mapping[str, Labels]
    dropped: int
    notices: tuple[str, ...]


def plan_cutting(rows: Rows, pieces: Pieces, cutting: Cutting) -> Planned:
    """Lay the windows and give them their labels.

    Raises:
        DataError: If no window is complete, or no label left.
        LimitError: If there would be more windows than a dataset may hold.
    """
    plan = _plan(rows, pieces, cutting)
    notices = [
        *about_short(rows, pieces.offsets, plan, cutting.ahead),
        *about_incomplete(plan, cutting.ahead),
    ]
    dropped = plan.incomplete + len(plan.short)  # a window that a piece would have begun
    if not len(plan.firsts):
        longest = int(np.diff(pieces.offsets).max(initial=0))
        raise DataError(
            f"at least one window must be complete; one needs {max(cutting.length, 1) + cutting.ahead} rows, "
            f"the longest run of rows has {longest}: choose a smaller length"
        )
    if cutting.label_at == "each":
        labels = {target: _row_labels(column, plan) for target, column in rows.labels.items()}
        return Planned(plan, labels, dropped, (*notices, *_said(labels)))
    codes = {target: labels_at(column, plan, cutting) for target, column in rows.labels.items()}
    kept: BoolArray = np.ones(len(plan.firsts), dtype=np.bool_)
    for found in codes.values():
        kept &= found >= 0
    left = int((~kept).sum())
    if left == len(kept):
        raise DataError(
            "at least one window must have a label; all cells of the label column are empty there"
        )
    if left:
        plan = replace(plan, firsts=plan.firsts[kept], lengths=plan.lengths[kept], pieces=plan.pieces[kept])
        notices.append(
            f"{counted(left, 'window without a label was', 'windows without a label were')} left out"
        )
    labels = {
        target: _coded(rows.labels[target], found[kept].astype(np.int64)) for target, found in codes.items()
    }
    return Planned(plan, labels, dropped + left, (*notices, *_said(labels)))


def labels_at(column: TextColumn, plan: WindowPlan, cutting: Cutting) -> IntArray:
    """Return the code (N,) of each window's label, -1 where it has none."""
    if cutting.label_at == "majority":
        return majority_of(column, plan)
    return column.codes[plan.lasts + cutting.ahead].astype(np.int64)


def cut_labels(planned: Planned, cutting: Cutting, desk: Desk) -> dict[str, IntArray]:
    """Return the targets of the windows: (N,), or (N, T) where there is a label for every step."""
    if cutting.label_at != "each":
        return {target: labels.codes for target, labels in planned.labels.items()}
    plan = planned.plan
    found: dict[str, IntArray] = {}
    for place, (target, labels) in enumerate(planned.labels.items()):
        codes = desk.array(f"target_{place}", (len(plan.firsts), plan.steps), np.int64)
        cut_rows(labels.codes, plan, codes)
        for number in np.flatnonzero(plan.lengths < plan.steps):
            codes[number, plan.lengths[number] :] = -1
        found[target] = codes
    return found


def spans_of(rows: Rows, plan: WindowPlan) -> IntArray:
    """Return the first and last place (N, 2) of each window: its dates, else row numbers of its entity."""
    ends = np.stack([plan.firsts, plan.lasts], axis=1)
    if rows.dated and rows.order is not None:
        spans: IntArray = rows.order[ends].astype(np.int64)
        return spans
    begins = rows.offsets[np.searchsorted(rows.offsets, plan.firsts, side="right") - 1]
    return ends - begins[:, None]


def names_of(rows: Rows, plan: WindowPlan, whole: bool) -> NDArray[np.str_]:
    """Return sample ids (N,): the entity and the last date or row, the entity alone for whole pieces.

    Where that names two samples alike, or would take too much memory, samples are numbered.
    """
    count = len(plan.firsts)
    numbers = np.arange(count).astype(np.str_)
    spans = spans_of(rows, plan)
    if rows.dated:
        lasts: NDArray[Any] = np.array(date_labels(spans[:, 1]), dtype=np.str_)
    else:
        lasts = spans[:, 1].astype(np.str_)
    if rows.entity is None:
        return lasts if len(np.unique(lasts)) == count else numbers
    texts = rows.entity.array(plan.firsts)
    if whole and len(np.unique(texts)) == count:
        return texts
    if (texts.itemsize + lasts.itemsize + 4) * count > TEXT_BYTES:
        return numbers
    names: NDArray[np.str_] = np.strings.add(np.strings.add(texts, " "), lasts)
    longest = names.dtype.itemsize // 4
    return names if longest <= 300 and len(np.unique(names)) == count else numbers


def _plan(rows: Rows, pieces: Pieces, cutting: Cutting) -> WindowPlan:
    sizes = np.diff(pieces.offsets)
    further = 2 * rows.dated + 2 * len(rows.labels) * (cutting.label_at == "each")
    width = rows.values.shape[1]
    if not cutting.length:
        plan = plan_pieces(pieces.offsets, cutting.least)
        if len(plan.firsts) > most_windows(plan.steps * width, plan.steps * further):
            raise LimitError(
                f"a dataset may hold at most {CELLS:,} values; {len(plan.firsts):,} samples padded to the "
                f"{plan.steps:,} rows of the longest hold more: choose a length of windows"
            )
        return plan
    needed = cutting.length + cutting.ahead
    require_fitting(sizes, needed, cutting.stride, cutting.length * width, cutting.length * further)
    return plan_windows(pieces.offsets, cutting.length, cutting.stride, cutting.ahead)


def _row_labels(column: TextColumn, plan: WindowPlan) -> Labels:
    """Return the classes of all rows (R,) that stand in windows; -1 elsewhere and without a label."""
    covered = np.zeros(len(column.codes) + 1, dtype=np.int64)
    np.add.at(covered, plan.firsts, 1)
    np.add.at(covered, plan.firsts + plan.lengths, -1)
    inside = (np.cumsum(covered[:-1]) > 0) & (column.codes >= 0)
    if not inside.any():
        raise DataError(f"at least one step must have a label; the column {column.name!r:.120} holds none")
    labels = _coded(column, column.codes[inside].astype(np.int64))
    codes: IntArray = np.full(len(column.codes), -1, dtype=np.int64)
    codes[inside] = labels.codes
    return replace(labels, codes=codes)


def _coded(column: TextColumn, codes: IntArray) -> Labels:
    used, places = np.unique(codes, return_inverse=True)
    values = [column.values[int(code)] for code in used]
    return code_labels(values, places.astype(np.int64), f"the column {column.name!r:.120}")


def _said(labels: Mapping[str, Labels]) -> list[str]:
    return [notice for coded in labels.values() for notice in coded.notices]
