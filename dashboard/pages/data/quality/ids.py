"""Ids of the section Quality."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    REMARKS = "data-quality-remarks"
    NOTHING = "data-quality-nothing"
    NOTHING_PLACE = "data-quality-nothing-place"
    TARGET = "data-quality-target"
    TARGET_FIELD = "data-quality-target-field"
    MISSING = "data-missing"
    MISSING_PLACE = "data-missing-place"
    CORRELATION = "data-correlation"
    CORRELATION_PLACE = "data-correlation-place"
    ENTITIES = "data-entities"
    ENTITIES_PLACE = "data-entities-place"
    OUTLIERS = "data-outliers"
    OUTLIERS_PLACE = "data-outliers-place"
    PARTS = "data-class-parts"
    PARTS_PLACE = "data-class-parts-place"
    LENGTHS = "data-lengths"
    LENGTHS_PLACE = "data-lengths-place"
