"""Which groups a figure draws where there are more than have room, and how it says so."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.figures.text import counted, plain


def largest(counts: NDArray[Any], most: int) -> list[int]:
    """Return the places of the groups that have samples, of many the largest, in their own order."""
    found = np.flatnonzero(counts)
    order = found[np.argsort(-np.asarray(counts)[found], kind="stable")]
    return [int(place) for place in np.sort(order[:most])]


def of_all(groups: list[int], counts: NDArray[Any], thing: str, left_out: int = 0) -> str:
    """Return which of many groups are drawn, after a semicolon and harmless; "" where all are.

    `; the 6 largest of 14 classes` belongs into the title, and behind the scale, which a page shows under the
    figure in place of the title.

    Args:
        groups: Places of those that are drawn.
        counts: Number of samples of each group.
        thing: What the groups are.
        left_out: Number of further groups, of which the counts know nothing.
    """
    there = int(np.count_nonzero(counts))
    if len(groups) == there + left_out:
        return ""
    which = f"the {len(groups)} largest" if not left_out else f"{len(groups)}"
    return f"; {which} of {plain(counted(there + left_out, thing))}"
