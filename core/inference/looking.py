"""Edits of attention, made into interventions on the layers of a model."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.arrays import BoolArray, FloatArray
from core.errors import ModelError, SettingsError
from core.inference.editing import interval
from core.inference.edits import Edit
from core.inference.interventions import Intervention
from core.inference.model import Prediction
from core.models.family import AttentionLayer, port_name
from core.models.manifest import RunManifest


def layer_of(manifest: RunManifest, edit: Edit) -> AttentionLayer:
    """Return the layer that an edit is of.

    Raises:
        ModelError: If the model has no attention, or no layer of this name.
    """
    layers = manifest.attention_layers
    if not layers:
        raise ModelError(
            f"{edit.kind} changes attention; this run is of the model {manifest.model}, which has none"
        )
    found = [layer for layer in layers if edit.layer in {"", layer.name}]
    if not found:
        known = ", ".join(layer.name for layer in layers)
        raise ModelError(f"attention layers of this run are {known!s:.200}; got {edit.layer!r:.60}")
    return found[0]


def intervened(
    edit: Edit, layer: AttentionLayer, length: int, prediction: Prediction, before: Mapping[str, Intervention]
) -> dict[str, Intervention]:
    """Return interventions with one more edit; it changes the weights as those before it left them.

    Args:
        edit: An edit of attention.
        layer: The layer it is of.
        length: Valid steps of the series that the layer looks at.
        prediction: What the model says of the sample under `before`, one sample.
        before: Interventions by port name of a layer.

    Raises:
        SettingsError: If the layer has no such step or head, or no weight would be left.
    """
    name = port_name(layer.name)
    done = before.get(name, Intervention())
    if edit.kind == "head_off":
        return {**before, name: replace(done, gate=_gate(edit, layer, done.gate))}
    override = _override(edit, layer, length, prediction.attention[name])
    return {**before, name: replace(done, override=override, blend=np.ones((1, 1), np.float32))}


def touched(edit: Edit, layer: AttentionLayer, length: int) -> tuple[int, int]:
    """Return the steps [start, stop) whose weights an edit of steps changes: whole tokens."""
    start, stop = (
        (edit.number, edit.number + 1) if edit.kind == "step" else interval(edit, length, layer.name)
    )
    if stop > length:
        raise SettingsError(f"steps of {layer.name} are numbered 0 to {length - 1}; got {edit.number}")
    patch = layer.patch
    return start // patch * patch, min(length, -(-stop // patch) * patch)


def _gate(edit: Edit, layer: AttentionLayer, gate: FloatArray | None) -> FloatArray:
    if edit.number >= layer.heads:
        raise SettingsError(f"heads of {layer.name} are numbered 0 to {layer.heads - 1}; got {edit.number}")
    found = np.ones((1, layer.heads), np.float32) if gate is None else np.array(gate)
    found[0, edit.number] = 0.0
    return found


def _override(edit: Edit, layer: AttentionLayer, length: int, weights: FloatArray) -> FloatArray:
    """Return the weights (1, H, S) or (1, H, Q, S) to put in place; rows of padding stay 0."""
    valid = _tokens(layer, weights.shape[-1], 0, length)
    valid[: layer.extra] = True
    if edit.kind == "uniform":
        wanted = np.where(valid, 1.0, 0.0) * np.ones_like(weights)
    else:
        start, stop = touched(edit, layer, length)
        chosen = _tokens(layer, weights.shape[-1], start, stop)
        if edit.kind == "step":
            wanted = np.where(chosen, 1.0, 0.0) * np.ones_like(weights)
        else:
            left = valid & ~chosen
            if not left.any():
                raise SettingsError("some step must keep its weight; the interval covers all of them")
            wanted = np.where(left, weights, 0.0)
            empty = wanted.sum(axis=-1, keepdims=True) <= 1e-12  # all its weight was on these steps
            wanted = np.where(empty, np.where(left, 1.0, 0.0), wanted)
    asking = weights.any(axis=-1, keepdims=True)
    wanted = np.where(asking, wanted, 0.0)
    total = wanted.sum(axis=-1, keepdims=True)
    return np.asarray(wanted / np.where(total > 0, total, 1.0), np.float32)


def _tokens(layer: AttentionLayer, count: int, start: int, stop: int) -> BoolArray:
    """Return which of so many tokens (S,) stand for a step in [start, stop)."""
    first = (np.arange(count) - layer.extra) * layer.patch
    found: BoolArray = (first < stop) & (first + layer.patch > start)
    found[: layer.extra] = False
    return found
