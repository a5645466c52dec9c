"""Output heads."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="heed")
class BinaryLogits(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Write the one logit of a sigmoid head as two, so that softmax over [0, z] is sigmoid of z."""

    def call(self, logit: Any) -> Any:
        """Return logits (N, 2) or (N, T, 2) from one logit (N, 1) or (N, T, 1)."""
        return ops.pad(logit, (*((0, 0) for _ in logit.shape[1:]), (1, 0)))

    def compute_output_shape(self, logit_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of two logits."""
        return (*logit_shape[:-1], 2)


@keras.saving.register_keras_serializable(package="heed")
class BesideEachStep(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Put what is known of a whole sample beside the state of each of its steps."""

    def call(self, states: Any, features: Any) -> Any:
        """Return (N, T, U + F) from states (N, T, U) and features (N, F)."""
        same = ops.ones_like(states[:, :, :1]) * ops.expand_dims(features, 1)  # (N, T, F)
        return ops.concatenate([states, same], axis=-1)

    def compute_output_shape(
        self, states_shape: tuple[int | None, ...], features_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Return the shape of states with features beside them."""
        return (*states_shape[:-1], (states_shape[-1] or 0) + (features_shape[-1] or 0))
