"""How metrics stand in tables: never without the number of samples, the interval and the majority rate."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from core.cli.output import interval, table
from core.models.manifest import RunManifest

HEADERS = ["accuracy>", "95 % interval", "majority>", "AUC>", "loss>", "n>"]


def metrics_table(runs: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Table:
    """Return the metrics of runs by part."""
    rows = [(run, part, *_cells(metrics)) for run, parts in runs.items() for part, metrics in parts.items()]
    return table(["run", "part", *HEADERS], rows)


def accuracy_cells(run: RunManifest) -> tuple[object, ...]:
    """Return test accuracy, its interval, the majority rate and the number of samples of a run."""
    metrics = run.metrics.get("test")
    if not metrics:
        return None, "", None, 0
    accuracy, between, majority, _, _, samples = _cells(metrics)
    return accuracy, between, majority, samples


def _cells(metrics: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        metrics.get("accuracy"),
        interval(*metrics.get("accuracy_interval", (None, None))),
        metrics.get("majority_rate"),
        metrics.get("auc"),
        metrics.get("loss"),
        metrics.get("samples"),
    )
