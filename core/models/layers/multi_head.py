"""Attention between tokens, with ports to gate its heads and to put other weights in place."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="heed")
class MultiHeadAttention(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Let each token that asks look at tokens of the same series (self) or of another one (cross).

    Per head the weights are the softmax of q . k / sqrt(D) over the keys that are valid, 0 on padding. A row
    of a query that is padding is 0 as a whole: it asks nothing, and means over rows can tell it by that. The
    ports change what is passed on: weights = (1 - blend) * softmax + blend * override, where the override
    counts on valid pairs only; a head's context is multiplied by its gate before the output projection, so
    that closed gates leave the projection's bias. No dropout touches the weights: rows of valid queries
    sum to one in training too.

    Args:
        heads: Number of heads H; each has ceil(width / heads) numbers D.
        width: Width U of what comes out.

    Source: Vaswani et al. (2017), arXiv 1706.03762.
    """

    def __init__(self, heads: int, width: int, **options: Any) -> None:
        super().__init__(**options)
        self.heads, self.width = heads, width
        self.size = -(-width // heads)
        whole = heads * self.size
        self.query = keras.layers.Dense(whole, name="query")
        # A bias would add the same to all scores of a query, and softmax takes no notice of that.
        self.key = keras.layers.Dense(whole, use_bias=False, name="key")
        self.value = keras.layers.Dense(whole, name="value")
        self.output_projection = keras.layers.Dense(width, name="output")

    def build(self, queries_shape: tuple[int | None, ...], keys_shape: Any, *_: Any) -> None:
        """Make the projections for queries (N, Q, U) and keys (N, S, V)."""
        self.query.build(queries_shape)
        self.key.build(keys_shape)
        self.value.build(keys_shape)
        self.output_projection.build((*queries_shape[:-1], self.heads * self.size))
        super().build(queries_shape)

    def call(  # noqa: PLR0913, PLR0917 - Keras tells the tensors of a layer apart by its arguments
        self, queries: Any, keys: Any, asking: Any, answering: Any, gate: Any, override: Any, blend: Any
    ) -> tuple[Any, Any, Any]:
        """Return what the queries gather (N, Q, U), the weights that made it (N, H, Q, S), norms (N, H, S).

        A norm is the length of what a key adds to a query that gives it all weight: the key's value after
        the output projection, 0 on padding.

        Args:
            queries: Tokens that ask (N, Q, U).
            keys: Tokens that are looked at (N, S, V).
            asking: 1 for valid queries (N, Q).
            answering: 1 for valid keys (N, S).
            gate: Factor by head (n, H).
            override: Weights to put in place (n, H, Q, S).
            blend: How far they replace the layer's own (n, 1).
        """
        steps, others = queries.shape[1], keys.shape[1]
        asked = self._by_head(self.query(queries) * self.size**-0.5, steps)  # (N, H, Q, D)
        offered = self._by_head(self.key(keys), others)  # (N, H, S, D)
        values = self._by_head(self.value(keys), others)  # (N, H, S, D)
        seen = ops.expand_dims(ops.expand_dims(answering, 1), 1)  # (N, 1, 1, S)
        # Beside a valid key's, the exponential of such a score is 0 exactly.
        scores = ops.matmul(asked, self._turned(offered, others)) + (seen - 1.0) * 1e9  # (N, H, Q, S)
        valid = ops.expand_dims(ops.expand_dims(asking, 1), -1)  # (N, 1, Q, 1)
        share = ops.expand_dims(ops.expand_dims(blend, -1), -1)  # (n, 1, 1, 1)
        # Keras warns of a softmax over one key, whose weight is 1.
        softmax = ops.softmax(scores, axis=-1) if others > 1 else scores * 0.0 + 1.0
        # Few passes over all weights, of which there are many: ports and masks are multiplied first.
        weights = softmax * (valid * (1.0 - share)) + share * override * (valid * seen)
        # Says the sizes that were lost where the override's axes of any size came in.
        weights = ops.reshape(weights, (-1, self.heads, steps, others))
        opened = ops.expand_dims(ops.expand_dims(gate, -1), -1)  # (n, H, 1, 1)
        context = ops.reshape(ops.matmul(weights, values) * opened, (-1, self.heads, steps, self.size))
        norms = self._norms(values) * ops.expand_dims(answering, 1)  # (N, H, S)
        return self.output_projection(self._side_by_side(context, steps)), weights, norms

    def _norms(self, values: Any) -> Any:
        """Return the length (N, H, S) of values (N, H, S, D) after each head's part of the projection.

        Source: Kobayashi et al. (2020), arXiv 2004.10102.
        """
        kernel = self.output_projection.kernel
        if self.heads == 1:
            # TensorFlow 2.21 crashes where one of several axes of size 1 is stretched in this product.
            added = ops.expand_dims(ops.matmul(values[:, 0], kernel), 1)
        else:
            added = ops.matmul(values, ops.reshape(kernel, (self.heads, self.size, self.width)))
        return ops.sqrt(ops.sum(ops.square(added), axis=-1))

    # tf2onnx 1.17 writes a transpose across axes of size 1 as a reshape with axes mixed up: it gets none.

    def _by_head(self, tokens: Any, count: int) -> Any:
        """Return tokens (N, S, H * D) as (N, H, S, D)."""
        if self.heads == 1 or count == 1:
            return ops.reshape(tokens, (-1, self.heads, count, self.size))
        return ops.transpose(ops.reshape(tokens, (-1, count, self.heads, self.size)), (0, 2, 1, 3))

    def _turned(self, tokens: Any, count: int) -> Any:
        """Return tokens (N, H, S, D) as (N, H, D, S)."""
        if count == 1 or self.size == 1:
            return ops.reshape(tokens, (-1, self.heads, self.size, count))
        return ops.transpose(tokens, (0, 1, 3, 2))

    def _side_by_side(self, context: Any, count: int) -> Any:
        """Return contexts (N, H, Q, D) as (N, Q, H * D)."""
        if self.heads > 1 and count > 1:
            context = ops.transpose(context, (0, 2, 1, 3))
        return ops.reshape(context, (-1, count, self.heads * self.size))

    def compute_output_shape(
        self, queries_shape: tuple[int | None, ...], keys_shape: tuple[int | None, ...], *_: Any
    ) -> tuple[tuple[int | None, ...], ...]:
        """Return the shapes of what is gathered, of the weights and of the norms."""
        samples, steps, _width = queries_shape
        others = keys_shape[1]
        return (
            (samples, steps, self.width),
            (samples, self.heads, steps, others),
            (samples, self.heads, others),
        )

    def get_config(self) -> dict[str, Any]:
        """Return what makes the same layer again."""
        return {**super().get_config(), "heads": self.heads, "width": self.width}
