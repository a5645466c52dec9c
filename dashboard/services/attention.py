"""What the page Attention asks: samples in order, heatmap, averages, patterns, one sample in depth."""

from dataclasses import dataclass, replace
from typing import cast, get_args

import numpy as np

from core.arrays import IntArray
from core.attention import (
    SORTS,
    AttentionHeatmap,
    AttentionProfiles,
    ChannelScale,
    Grouping,
    HeatmapView,
    PatternCounts,
    SampleAttention,
    StepAxis,
    attention_heatmap,
    attention_profiles,
    by_class,
    by_outcome,
    channel_scale,
    explain_sample,
    pattern_counts,
    row_order,
)
from core.attention.heatmap import Show, Sort
from core.errors import NotFoundError
from core.models.manifest import RunManifest
from core.results import Provenance
from dashboard.services import library
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import (
    RunSamples,
    Selection,
    dataset_of,
    judged,
    layer_of,
    layers_of,
    reference_class,
    rows_of,
    select,
    weights_of,
)

ROWS, STEPS = 360, 360  # cells of the heatmap; more are drawn together
OWN_NAMES = ("right", "", "", "wrong")  # in the order of OUTCOMES
NEIGHBOURS = 200  # samples before and after the focused one that the browser knows
SCALE_SAMPLES = 4000  # training samples whose channels are measured where the run has no scaler

_orders = AnswerCache(24)
_heatmaps = AnswerCache(24)
_scales = AnswerCache(16)


@dataclass(frozen=True)
class AttentionView:
    """What is asked about the attention of some samples.

    Attributes:
        selection: Which samples of which run.
        layer: Name of the attention layer; "" for the first.
        sort: Key by which samples are ordered; "" for the usual one.
        show: What a cell shows of weights drawn together: "mean", "max", or "" for the usual one.
    """

    selection: Selection
    layer: str = ""
    sort: str = ""
    show: str = ""

    @property
    def order(self) -> Sort:
        """The sort key that is meant; an unknown one is taken for the usual one."""
        return self.sort if self.sort in SORTS else "outcome"

    @property
    def statistic(self) -> Show:
        """The statistic that is meant."""
        return cast("Show", self.show) if self.show in get_args(Show) else "mean"


@dataclass(frozen=True)
class Focus:
    """Where the focused sample stands among those shown.

    Attributes:
        sample: Position of the sample in the dataset; the first of the order when none was asked for.
        rank: Its place in the order from 0; None if a filter or the part leaves it out.
        row: Its row in the heatmap; None like the rank.
        total: Number of samples shown.
        near: Samples around it in the order, those that previous and next walk through.
    """

    sample: int
    rank: int | None
    row: int | None
    total: int
    near: tuple[int, ...]


def has_attention(manifest: RunManifest) -> bool:
    """Say whether a run has attention to look at."""
    return bool(layers_of(manifest))


def heatmap(asked: AttentionView) -> AttentionHeatmap:
    """Return the attention of all samples asked for as one picture, in order."""
    answer: AttentionHeatmap = _heatmaps.get(repr(asked), lambda: _heatmap(asked))
    library.run(asked.selection.run)  # a deleted run has no picture, though it may be remembered
    return answer


def order(asked: AttentionView) -> IntArray:
    """Return the samples asked for in their order, as positions in the dataset."""
    key = repr((asked.selection, asked.layer, asked.order))
    answer: IntArray = _orders.get(key, lambda: _order(asked))
    return answer


def focus(asked: AttentionView, sample: int | None) -> Focus:
    """Return where a sample stands in the order, its row in the heatmap, and its neighbours."""
    samples = order(asked)
    chosen = int(samples[0]) if sample is None else sample
    found = np.flatnonzero(samples == chosen)
    rank = int(found[0]) if len(found) else None
    row = None
    if rank is not None:
        row = int(np.searchsorted(np.cumsum(heatmap(asked).counts), rank, side="right"))
    first = max(0, (rank or 0) - NEIGHBOURS)
    near = samples[first : (rank or 0) + NEIGHBOURS + 1]
    return Focus(chosen, rank, row, len(samples), tuple(int(index) for index in near))


def profiles(asked: AttentionView, by: str) -> AttentionProfiles:
    """Return the average attention by step, by "class" or by "outcome", groups without samples left out."""
    samples = select(asked.selection)
    grouping = by_class(samples.labels) if by == "class" else outcome_groups(samples)
    layer = layer_of(samples.manifest, asked.layer)
    return attention_profiles(
        rows_of(weights_of(samples.manifest, layer), samples.labels.indices),
        samples.lengths,
        grouping,
        StepAxis.of(samples.dataset),
        source=samples.provenance("attention profile", layer=layer.name, **_filters(asked)),
    )


