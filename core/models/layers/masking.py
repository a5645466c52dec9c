"""Ways to leave padding out of right-padded series, exactly."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="heed")
class KeepValid(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Set the states of padding to 0."""

    def call(self, hidden: Any, mask: Any) -> Any:
        """Return states (N, T, U) that are 0 where the mask (N, T) is."""
        return hidden * ops.expand_dims(mask, -1)


@keras.saving.register_keras_serializable(package="heed")
class LastValid(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Take the state of each sample's last valid step."""

    def call(self, hidden: Any, mask: Any) -> Any:
        """Return the states (N, U) at the last step whose mask is 1."""
        following = ops.pad(mask[:, 1:], ((0, 0), (0, 1)))  # (N, T)
        return ops.sum(hidden * ops.expand_dims(mask - following, -1), axis=1)  # (N, U)

    def compute_output_shape(
        self, hidden_shape: tuple[int | None, ...], *_: Any
    ) -> tuple[int | None, int | None]:
        """Return the shape of one state per sample."""
        return hidden_shape[0], hidden_shape[-1]


@keras.saving.register_keras_serializable(package="heed")
class MeanValid(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Take the mean state of each sample's valid steps."""

    def call(self, hidden: Any, mask: Any) -> Any:
        """Return the mean states (N, U) over the steps whose mask is 1."""
        total = ops.sum(hidden * ops.expand_dims(mask, -1), axis=1)  # (N, U)
        return total / ops.maximum(ops.sum(mask, axis=1, keepdims=True), 1.0)

    def compute_output_shape(
        self, hidden_shape: tuple[int | None, ...], *_: Any
    ) -> tuple[int | None, int | None]:
        """Return the shape of one state per sample."""
        return hidden_shape[0], hidden_shape[-1]
