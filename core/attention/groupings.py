"""The groups in which samples of a run are looked at: by outcome, class, cohort or cluster of the maps."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np

from core.arrays import BoolArray, IntArray
from core.attention.inputs import SampleLabels
from core.attention.profiles import Grouping, by_class, by_outcome
from core.errors import NotFoundError, SettingsError
from core.expressions import Column, Names

GROUPS = ("outcome", "class", "cohort", "cluster")


@dataclass(frozen=True, eq=False)
class GroupSources:
    """What the groups of a run are made from.

    Attributes:
        cohorts: Names of the cohorts.
        members: Returns which of all samples of the dataset belong to a cohort (M,).
        clusters: Returns the field `cluster` of all samples of the dataset.
        first: Cohorts that are looked at before larger ones.
        most: Most cohorts that are looked at; all unless given.
    """

    cohorts: Collection[str]
    members: Callable[[str], BoolArray]
    clusters: Callable[[], Column]
    first: Collection[str] = ()
    most: int | None = None


def grouped(by: str, labels: SampleLabels, sources: GroupSources) -> tuple[IntArray, Grouping]:
    """Return the places of samples in `labels`, and the group of each; one of several cohorts comes in each.

    Args:
        by: One of GROUPS.
        labels: The samples.
        sources: What the groups are made from.

    Raises:
        SettingsError: If there are no such groups.
        NotFoundError: If no sample is in a cohort.
    """
    if by not in GROUPS:
        raise SettingsError(f"groups must be by one of {', '.join(GROUPS)}; got {by!r:.40}")
    if by == "cohort":
        return _cohorts(labels.indices, sources)
    places = np.arange(len(labels.indices))
    if by == "cluster":
        return places, _clusters(sources.clusters(), labels.indices)
    return places, by_class(labels) if by == "class" else by_outcome(labels)


def _clusters(column: Column, rows: IntArray) -> Grouping:
    """Return the groups of the field `cluster`, called as the heatmap calls them."""
    if not isinstance(column, Names):
        raise AssertionError("clusters have names")
    return Grouping(column.codes[rows], tuple(f"cluster {name}" for name in column.names), "cluster")


def _cohorts(rows: IntArray, sources: GroupSources) -> tuple[IntArray, Grouping]:
    """Return the places of the samples of each cohort, one after the other, and their groups.

    Of many cohorts these are the ones to be looked at first, then the largest; in the order of the list.
    """
    found: Mapping[str, IntArray] = {
        name: np.flatnonzero(sources.members(name)[rows]) for name in sources.cohorts
    }
    there = [name for name, places in found.items() if len(places)]
    if not there:
        raise NotFoundError(
            "none of these samples is in a cohort: filter samples and save them as one, or group by outcome"
        )
    ranked = sorted(there, key=lambda name: (name not in sources.first, -len(found[name])))
    chosen = ranked[: sources.most]
    names = tuple(name for name in there if name in chosen)
    codes = np.repeat(np.arange(len(names)), [len(found[name]) for name in names])
    places = np.concatenate([found[name] for name in names])
    return places, Grouping(codes, names, "cohort", left_out=len(there) - len(names))
