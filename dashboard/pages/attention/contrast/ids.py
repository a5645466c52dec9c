"""Ids of the section Contrast."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    AMONG = "attention-among"
    VERSUS = "attention-versus"
    AXIS = "attention-contrast-axis"
    AXIS_FIELD = "attention-contrast-axis-field"
    SAID = "attention-contrast-said"
    CONTRAST = "attention-contrast"
    PATTERNS = "attention-contrast-patterns"
    STATISTICS = "attention-contrast-statistics"
