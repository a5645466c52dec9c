"""What the page Attention asks: samples in order, heatmap, averages, patterns, one sample in depth."""

from dataclasses import replace

from core.attention import ChannelScale, SampleAttention, explain_sample
from core.attention.run_findings import scale_of_run
from core.errors import NotFoundError
from core.models.manifest import RunManifest
from core.results import Provenance
from dashboard.services import attention_groups, attention_rows, library
from dashboard.services.attention_groups import patterns, profiles
from dashboard.services.attention_rows import NEIGHBOURS, Focus, focus, heatmap, order
from dashboard.services.attention_view import ROWS, STEPS, AttentionView
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import dataset_of, judged, layer_of, layers_of, reference_class, weights_of

_scales = AnswerCache(16)

__all__ = [
    "NEIGHBOURS",
    "ROWS",
    "STEPS",
    "AttentionView",
    "Focus",
    "focus",
    "forget",
    "has_attention",
    "heatmap",
    "order",
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
    attention_groups.forget()
    _scales.clear()


def _scale_of(manifest: RunManifest) -> ChannelScale:
    answer: ChannelScale = _scales.get(
        manifest.id, lambda: scale_of_run(library.store(), manifest, dataset_of(manifest))
    )
    return answer
