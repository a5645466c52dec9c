"""Where a model looks: statistics, patterns, averages and single samples, from stored attention weights."""

from core.attention.counts import PatternCounts, pattern_counts
from core.attention.gallery import Gallery, GalleryView, gallery, gallery_rows
from core.attention.heatmap import SORTS, AttentionHeatmap, HeatmapView, attention_heatmap, row_order
from core.attention.inputs import SampleLabels, SeriesData, StepAxis
from core.attention.profiles import (
    AttentionProfiles,
    Grouping,
    all_together,
    attention_profiles,
    by_class,
    by_outcome,
)
from core.attention.samples import (
    ChannelScale,
    SampleAttention,
    TopStep,
    channel_scale,
    describe_sample,
    explain_sample,
)
from core.attention.statistics import (
    PATTERNS,
    AttentionStatistics,
    attention_statistics,
    concentration,
    normalised_entropy,
    patterns,
    peaks,
    top_steps,
)

__all__ = [
    "PATTERNS",
    "SORTS",
    "AttentionHeatmap",
    "AttentionProfiles",
    "AttentionStatistics",
    "ChannelScale",
    "Gallery",
    "GalleryView",
    "Grouping",
    "HeatmapView",
    "PatternCounts",
    "SampleAttention",
    "SampleLabels",
    "SeriesData",
    "StepAxis",
    "TopStep",
    "all_together",
    "attention_heatmap",
    "attention_profiles",
    "attention_statistics",
    "by_class",
    "by_outcome",
    "channel_scale",
    "concentration",
    "describe_sample",
    "explain_sample",
    "gallery",
    "gallery_rows",
    "normalised_entropy",
    "pattern_counts",
    "patterns",
    "peaks",
    "row_order",
    "top_steps",
]
