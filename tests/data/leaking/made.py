"""Clean data, and data that leaks in one way."""

from typing import Any

import numpy as np

from core.data.dataset import Dataset
from core.data.leaks import LeakReport, examine_split
from core.data.splits import SplitSettings, make_split
from tests.data.datasets import tiny

KINDS = (
    "identical", "near", "shifted", "overlap", "entities", "time",
    "channels", "metadata", "position", "repeated", "contradicting",
)  # fmt: skip


def bumps(samples: int = 240, steps: int = 30, channels: int = 3, seed: int = 0, **changes: Any) -> Dataset:
    """Return noise with a bump or a dent in channel 0 or 1, at a random step: no position tells the class."""
    rng = np.random.default_rng(seed)
    series = rng.standard_normal((samples, steps, channels)).astype(np.float32)
    labels = rng.integers(0, 2, samples)
    rows = np.arange(samples)
    places = rng.integers(0, steps - 3, samples)
    for offset in range(3):
        series[rows, places + offset, rng.integers(0, min(2, channels), samples)] += 1.5 * (2 * labels - 1)
    fields = {"series": series, "targets": {"label": labels}, "classes": {"label": ("dent", "bump")}}
    return tiny(samples, steps, channels, 2, **{**fields, **changes})


def examined_as(dataset: Dataset, **settings: Any) -> LeakReport:
    """Return the report of a split."""
    return examine_split(dataset, make_split(dataset, SplitSettings(**settings)))


def severities(report: LeakReport) -> dict[str, str]:
    """Return how severe each finding is."""
    return {finding.kind: finding.severity for finding in report.findings}
