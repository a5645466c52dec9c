"""Ids of the section Overview."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    SORT = "attention-sort"
    SHOW = "attention-show"
    SHOW_FIELD = "attention-show-field"
    AXIS = "attention-axis"
    AXIS_FIELD = "attention-axis-field"
    HEATMAP = "attention-heatmap"
    CRUMBS = "attention-crumbs"
    ALL = "attention-show-all"
    NEAR = "attention-zoom-sample"
    ONLY = "attention-only"
    SAMPLE = "attention-sample"
    BY_OUTCOME = "attention-by-outcome"
    FOCUS = "attention-focus"
    MARK = "attention-mark"
    PLACE = "attention-place"
    PREVIOUS = "attention-previous"
    NEXT = "attention-next"
    VERDICT = "attention-verdict"
    TEXT = "attention-text"
    CLUSTER_STATUS = "attention-cluster-status"
    CLUSTERING = "attention-clustering"
    CLUSTER = "attention-cluster"
    CLUSTER_STOP = "attention-cluster-stop"
    CLUSTERS_WANTED = "attention-clusters-wanted"
    CLUSTERS_ASKED = "attention-clusters-asked"
    CLUSTERED = "attention-clustered"
