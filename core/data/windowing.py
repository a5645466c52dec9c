"""Windows cut from sorted rows: which there are, what is left out, and the cutting itself, block by block."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from core.arrays import FloatArray, IntArray
from core.data.limits import CELLS, SAMPLES
from core.errors import DataError, LimitError

MOST_WINDOW_CELLS = 320_000_000  # of four bytes, dates and labels of steps included: what a child may map
_BLOCK_BYTES = 2**20  # of windows copied at once: what stays in the processor's cache


@dataclass(frozen=True, eq=False)
class WindowPlan:
    """Which rows each window takes, before anything is cut.

    Attributes:
        firsts: First row (N,) of each window.
        lengths: Rows (N,) of each window.
        pieces: The piece (N,) each window comes from.
        incomplete: Windows left out because rows were missing at the end of a piece.
        short: Pieces (S,) that hold no window at all.
    """

    firsts: IntArray
    lengths: IntArray
    pieces: IntArray
    incomplete: int
    short: IntArray

    @property
    def lasts(self) -> IntArray:
        """Last row (N,) of each window."""
        return self.firsts + self.lengths - 1

    @property
    def steps(self) -> int:
        """Rows of the longest window."""
        return int(self.lengths.max(initial=0))


def plan_windows(offsets: IntArray, length: int, stride: int, horizon: int = 0) -> WindowPlan:
    """Lay windows of equal length into pieces of rows that belong together.

    Args:
        offsets: Where each piece starts, and after the last one where it ends (P + 1,).
        length: Rows of a window.
        stride: Rows from one window to the next.
        horizon: Rows that must follow a window's last one, since the label stands there.
    """
    sizes = np.diff(offsets)
    counts = windows_of(sizes, length + horizon, stride)
    total = int(counts.sum())
    pieces = np.repeat(np.arange(len(sizes)), counts)
    within = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    # Rows behind the last window from which a further one would have started, had it been complete.
    begun = (counts > 0) & (counts * stride < sizes)
    rest = begun & ((counts - 1) * stride + length < sizes)
    unlabelled = windows_of(sizes, length, stride) - counts
    return WindowPlan(
        firsts=offsets[pieces] + within * stride,
        lengths=np.full(total, length, dtype=np.int64),
        pieces=pieces,
        incomplete=int(np.maximum(rest.astype(np.int64), np.where(counts > 0, unlabelled, 0)).sum()),
        short=np.flatnonzero(counts == 0),
    )


def plan_pieces(offsets: IntArray, least: int = 1) -> WindowPlan:
    """Take each piece as a whole; those of fewer rows than `least` are left out."""
    sizes = np.diff(offsets)
    kept = np.flatnonzero(sizes >= least)
    return WindowPlan(offsets[kept], sizes[kept], kept, 0, np.flatnonzero(sizes < least))


def windows_of(sizes: IntArray, needed: int, stride: int) -> IntArray:
    """Return how many windows fit into pieces (P,) of so many rows when each needs `needed` rows."""
    return np.where(sizes >= needed, (sizes - needed) // stride + 1, 0)


def most_windows(cells: int, further: int = 0) -> int:
    """Return how many windows of so many values there may be, dates and labels of steps counted too."""
    return min(SAMPLES, CELLS // max(1, cells), MOST_WINDOW_CELLS // max(1, cells + further))


def require_fitting(sizes: IntArray, needed: int, stride: int, cells: int, further: int = 0) -> None:
    """Refuse windows that would hold more than a dataset may, before one of them is cut.

    Args:
        sizes: Rows of the pieces (P,).
        needed: Rows each window needs.
        stride: Rows from one window to the next.
        cells: Values of a window.
        further: What dates and labels of its steps take beside them, in values.

    Raises:
        LimitError: With the number of windows, and the smallest stride that would do.
    """
    count = int(windows_of(sizes, needed, stride).sum())
    most = most_windows(cells, further)
    if count <= most:
        return
    low, high = stride, max(stride, int(sizes.max(initial=1)))
    while low < high:
        middle = (low + high) // 2
        if int(windows_of(sizes, needed, middle).sum()) <= most:
            high = middle
        else:
            low = middle + 1
    fits = int(windows_of(sizes, needed, low).sum()) <= most
    repair = (
        f"a stride of {low:,} would give few enough" if fits else "choose shorter windows or fewer channels"
    )
    raise LimitError(
        f"there may be at most {SAMPLES:,} windows and {CELLS:,} values in them; a stride of {stride:,} "
        f"gives {count:,} windows of {cells:,} values: {repair}"
    )


def cut_windows(rows: FloatArray, plan: WindowPlan, into: FloatArray) -> FloatArray:
    """Copy windows (N, T, C) out of rows (R, C) into an array that may lie on disk; behind shorter ones is 0.

    Args:
        rows: Values of all rows, in the order of the plan.
        plan: Which rows each window takes.
        into: Where they are written, of the size of the plan and filled with 0.
    """
    if not len(plan.firsts):
        raise DataError("there must be at least one window to cut")
    if int(plan.lengths.min()) == plan.steps:
        _cut_equal(rows, plan, into)
    else:
        _cut_unequal(rows, plan, into)
    return into


def cut_rows(rows: NDArray[np.generic], plan: WindowPlan, into: NDArray[np.generic]) -> NDArray[np.generic]:
    """Copy windows (N, T) of one value a row, for example its date, as `cut_windows` does."""
    cut_windows(rows[:, None], plan, into[:, :, None])  # type: ignore[arg-type]
    return into


def _cut_equal(rows: FloatArray, plan: WindowPlan, into: FloatArray) -> None:
    """Each window is one run of memory in sorted rows, so that a view of all windows costs nothing."""
    rows = np.ascontiguousarray(rows)
    steps, width = plan.steps, rows.shape[1]
    windows = as_strided(
        rows,
        (len(rows) - steps + 1, steps * width),
        (rows.strides[0], rows.itemsize),
        writeable=False,
    )
    flat = into.reshape(len(into), -1)
    block = max(1, _BLOCK_BYTES // (steps * width * rows.itemsize))
    for start in range(0, len(flat), block):
        flat[start : start + block] = windows[plan.firsts[start : start + block]]


def _cut_unequal(rows: FloatArray, plan: WindowPlan, into: FloatArray) -> None:
    for place, (first, length) in enumerate(zip(plan.firsts.tolist(), plan.lengths.tolist(), strict=True)):
        into[place, :length] = rows[first : first + length]
