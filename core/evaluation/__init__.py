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
    OUTCOME_NAMES,
    OUTCOMES,
    USUAL_THRESHOLD,
    Judgement,
    Predictions,
    confidence,
    judge,
    judge_own,
    named_outcomes,
    outcome_codes,
    outcomes,
    predicted_at,
)
from core.intervals import wilson_interval

__all__ = [
    "OUTCOMES",
    "OUTCOME_NAMES",
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
    "judge_own",
    "mcnemar",
    "named_outcomes",
    "outcome_codes",
    "outcomes",
    "part_metrics",
    "predicted_at",
    "run_curve",
    "wilson_interval",
]
