"""Output heads."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="heed")
class BinaryLogits(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Write the one logit of a sigmoid head as two, so that softmax over [0, z] is sigmoid of z."""

    def call(self, logit: Any) -> Any:
        """Return logits (N, 2) from one logit (N, 1)."""
        return ops.pad(logit, ((0, 0), (1, 0)))

    def compute_output_shape(self, logit_shape: tuple[int | None, ...]) -> tuple[int | None, int]:
        """Return the shape of two logits per sample."""
        return logit_shape[0], 2
