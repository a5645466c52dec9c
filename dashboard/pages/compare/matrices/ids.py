"""Ids of the section of confusion matrices."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    CHART = "compare-matrices"
    SCALE = "compare-matrices-scale"
    PAGER = "compare-matrices-pager"
    LINKS = "compare-matrices-links"
    NAMES = "compare-matrices-names"
    OPENED = "compare-matrices-opened"
