"""Outcomes, metrics and comparison of predictions."""

from core.evaluation.comparison import (
    ComparedRun,
    Comparison,
    PairedTest,
    RunScore,
    accuracy_difference_interval,
    compare_runs,
    holm,
    mcnemar,
)
from core.evaluation.curves import RunCurve, run_curve
from core.evaluation.metrics import Confusion, PartMetrics, confusion, part_metrics
from core.evaluation.outcomes import (
    OUTCOMES,
    USUAL_THRESHOLD,
    Judgement,
    Predictions,
    confidence,
    judge,
    outcomes,
    predicted_at,
)
from core.intervals import wilson_interval

__all__ = [
    "OUTCOMES",
    "USUAL_THRESHOLD",
    "ComparedRun",
    "Comparison",
    "Confusion",
    "Judgement",
    "PairedTest",
    "PartMetrics",
    "Predictions",
    "RunCurve",
    "RunScore",
    "accuracy_difference_interval",
    "compare_runs",
    "confidence",
    "confusion",
    "holm",
    "judge",
    "mcnemar",
    "outcomes",
    "part_metrics",
    "predicted_at",
    "run_curve",
    "wilson_interval",
]
