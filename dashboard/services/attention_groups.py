"""What the page Attention asks of groups of samples: averages, patterns, distributions, findings."""

from dataclasses import replace

from core.attention import AttentionProfiles, PatternCounts
from core.attention.channels import ChannelAttention
from core.attention.distributions import MEASURES, AttentionDistribution
from core.attention.findings import AttentionFindings
from core.attention.groupings import GROUPS as GROUPS  # noqa: PLC0414 - handed on
from core.attention.groupings import GroupSources, grouped
from core.attention.run_findings import GroupedRows, channels_of_run, findings_of_run, grouped_rows
from core.expressions import named
from dashboard.services import conditions, library
from dashboard.services.attention_view import AttentionView, filters_of
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import conditions_of, layer_of, select

MOST_COHORTS = 6  # as many groups as have a bar of each pattern

_findings = AnswerCache(24)


def profiles(asked: AttentionView, by: str) -> AttentionProfiles:
    """Return the average attention by step, by "class", "outcome", "cohort" or "cluster"."""
    return _grouped(asked, by).profile(asked.shares)


def patterns(asked: AttentionView, by: str = "outcome") -> PatternCounts:
    """Return how many samples of each group have which attention pattern."""
    return _grouped(asked, by).patterns()


def distribution(asked: AttentionView, measure: str, by: str, logarithmic: bool) -> AttentionDistribution:
    """Return how a measure of attention is distributed in each group."""
    return _grouped(asked, by).distribution(measure if measure in MEASURES else "entropy", logarithmic)


def channels(asked: AttentionView) -> ChannelAttention:
    """Return how far channels deviate where the model looks."""
    samples = select(asked.selection)
    layer = layer_of(samples.manifest, asked.layer)
    return channels_of_run(library.store(), samples.manifest, samples.dataset, layer, samples.labels)


def findings(asked: AttentionView) -> AttentionFindings:
    """Return what the attention of the samples asked for shows, however they are grouped and laid out."""
    key = f"{library.stamp()} {asked.selection!r} {asked.layer}"
    found: AttentionFindings = _findings.get(key, lambda: _found(asked))
    library.run(asked.selection.run)  # a deleted run shows nothing, though it may be remembered
    return found


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    _findings.clear()


def _found(asked: AttentionView) -> AttentionFindings:
    samples = select(asked.selection)
    layer = layer_of(samples.manifest, asked.layer)
    return findings_of_run(library.store(), samples.manifest, samples.dataset, layer, samples.labels)


def _grouped(asked: AttentionView, by: str) -> GroupedRows:
    samples = select(asked.selection)
    manifest = samples.manifest
    layer = layer_of(manifest, asked.layer)
    found = conditions_of(manifest, samples.dataset)
    scope = conditions.scope_of(manifest, replace(asked.selection, layer=asked.layer))
    sources = GroupSources(
        [cohort.name for cohort in conditions.cohorts(manifest.id)],
        found.members,
        lambda: found.fields(scope)["cluster"],
        first={asked.selection.cohort, *named(asked.selection.where, "cohort")},
        most=MOST_COHORTS,
    )
    places, grouping = grouped(by, samples.labels, sources)
    source = samples.provenance("attention of groups", layer=layer.name, **filters_of(asked))
    return grouped_rows(found.chooser(), layer, samples.labels.indices[places], grouping, source)
