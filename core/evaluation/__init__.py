"""Outcomes, metrics and comparison of predictions."""

from core.evaluation.metrics import Confusion, PartMetrics, confusion, part_metrics, wilson_interval
from core.evaluation.outcomes import OUTCOMES, Judgement, Predictions, confidence, judge, outcomes

__all__ = [
    "OUTCOMES",
    "Confusion",
    "Judgement",
    "PartMetrics",
    "Predictions",
    "confidence",
    "confusion",
    "judge",
    "outcomes",
    "part_metrics",
    "wilson_interval",
]
