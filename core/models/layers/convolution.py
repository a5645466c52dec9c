"""Pieces of convolutional trunks that padding can't reach into."""

from typing import Any, Literal

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="heed")
class HighestNearby(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Take the highest of the valid values around each step; 0 on padding.

    Args:
        size: Number of steps looked at, the step in their middle.
    """

    def __init__(self, size: int = 3, **options: Any) -> None:
        super().__init__(**options)
        self.size = size

    def call(self, hidden: Any, mask: Any) -> Any:
        """Return the highest values (N, T, U)."""
        valid = ops.expand_dims(mask, -1)
        low = hidden - (1.0 - valid) * 1e9  # padding never is the highest
        return ops.max_pool(low, self.size, strides=1, padding="same") * valid

    def compute_output_shape(self, hidden_shape: tuple[int | None, ...], *_: Any) -> tuple[int | None, ...]:
        """Return the shape that came."""
        return tuple(hidden_shape)

    def get_config(self) -> dict[str, Any]:
        """Return what makes the same layer again."""
        return {**super().get_config(), "size": self.size}


@keras.saving.register_keras_serializable(package="heed")
class Normalized(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Normalize states over valid steps alone; 0 on padding.

    Args:
        kind: "batch" gives each feature mean 0 and variance 1 over the valid steps of the batch, and when
            predicting by the running figures of training; "layer" does so over the features of each step.
        momentum: How slowly running figures follow.

    Source: Ioffe and Szegedy (2015), arXiv 1502.03167; Ba, Kiros and Hinton (2016), arXiv 1607.06450.
    """

    def __init__(
        self, kind: Literal["batch", "layer"] = "batch", momentum: float = 0.9, **options: Any
    ) -> None:
        super().__init__(**options)
        self.kind, self.momentum = kind, momentum
        self.norm: Any = (
            keras.layers.BatchNormalization(momentum=momentum, name="norm")
            if kind == "batch"
            else keras.layers.LayerNormalization(name="norm")
        )

    def build(self, hidden_shape: tuple[int | None, ...], *_: Any) -> None:
        """Make the weights for states of the given shape (N, T, U)."""
        self.norm.build(hidden_shape)
        super().build(hidden_shape)

    def call(self, hidden: Any, mask: Any, training: bool = False) -> Any:
        """Return the normalized states (N, T, U)."""
        if self.kind == "batch":
            normed = self.norm(hidden, training=training, mask=mask > 0.5)
        else:
            normed = self.norm(hidden)
        return normed * ops.expand_dims(mask, -1)

    def compute_output_shape(self, hidden_shape: tuple[int | None, ...], *_: Any) -> tuple[int | None, ...]:
        """Return the shape that came."""
        return tuple(hidden_shape)

    def get_config(self) -> dict[str, Any]:
        """Return what makes the same layer again."""
        return {**super().get_config(), "kind": self.kind, "momentum": self.momentum}
