"""Ids of the section Groups."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    BY_CLASS = "attention-by-class"
    PATTERNS = "attention-patterns"
