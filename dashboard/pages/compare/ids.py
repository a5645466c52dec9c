"""Ids of the page Compare."""

from enum import StrEnum


class Id(StrEnum):
    """Ids of the page's components."""

    NOTICE = "compare-notice"
    BODY = "compare-body"
    RUNS = "compare-runs"
    BARS = "compare-bars"
    CURVES = "compare-curves"
    TESTS = "compare-tests"
    METRICS = "compare-metrics"
