"""Ids of the section Two models."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    OTHER = "attention-other"
    NONE = "attention-other-none"
    AXIS = "attention-beside-axis"
    AXIS_FIELD = "attention-beside-axis-field"
    SAID = "attention-beside-said"
    PATTERNS = "attention-beside-patterns"
    STATISTICS = "attention-beside-statistics"
    PROFILES = "attention-beside-profiles"
    FIRST = "attention-beside-first"
    SECOND = "attention-beside-second"
    AGREEMENT = "attention-beside-agreement"
    SAMPLES = "attention-beside-samples"
    OPEN = "attention-beside-open"
