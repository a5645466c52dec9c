"""Ids of the section Two models."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    OTHER = "attention-other"
    NONE = "attention-other-none"
    SAID = "attention-beside-said"
    PROFILES = "attention-beside-profiles"
    FIRST = "attention-beside-first"
    SECOND = "attention-beside-second"
    AGREEMENT = "attention-beside-agreement"
    SAMPLES = "attention-beside-samples"
    OPEN = "attention-beside-open"
