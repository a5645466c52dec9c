"""What the page Data asks: where datasets come from, jobs that bring them, what is in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.data import Dataset, Statistics, dataset_statistics, open_dataset
from core.data.families import SOURCES
from core.data.manifest import DatasetManifest
from core.errors import NotFoundError, SettingsError
from core.figures import ClassExamples, class_examples
from core.jobs import JobSpec
from core.jobs.intake import MakeRequest
from core.models.manifest import RunManifest
from core.registry import PartDescription, validated
from core.results import Provenance
from dashboard.services import jobs, library
from dashboard.services.cache import AnswerCache

if TYPE_CHECKING:
    import pandas as pd

FILE = "file"
_datasets = AnswerCache(8)


@dataclass(frozen=True)
class Made:
    """A dataset to be made of a source."""

    source: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    nonce: str = ""


def sources() -> tuple[PartDescription, ...]:
    """Return the data sources."""
    return tuple(SOURCES.describe(name) for name in SOURCES.names())


def source(name: str) -> PartDescription:
    """Return one data source; the first of all for a name that nobody knows."""
    known = sources()
    return next((part for part in known if part.name == name), known[0])


def make(order: Made) -> str:
    """Submit a job that makes a dataset; return its id.

    Raises:
        SettingsError: If the source or a setting is wrong; nothing is submitted then.
    """
    part = SOURCES.create(order.source, order.settings)
    request = validated(
        MakeRequest,
        {
            "source": order.source,
            "settings": part.model_dump(mode="json"),
            "name": order.name.strip() or None,
        },
    )
    title = f"Make {order.name.strip() or getattr(part, 'name', order.source)}"[:300]
    spec = JobSpec(
        kind="make", payload=request.model_dump(mode="json"), title=title, queue="quick", nonce=order.nonce
    )
    return jobs.submit(spec)[0]


def opened(identifier: str | None) -> Dataset:
    """Return a dataset with its arrays mapped into memory."""
    manifest = library.dataset(identifier)
    answer: Dataset = _datasets.get(manifest.id, lambda: open_dataset(library.store(), manifest.id))
    return answer


def statistics(identifier: str | None) -> Statistics:
    """Return the statistics of a dataset, computed when it was published."""
    return dataset_statistics(library.store(), library.dataset(identifier).id)


@dataclass(frozen=True)
class ClassCounts:
    """How many samples each class of a dataset has, by part."""

    statistics: Statistics
    target: str

    @property
    def provenance(self) -> Provenance:
        """Where the numbers come from."""
        return self.statistics.provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a class with its samples by part."""
        return self.statistics.class_frame(self.target)


def class_counts(identifier: str | None, target: str = "") -> ClassCounts:
    """Return the counts of one target, the first unless it is named; NotFoundError without labels."""
    found = statistics(identifier)
    if not found.targets:
        raise NotFoundError(
            "this dataset has no labels: there are no classes to count. A run can score it all the same"
        )
    return ClassCounts(found, target if target in found.targets else next(iter(found.targets)))


def examples(identifier: str | None, channel: str, target: str = "") -> ClassExamples:
    """Return some samples of each class in one channel, the first of each unless one is named."""
    dataset = opened(identifier)
    if channel and channel not in dataset.channels:
        raise NotFoundError(f"the dataset has no channel {channel!r:.60}")
    place = dataset.channels.index(channel) if channel else 0
    known = dataset.window_targets
    if not known:  # labels of single steps don't sort samples
        return class_examples(replace(dataset, targets={}, classes={}), channel=place)
    return class_examples(dataset, target if target in known else known[0], channel=place)


def channel_rows(identifier: str | None) -> list[dict[str, Any]]:
    """Return one row a channel for the table of statistics."""
    frame: pd.DataFrame = statistics(identifier).to_frame()
    names = [str(name).replace(" ", "_") for name in frame.columns]
    rows = frame.itertuples(index=False, name=None)
    return [{"id": str(place), **dict(zip(names, row, strict=True))} for place, row in enumerate(rows)]


def runs_on(identifier: str) -> tuple[RunManifest, ...]:
    """Return the runs that were trained on a dataset."""
    return library.runs(identifier).entries


def rename(identifier: str | None, name: str) -> None:
    """Give a dataset another name."""
    if not name.strip():
        raise SettingsError("a dataset's name must have at least one character; got none")
    library.store().datasets.edit(library.dataset(identifier).id, name=name)


def delete(identifier: str | None) -> DatasetManifest:
    """Move a dataset to the trash, where it stays for seven days; return what it was."""
    manifest = library.dataset(identifier)
    library.store().datasets.delete(manifest.id)
    return manifest


def restore(identifier: str) -> None:
    """Bring a dataset back from the trash."""
    library.store().datasets.restore(identifier)
