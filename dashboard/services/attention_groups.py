"""What the page Attention asks of groups of samples: averages, patterns, distributions, findings."""

from dataclasses import replace

from core.attention import (
    AttentionProfiles,
    Grouping,
    PatternCounts,
    StepAxis,
    attention_profiles,
    by_class,
    by_outcome,
    pattern_counts,
)
from dashboard.services.attention_view import AttentionView, filters_of
from dashboard.services.samples import RunSamples, layer_of, rows_of, select, weights_of

OWN_NAMES = ("right", "", "", "wrong")  # in the order of OUTCOMES


def profiles(asked: AttentionView, by: str) -> AttentionProfiles:
    """Return the average attention by step, by "class" or by "outcome", groups without samples left out."""
    samples = select(asked.selection)
    grouping = by_class(samples.labels) if by == "class" else outcome_groups(samples)
    layer = layer_of(samples.manifest, asked.layer)
    return attention_profiles(
        rows_of(weights_of(samples.manifest, layer), samples.labels.indices),
        samples.lengths,
        grouping,
        StepAxis.of(samples.dataset),
        source=samples.provenance("attention profile", layer=layer.name, **filters_of(asked)),
    )


def patterns(asked: AttentionView) -> PatternCounts:
    """Return how many samples of each outcome have which attention pattern."""
    samples = select(asked.selection)
    layer = layer_of(samples.manifest, asked.layer)
    return pattern_counts(
        rows_of(weights_of(samples.manifest, layer), samples.labels.indices),
        samples.lengths,
        outcome_groups(samples),
        samples.provenance("attention patterns", layer=layer.name, **filters_of(asked)),
    )


def outcome_groups(samples: RunSamples) -> Grouping:
    """Group samples by outcome; where it is each sample's own, by right and wrong."""
    grouping = by_outcome(samples.labels)
    return replace(grouping, names=OWN_NAMES) if samples.own else grouping