def patterns(asked: AttentionView) -> PatternCounts:
    """Return how many samples of each outcome have which attention pattern."""
    samples = select(asked.selection)
    layer = layer_of(samples.manifest, asked.layer)
    return pattern_counts(
        rows_of(weights_of(samples.manifest, layer), samples.labels.indices),
        samples.lengths,
        outcome_groups(samples),
        samples.provenance("attention patterns", layer=layer.name, **_filters(asked)),
    )


def outcome_groups(samples: RunSamples) -> Grouping:
    """Group samples by outcome; where it is each sample's own, by right and wrong."""
    grouping = by_outcome(samples.labels)
    return replace(grouping, names=OWN_NAMES) if samples.own else grouping


def sample(asked: AttentionView, index: int | None) -> SampleAttention:
    """Return one sample in depth: the one asked for, else the first of the order.

    The sample may lie outside the selection: a link to it stays good when a filter hides it.

    Raises:
        NotFoundError: If the dataset has no such sample.
    """
    manifest = library.run(asked.selection.run)
    dataset = dataset_of(manifest)
    layer = layer_of(manifest, asked.layer)
    chosen = int(order(asked)[0]) if index is None else index
    if not 0 <= chosen < dataset.samples:
        raise NotFoundError(f"samples are numbered 0 to {dataset.samples - 1}; got {chosen}")
    reference = reference_class(manifest, asked.selection.klass)
    labels = judged(manifest, dataset, "all", reference, asked.selection.threshold)
    if reference < 0:
        labels = replace(labels, of_class=max(0, int(labels.actual[chosen])))
    return explain_sample(
        dataset,
        labels,
        chosen,
        weights_of(manifest, layer)[chosen],
        scale=_scale_of(manifest),
        source=Provenance(
            "attention of a sample",
            data=manifest.dataset_sha256,
            weights={manifest.id: manifest.hashes.get("onnx", "")},
            parameters={"layer": layer.name},
            versions=manifest.versions,
        ),
    )


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    for cache in (_orders, _heatmaps, _scales):
        cache.clear()


def _heatmap(asked: AttentionView) -> AttentionHeatmap:
    samples = select(asked.selection)
    layer = layer_of(samples.manifest, asked.layer)
    return attention_heatmap(
        rows_of(weights_of(samples.manifest, layer), samples.labels.indices),
        samples.lengths,
        samples.labels,
        StepAxis.of(samples.dataset),
        view=HeatmapView(asked.order, ROWS, STEPS, asked.statistic),
        source=samples.provenance("attention heatmap", layer=layer.name, **_filters(asked)),
    )


def _order(asked: AttentionView) -> IntArray:
    samples = select(asked.selection)
    indices = samples.labels.indices
    weights = weights_of(samples.manifest, layer_of(samples.manifest, asked.layer))
    ranked = row_order(rows_of(weights, indices), samples.lengths, samples.labels, asked.order)
    return np.asarray(indices[ranked], np.int64)


def _filters(asked: AttentionView) -> dict[str, str]:
    chosen = asked.selection
    named = {"klass": chosen.klass, "outcome": chosen.outcome, "predicted": chosen.predicted}
    return {"part": chosen.part, **{name: value for name, value in named.items() if value}}


def _scale_of(manifest: RunManifest) -> ChannelScale:
    answer: ChannelScale = _scales.get(manifest.id, lambda: _measure_channels(manifest))
    return answer


def _measure_channels(manifest: RunManifest) -> ChannelScale:
    scaler = library.store().runs.json(manifest.id, "scaler.json")
    dataset = dataset_of(manifest)
    if scaler.get("kind") == "standard" and not scaler.get("within") and not dataset.categorical:
        return ChannelScale(np.asarray(scaler["mean"], np.float64), np.asarray(scaler["scale"], np.float64))
    training = judged(manifest, dataset, "train", manifest.positive).indices
    rows = training[np.linspace(0, len(training) - 1, min(len(training), SCALE_SAMPLES)).astype(np.int64)]
    found = channel_scale(dataset.series[rows], np.asarray(dataset.lengths)[rows])
    # Codes of categories have no distance: such a channel never stands out.
    std = np.where(np.isin(np.arange(len(found.std)), dataset.categorical), 0.0, found.std)
    return replace(found, std=std)
