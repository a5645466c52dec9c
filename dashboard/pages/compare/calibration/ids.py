"""Ids of the section of calibration."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    CHART = "compare-reliability"
    RUN = "compare-calibration-run"
    BINS = "compare-calibration-bins"
    TABLE = "compare-calibration-table"
    SAID = "compare-calibration-said"
