"""Ids of the section of the threshold."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    CHIP = "compare-threshold-chip"
    SLIDER = "compare-threshold-slider"
    CHART = "compare-thresholds"
    TABLE = "compare-threshold-table"
    NOTE = "compare-threshold-note"
    BODY = "compare-threshold-body"
    SWEEP = "compare-threshold-sweep"
