"""What of a long table stands in no window, in sentences."""

import numpy as np

from core.arrays import IntArray
from core.data.tables_long import Rows
from core.data.windowing import WindowPlan

_NAMED = 5  # entities that a notice names


def counted(number: int, one: str, many: str) -> str:
    """Return a number before the words for one, or for several."""
    return f"{number:,} {one if number == 1 else many}"


def about_short(rows: Rows, offsets: IntArray, plan: WindowPlan, ahead: int) -> list[str]:
    """Return a sentence on the pieces of rows that hold no window.

    Args:
        rows: The rows.
        offsets: Where each piece begins, and the end of the last.
        plan: The windows.
        ahead: Rows that had to follow a window.
    """
    if not len(plan.short):
        return []
    one = len(plan.short) == 1
    of = f"{len(plan.short):,} of {len(offsets) - 1:,}"
    than = " and the rows ahead of it" if ahead else ""
    short = f"{'is' if one else 'are'} shorter than a window{than}"
    out = f"{short} and {'was' if one else 'were'} left out"
    if rows.entity is None:
        return [f"{of} runs of rows between gaps {out}"]
    codes = np.unique(rows.entity.codes[offsets[plan.short]])
    shown = ", ".join(f"{rows.entity.values[int(code)]:.60}" for code in codes[:_NAMED])
    more = f" and {len(codes) - _NAMED:,} more" if len(codes) > _NAMED else ""
    what = "entities" if len(offsets) == len(rows.offsets) else "runs of rows"
    return [f"{of} {what} {out}: {shown}{more}"]


def about_incomplete(plan: WindowPlan, ahead: int) -> list[str]:
    """Return a sentence on the windows that lacked rows at the end of a piece."""
    if not plan.incomplete:
        return []
    one = plan.incomplete == 1
    why = "or whose label would stand behind the last row " if ahead else ""
    windows = counted(plan.incomplete, "window that was not complete", "windows that were not complete")
    return [f"{windows} {why}{'was' if one else 'were'} left out"]
