"""Findings of a run: what the page and the command both ask, put together from what the run has stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import IntArray
from core.attention.channels import ChannelAttention, channel_attention
from core.attention.choosing import Chooser
from core.attention.cohorts import Scope, read_cohorts
from core.attention.counts import PatternCounts, counted_patterns
from core.attention.distributions import MEASURES, WIDE, AttentionDistribution, attention_distribution
from core.attention.findings import AttentionFindings, attention_findings
from core.attention.groupings import GroupSources, grouped
from core.attention.inputs import SampleLabels, StepAxis
from core.attention.profiles import AttentionProfiles, Grouping, all_together, attention_profiles
from core.attention.rows import OrderedRows, share_axis
from core.attention.samples import ChannelScale, channel_scale
from core.attention.statistics import AttentionStatistics
from core.attention.stored import stored_statistics
from core.data import PARTS, Dataset
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest
from core.results import Provenance
from core.store import Store

USUAL_GROUPS = ("outcome", "class")
SCALE_SAMPLES = 4000  # training samples whose channels are measured where the run has no scaler


@dataclass(frozen=True)
class GroupedAttention:
    """The attention of samples in groups, by one of GROUPS.

    Attributes:
        profile: Mean weight of each step by group.
        patterns: Number of samples by group and pattern.
        distributions: Entropy, concentration, place of the peak and single weights by group; of what is
            spread over powers of ten once more with intervals that are equal on a logarithmic scale.
    """

    profile: AttentionProfiles
    patterns: PatternCounts
    distributions: tuple[AttentionDistribution, ...]

    @property
    def by(self) -> str:
        """What the groups are."""
        return self.profile.by


@dataclass(frozen=True, eq=False)
class GroupedRows:
    """Samples of a run in groups with their attention, of which everything about groups is computed.

    Attributes:
        grouping: The group of each place.
        rows: The weights of each place, by step.
        statistics: How the attention of each place is spread.
        axis: Labels of the steps.
        source: Hashes of the data and the model.
    """

    grouping: Grouping
    rows: OrderedRows
    statistics: AttentionStatistics
    axis: StepAxis
    source: Provenance | None = None

    def profile(self, shares: bool = False) -> AttentionProfiles:
        """Return the average attention by step, or by hundredths of each sample's own length."""
        return attention_profiles(
            replace(self.rows, shares=shares),
            self.statistics.lengths,
            self.grouping,
            share_axis() if shares else self.axis,
            source=self.source,
        )

    def patterns(self) -> PatternCounts:
        """Return how many samples of each group have which attention pattern."""
        return counted_patterns(self.statistics, self.grouping, self.source)

    def distribution(self, measure: str, logarithmic: bool = False) -> AttentionDistribution:
        """Return how one of MEASURES is distributed in each group."""
        return attention_distribution(
            measure,
            self.statistics,
            self.grouping,
            rows=self.rows,
            logarithmic=logarithmic,
            source=self.source,
        )

    def everything(self, shares: bool = False) -> GroupedAttention:
        """Return all of it."""
        kinds = [(name, False) for name in MEASURES] + [(name, True) for name in MEASURES if name in WIDE]
        told = tuple(self.distribution(name, logarithmic) for name, logarithmic in kinds)
        return GroupedAttention(self.profile(shares), self.patterns(), told)


def rows_of_run(
    store: Store, manifest: RunManifest, dataset: Dataset, layer: AttentionLayer, labels: SampleLabels
) -> OrderedRows:
    """Return the weights of some samples, which were found to be finite and positive.

    Raises:
        ModelError: If they are not, naming the run and the layer.
    """
    stored_statistics(store, manifest, layer)
    weights = store.runs.array(manifest.id, f"attention_{layer.name}.npy")
    return OrderedRows.of(weights, labels.indices, np.asarray(dataset.lengths)[labels.indices])


