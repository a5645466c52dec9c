"""The order of many samples: by outcome, class, confidence, the spread of attention, metadata."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import IntArray
from core.attention.inputs import OUTCOME_NAMES, SampleLabels
from core.attention.statistics import PATTERNS, AttentionStatistics
from core.errors import SettingsError
from core.expressions.columns import clipped

SORTS = (
    *("outcome", "class", "confidence", "entropy", "concentration", "peak", "pattern", "cluster"),
    *("distance", "sample"),
)
MEASURED = frozenset({"entropy", "concentration", "peak", "pattern"})
SHOWN = frozenset({"outcome", "class", "confidence", "sample"})  # told of each row in any order
METADATA = "meta:"  # before the name of a column of the dataset
MOST_GROUPS = 24  # values of metadata that are told apart in the picture


@dataclass(frozen=True, eq=False)
class SampleOrder:
    """Samples in an order, in groups that are not drawn together.

    Attributes:
        places: Place of each sample among those that were ordered (N,).
        groups: Code of the group of each place of the order (N,), ascending; all 0 without groups.
        names: Name of each group; empty without groups.
        sort: The key that was asked for.
        how: The order in words.
        values: What each place of the order has of the sort key (N,); None where groups tell it, or class,
            outcome and confidence.
    """

    places: IntArray
    groups: IntArray
    names: tuple[str, ...]
    sort: str
    how: str = field(default="")
    values: NDArray[Any] | None = None

    @property
    def bounds(self) -> IntArray:
        """The places where groups begin, and the number of samples (G + 1,)."""
        firsts = np.flatnonzero(np.diff(self.groups, prepend=-1))
        return np.append(firsts, len(self.groups)).astype(np.int64)


@dataclass(frozen=True, eq=False)
class RowValues:
    """What rows of samples in an order have of its sort key.

    Attributes:
        name: What the key is called.
        first: Of the first sample of each row (R,), a number or a text.
        last: Of the last (R,).
    """

    name: str
    first: NDArray[Any]
    last: NDArray[Any]


def row_values(order: SampleOrder, edges: IntArray) -> RowValues | None:
    """Return what rows have of the sort key; None for keys that stand beside each row anyway.

    Args:
        order: The samples in their order.
        edges: Place of the order where each row begins, and where the last ends (R + 1,).
    """
    if order.sort in SHOWN:
        return None
    ends = (edges[:-1], edges[1:] - 1)
    if order.values is not None:
        first, last = (order.values[places] for places in ends)
    else:
        names = np.asarray(order.names, dtype=object)
        first, last = (names[order.groups[places]] for places in ends)
    name = order.sort.removeprefix(METADATA)
    return RowValues("distance from the mean of its class" if order.sort == "distance" else name, first, last)


def require_sort(sort: str) -> None:
    """Raise SettingsError unless a sort key is one of SORTS or names a column of metadata."""
    if sort not in SORTS and not sort.startswith(METADATA):
        raise SettingsError(
            f"sort must be one of {', '.join(SORTS)}, or {METADATA} and the name of a column;"
            f" got {sort!r:.40}"
        )


def sample_order(
    labels: SampleLabels,
    sort: str,
    statistics: AttentionStatistics | None = None,
    metadata: Mapping[str, NDArray[Any]] | None = None,
    distances: NDArray[Any] | None = None,
) -> SampleOrder:
    """Return samples in the order of a sort key; equals keep the dataset's order.

    Args:
        labels: Prediction, outcome and confidence of each sample.
        sort: "outcome": TP, TN, FP, FN, then unknown, the most confident first in each; "class": by actual
            class, the most confident first in each; "confidence": most confident first; "entropy": sharpest
            first; "concentration": largest by mean weight first; "peak": earliest peak first; "pattern": by
            pattern, sharpest first; "distance": farthest from the mean of its class first, those without a
            distance last; "sample": as in the dataset; "meta:<column>": by a column of metadata,
            what is missing last.
        statistics: How the attention of each is spread, for the keys of MEASURED.
        metadata: Columns of the samples (N,) by name.
        distances: How far each lies from the mean of its class (N,), for the key "distance".

    Raises:
        SettingsError: If there is no such key or column, or what it sorts by is not given.
    """
    require_sort(sort)
    if sort.startswith(METADATA):
        return _by_metadata(sort, metadata or {})
    sure = np.asarray(labels.confidence)
    if sort == "outcome":
        return _in_groups(labels.outcomes, OUTCOME_NAMES, sure, sort, "by outcome, most confident first")
    if sort == "class":
        names = tuple(labels.classes)
        return _in_groups(labels.actual, names, sure, sort, "by actual class, most confident first")
    if sort == "cluster":
        raise SettingsError("the order by similarity needs the weights; ask attention_clusters for it")
    if statistics is not None and sort == "pattern":
        sharp = -np.asarray(statistics.entropy)
        return _in_groups(statistics.pattern, PATTERNS, sharp, sort, "by attention pattern, sharpest first")
    keys = {"confidence": -sure, "sample": np.arange(len(sure))}
    if statistics is not None:
        keys |= {name: np.asarray(getattr(statistics, name)) for name in ("entropy", "peak")}
        keys["concentration"] = -np.asarray(statistics.concentration)
    if distances is not None:
        keys["distance"] = -np.asarray(distances)
    return _ungrouped(sort, keys)


def _ungrouped(sort: str, keys: Mapping[str, NDArray[Any]]) -> SampleOrder:
    if sort not in keys:
        raise SettingsError(f"the order by {sort} needs the {sort} of each sample; got none")
    words = {
        "confidence": "most confident first",
        "entropy": "sharpest attention first",
        "concentration": "largest by mean weight first",
        "peak": "earliest peak first",
        "distance": "farthest from the mean of its class first",
        "sample": "in the order of the dataset",
    }
    places = np.argsort(keys[sort], kind="stable")  # what is not a number comes last
    values = np.abs(keys[sort][places])
    ends = "" if sort == "sample" else _ends(values)
    kept = None if sort in SHOWN else values
    return SampleOrder(places, np.zeros(len(places), np.int64), (), sort, words[sort] + ends, kept)


def _ends(values: NDArray[Any]) -> str:
    """Return the first and the last of ordered numbers in words, and how many are missing behind them."""
    known = values[~np.isnan(values)]
    if not len(known):
        return ""
    missing = f", {len(values) - len(known):,} without" if len(known) < len(values) else ""
    return f" ({known[0]:.4g} to {known[-1]:.4g}{missing})"


def _in_groups(
    codes: NDArray[Any], names: tuple[str, ...], larger_first: NDArray[Any], sort: str, how: str
) -> SampleOrder:
    """Order by group, then by a number from 0 to 1; unknown codes come last."""
    groups = np.where(np.asarray(codes) < 0, len(names), codes)
    places = np.argsort(groups - np.asarray(larger_first, np.float64), kind="stable")
    if len(groups) and (np.diff(groups[places]) < 0).any():  # the number left its bounds
        places = np.lexsort((-larger_first, groups))
    return SampleOrder(places, groups[places].astype(np.int64), (*names, "unknown"), sort, how)


def _by_metadata(sort: str, metadata: Mapping[str, NDArray[Any]]) -> SampleOrder:
    name = sort.removeprefix(METADATA)
    if name not in metadata:
        known = ", ".join(metadata) or "none"
        raise SettingsError(f"metadata has the columns {known!s:.200}; got {name!r:.40}")
    values = np.asarray(metadata[name])
    how = f"by {clipped(name, 40)}"
    if np.issubdtype(values.dtype, np.number):
        places = np.argsort(values, kind="stable")  # what is missing comes last
        how += f", smallest first{_ends(values[places])}"
        return SampleOrder(places, np.zeros(len(values), np.int64), (), sort, how, values[places])
    found, codes = np.unique(values, return_inverse=True)
    places = np.argsort(codes, kind="stable")
    if len(found) > MOST_GROUPS:
        return SampleOrder(places, np.zeros(len(values), np.int64), (), sort, how, values[places])
    return SampleOrder(places, codes[places].astype(np.int64), tuple(map(str, found)), sort, how)
