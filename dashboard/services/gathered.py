"""The chosen runs of the page Compare with their predictions, for all that its sections ask of them."""

from dataclasses import dataclass
from typing import Protocol

from core.evaluation import ComparedRun
from core.evaluation.gathering import gather
from core.models.manifest import RunManifest
from dashboard.services import comparison, library
from dashboard.services.samples import dataset_of


class Compared(Protocol):
    """The part of a view that says which runs are meant."""

    @property
    def runs(self) -> tuple[str, ...]:
        """Ids of the runs."""

    @property
    def dataset(self) -> str | None:
        """Id of the dataset."""

    @property
    def target(self) -> str:
        """Name of the target."""


@dataclass(frozen=True)
class Chosen:
    """Which runs, and what of them.

    Attributes:
        runs: Ids of the runs; the newest unless given.
        dataset: Id of the dataset; that of the newest run unless given.
        target: Name of the target; each run's first one where it is "" or not learnt by all of them.
    """

    runs: tuple[str, ...] = ()
    dataset: str | None = None
    target: str = ""

    @classmethod
    def of(cls, view: Compared) -> "Chosen":
        """Return the choice that a view means."""
        return cls(view.runs, view.dataset, view.target)


def manifests(chosen: Chosen) -> tuple[RunManifest, ...]:
    """Return the manifests of the chosen runs; NotFoundError if one is gone or there is none."""
    return comparison.chosen(chosen.runs, chosen.dataset)


def key_of(chosen: Chosen, part: str = "test") -> str:
    """Return a text that is equal where the chosen runs and what they are called are."""
    return repr(([(run.id, run.name) for run in manifests(chosen)], chosen.target, part))


def predictions(chosen: Chosen) -> tuple[ComparedRun, ...]:
    """Return the chosen runs with their predictions on the test part.

    Raises:
        NotFoundError: If a run or its dataset is gone, or the part has no samples.
    """
    return comparison.gathered(manifests(chosen), target=chosen.target).runs


def one(manifest: RunManifest, part: str, target: str) -> ComparedRun:
    """Return one run with its predictions on a part; NotFoundError if the part has no samples."""
    labels = {manifest.id: manifest.id}
    return gather(library.store(), [manifest], labels, dataset_of, part, target).runs[0]
