"""One sample with all that the page Sample draws of it, and the pinned one on the same axes."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.arrays import FloatArray
from core.attention import StepAxis
from core.attention.depth import LayerRows, SampleDepth
from core.data import Dataset
from core.errors import HeedError, NotFoundError
from core.inference import open_run
from core.inference.editing import interval
from core.inference.edits import Edit
from core.inference.what_if import WhatIf
from core.models.manifest import RunManifest
from core.results import Provenance
from dashboard.services import library
from dashboard.services.sample import SampleRequest, change, drawn_channels, place, stored, words
from dashboard.services.samples import dataset_of, layer_of, layers_of, weights_of

NAMED_INSIDE = 3  # channels from which names stand inside the panels


def depth(asked: SampleRequest) -> SampleDepth:
    """Return the sample with all that is drawn of it, beside the pinned one on equal axes."""
    own = _depth(asked)
    beside = _beside(asked, own.sample)
    if beside is None:
        return replace(own, limits=_limits((own,)))
    return _on_one_scale(own, (own, _depth(beside)))


def pinned(asked: SampleRequest) -> SampleDepth:
    """Return the pinned sample with the channels and axes of the focused one.

    Raises:
        NotFoundError: If none is pinned, or the focused one is.
    """
    own = _depth(asked)
    beside = _beside(asked, own.sample)
    if beside is None:
        raise NotFoundError("no other sample is pinned: press p on a sample, then go to the next one")
    other = replace(_depth(beside), shown=own.shown)
    return _on_one_scale(other, (own, other))


def _on_one_scale(one: SampleDepth, both: tuple[SampleDepth, ...]) -> SampleDepth:
    """Return a sample with axes that hold both: channels, attention and steps."""
    largest = max((float(side.main.largest) for side in both if side.main is not None), default=0.0)
    return replace(one, limits=_limits(both), steps=max(side.length for side in both), largest=largest)


def _beside(asked: SampleRequest, sample: int) -> SampleRequest | None:
    others = [one for one in asked.pinned[:1] if one != sample]
    return replace(asked, sample=others[0], edits="") if others else None


def _depth(asked: SampleRequest) -> SampleDepth:
    manifest = library.run(asked.view.selection.run)
    dataset = dataset_of(manifest)
    said, sample, found = stored(asked), place(asked).sample, words(asked)
    length = int(dataset.lengths[sample])
    changed = change(asked) if asked.edits else None
    of_signal = changed is not None and any(not edit.on_attention for edit in changed.edits)
    edits = () if changed is None else changed.edits
    layer = layer_of(manifest, asked.view.layer).name if layers_of(manifest) else ""
    return SampleDepth(
        sample=sample,
        sample_id=str(dataset.sample_ids[sample]),
        series=np.array(dataset.series[sample, :length], np.float32),
        changed=changed.edited if changed is not None and of_signal else None,
        channels=dataset.channels,
        shown=drawn_channels(asked, dataset, found),
        axis=StepAxis(dataset.labels_of(sample), dataset.step_name),
        classes=said.classes,
        probabilities=np.asarray(said.probabilities) if changed is None else changed.after,
        actual=said.actual,
        outcome=said.outcome,
        layers=_layers(manifest, dataset, sample, changed),
        layer=layer,
        words=found,
        spans=_spans(edits, length),
        limits={},
        steps=length,
        provenance=_source(manifest, sample, asked.edits),
        overlaid=asked.overlaid,
    )


def _layers(
    manifest: RunManifest, dataset: Dataset, sample: int, changed: WhatIf | None
) -> tuple[LayerRows, ...]:
    """Return what the layers that look at the series give each step; by head where the model can be asked."""
    own = layers_of(manifest)
    if changed is not None:
        named = {layer.name for layer in own}
        return tuple(
            LayerRows(layer.layer, layer.after, layer.before.mean(axis=0), layer.edited)
            for layer in changed.layers
            if layer.layer in named
        )
    live: Mapping[str, FloatArray] = {}
    if any(layer.heads > 1 for layer in own):
        live = _by_head(manifest, dataset, sample)
    length = int(dataset.lengths[sample])
    return tuple(
        LayerRows(
            layer.name,
            live.get(layer.name, np.asarray(weights_of(manifest, layer)[sample : sample + 1, :length])),
        )
        for layer in own
    )


def _by_head(manifest: RunManifest, dataset: Dataset, sample: int) -> Mapping[str, FloatArray]:
    try:
        return open_run(library.store(), manifest.id).explain(dataset, sample).attention
    except HeedError:
        return {}  # the stored means are shown


def _spans(edits: tuple[Edit, ...], length: int) -> tuple[tuple[int, int], ...]:
    found = [interval(edit, length) for edit in edits if not edit.on_attention or edit.kind == "zero"]
    return tuple(dict.fromkeys(found))


def _limits(shown: tuple[SampleDepth, ...]) -> dict[int, tuple[float, float]]:
    """Return one scale a channel for all that is drawn of it."""
    limits = {}
    for channel in shown[0].shown:
        drawn = [one.series[:, channel] for one in shown]
        drawn += [one.changed[:, channel] for one in shown if one.changed is not None]
        values = np.concatenate(drawn)
        known = values[np.isfinite(values)]
        if len(known) and known.min() < known.max():
            low, high = float(known.min()), float(known.max())
            above = 0.06 if len(shown[0].shown) < NAMED_INSIDE else 0.28  # room for the name of the channel
            limits[channel] = (low - 0.06 * (high - low), high + above * (high - low))
    return limits


def _source(manifest: RunManifest, sample: int, edits: str) -> Provenance:
    return Provenance(
        "sample in depth",
        data=manifest.dataset_sha256,
        weights={manifest.id: manifest.hashes.get("onnx", "")},
        parameters={"sample": sample, **({"edits": edits} if edits else {})},
        samples=1,
        versions=manifest.versions,
    )
