"""Where a model looks: statistics, patterns, averages and single samples, from stored attention weights."""

from core.attention.clusters import AttentionClusters, attention_clusters
from core.attention.counts import PatternCounts, pattern_counts
from core.attention.gallery import Gallery, GalleryView, gallery, gallery_rows
from core.attention.heatmap import (
    AttentionHeatmap,
    OrderedAttention,
    attention_heatmap,
    heatmap_of,
    in_order,
)
from core.attention.heatmap_view import HeatmapView
from core.attention.inputs import SampleLabels, SeriesData, StepAxis
from core.attention.ordering import SORTS, SampleOrder, sample_order
from core.attention.profiles import (
    AttentionProfiles,
    Grouping,
    all_together,
    attention_profiles,
    by_class,
    by_outcome,
)
from core.attention.rows import OrderedRows
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
from core.attention.stored import stored_statistics

__all__ = [
    "PATTERNS",
    "SORTS",
    "AttentionClusters",
    "AttentionHeatmap",
    "AttentionProfiles",
    "AttentionStatistics",
    "ChannelScale",
    "Gallery",
    "GalleryView",
    "Grouping",
    "HeatmapView",
    "OrderedAttention",
    "OrderedRows",
    "PatternCounts",
    "SampleAttention",
    "SampleLabels",
    "SampleOrder",
    "SeriesData",
    "StepAxis",
    "TopStep",
    "all_together",
    "attention_clusters",
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
    "heatmap_of",
    "in_order",
    "normalised_entropy",
    "pattern_counts",
    "patterns",
    "peaks",
    "sample_order",
    "stored_statistics",
    "top_steps",
]
