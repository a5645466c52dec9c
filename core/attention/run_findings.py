"""Findings of a run: what the page and the command both ask, put together from what the run has stored."""

from dataclasses import dataclass, replace

import numpy as np

from core.attention.channels import ChannelAttention, channel_attention
from core.attention.counts import PatternCounts, counted_patterns
from core.attention.distributions import AttentionDistribution, attention_distribution
from core.attention.findings import AttentionFindings, attention_findings
from core.attention.inputs import SampleLabels, StepAxis
from core.attention.profiles import (
    AttentionProfiles,
    all_together,
    attention_profiles,
    by_class,
    by_outcome,
)
from core.attention.rows import OrderedRows
from core.attention.samples import ChannelScale, channel_scale
from core.attention.stored import stored_statistics
from core.data import PARTS, Dataset
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest
from core.results import Provenance
from core.store import Store

OF_SAMPLES = ("entropy", "concentration", "peak")
SCALE_SAMPLES = 4000  # training samples whose channels are measured where the run has no scaler


@dataclass(frozen=True)
class GroupedAttention:
    """The attention of samples in groups, by outcome or by class.

    Attributes:
        profile: Mean weight of each step by group.
        patterns: Number of samples by group and pattern.
        distributions: Entropy, concentration and place of the peak by group.
    """

    profile: AttentionProfiles
    patterns: PatternCounts
    distributions: tuple[AttentionDistribution, ...]

    @property
    def by(self) -> str:
        """What the groups are."""
        return self.profile.by


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
    store: Store, manifest: RunManifest, dataset: Dataset, layer: AttentionLayer, labels: SampleLabels
) -> tuple[GroupedAttention, ...]:
    """Return the attention of some samples of a run by outcome and by actual class."""
    rows = rows_of_run(store, manifest, dataset, layer, labels)
    lengths = np.asarray(dataset.lengths)[labels.indices]
    statistics = stored_statistics(store, manifest, layer).rows(labels.indices)
    source = _source(manifest, layer)
    return tuple(
        GroupedAttention(
            attention_profiles(rows, lengths, grouping, StepAxis.of(dataset), source=source),
            counted_patterns(statistics, grouping, source),
            tuple(attention_distribution(name, statistics, grouping, source=source) for name in OF_SAMPLES),
        )
        for grouping in (by_outcome(labels), by_class(labels))
    )


def _source(manifest: RunManifest, layer: AttentionLayer) -> Provenance:
    return Provenance(
        "attention findings",
        data=manifest.dataset_sha256,
        weights={manifest.id: manifest.hashes.get("onnx", "")},
        parameters={"layer": layer.name},
        versions=manifest.versions,
    )
