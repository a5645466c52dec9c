"""Models of tokens as Keras and ONNX Runtime answer for them, and series of unequal lengths to ask about."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.arrays import FloatArray, IntArray, length_mask
from core.inference import Prediction, RunModel
from core.models.family import AttentionLayer, InputShape, architecture, port, port_name


@dataclass(frozen=True, eq=False)
class Asked:
    """Series and lengths by group."""

    series: dict[str, FloatArray]
    lengths: dict[str, IntArray]

    def mask(self, group: str = "") -> FloatArray:
        """Return 1 on valid steps (N, T)."""
        return length_mask(self.lengths[group], self.series[group].shape[1]).astype(np.float32)

    def inputs(self) -> dict[str, FloatArray]:
        """Return series and masks by the names of ports."""
        named = {port("series", group): values for group, values in self.series.items()}
        return named | {port("mask", group): self.mask(group) for group in self.series}

    def with_rows(self, group: str, rows: Any) -> "Asked":
        """Return the same with other samples in one group."""
        return Asked(
            {**self.series, group: self.series[group][rows]},
            {**self.lengths, group: self.lengths[group][rows]},
        )


def asked(shape: InputShape, samples: int = 5, seed: int = 0) -> Asked:
    """Return noise of unequal lengths; channels with codes hold codes."""
    rng = np.random.default_rng(seed)
    series, lengths = {}, {}
    for group, (steps, channels) in shape.groups.items():
        lengths[group] = rng.integers(max(1, steps // 3), steps + 1, samples)
        lengths[group][0] = steps
        values = rng.normal(0.0, 1.0, (samples, steps, channels))
        for channel, codes in shape.categories.items():
            values[:, :, channel] = rng.integers(0, codes, (samples, steps))
        values[length_mask(lengths[group], steps) == 0] = 0.0
        series[group] = values.astype(np.float32)
    return Asked(series, lengths)


@dataclass(frozen=True, eq=False)
class Answering:
    """An untrained model in Keras and in ONNX Runtime."""

    shape: InputShape
    layers: tuple[AttentionLayer, ...]
    keras: Any
    onnx: RunModel

    def expected(self, asked: Asked) -> dict[str, FloatArray]:
        """Return what Keras answers."""
        from core.training.export import keras_outputs

        return keras_outputs(self.keras, asked.inputs())

    def found(self, asked: Asked, interventions: Mapping[str, Any] | None = None) -> Prediction:
        """Return what ONNX Runtime answers."""
        series = {port_name(group): values for group, values in asked.series.items()}
        lengths = {port_name(group): values for group, values in asked.lengths.items()}
        return self.onnx.predict(series, lengths, interventions, batch=2)


def answering(name: str, settings: Mapping[str, Any], shape: InputShape, folder: Path) -> Answering:
    """Return an architecture's model, all its biases moved off 0, in Keras and in ONNX Runtime."""
    from core.training.export import export_onnx
    from core.training.fitting import seed_everything

    seed_everything(0)
    part = architecture(name, settings)
    part.refuse(shape)
    model = part.build(shape)
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        if "bias" in weight.name or "beta" in weight.name:
            weight.assign(rng.normal(0.0, 0.2, weight.shape))
    path = folder / "model.onnx"
    export_onnx(model, path)
    onnx = RunModel.open(path, hashlib.sha256(path.read_bytes()).hexdigest())
    return Answering(shape, part.attention_layers(shape), model, onnx)


def assert_parity(model: Answering, data: Asked) -> None:
    """Check that ONNX Runtime repeats Keras in every output, attention weights and states among them."""
    expected, found = model.expected(data), model.found(data)
    answers = {f"logits_{target}": values for target, values in found.logits.items()}
    answers |= {f"attention_{layer}": values for layer, values in found.attention.items()}
    answers |= {port("hidden", group): values for group, values in found.states.items()}
    norms = model.onnx.value_norms(
        {port_name(group): values for group, values in data.series.items()},
        {port_name(group): values for group, values in data.lengths.items()},
        batch=2,
    )
    answers |= {f"norms_{layer}": values for layer, values in norms.items()}
    assert answers.keys() == expected.keys()
    for name, values in answers.items():
        assert values.shape == expected[name].shape
        assert np.abs(values - expected[name]).max() < 1e-4


def token_mask(mask: FloatArray, layer: AttentionLayer) -> FloatArray:
    """Return which keys of a layer are valid (N, S), given the mask (N, T) of their series."""
    missing = -mask.shape[1] % layer.patch
    tokens = np.pad(mask, ((0, 0), (0, missing))).reshape(len(mask), -1, layer.patch).max(axis=2)
    return np.pad(tokens, ((0, 0), (layer.extra, 0)), constant_values=1.0)


def assert_rows_sum_to_one(weights: FloatArray, asking: FloatArray, answering: FloatArray) -> None:
    """Check weights (N, H, Q, S) against the masks of queries (N, Q) and keys (N, S)."""
    sums = weights.sum(axis=-1)
    assert np.allclose(sums, np.broadcast_to(asking[:, None], sums.shape), atol=1e-5)
    assert (weights >= 0).all()
    hidden = np.broadcast_to(answering[:, None, None] == 0, weights.shape)
    assert (weights[hidden] == 0).all()
