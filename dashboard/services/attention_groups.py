"""What the page Attention asks of groups of samples: averages, patterns, distributions, findings."""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import IntArray
from core.attention import (
    AttentionProfiles,
    AttentionStatistics,
    Grouping,
    OrderedRows,
    PatternCounts,
    StepAxis,
    attention_profiles,
    by_class,
    by_outcome,
    stored_statistics,
)
from core.attention.channels import ChannelAttention
from core.attention.counts import counted_patterns
from core.attention.distributions import MEASURES, AttentionDistribution, attention_distribution
from core.attention.findings import AttentionFindings
from core.attention.run_findings import channels_of_run, findings_of_run
from core.errors import NotFoundError
from core.expressions import Names, named
from core.results import Provenance
from dashboard.services import conditions, library
from dashboard.services.attention_view import AttentionView, filters_of
from dashboard.services.samples import RunSamples, conditions_of, layer_of, select, weights_of

GROUPS = ("outcome", "class", "cohort", "cluster")
MOST_COHORTS = 6  # as many groups as have a bar of each pattern


@dataclass(frozen=True, eq=False)
class Grouped:
    """Samples in groups; a sample of several cohorts stands in each.

    Attributes:
        samples: The samples that are meant.
        grouping: The group of each place.
        rows: The weights of each place.
        statistics: How the attention of each place is spread.
        lengths: Number of valid steps of each place.
        layer: Name of the layer.
    """

    samples: RunSamples
    grouping: Grouping
    rows: OrderedRows
    statistics: AttentionStatistics
    lengths: IntArray
    layer: str

    def source(self, what: str, asked: AttentionView) -> Provenance:
        """Return where a result about them comes from."""
        return self.samples.provenance(what, layer=self.layer, **filters_of(asked))


def profiles(asked: AttentionView, by: str) -> AttentionProfiles:
    """Return the average attention by step, by "class", "outcome", "cohort" or "cluster"."""
    found = _grouped(asked, by)
    return attention_profiles(
        found.rows,
        found.lengths,
        found.grouping,
        StepAxis.of(found.samples.dataset),
        source=found.source("attention profile", asked),
    )


def patterns(asked: AttentionView, by: str = "outcome") -> PatternCounts:
    """Return how many samples of each group have which attention pattern."""
    found = _grouped(asked, by)
    return counted_patterns(found.statistics, found.grouping, found.source("attention patterns", asked))


def distribution(asked: AttentionView, measure: str, by: str, logarithmic: bool) -> AttentionDistribution:
    """Return how a measure of attention is distributed in each group."""
    found = _grouped(asked, by)
    return attention_distribution(
        measure if measure in MEASURES else "entropy",
        found.statistics,
        found.grouping,
        rows=found.rows,
        logarithmic=logarithmic,
        source=found.source("attention distribution", asked),
    )


def channels(asked: AttentionView) -> ChannelAttention:
    """Return how far channels deviate where the model looks."""
    samples = select(asked.selection)
    layer = layer_of(samples.manifest, asked.layer)
    return channels_of_run(library.store(), samples.manifest, samples.dataset, layer, samples.labels)


def findings(asked: AttentionView) -> AttentionFindings:
    """Return what the attention of the samples asked for shows."""
    samples = select(asked.selection)
    layer = layer_of(samples.manifest, asked.layer)
    return findings_of_run(library.store(), samples.manifest, samples.dataset, layer, samples.labels)


def _grouped(asked: AttentionView, by: str) -> Grouped:
    samples = select(asked.selection)
    layer = layer_of(samples.manifest, asked.layer)
    places = np.arange(len(samples.labels.indices))
    if by == "cohort":
        places, grouping = _cohorts(samples, asked)
    elif by == "cluster":
        grouping = _clusters(samples, asked)
    else:
        grouping = by_class(samples.labels) if by == "class" else by_outcome(samples.labels)
    indices, lengths = samples.labels.indices[places], samples.lengths[places]
    statistics = stored_statistics(library.store(), samples.manifest, layer).rows(indices)
    rows = OrderedRows.of(weights_of(samples.manifest, layer), indices, lengths)
    return Grouped(samples, grouping, rows, statistics, lengths, layer.name)


def _clusters(samples: RunSamples, asked: AttentionView) -> Grouping:
    """Return the groups of the field `cluster`, called as the heatmap calls them."""
    manifest = samples.manifest
    scope = conditions.scope_of(manifest, replace(asked.selection, layer=asked.layer))
    column = conditions_of(manifest, samples.dataset).fields(scope)["cluster"]
    if not isinstance(column, Names):
        raise AssertionError("clusters have names")
    names = tuple(f"cluster {name}" for name in column.names)
    return Grouping(column.codes[samples.labels.indices], names, "cluster")


def _cohorts(samples: RunSamples, asked: AttentionView) -> tuple[IntArray, Grouping]:
    """Return the places of the samples of each cohort, one after the other, and their groups.

    Of many cohorts these are the ones that the selection names, then the largest; in the order of the list.
    """
    found, rows = conditions_of(samples.manifest, samples.dataset), samples.labels.indices
    sizes = {
        cohort.name: int(np.count_nonzero(found.members(cohort.name)[rows]))
        for cohort in conditions.cohorts(samples.manifest.id)
    }
    there = [name for name, size in sizes.items() if size]
    if not there:
        raise NotFoundError(
            "none of these samples is in a cohort: filter samples above and save them as one, or group by"
            " outcome"
        )
    named_first = {asked.selection.cohort, *named(asked.selection.where, "cohort")}
    chosen = sorted(there, key=lambda name: (name not in named_first, -sizes[name]))[:MOST_COHORTS]
    names = tuple(name for name in there if name in chosen)
    codes = np.repeat(np.arange(len(names)), [sizes[name] for name in names])
    places = np.concatenate([np.flatnonzero(found.members(name)[rows]) for name in names])
    return places, Grouping(codes, names, "cohort", left_out=len(there) - len(names))
