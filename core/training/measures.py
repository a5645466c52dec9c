"""What a step measures: loss and hits of each target, and how evenly attention is spread."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import tensorflow as tf

from core.arrays import DoubleArray
from core.models.family import AttentionLayer, port_name

_LEAST = 1e-12


@dataclass(frozen=True, eq=False)
class Head:
    """A target as the loss sees it.

    Attributes:
        target: Its name.
        per_step: Whether it has a label for each step.
        weights: What an example of each class counts for (K,); None counts all alike.
    """

    target: str
    per_step: bool
    weights: DoubleArray | None = None

    @property
    def output(self) -> str:
        """Name of its logits."""
        return f"logits_{port_name(self.target)}"

    def weighted(self, weights: DoubleArray) -> "Head":
        """Return the same head with weights of its classes."""
        return replace(self, weights=weights)

    def sums(self, logits: Any, codes: Any, mask: Any) -> Any:
        """Return the sums of loss and hits over labelled examples or steps, and their number (3,).

        Args:
            logits: (n, K), or (n, T, K) with labels per step.
            codes: Class codes (n,) or (n, T), -1 where there is none.
            mask: 1 on valid steps (n, T).
        """
        labelled = tf.cast(codes >= 0, tf.float32)
        if self.per_step:
            labelled *= mask
        safe = tf.maximum(codes, 0)
        weights = labelled
        if self.weights is not None:
            weights *= tf.gather(tf.constant(self.weights, tf.float32), safe)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(safe, logits)
        hits = tf.cast(tf.argmax(logits, -1, output_type=safe.dtype) == safe, tf.float32) * labelled
        # What has no label must not count even where its loss is not finite.
        lost = tf.where(labelled > 0, losses * weights, 0.0)
        return tf.stack([tf.reduce_sum(lost), tf.reduce_sum(hits), tf.reduce_sum(labelled)])


def entropy_sums(
    layers: Sequence[AttentionLayer], outputs: Mapping[str, Any], masks: Mapping[str, Any]
) -> Any:
    """Return for each layer the sum over samples of its entropy, and the number of samples (L, 2).

    Entropy is divided by that of even weights over the valid keys, and its mean is taken over heads and valid
    queries; samples with fewer than two keys have none.
    """
    rows = []
    for layer in layers:
        keys = _valid_keys(layer, masks[layer.keys])  # (n, S)
        weights = outputs[f"attention_{layer.name}"]
        if layer.kind == "pooled":
            weights = weights[:, :, None, :]  # (n, H, 1, S)
        # The row of a query that is padding is 0 as a whole.
        queries = tf.cast(tf.reduce_sum(weights, [1, 3]) > 0.0, tf.float32)  # (n, Q)
        entropy = -tf.reduce_sum(weights * tf.math.log(tf.maximum(weights, _LEAST)), -1)  # (n, H, Q)
        count = tf.reduce_sum(keys, -1)  # (n,)
        asked = tf.maximum(tf.reduce_sum(queries, -1), 1.0)
        mean = tf.reduce_sum(tf.reduce_mean(entropy, 1) * queries, -1) / asked  # (n,)
        several = tf.cast(count >= 2.0, tf.float32)
        share = mean / tf.math.log(tf.maximum(count, 2.0))
        rows.append([tf.reduce_sum(several * share), tf.reduce_sum(several)])
    return tf.cast(tf.convert_to_tensor(rows), tf.float64)


def neutral_ports(inputs: Mapping[str, Any], given: Collection[str]) -> dict[str, Any]:
    """Return constants that change nothing for the inputs of a model that aren't given: its probe ports."""
    return {
        name: tf.constant(np.full([1] * len(tensor.shape), float(name.startswith("gate_")), np.float32))
        for name, tensor in inputs.items()
        if name not in given
    }


def _valid_keys(layer: AttentionLayer, mask: Any) -> Any:
    """Return 1 for each token that covers a valid step (n, tokens), those in front included."""
    if layer.patch > 1:
        missing = -mask.shape[1] % layer.patch
        padded = tf.pad(mask, [[0, 0], [0, missing]])
        mask = tf.reduce_max(tf.reshape(padded, (-1, padded.shape[1] // layer.patch, layer.patch)), -1)
    return tf.pad(mask, [[0, 0], [layer.extra, 0]], constant_values=1.0)
