"""What can be done to an attention layer while a model predicts."""

from dataclasses import dataclass

import numpy as np

from core.arrays import FloatArray, IntArray, length_mask
from core.errors import ShapeError

_AXES = {"gate": (2,), "override": (3, 4), "blend": (2,)}


@dataclass(frozen=True, eq=False)
class Intervention:
    """Values for the probe ports of one attention layer; what is None stays neutral.

    weights = (1 - blend) * softmax + blend * override; context = gate * sum over steps of weights * states.

    Attributes:
        gate: Factor of each head's context (n, H); n is 1 or N, and H may be given as 1.
        override: Weights to put in place, (n, H, T) where attention pools, (n, H, Q, S) otherwise; n, H and Q
            may be 1. Padding is ignored.
        blend: How far they replace the model's own (n, 1), 0 to 1. Given an override and no blend it is 1.
    """

    gate: FloatArray | None = None
    override: FloatArray | None = None
    blend: FloatArray | None = None

    @property
    def changes_weights(self) -> bool:
        """Whether the weights are no longer the model's own."""
        return self.override is not None or self.blend is not None

    def ports(self) -> dict[str, FloatArray]:
        """Return the value of each port by its role."""
        blend = self.blend
        if blend is None and self.override is not None:
            blend = np.ones((1, 1), np.float32)
        given = {"gate": self.gate, "override": self.override, "blend": blend}
        return {role: _value(role, array) for role, array in given.items() if array is not None}


def neutral_port(role: str, axes: int) -> FloatArray:
    """Return the value of a port that changes nothing, with so many axes of size 1."""
    return np.full([1] * axes, 1.0 if role == "gate" else 0.0, np.float32)


def uniform_attention(lengths: IntArray, steps: int) -> Intervention:
    """Return the intervention that gives every valid step of a sample the same weight."""
    mask = length_mask(lengths, steps).astype(np.float32)  # (N, T)
    return Intervention(override=(mask / mask.sum(axis=1, keepdims=True))[:, None, :])  # (N, 1, T)


def _value(role: str, array: FloatArray) -> FloatArray:
    value = np.asarray(array, np.float32)
    if value.ndim not in _AXES[role]:
        wanted = {"gate": "(n, H)", "override": "(n, H, T) or (n, H, Q, S)", "blend": "(n, 1)"}[role]
        raise ShapeError(f"{role} must have axes {wanted}; got shape {value.shape}")
    if not np.isfinite(value).all():
        raise ShapeError(f"{role} must be finite; got NaN or infinity")
    return value
