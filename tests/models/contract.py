"""What the contract test asks of an architecture: a tiny model, its export, series to show to both."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from core.arrays import FloatArray, IntArray, length_mask
from core.inference import Intervention, Prediction, RunModel
from core.models.family import MODELS, Architecture, AttentionLayer, InputShape, port, port_name
from core.registry import describe_settings

NAMES = tuple(name for name in MODELS.names() if issubclass(MODELS.part(name), Architecture))
TINY = 8  # no width is larger
MODALITY = 5  # channels of a second modality, which has half the steps

Series = dict[str, FloatArray]
Lengths = dict[str, IntArray]


def tiny(name: str) -> Architecture:
    """Return an architecture with several heads and the smallest widths that still learn."""
    part = MODELS.part(name)
    wide = {
        setting.name: max(int(setting.minimum or 0), TINY)
        for setting in describe_settings(part)
        if setting.kind == "integer" and isinstance(setting.default, int) and setting.default > TINY
    }
    several = {"heads": 2} if "heads" in part.model_fields else {}
    made = MODELS.create(name, {**wide, **several})
    assert isinstance(made, Architecture)
    return made


def shape_for(part: Architecture, steps: int, channels: int, classes: int, rich: bool = False) -> InputShape:
    """Return a shape; a rich one has three targets, one with a label per step, and a categorical channel."""
    targets = {"outcome": classes, "phase of day": 3, "side": 2} if rich else {"outcome": classes}
    per_step = frozenset({"phase of day"}) if rich else frozenset[str]()
    if part.reads_modalities:
        groups = {"sensors": (steps, channels), "markets": (max(3, steps // 2), MODALITY)}
        return InputShape(steps, channels, targets, per_step, modalities=groups)
    categories = {channels - 1: 4} if rich else {}
    return InputShape(steps, channels, targets, per_step, categories)


def series_of(shape: InputShape, samples: int, seed: int = 0) -> tuple[Series, Lengths]:
    """Return noise of unequal lengths with codes in categorical channels, padded with 0."""
    rng = np.random.default_rng(seed)
    series, lengths = {}, {}
    for group, (steps, channels) in shape.groups.items():
        values = rng.normal(size=(samples, steps, channels))
        for channel, count in shape.categories.items():
            values[:, :, channel] = rng.integers(0, count, (samples, steps))
        lengths[group] = rng.integers(max(1, steps // 3), steps + 1, samples)
        lengths[group][0] = steps
        values[~length_mask(lengths[group], steps)] = 0.0
        series[group] = values.astype(np.float32)
    return series, lengths


def feed_of(shape: InputShape, series: Mapping[str, FloatArray], lengths: Mapping[str, IntArray]) -> Series:
    """Return series and masks by the name of their port."""
    feed = {port("series", group): values for group, values in series.items()}
    for group, (steps, _channels) in shape.groups.items():
        feed[port("mask", group)] = length_mask(lengths[group], steps).astype(np.float32)
    return feed


def neutral_ports(model: Any, given: Mapping[str, Any]) -> Series:
    """Return the ports that are not given, so that they change nothing."""
    return {
        name: np.full([1] * len(tensor.shape), 1.0 if name.startswith("gate_") else 0.0, np.float32)
        for name, tensor in model.input.items()
        if name not in given
    }


@dataclass(frozen=True, eq=False)
class Subject:
    """An architecture under test, built once and exported once.

    Attributes:
        name: Its name.
        part: Its settings.
        shape: What it was built for.
        model: The Keras model, with weights that are not those of a fresh one.
        run: The same in ONNX Runtime.
        path: The exported file.
        series: Series to show, by group, with their `lengths`.
    """

    name: str
    part: Architecture
    shape: InputShape
    model: Any
    run: RunModel
    path: Path
    series: Series
    lengths: Lengths

    @cached_property
    def layers(self) -> tuple[AttentionLayer, ...]:
        """The attention layers that it says it has."""
        return self.part.attention_layers(self.shape)

    @cached_property
    def plain(self) -> Prediction:
        """What ONNX Runtime says of the series with neutral ports."""
        return self.predict()

    @cached_property
    def keras(self) -> Mapping[str, FloatArray]:
        """What Keras says of them."""
        return said_by_keras(self.model, feed_of(self.shape, self.series, self.lengths))

    @cached_property
    def answers(self) -> Mapping[str, FloatArray]:
        """All that ONNX Runtime says of the series, by the names of the ports, norms among them."""
        norms = self.run.value_norms(
            {port_name(group): values for group, values in self.series.items()},
            {port_name(group): values for group, values in self.lengths.items()},
        )
        return outputs(self.plain) | {f"norms_{layer}": values for layer, values in norms.items()}

    def predict(
        self, interventions: Mapping[str, Intervention] | None = None, rows: Any = slice(None)
    ) -> Prediction:
        """Return what ONNX Runtime says of some of the series."""
        return self.ask({group: values[rows] for group, values in self.series.items()}, rows, interventions)

    def ask(
        self, series: Series, rows: Any = slice(None), interventions: Mapping[str, Intervention] | None = None
    ) -> Prediction:
        """Return what ONNX Runtime says of other series of the same lengths."""
        lengths = {group: values[rows] for group, values in self.lengths.items()}
        if self.shape.modalities:
            return self.run.predict(series, lengths, interventions)
        return self.run.predict(series[""], lengths[""], interventions)

    def valid_keys(self, layer: AttentionLayer) -> FloatArray:
        """Return 1 for tokens that may be looked at, over axes that broadcast to the weights."""
        valid = _tokens(
            self.lengths[layer.keys], layer.shape[-1], layer.extra, self.shape.groups[layer.keys][0]
        )
        return valid[:, None] if layer.kind == "pooled" else valid[:, None, None]

    def valid_queries(self, layer: AttentionLayer) -> FloatArray:
        """Return 1 for rows of the weights (N, H or 1, Q or nothing) that belong to valid tokens."""
        if layer.kind == "pooled":
            return np.ones((len(self.lengths[layer.keys]), 1), np.float32)
        steps = self.shape.groups[layer.queries][0]
        return _tokens(self.lengths[layer.queries], layer.shape[1], layer.extra, steps)[:, None]

    def other_weights(self, layer: AttentionLayer, seed: int = 1) -> FloatArray:
        """Return weights to put in place: rows over valid keys that sum to one."""
        rng = np.random.default_rng(seed)
        weights = rng.random((len(self.plain.attention[layer.name]), *layer.shape)) * self.valid_keys(layer)
        weights = weights / weights.sum(axis=-1, keepdims=True)
        return (weights * self.valid_queries(layer)[..., None]).astype(np.float32)


def _tokens(lengths: IntArray, tokens: int, extra: int, steps: int) -> FloatArray:
    """Return 1 for tokens with a valid step, and for those in front that stand for none (N, tokens)."""
    patch = -(-steps // (tokens - extra))
    return length_mask(-(-lengths // patch) + extra, tokens).astype(np.float32)


def subject_of(name: str, folder: Path, shape: InputShape | None = None, samples: int = 6) -> Subject:
    """Build and export an architecture for a rich shape, or for the given one."""
    from core.training.export import export_onnx

    part = tiny(name)
    shape = shape or shape_for(part, 12, 3, 10, rich=True)
    model = built(part, shape)
    path = folder / "model.onnx"
    export_onnx(model, path)
    run = RunModel.open(path, hashlib.sha256(path.read_bytes()).hexdigest())
    return Subject(name, part, shape, model, run, path, *series_of(shape, samples))


def built(part: Architecture, shape: InputShape, seed: int = 0) -> Any:
    """Return the Keras model with weights moved a little, so that biases and scales count."""
    from core.training.fitting import seed_everything

    seed_everything(seed)
    model = part.build(shape)
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(weight + np.abs(rng.normal(scale=0.05, size=weight.shape)))
    return model


def said_by_keras(model: Any, feed: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return all outputs of a model with neutral ports, computed as a graph: loops over steps are fast."""
    import tensorflow as tf

    found = tf.function(lambda values: model(values, training=False))({**feed, **neutral_ports(model, feed)})
    return {name: np.asarray(values) for name, values in found.items()}


def logits_names(shape: InputShape) -> dict[str, str]:
    """Return the name of the logits by target."""
    return {target: f"logits_{port_name(target)}" for target in shape.classes}


def outputs(found: Prediction) -> dict[str, FloatArray]:
    """Return all that a prediction holds, by the names of the ports."""
    return {
        **{f"logits_{target}": values for target, values in found.logits.items()},
        **{f"attention_{layer}": values for layer, values in found.attention.items()},
        **{port("hidden", group): values for group, values in found.states.items()},
    }
