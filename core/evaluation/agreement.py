"""Where runs agree: the same predictions, and who is right where the other is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray, IntArray, require_axes
from core.errors import DataError
from core.evaluation.comparison import require_comparable
from core.evaluation.scores import ComparedRun, judge_run
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Agreement:
    """Predictions of runs against each other; row and column are runs.

    Attributes:
        runs: Ids of the runs.
        labels: What figures and tables call them.
        same: Share of samples with the same prediction (R, R).
        kappa: Cohen's kappa: how far the share lies above what the runs' frequencies alone would give, 1 at
            most (R, R); NaN where both predict one class only.
        only: Number of samples that the row gets right and the column wrong (R, R).
        samples: Number of labelled samples (steps, for labels per step).
    """

    runs: tuple[str, ...]
    labels: tuple[str, ...]
    same: DoubleArray
    kappa: DoubleArray
    only: IntArray
    samples: int
    provenance: Provenance

    def __post_init__(self) -> None:
        for name in ("same", "kappa", "only"):
            require_axes(getattr(self, name), "R R", name, {"R": len(self.runs)})

    def to_frame(self) -> "pd.DataFrame":
        """Return one row an ordered pair of runs."""
        import pandas as pd

        rows, columns = np.nonzero(~np.eye(len(self.runs), dtype=bool))
        labels, runs = np.array(self.labels, dtype=object), np.array(self.runs, dtype=object)
        return pd.DataFrame(
            {
                "run": runs[rows],
                "label": labels[rows],
                "against": runs[columns],
                "against_label": labels[columns],
                "same_prediction": self.same[rows, columns],
                "kappa": self.kappa[rows, columns],
                "right_where_the_other_is_wrong": self.only[rows, columns],
                "samples": self.samples,
            }
        )


def agreement(runs: Sequence[ComparedRun]) -> Agreement:
    """Count on how many samples each pair of runs agrees.

    Raises:
        DataError: If there are fewer than two runs, or they were tested on different samples.
    """
    if len(runs) < 2:
        raise DataError(f"agreement needs two runs or more; got {len(runs)}")
    require_comparable(runs, by_fold=False)
    judged = [judge_run(run) for run in runs]
    samples = len(judged[0].actual)
    right = np.stack([one.right for one in judged]).astype(np.float32)
    only = np.rint(right @ (1 - right).T).astype(np.int64)
    said = np.stack([one.predicted for one in judged]).astype(np.int32)  # (R, N)
    same = np.stack([(said == row).mean(axis=1) for row in said])
    classes = len(runs[0].predictions.classes)
    shares = np.stack([np.bincount(row, minlength=classes) / samples for row in said])  # (R, K)
    chance = shares @ shares.T
    kappa = np.divide(same - chance, 1 - chance, out=np.full(same.shape, np.nan), where=chance < 1 - 1e-12)
    return Agreement(
        runs=tuple(run.run for run in runs),
        labels=tuple(run.label for run in runs),
        same=same,
        kappa=kappa,
        only=only,
        samples=samples,
        provenance=Provenance(
            "agreement of predictions",
            data=runs[0].data,
            weights={run.run: run.weights for run in runs},
            samples=samples,
        ),
    )
