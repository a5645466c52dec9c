"""Labels of the tokens that attention stands between: steps, patches of steps, tokens in front."""

import numpy as np

from core.arrays import IntArray
from core.attention.inputs import StepAxis
from core.data import Dataset
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest

FRONT = "class token"


def token_axes(
    manifest: RunManifest, dataset: Dataset, layer: AttentionLayer, samples: IntArray
) -> tuple[StepAxis, StepAxis]:
    """Return the labels of the tokens that ask and of those that are looked at.

    Args:
        manifest: The run.
        dataset: Its dataset.
        layer: The layer.
        samples: Samples that are shown; one alone has its own dates.
    """
    keys = token_axis(
        steps_of(manifest, dataset, layer.keys, samples), layer.shape[-1], layer.patch, layer.extra
    )
    if layer.kind == "pooled":
        return StepAxis(()), keys
    asking = steps_of(manifest, dataset, layer.queries, samples)
    return token_axis(asking, layer.shape[1], _patch_of_queries(manifest, layer), layer.extra), keys


def token_axis(steps: StepAxis, tokens: int, patch: int = 1, extra: int = 0) -> StepAxis:
    """Return a label for each token: its first and last step, or what stands in front."""
    labels = [FRONT if extra == 1 else f"{FRONT} {place}" for place in range(extra)]
    for start in range(0, (tokens - extra) * patch, patch):
        covered = steps.labels[start : start + patch]
        if not covered:
            labels.append("padding")
        else:
            labels.append(covered[0] if len(covered) == 1 else f"{covered[0]} to {covered[-1]}")
    return StepAxis(tuple(labels), steps.name)


def _patch_of_queries(manifest: RunManifest, layer: AttentionLayer) -> int:
    """Return how many steps a token that asks covers: another layer looks at the same tokens."""
    if layer.queries == layer.keys:
        return layer.patch
    same = [other.patch for other in manifest.attention_layers if other.keys == layer.queries]
    return same[0] if same else 1


def steps_of(manifest: RunManifest, dataset: Dataset, modality: str, samples: IntArray) -> StepAxis:
    """Return the labels of a modality's steps; one sample alone has its own dates."""
    found = manifest.modalities.get(modality)
    if found is not None and not found.indices:
        derived = dataset.modalities[modality]
        return StepAxis(derived.step_labels, derived.step_name)
    if len(np.unique(samples)) == 1:
        own = tuple(dataset.labels_of(int(samples[0])))
        return StepAxis(own + tuple(dataset.step_labels[len(own) :]), dataset.step_name)
    return StepAxis.of(dataset)
