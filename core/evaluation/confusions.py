"""Confusion matrices of several runs beside each other, and the pairs of classes that are confused most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.evaluation.metrics import Confusion, confusion
from core.evaluation.outcomes import USUAL_THRESHOLD
from core.evaluation.scores import ComparedRun
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

Scale = Literal["share", "count"]


@dataclass(frozen=True)
class ConfusedPair:
    """Samples of one class that were taken for another.

    Attributes:
        actual: Code of the actual class.
        predicted: Code of the predicted class.
        count: Number of samples.
        share: Their share of the actual class.
    """

    actual: int
    predicted: int
    count: int
    share: float


@dataclass(frozen=True)
class NamedConfusion:
    """The matrix of one run.

    Attributes:
        run: Its id.
        label: What figures call it.
        matrix: Its counts.
        positive: Code of the positive class.
    """

    run: str
    label: str
    matrix: Confusion
    positive: int = 1

    @property
    def right(self) -> int:
        """Number of right predictions."""
        return int(np.trace(self.matrix.counts))

    @property
    def samples(self) -> int:
        """Number of labelled samples."""
        return int(self.matrix.counts.sum())

    def most(self, count: int) -> tuple[ConfusedPair, ...]:
        """Return the most frequent confusions, right predictions left out."""
        counts = self.matrix.counts
        wrong = np.where(np.eye(len(counts), dtype=bool), 0, counts)
        order = np.argsort(-wrong, axis=None, kind="stable")[:count]
        rows, columns = np.unravel_index(order, counts.shape)
        return tuple(
            ConfusedPair(int(row), int(column), int(count), int(count) / int(counts[row].sum()))
            for row, column, count in zip(rows, columns, wrong[rows, columns], strict=True)
            if count
        )


@dataclass(frozen=True, eq=False)
class Confusions:
    """Matrices of several runs on one page.

    Attributes:
        matrices: One entry a run that is shown.
        scale: What a cell shows: its share of the actual class, or its count.
        offset: How many runs come before the first one shown.
        total: Number of runs.
        threshold: Probability from which two classes' positive one is predicted.
    """

    matrices: tuple[NamedConfusion, ...]
    scale: Scale
    offset: int
    total: int
    threshold: float
    provenance: Provenance

    @property
    def largest(self) -> int:
        """The largest count of all matrices."""
        return max(int(entry.matrix.counts.max()) for entry in self.matrices)

    @property
    def largest_share(self) -> float:
        """The largest share of an actual class in all matrices."""
        found = [entry.matrix.counts for entry in self.matrices]
        return max(
            float((counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)).max()) for counts in found
        )

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a run and pair of classes."""
        import pandas as pd

        frames = []
        for entry in self.matrices:
            counts, names = entry.matrix.counts, np.array(entry.matrix.classes, dtype=object)
            rows, columns = np.indices(counts.shape)
            sums = np.maximum(counts.sum(axis=1, keepdims=True), 1)
            columns_of = {
                "run": entry.run,
                "label": entry.label,
                "actual": names[rows.ravel()],
                "predicted": names[columns.ravel()],
                "samples": counts.ravel(),
                "share_of_actual": (counts / sums).ravel(),
            }
            frames.append(pd.DataFrame(columns_of))
        return pd.concat(frames, ignore_index=True)


def confusions(
    runs: Sequence[ComparedRun],
    scale: Scale = "share",
    threshold: float = USUAL_THRESHOLD,
    offset: int = 0,
    total: int | None = None,
) -> Confusions:
    """Return the matrices of runs; a threshold is of those that know two classes."""
    matrices = tuple(
        NamedConfusion(
            run.run,
            run.label,
            confusion(run.predictions, threshold=_of(run, threshold)),
            run.predictions.positive,
        )
        for run in runs
    )
    return Confusions(
        matrices,
        scale,
        offset,
        len(runs) if total is None else total,
        threshold,
        Provenance(
            "confusion matrices",
            data=runs[0].data if len({run.data for run in runs}) == 1 else "",
            weights={run.run: run.weights for run in runs},
            parameters={"scale": scale, "threshold": threshold},
            samples=max(entry.samples for entry in matrices),
        ),
    )


def _of(run: ComparedRun, threshold: float) -> float:
    return threshold if len(run.predictions.classes) == 2 else USUAL_THRESHOLD
