"""Ids of the section of ROC and precision-recall curves."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    ROC = "compare-roc"
    PRECISION = "compare-precision"
    CLASS = "compare-ranking-class"
    AREAS = "compare-ranking-areas"
