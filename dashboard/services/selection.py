"""Which samples of which run a view means: the one selection that every page shows."""

from dataclasses import dataclass
from typing import Protocol

from core.evaluation import USUAL_THRESHOLD

SELECTED = (
    *("run", "part", "klass", "outcome", "predicted", "layer", "threshold", "against"),
    *("where", "cohort"),
)
"""Keys of the view that say which samples are meant; whatever asks `select` names them in its `uses`."""


class Looked(Protocol):
    """The part of a view that says which samples are meant."""

    @property
    def run(self) -> str | None:
        """Id of the run."""

    @property
    def part(self) -> str:
        """Name of the part, or "all"."""

    @property
    def klass(self) -> str:
        """Name of the class looked at."""

    @property
    def outcome(self) -> str:
        """TP, TN, FP, FN, or "" for all."""

    @property
    def predicted(self) -> str:
        """Name of the predicted class."""

    @property
    def against(self) -> str | None:
        """Id of another run: only samples that the run gets right and this one wrong."""

    @property
    def threshold(self) -> float:
        """Probability of the positive class of two from which it is predicted."""

    @property
    def where(self) -> str:
        """Condition that the samples meet."""

    @property
    def cohort(self) -> str:
        """Name of the cohort that they belong to."""

    @property
    def layer(self) -> str:
        """Name of the attention layer."""


@dataclass(frozen=True)
class Selection:
    """Which samples of which run.

    Attributes:
        run: Id of the run.
        part: "train", "validation", "test", or "all".
        klass: Name of the class looked at. With two classes: only samples of this class. With more: the one
            that outcomes are about, against the rest; it chooses no samples, a condition does.
        outcome: "TP", "TN", "FP", "FN", or "" for all.
        predicted: Name of the predicted class, "" for all.
        threshold: Probability of the positive class of two from which it is predicted; with more classes
            it changes nothing.
        against: Id of another run: only samples that the run gets right and this one wrong; None for all.
        where: Condition that the samples meet, see `core.expressions`; "" for none.
        cohort: Name of the cohort that they belong to, "" for none.
        layer: Name of the attention layer that the condition is about; "" for the first.
    """

    run: str | None
    part: str = "test"
    klass: str = ""
    outcome: str = ""
    predicted: str = ""
    threshold: float = USUAL_THRESHOLD
    against: str | None = None
    where: str = ""
    cohort: str = ""
    layer: str = ""

    @classmethod
    def of(cls, view: Looked) -> "Selection":
        """Return the selection that a view means."""
        chosen = (view.klass, view.outcome, view.predicted, view.threshold, view.against)
        layer = view.layer if view.where else ""
        return cls(view.run, view.part, *chosen, view.where.strip(), view.cohort, layer)
