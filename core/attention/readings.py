"""Ways to read the attention of a run, each with the reason where it is not valid for its model."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from core.attention.flow import MOST_TOKENS
from core.attention.rollout import Pooling
from core.models.family import AttentionLayer, port_name
from core.models.manifest import RunManifest

BEFORE_POOLING = {
    "attention-lstm": "a recurrent layer stands before attention: each state has read all steps before it,"
    " and weights can't be followed through it",
    "cnn-attention": "convolutions stand before attention: each state has read the steps around it,"
    " and weights can't be followed through them",
    "attention-dense": "there is one layer, which pools the steps: it would be the weights themselves",
}
FOLLOWED = frozenset({"transformer"})
"""Models whose layers pass on nothing but attention and each token's own state."""


@dataclass(frozen=True)
class Reading:
    """One way to read attention.

    Attributes:
        key: Its name in commands and tables.
        title: What it is called.
        valid: Whether it may be read off this model.
        reason: Why not; of a valid one what it tells.
    """

    key: str
    title: str
    valid: bool
    reason: str


def readings(manifest: RunManifest, normed: Collection[str] = ()) -> tuple[Reading, ...]:
    """Return every reading of a run's attention, valid ones and those that are not, with the reason.

    Args:
        manifest: The run.
        normed: Port names of the layers whose model tells the length of what a key adds.
    """
    layers = manifest.attention_layers
    none = "" if layers else f"the model {manifest.model} has no attention"
    maps = none or _no_maps(layers)
    rolled = none or _not_followed(manifest)
    return (
        _reading("map", "Query \u00d7 key map", maps, "what each query gives to each key, by head"),
        _reading(
            "received",
            "Attention received",
            none,
            "the mean weight that a step gets, over the queries that ask",
        ),
        _reading(
            "rollout",
            "Rollout",
            rolled,
            "weights multiplied through the layers, half of each taken by the residual path; values, dense"
            " layers and classes are not looked at",
        ),
        _reading(
            "flow",
            "Attention flow",
            rolled or _too_long(layers),
            "the largest flow from what is read to each token, of one sample",
        ),
        _reading(
            "norms",
            "Norm-weighted attention",
            none or _not_told(layers, normed),
            "a weight times the length of what its key adds: a large weight on a value near 0 adds nothing;"
            " of several heads the mean of their lengths, though what they add may cancel",
        ),
    )


def pooling_of(manifest: RunManifest) -> Pooling:
    """Return what the head of a transformer reads."""
    found = str(manifest.settings.get("pooling", "mean"))
    return cast("Pooling", found) if found in {"mean", "class token", "last"} else "mean"


def _reading(key: str, title: str, problem: str, tells: str) -> Reading:
    return Reading(key, title, not problem, problem or tells)


def _no_maps(layers: tuple[AttentionLayer, ...]) -> str:
    if any(layer.kind != "pooled" for layer in layers):
        return ""
    return "attention pools the steps with one learnt query: a head has one weight a step, not a map"


def _not_followed(manifest: RunManifest) -> str:
    layers = manifest.attention_layers
    kinds = {layer.kind for layer in layers}
    if "cross" in kinds:
        return "queries and keys of cross attention are different tokens, which can't be multiplied through"
    if "pooled" in kinds:
        return BEFORE_POOLING.get(
            manifest.model, "attention pools the states of a model whose layers before it are not known"
        )
    if manifest.model not in FOLLOWED:
        return f"it is not known what stands between the layers of the model {manifest.model:.60}"
    return "" if len({layer.shape for layer in layers}) == 1 else "its layers differ in shape"


def _too_long(layers: tuple[AttentionLayer, ...]) -> str:
    tokens = layers[0].shape[-1]
    if tokens <= MOST_TOKENS:
        return ""
    return f"it takes at most {MOST_TOKENS} tokens; the model has {tokens}"


def _not_told(layers: tuple[AttentionLayer, ...], normed: Collection[str]) -> str:
    missing = [
        layer for layer in layers if layer.kind != "pooled" and port_name(layer.name) not in set(normed)
    ]
    return (
        "not stored in this run, which was published before runs told it: train it again" if missing else ""
    )
