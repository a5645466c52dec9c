"""One step of training and one of validation, each a single graph that adds up what it measures."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.arrays import DoubleArray, IntArray
from core.models.family import port
from core.training.adam import Adam
from core.training.examples import Examples, FitArrays
from core.training.fused import fused_lstm
from core.training.measures import Head, entropy_sums, neutral_ports
from core.training.settings import TrainSettings
from core.training.sizing import compiles

VALIDATION_BATCH = 256


@dataclass(frozen=True, eq=False)
class Block:
    """Examples in TensorFlow's memory."""

    tensors: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, examples: Examples) -> "Block":
        """Return examples that are held in memory, copied to where graphs read them."""
        return cls(
            {
                "series": {group: tf.constant(series) for group, series in examples.series.items()},
                "lengths": {
                    group: tf.constant(lengths.astype(np.int32))
                    for group, lengths in examples.lengths.items()
                },
                "targets": {
                    name: tf.constant(np.asarray(codes, np.int32)) for name, codes in examples.targets.items()
                },
            }
        )


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured over some batches.

    Attributes:
        loss: Mean over targets of the mean loss of what is labelled.
        accuracy: Share of hits by target.
        gradient_norm: Mean norm of the gradient before clipping; None in validation.
        entropy: Mean normalised entropy of attention; None without.
    """

    loss: float
    accuracy: Mapping[str, float]
    gradient_norm: float | None
    entropy: float | None


class Steps:
    """The graphs of a training, and the sums over the batches they were run on.

    Args:
        model: The probed model.
        arrays: What is trained on; only its shapes, categories and attention layers are looked at.
        heads: The targets.
        settings: How to train; the batch size must be chosen.
        seed: Decides the noise.
    """

    def __init__(
        self, model: keras.Model, arrays: FitArrays, heads: Sequence[Head], settings: TrainSettings, seed: int
    ) -> None:
        self._model, self._heads, self._settings, self._seed = model, heads, settings, seed
        self._groups = {group: series.shape[1:] for group, series in arrays.train.series.items()}
        given = [port(role, group) for role in ("series", "mask") for group in self._groups]
        self._ports = neutral_ports(model.input, given)
        layers = [one for one in arrays.layers if {one.keys, one.queries} <= self._groups.keys()]
        self._layers = layers
        self._in_training = [] if len(arrays.validation) else layers
        self._categorical = arrays.categorical
        learnt = [variable.value for variable in model.trainable_variables]
        self._learnt, self.adam = learnt, Adam(learnt, settings.clip, settings.weight_decay)
        size = 3 * len(heads)
        self._sums = {
            "train": tf.Variable(np.zeros(2 + size + 2 * len(self._in_training))),
            "validation": tf.Variable(np.zeros(size + 2 * len(layers))),
        }
        pays = compiles(model, arrays, settings)
        self._fuses = not pays  # the one operation can't be compiled
        self._step = tf.function(self._stepped, autograph=False, jit_compile=True) if pays else self._stepped
        self._train = self._graph(self._learn, arrays.train)
        self._validate = self._graph(self._look, arrays.train)

    @property
    def variables(self) -> list[Any]:
        """All that has to be kept for going on: weights, states of layers, the optimizer."""
        return [*self._model.variables, *self.adam.variables]

    def train(self, block: Block, order: Any, start: int, rate: float) -> None:
        """Learn from the batch that begins at a place of the order, at a learning rate."""
        self._train(block.tensors, order, tf.constant(start), tf.constant(rate, tf.float32))

    def validate(self, block: Block, order: Any, start: int) -> None:
        """Measure a batch."""
        self._validate(block.tensors, order, tf.constant(start), tf.constant(0.0))

    def measured(self, part: str, clear: bool = True) -> Measured:
        """Return what was measured on "train" or "validation", and begin anew unless told otherwise."""
        sums = self._sums[part].numpy()
        if clear:
            self._sums[part].assign(np.zeros_like(sums))
        norm = None
        if part == "train":
            norm = float(sums[0] / sums[1]) if sums[1] else 0.0
            sums = sums[2:]
        by_target = sums[: 3 * len(self._heads)].reshape(-1, 3)
        counts = np.maximum(by_target[:, 2], 1)
        hits = by_target[:, 1] / counts
        return Measured(
            float(np.mean(by_target[:, 0] / counts)),
            {head.target: float(share) for head, share in zip(self._heads, hits, strict=True)},
            norm,
            _mean_entropy(sums[3 * len(self._heads) :].reshape(-1, 2)),
        )

    def _graph(self, work: Any, examples: Examples) -> Any:
        """Return a step as one graph for examples of any number, of these shapes."""

        def spec(rows: Any, kind: Any) -> Any:
            return tf.TensorSpec((None, *rows.shape[1:]), kind)

        tensors = {
            "series": {group: spec(series, tf.float32) for group, series in examples.series.items()},
            "lengths": {group: spec(lengths, tf.int32) for group, lengths in examples.lengths.items()},
            "targets": {name: spec(codes, tf.int32) for name, codes in examples.targets.items()},
        }
        place = tf.TensorSpec((), tf.int32)
        signature = [tensors, tf.TensorSpec((None,), tf.int32), place, tf.TensorSpec((), tf.float32)]
        return tf.function(work, input_signature=signature, autograph=False)

    def _learn(self, block: Any, order: Any, start: Any, rate: Any) -> None:
        batch = _batch(block, order[start : start + self._settings.batch_size])
        self._sums["train"].assign_add(self._step(batch, rate))

    def _stepped(self, batch: Any, rate: Any) -> Any:
        """Take a step and return what was measured on the way."""
        masks = self._masks(batch)
        series = self._noisy(batch["series"], masks)
        with tf.GradientTape() as tape:
            outputs = self._outputs(series, masks, training=True)
            sums = self._target_sums(outputs, batch, masks)
            loss = tf.reduce_mean(sums[:, 0] / tf.maximum(sums[:, 2], 1.0))
            if self._model.losses:
                loss += tf.add_n(self._model.losses)
        norm = self.adam.apply(tape.gradient(loss, self._learnt, unconnected_gradients="zero"), rate)
        found = [tf.cast([norm, 1.0], tf.float64), _flat(sums)]
        if self._in_training:
            found.append(_flat(entropy_sums(self._in_training, outputs, masks)))
        return tf.concat(found, 0)

    def _look(self, block: Any, order: Any, start: Any, rate: Any) -> None:  # noqa: ARG002 - as `_learn` has it
        batch = _batch(block, order[start : start + VALIDATION_BATCH])
        masks = self._masks(batch)
        outputs = self._outputs(batch["series"], masks, training=False)
        found = [_flat(self._target_sums(outputs, batch, masks))]
        if self._layers:
            found.append(_flat(entropy_sums(self._layers, outputs, masks)))
        self._sums["validation"].assign_add(tf.concat(found, 0))

    def _outputs(self, series: Mapping[str, Any], masks: Mapping[str, Any], training: bool) -> Any:
        longest = None
        if len(masks) == 1:
            longest = tf.reduce_max(tf.reduce_sum(masks[next(iter(masks))], 1))
        given = {port("series", group): values for group, values in series.items()}
        given |= {port("mask", group): mask for group, mask in masks.items()}
        with fused_lstm(self._model, longest) if self._fuses or not training else nullcontext():
            return self._model({**given, **self._ports}, training=training)

    def _masks(self, batch: Any) -> dict[str, Any]:
        return {
            group: tf.sequence_mask(lengths, self._groups[group][0], tf.float32)
            for group, lengths in batch["lengths"].items()
        }

    def _target_sums(self, outputs: Any, batch: Any, masks: Mapping[str, Any]) -> Any:
        mask = next(iter(masks.values()))
        rows = [head.sums(outputs[head.output], batch["targets"][head.target], mask) for head in self._heads]
        return tf.stack(rows)  # (targets, 3)

    def _noisy(self, series: Mapping[str, Any], masks: Mapping[str, Any]) -> dict[str, Any]:
        """Return series with noise on valid steps of measured channels; seed and step alone decide it."""
        if not self._settings.noise:
            return dict(series)
        noisy = {}
        for place, (group, values) in enumerate(series.items()):
            seed = tf.stack([tf.constant(self._seed * 64 + place, tf.int64), self.adam.steps])
            noise = tf.random.stateless_normal(tf.shape(values), seed, stddev=self._settings.noise)
            measured = np.ones(self._groups[group][1], np.float32)
            measured[list(self._categorical)] = 0.0
            noisy[group] = values + noise * masks[group][:, :, None] * measured
        return noisy


def order_tensor(order: IntArray) -> Any:
    """Return the order of examples as a graph reads it."""
    return tf.constant(order.astype(np.int32))


def _batch(block: Any, rows: Any) -> Any:
    return tf.nest.map_structure(lambda tensor: tf.gather(tensor, rows), block)


def _flat(sums: Any) -> Any:
    return tf.reshape(tf.cast(sums, tf.float64), (-1,))


def _mean_entropy(sums: DoubleArray) -> float | None:
    known = sums[sums[:, 1] > 0]
    return float(np.mean(known[:, 0] / known[:, 1])) if len(known) else None
