"""How sure a run is of what it predicts: samples by predicted class and probability."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import IntArray
from core.evaluation.scoring import Scores
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

BINS = 20


@dataclass(frozen=True, eq=False)
class ScoreDistribution:
    """Samples by predicted class and by the probability of that class.

    Attributes:
        classes: Names of the classes.
        counts: Samples (K, bins): bins of equal width from 0 to 1, the last one with its end.
        labelled: How many samples have a class that the run knows.
        trained_on: How many of them the run was trained on or stopped by.
        correct: How many of the labelled ones are predicted right.
    """

    classes: tuple[str, ...]
    counts: IntArray
    labelled: int
    trained_on: int
    correct: int
    provenance: Provenance

    @property
    def samples(self) -> int:
        """Number of samples."""
        return int(self.counts.sum())

    @property
    def edges(self) -> tuple[float, ...]:
        """The ends of the bins."""
        bins = self.counts.shape[1]
        return tuple(place / bins for place in range(bins + 1))

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a class and bin that holds samples."""
        import pandas as pd

        codes, bins = np.nonzero(self.counts)
        return pd.DataFrame(
            {
                "predicted": np.array(self.classes, dtype=object)[codes],
                "from": [self.edges[place] for place in bins],
                "to": [self.edges[place + 1] for place in bins],
                "samples": self.counts[codes, bins],
            }
        )

    def plain(self) -> dict[str, Any]:
        """Return it as plain values for a file."""
        return {
            "classes": list(self.classes),
            "counts": self.counts.tolist(),
            "labelled": self.labelled,
            "trained_on": self.trained_on,
            "correct": self.correct,
            "provenance": self.provenance.plain(),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "ScoreDistribution":
        """Return what ``plain`` gave."""
        return cls(
            tuple(plain["classes"]),
            np.asarray(plain["counts"], np.int64).reshape(len(plain["classes"]), -1),
            plain["labelled"],
            plain["trained_on"],
            plain["correct"],
            Provenance(**plain["provenance"]),
        )


def score_distribution(scores: Scores, bins: int = BINS) -> ScoreDistribution:
    """Count the samples of a scoring by predicted class and by the probability of that class."""
    found = scores.predictions
    chosen = found.probabilities.max(axis=1)
    places = np.minimum((chosen * bins).astype(np.int64), bins - 1)
    size = len(found.classes) * bins
    counts = np.bincount(found.predicted * bins + places, minlength=size).reshape(-1, bins)
    return ScoreDistribution(
        found.classes,
        counts,
        scores.labelled,
        scores.trained_on,
        int(np.sum(found.predicted == found.actual)),
        scores.provenance,
    )
