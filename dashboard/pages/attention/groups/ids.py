"""Ids of the section Groups."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    GROUP = "attention-group"
    LEFT_OUT = "attention-groups-left-out"
    AXIS = "attention-groups-axis"
    AXIS_FIELD = "attention-groups-axis-field"
    PROFILE = "attention-profile"
    PATTERNS = "attention-patterns"
    PATTERN_LINKS = "attention-pattern-links"
    DISTRIBUTION = "attention-distribution"
    MEASURE = "attention-measure"
    SCALE = "attention-scale"
    CHANNELS = "attention-channels"
    FINDINGS = "attention-findings"
