"""What the section Quality asks: what was found about a dataset, and what of it there is to draw."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.data import Statistics
from core.data.quality import Quality
from core.data.quality_balance import EntityBalance
from core.data.quality_channels import ChannelChecks
from core.data.quality_known import dataset_quality
from core.data.quality_missing import MissingValues
from core.data.quality_pairs import Correlation
from core.errors import NotFoundError
from core.results import Provenance
from dashboard.services import data, library
from dashboard.services.cache import AnswerCache

if TYPE_CHECKING:
    import pandas as pd

_found = AnswerCache(16)


@dataclass(frozen=True)
class Lengths:
    """How long the samples of a dataset are."""

    statistics: Statistics

    @property
    def provenance(self) -> Provenance:
        """Where the numbers come from."""
        return self.statistics.provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a bin of the histogram."""
        import pandas as pd

        lengths = self.statistics.lengths
        first, last = np.ceil(lengths.edges[:-1]), np.ceil(lengths.edges[1:]) - 1
        columns = {"from steps": first.astype(int), "to steps": last.astype(int), "samples": lengths.counts}
        return pd.DataFrame(columns)


@dataclass(frozen=True)
class Parts:
    """How many labels of each class each part has, for every target of a dataset."""

    statistics: Statistics

    @property
    def provenance(self) -> Provenance:
        """Where the numbers come from."""
        return self.statistics.provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a target and class."""
        import pandas as pd

        frames = [
            self.statistics.class_frame(name).assign(target=name)[["target", "class", *columns]]
            for name in self.statistics.targets
            for columns in [("train", "validation", "test", "none", "total")]
        ]
        return pd.concat(frames, ignore_index=True)


def quality(identifier: str | None) -> Quality:
    """Return what was found about a dataset; of an old one it is looked for once a process."""
    manifest = library.dataset(identifier)
    found: Quality = _found.get(manifest.id, lambda: dataset_quality(library.store(), manifest.id))
    return found


def missing(identifier: str | None) -> MissingValues:
    """Return where values are missing; NotFoundError where none is."""
    found = quality(identifier).missing
    if not found.total:
        raise NotFoundError("No value is missing.")
    return found


def correlation(identifier: str | None) -> Correlation:
    """Return the correlation of channels; NotFoundError where there are no two that can be compared."""
    found = quality(identifier).correlation
    if len(found.names) < 2:
        raise NotFoundError("There are no two channels of numbers that change.")
    return found


def outliers(identifier: str | None) -> ChannelChecks:
    """Return the outliers of channels; NotFoundError where there are none."""
    found = quality(identifier).checks
    if not found.outliers.any():
        raise NotFoundError(_words(identifier, "outliers", "No outlier was found."))
    return found


def entities(identifier: str | None, target: str = "") -> EntityBalance:
    """Return the classes by entity of a target, the first unless it has one of this name.

    Raises:
        NotFoundError: If the dataset names no entities, or no target has one label a sample.
    """
    found = quality(identifier).entities
    if not found:
        manifest = library.dataset(identifier)
        raise NotFoundError(
            "The dataset does not say what its samples were recorded of."
            if not manifest.has_entities
            else "No target has one label a sample."
        )
    return found.get(target) or next(iter(found.values()))


def parts(identifier: str | None) -> Parts:
    """Return the classes by part; NotFoundError of a dataset without labels."""
    found = data.statistics(identifier)
    if not found.targets:
        raise NotFoundError("The dataset has no labels.")
    return Parts(found)


def lengths(identifier: str | None) -> Lengths:
    """Return the lengths of the samples; NotFoundError where all are equal."""
    found = data.statistics(identifier)
    if found.lengths.minimum == found.lengths.maximum:
        raise NotFoundError(f"Every sample has {found.lengths.maximum:,} steps.")
    return Lengths(found)


def forget() -> None:
    """Forget what was found; for tests that change the store."""
    _found.clear()


def _words(identifier: str | None, kind: str, other: str) -> str:
    return next((remark.words for remark in quality(identifier).remarks if remark.kind == kind), other)
