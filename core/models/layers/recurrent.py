"""Recurrent layers in a form that becomes one operator in ONNX, and the way back through a series."""

from typing import Any

import keras
from keras import ops

# Keras offers its loop over steps to layers of its own only; a cell in keras.layers.RNN reads its weights
# inside the loop, where the export does not find them.
from keras.src import backend


@keras.saving.register_keras_serializable(package="heed")
class GRU(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Gated recurrent units over the steps of a series, 0 at the start.

    update z and reset r are sigmoid(W x + b + R h + c); candidate n = tanh(W x + b + r * (R h + c)) and
    h = z * h + (1 - z) * n. The same as `keras.layers.GRU`, which the export writes as a loop that takes 50
    times as long: here weights are read outside of the loop and gates are cut as the export expects it.

    Args:
        units: Width U of the state.

    Source: Cho et al. (2014), arXiv 1406.1078; reset after the product as in cuDNN.
    """

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = units

    def build(self, features_shape: tuple[int | None, ...]) -> None:
        """Make the weights for features of the given shape (N, T, F)."""
        wide = 3 * self.units
        self.kernel = self.add_weight((features_shape[-1], wide), initializer="glorot_uniform", name="kernel")
        self.recurrent = self.add_weight((self.units, wide), initializer="orthogonal", name="recurrent")
        self.bias = self.add_weight((wide,), initializer="zeros", name="bias")
        self.recurrent_bias = self.add_weight((wide,), initializer="zeros", name="recurrent_bias")
        super().build(features_shape)

    def call(self, features: Any) -> Any:
        """Return the states (N, T, U) from features (N, T, F)."""
        kernel, recurrent, bias, recurrent_bias = (
            ops.reshape(weight, weight.shape)  # reads the weight here, not inside of the loop
            for weight in (self.kernel, self.recurrent, self.bias, self.recurrent_bias)
        )

        def step(values: Any, states: tuple[Any]) -> tuple[Any, list[Any]]:
            (before,) = states
            update, reset, candidate = ops.split(ops.add(ops.matmul(values, kernel), bias), 3, axis=-1)
            held = ops.split(ops.add(ops.matmul(before, recurrent), recurrent_bias), 3, axis=-1)
            update = ops.sigmoid(update + held[0])
            candidate = ops.tanh(candidate + ops.sigmoid(reset + held[1]) * held[2])
            after = update * before + (1.0 - update) * candidate
            return after, [after]

        start = ops.zeros((ops.shape(features)[0], self.units))
        _, states, _ = backend.rnn(step, features, [start])
        return states

    def compute_output_shape(self, features_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the states."""
        return (*features_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """Return what makes the same layer again."""
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable(package="heed")
class ReverseValid(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Turn each sample's valid steps around; padding stays where it is.

    A gather, since the export takes TensorFlow's own reversal around an LSTM for that of whole axes and
    forgets the lengths.
    """

    def call(self, hidden: Any, mask: Any) -> Any:
        """Return states (N, T, U) whose step t is step length - 1 - t of what came."""
        samples, steps = ops.shape(hidden)[0], hidden.shape[1]
        valid = ops.cast(mask + 0.5, "int32")  # (N, T)
        place = ops.expand_dims(ops.arange(steps, dtype="int32"), 0)  # (1, T)
        turned = place + valid * (ops.sum(valid, axis=1, keepdims=True) - 1 - 2 * place)  # (N, T)
        first = ops.expand_dims(ops.arange(samples, dtype="int32"), 1) * steps  # (N, 1)
        rows = ops.reshape(hidden, (-1, hidden.shape[2]))  # (N * T, U)
        return ops.reshape(ops.take(rows, turned + first, axis=0), (-1, *hidden.shape[1:]))

    def compute_output_shape(self, hidden_shape: tuple[int | None, ...], *_: Any) -> tuple[int | None, ...]:
        """Return the shape that came."""
        return tuple(hidden_shape)
