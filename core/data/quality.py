"""What is wrong with a dataset, and what is not: looked for once when it is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.data.dataset import Dataset
from core.data.quality_balance import EntityBalance, StepLabels, entity_balance, step_labels
from core.data.quality_channels import ChannelChecks, check_channels
from core.data.quality_missing import MissingValues, count_missing
from core.data.quality_pairs import Correlation, Duplicates, correlate, find_duplicates
from core.data.quality_remarks import Findings, Remark, remarks_of
from core.data.statistics import Statistics, compute_statistics
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Quality:
    """What was found about a dataset.

    Attributes:
        remarks: The findings in sentences; what calls for care comes first.
        checks: What is odd about single channels.
        missing: Where values are missing.
        correlation: Correlations of channels.
        duplicates: Channels that say the same.
        entities: Classes by entity, by target; empty without entities.
        step_labels: Targets with a label for every step.
        provenance: Where the numbers come from.
    """

    remarks: tuple[Remark, ...]
    checks: ChannelChecks
    missing: MissingValues
    correlation: Correlation
    duplicates: Duplicates
    entities: Mapping[str, EntityBalance]
    step_labels: tuple[StepLabels, ...]
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a channel."""
        frame = self.checks.to_frame()
        frame.insert(2, "missing", self.missing.counts.sum(axis=1))
        frame.insert(3, "missing share", self.missing.by_channel)
        same = {channel: group[0] for group in self.duplicates.identical for channel in group[1:]}
        names = self.checks.names
        frame["same as"] = [names[same[place]] if place in same else "" for place in range(len(names))]
        return frame


def compute_quality(dataset: Dataset, statistics: Statistics | None = None) -> Quality:
    """Look a sound dataset over, in bounded time and memory.

    Args:
        dataset: The dataset.
        statistics: Its statistics, where they are known already.
    """
    known = compute_statistics(dataset) if statistics is None else statistics
    checks = check_channels(dataset, known)
    correlation = correlate(dataset, checks)
    return quality_of(
        Findings(
            known,
            count_missing(dataset),
            checks,
            correlation,
            find_duplicates(dataset, known, correlation),
            tuple(entity_balance(dataset).values()),
            step_labels(dataset),
        )
    )


def quality_of(found: Findings) -> Quality:
    """Put what was found together with its sentences."""
    source = found.statistics.provenance
    return Quality(
        remarks=remarks_of(found),
        checks=found.checks,
        missing=found.missing,
        correlation=found.correlation,
        duplicates=found.duplicates,
        entities={one.target: one for one in found.balance},
        step_labels=tuple(found.step_labels),
        provenance=Provenance(
            "quality of the data",
            data=source.data,
            parameters={"samples looked at": found.checks.looked},
            samples=source.samples,
        ),
    )
