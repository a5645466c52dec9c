"""The named inputs and outputs of a published model: what may go in and what comes out, by its role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.arrays import FloatArray, IntArray, length_mask, require_axes
from core.errors import ModelError, ShapeError
from core.inference.interventions import Intervention, neutral_port
from core.models.family import port

ROLES = ("gate", "override", "blend")
LOGITS, ATTENTION, SERIES, MASK, HIDDEN = "logits_", "attention_", "series", "mask", "hidden"
NORMS = "norms_"


@dataclass(frozen=True)
class Ports:
    """What a model takes and gives.

    Attributes:
        groups: Steps and channels (T, C) by group of channels; "" where all is one series.
        targets: Names of what it predicts.
        heads: Number of heads by attention layer.
        tokens: Axes of a layer's weights after samples and heads: (T,) pooled, (Q, S) otherwise.
    """

    groups: Mapping[str, tuple[int, int]]
    targets: tuple[str, ...]
    heads: Mapping[str, int]
    tokens: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> "Ports":
        """Return the ports of a model whose inputs and outputs have these names and shapes.

        Raises:
            ModelError: If series or mask are missing, or a layer has no ports.
        """
        groups = {
            name.removeprefix(SERIES).removeprefix("_"): (int(shape[1]), int(shape[2]))
            for name, shape in inputs.items()
            if name == SERIES or name.startswith(f"{SERIES}_")
        }
        if not groups or any(
            port(MASK, group) not in inputs or port(HIDDEN, group) not in outputs for group in groups
        ):
            raise ModelError("a model must take series and mask and give hidden; it has other ports")
        layers = [name.removeprefix(ATTENTION) for name in outputs if name.startswith(ATTENTION)]
        tokens = {
            layer: tuple(int(size) if isinstance(size, int) else 0 for size in outputs[ATTENTION + layer][2:])
            for layer in layers
        }
        # A file may leave the number of heads open; one is taken then.
        heads = {layer: _number(outputs[ATTENTION + layer][1], 1) for layer in layers}
        wanted = {f"{role}_{layer}" for role in ROLES for layer in layers}
        wanted |= {port(role, group) for role in (SERIES, MASK) for group in groups}
        if inputs.keys() != wanted:
            raise ModelError(f"a model must have gate, override and blend per layer; got {sorted(inputs)}")
        targets = tuple(name.removeprefix(LOGITS) for name in outputs if name.startswith(LOGITS))
        return cls(groups, targets, heads, tokens)

    def ordered(self, groups: Sequence[str]) -> "Ports":
        """Return the same with the groups in an order of their own; a file keeps them by the alphabet.

        Raises:
            ModelError: If the model has other groups.
        """
        if not groups:
            return self
        if set(groups) != self.groups.keys():
            names = ", ".join(self.groups)
            raise ModelError(f"the model must read {', '.join(groups)!s:.200}; it reads {names!s:.200}")
        return replace(self, groups={group: self.groups[group] for group in groups})

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the attention layers."""
        return tuple(self.heads)

    def series(
        self, series: Mapping[str, FloatArray], lengths: Mapping[str, IntArray]
    ) -> dict[str, FloatArray]:
        """Return the values of the series and mask ports, padded to the model's steps.

        Raises:
            ShapeError: If groups, shapes or lengths do not fit.
        """
        if series.keys() != self.groups.keys() or lengths.keys() != self.groups.keys():
            names = ", ".join(name or "one series" for name in self.groups)
            raise ShapeError(f"the model reads {names}; got {', '.join(map(repr, series))!s:.200}")
        feed: dict[str, FloatArray] = {}
        samples: dict[str, int] = {}
        for group, (steps, channels) in self.groups.items():
            values, valid = series[group], lengths[group]
            sizes = require_axes(values, "N T C", port(SERIES, group), {**samples, "C": channels})
            samples = {"N": sizes["N"]}
            _check(values, valid, sizes, steps)
            padding = ((0, 0), (0, steps - sizes["T"]), (0, 0))
            feed[port(SERIES, group)] = np.pad(np.asarray(values, np.float32), padding)
            feed[port(MASK, group)] = length_mask(valid, steps).astype(np.float32)
        return feed

    def interventions(self, given: Mapping[str, Intervention], samples: int) -> dict[str, FloatArray]:
        """Return the value of every probe port: neutral, or what is done to attention."""
        unknown = sorted(set(given) - set(self.layers))
        if unknown:
            known = ", ".join(self.layers) or "none"
            raise ModelError(f"attention layers of this model: {known}; got {unknown[0]!r:.80}")
        values = {
            f"{role}_{layer}": neutral_port(role, self._axes(role, layer))
            for role in ROLES
            for layer in self.layers
        }
        for layer, done in given.items():
            for role, value in done.ports().items():
                values[f"{role}_{layer}"] = self._fitted(role, layer, value, samples)
        return values

    def _axes(self, role: str, layer: str) -> int:
        return 2 + len(self.tokens[layer]) if role == "override" else 2

    def _fitted(self, role: str, layer: str, value: FloatArray, samples: int) -> FloatArray:
        """Return a port's value, padded to the model's steps; ONNX would broadcast even what does not fit."""
        most = {"gate": (samples, self.heads[layer]), "blend": (samples, 1)}.get(
            role, (samples, self.heads[layer], *self.tokens[layer])
        )
        if role == "override" and value.ndim == len(most):
            missing = [
                (0, max(0, most[axis] - size) if size > 1 else 0) for axis, size in enumerate(value.shape)
            ]
            value = np.pad(value, [(0, 0), (0, 0), *missing[2:]])
        if value.ndim != len(most) or any(
            size not in {1, wanted} for size, wanted in zip(value.shape, most, strict=True)
        ):
            raise ShapeError(f"{role} of {layer} must have axes of size 1 or {most}; got shape {value.shape}")
        return value


def check_attention(weights: FloatArray, layer: str) -> None:
    """Raise ModelError unless rows sum to one; a row of a map may be 0 as a whole: its query is padding."""
    sums = weights.sum(axis=-1, dtype=np.float64)
    if weights.ndim == 4:  # (N, H, Q, S)
        empty = ~weights.any(axis=-1)
        if bool(empty.all(axis=-1).any()):
            raise ModelError(f"attention must look somewhere; {layer} has a sample without any weight")
        sums = np.where(empty, 1.0, sums)
    off = float(np.abs(sums - 1.0).max())
    if off > 1e-4:
        raise ModelError(f"attention must sum to one over valid steps; {layer} is off by {off:.2g}")


def _check(values: FloatArray, lengths: IntArray, sizes: Mapping[str, int], steps: int) -> None:
    require_axes(lengths, "N", "lengths", {"N": sizes["N"]})
    if sizes["T"] > steps:
        raise ShapeError(f"series must have at most {steps} steps; got {sizes['T']}")
    if sizes["N"] == 0:
        raise ShapeError("series must hold at least one sample; got none")
    if np.min(lengths) < 1 or np.max(lengths) > sizes["T"]:
        raise ShapeError(f"lengths must lie in 1 to {sizes['T']}; got {np.min(lengths)} to {np.max(lengths)}")
    if not np.isfinite(values).all():
        raise ShapeError("series must be finite; got NaN or infinite values")


def _number(size: Any, otherwise: int) -> int:
    return size if isinstance(size, int) else otherwise
