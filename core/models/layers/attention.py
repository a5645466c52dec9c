"""Attention that pools the steps of a series, with ports to gate it and to put other weights in its place."""

from typing import Any, Literal

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="heed")
class AttentionPooling(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Weigh the states of valid steps and add them up to one context vector per head.

    The score of a step is v . tanh(W h + b) (additive) or q . h / sqrt(U) with a learned query (dot); weights
    are the softmax of the scores over valid steps and 0 on padding. The ports change what is pooled:
    weights = (1 - blend) * softmax + blend * override, context = gate * sum over steps of weights * states.

    Args:
        heads: Number of heads H; their context vectors are concatenated.
        score: How a step is scored.
        size: Width of W in the additive score.

    Source: Bahdanau, Cho and Bengio (2015), arXiv 1409.0473; Luong, Pham and Manning (2015),
    arXiv 1508.04025.
    """

    def __init__(
        self, heads: int = 1, score: Literal["additive", "dot"] = "additive", size: int = 32, **options: Any
    ) -> None:
        super().__init__(**options)
        self.heads, self.score, self.size = heads, score, size
        self.keys = keras.layers.Dense(size, activation="tanh", name="keys") if score == "additive" else None
        self.scores = keras.layers.Dense(heads, use_bias=False, name="scores")

    def build(self, hidden_shape: tuple[int | None, ...], *_: Any) -> None:
        """Make the weights for states of the given shape (N, T, U)."""
        width = hidden_shape[-1]
        if self.keys is not None:
            self.keys.build(hidden_shape)
            width = self.size
        self.scores.build((*hidden_shape[:-1], width))
        self.scale = 1.0 if self.score == "additive" else float(width or 1) ** -0.5
        super().build(hidden_shape)

    def call(self, hidden: Any, mask: Any, gate: Any, override: Any, blend: Any) -> tuple[Any, Any]:
        """Return the context vectors (N, H * U) and the weights that made them (N, H, T)."""
        keys = hidden if self.keys is None else self.keys(hidden)
        scores = self._heads_first(self.scores(keys)) * self.scale  # (N, H, T)
        valid = ops.expand_dims(mask, 1)  # (N, 1, T)
        highest = ops.max(scores - (1.0 - valid) * 1e9, axis=-1, keepdims=True)  # (N, H, 1)
        raised = ops.exp(ops.minimum(scores - highest, 0.0)) * valid  # (N, H, T)
        softmax = raised / ops.maximum(ops.sum(raised, axis=-1, keepdims=True), 1e-9)
        share = ops.expand_dims(blend, -1)  # (n, 1, 1)
        weights = softmax + share * (override * valid - softmax)
        # Says the sizes that were lost where the override's axes of any size came in.
        weights = ops.reshape(weights, (-1, self.heads, hidden.shape[1]))  # (N, H, T)
        context = ops.matmul(weights, hidden) * ops.expand_dims(gate, -1)  # (N, H, U)
        return ops.reshape(context, (-1, self.heads * hidden.shape[-1])), weights

    def _heads_first(self, scores: Any) -> Any:
        if self.heads > 1 and scores.shape[1] > 1:
            return ops.transpose(scores, (0, 2, 1))
        # tf2onnx 1.17 writes the transpose of (N, T, 1) as a reshape with N and T mixed up.
        return ops.reshape(scores, (-1, self.heads, scores.shape[1]))

    def compute_output_shape(
        self, hidden_shape: tuple[int | None, ...], *_: Any
    ) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
        """Return the shapes of context vectors and weights."""
        samples, steps, width = hidden_shape
        return (samples, self.heads * (width or 0)), (samples, self.heads, steps)

    def get_config(self) -> dict[str, Any]:
        """Return what makes the same layer again."""
        return {**super().get_config(), "heads": self.heads, "score": self.score, "size": self.size}
