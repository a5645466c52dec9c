"""What the page Attention asks: samples in order, heatmap, averages, patterns, one sample in depth."""

from dataclasses import replace

import numpy as np

from core.attention import ChannelScale, SampleAttention, channel_scale, explain_sample
from core.errors import NotFoundError
from core.models.manifest import RunManifest
from core.results import Provenance
from dashboard.services import attention_rows, library
from dashboard.services.attention_groups import outcome_groups, patterns, profiles
from dashboard.services.attention_rows import NEIGHBOURS, Focus, clusters, focus, heatmap, order
from dashboard.services.attention_view import ROWS, STEPS, AttentionView
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import dataset_of, judged, layer_of, layers_of, reference_class, weights_of

SCALE_SAMPLES = 4000  # training samples whose channels are measured where the run has no scaler

_scales = AnswerCache(16)

__all__ = [
    "NEIGHBOURS",
    "ROWS",
    "STEPS",
    "AttentionView",
    "Focus",
    "clusters",
    "focus",
    "forget",
    "has_attention",
    "heatmap",
    "order",
    "outcome_groups",
    "patterns",
    "profiles",
    "sample",
]


def has_attention(manifest: RunManifest) -> bool:
    """Say whether a run has attention to look at."""
    return bool(layers_of(manifest))


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
    attention_rows.forget()
    _scales.clear()


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
