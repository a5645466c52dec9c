"""What the verbs answer with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.evaluation import PartMetrics
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TrainedRun:
    """One run that a training published.

    Attributes:
        id: The run.
        model: Name of the architecture.
        seed: Seed of its weights, its order of samples and its augmentations.
        epochs: Passes over the training part that were made.
        seconds: How long the fitting took.
        metrics: What it reaches by part: "train", "validation", "test".
    """

    id: str
    model: str
    seed: int
    epochs: int
    seconds: float
    metrics: Mapping[str, PartMetrics]


@dataclass(frozen=True)
class Training:
    """What `train` published: one run a seed, and the experiment that names them when there are several."""

    runs: tuple[TrainedRun, ...]
    experiment: str
    provenance: Provenance

    @property
    def run(self) -> TrainedRun:
        """The first run."""
        return self.runs[0]

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a run and part."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"run": run.id, "model": run.model, "seed": run.seed, "part": part, **_flat(metrics)}
                for run in self.runs
                for part, metrics in run.metrics.items()
            ]
        )


def _flat(metrics: PartMetrics) -> dict[str, Any]:
    plain = metrics.plain()
    low, high = plain.pop("accuracy_interval")
    return {**plain, "accuracy_low": low, "accuracy_high": high}
