"""Ids of the section Score."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the section's components."""

    RUNS = "data-score-runs"
    RUNS_LINE = "data-score-runs-line"
    START = "data-score-start"
    STOP = "data-score-stop"
    JOB = "data-score-job"
    NONCE = "data-score-nonce"
    STATE = "data-score-state"
    PROBLEM = "data-score-problem"
    RESULT = "data-score-result"
    LINE = "data-score-line"
    LINKS = "data-score-links"
    CHART = "data-score-distribution"
    TABLE = "data-score-table"