def scale_of_run(store: Store, manifest: RunManifest, dataset: Dataset) -> ChannelScale:
    """Return mean and SD of the channels over a run's training samples, from its scaler where it has one."""
    stored = "scaler.json" in manifest.files
    scaler = store.runs.json(manifest.id, "scaler.json") if stored else {}
    if scaler.get("kind") == "standard" and not scaler.get("within") and not dataset.categorical:
        return ChannelScale(np.asarray(scaler["mean"], np.float64), np.asarray(scaler["scale"], np.float64))
    parts = np.asarray(store.runs.array(manifest.id, "parts.npy"))
    training = np.flatnonzero(parts == PARTS.index("train"))
    rows = training[np.linspace(0, len(training) - 1, min(len(training), SCALE_SAMPLES)).astype(np.int64)]
    found = channel_scale(dataset.series[rows], np.asarray(dataset.lengths)[rows])
    # Codes of categories have no distance: such a channel never stands out.
    std = np.where(np.isin(np.arange(len(found.std)), dataset.categorical), 0.0, found.std)
    return replace(found, std=std)


def channels_of_run(
    store: Store, manifest: RunManifest, dataset: Dataset, layer: AttentionLayer, labels: SampleLabels
) -> ChannelAttention:
    """Return how far channels deviate where a run looks in some samples."""
    rows = rows_of_run(store, manifest, dataset, layer, labels)
    return channel_attention(dataset, rows, scale_of_run(store, manifest, dataset), _source(manifest, layer))


def findings_of_run(
    store: Store, manifest: RunManifest, dataset: Dataset, layer: AttentionLayer, labels: SampleLabels
) -> AttentionFindings:
    """Return what the attention of some samples of a run shows.

    Args:
        store: The store.
        manifest: The run.
        dataset: Its dataset.
        layer: One of its layers that look at the steps of the series.
        labels: The samples, with prediction, class and confidence.
    """
    rows = rows_of_run(store, manifest, dataset, layer, labels)
    count = len(labels.indices)
    profile = attention_profiles(
        rows, np.asarray(dataset.lengths)[labels.indices], all_together(count), StepAxis.of(dataset)
    )
    return attention_findings(
        stored_statistics(store, manifest, layer).rows(labels.indices),
        labels,
        profile,
        channels_of_run(store, manifest, dataset, layer, labels),
        _source(manifest, layer),
    )


def groups_of_run(
    chooser: Chooser,
    layer: AttentionLayer,
    labels: SampleLabels,
    by: Sequence[str] = USUAL_GROUPS,
    shares: bool = False,
) -> tuple[GroupedAttention, ...]:
    """Return the attention of some samples of a run in groups.

    Args:
        chooser: Answers for the run.
        layer: One of its layers that look at the steps of the series.
        labels: The samples.
        by: What the groups are, some of GROUPS.
        shares: Whether averages are by hundredths of each sample's own length and not by steps.

    Raises:
        SettingsError: If there are no such groups.
        NotFoundError: If groups are cohorts and no sample is in one.
    """
    sources = GroupSources(
        [cohort.name for cohort in read_cohorts(chooser.store, chooser.manifest.id)],
        chooser.members,
        lambda: chooser.fields(Scope(layer=layer.name))["cluster"],
    )
    source = _source(chooser.manifest, layer)
    return tuple(
        grouped_rows(chooser, layer, labels.indices[places], grouping, source).everything(shares)
        for places, grouping in (grouped(name, labels, sources) for name in dict.fromkeys(by))
    )


def grouped_rows(
    chooser: Chooser, layer: AttentionLayer, indices: IntArray, grouping: Grouping, source: Provenance
) -> GroupedRows:
    """Return samples of a run in groups with their attention.

    Args:
        chooser: Answers for the run.
        layer: One of its layers that look at the steps of the series.
        indices: The sample of each place, a position in the dataset.
        grouping: The group of each place.
        source: Hashes of the data and the model.
    """
    statistics = stored_statistics(chooser.store, chooser.manifest, layer).rows(indices)
    weights = chooser.store.runs.array(chooser.manifest.id, f"attention_{layer.name}.npy")
    rows = OrderedRows.of(weights, indices, statistics.lengths)
    return GroupedRows(grouping, rows, statistics, StepAxis.of(chooser.dataset), source)


def _source(manifest: RunManifest, layer: AttentionLayer) -> Provenance:
    return Provenance(
        "attention findings",
        data=manifest.dataset_sha256,
        weights={manifest.id: manifest.hashes.get("onnx", "")},
        parameters={"layer": layer.name},
        versions=manifest.versions,
    )
