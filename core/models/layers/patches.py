"""From steps to tokens and back: a token covers one step or several, a class token none."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="heed")
class Patches(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Put the features of neighbouring steps into one token; what stands on padding is set to 0 first.

    A token is valid where one of its steps is.

    Args:
        patch: Steps that a token covers; the last one may be filled up with 0.
    """

    def __init__(self, patch: int = 1, **options: Any) -> None:
        super().__init__(**options)
        self.patch = patch

    def call(self, features: Any, mask: Any) -> tuple[Any, Any]:
        """Return tokens (N, S, patch * F) and their mask (N, S) of features (N, T, F) and a mask (N, T)."""
        clean = features * ops.expand_dims(mask, -1)
        if self.patch == 1:
            return clean, mask
        steps, width = features.shape[1:]
        count = -(-steps // self.patch)
        missing = count * self.patch - steps
        if missing:
            clean = ops.pad(clean, ((0, 0), (0, missing), (0, 0)))
            mask = ops.pad(mask, ((0, 0), (0, missing)))
        tokens = ops.reshape(clean, (-1, count, self.patch * width))
        return tokens, ops.max(ops.reshape(mask, (-1, count, self.patch)), axis=-1)

    def compute_output_shape(
        self, features_shape: tuple[int | None, ...], *_: Any
    ) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
        """Return the shapes of tokens and their mask."""
        samples, steps, width = features_shape
        count = -(-(steps or 0) // self.patch)
        return (samples, count, self.patch * (width or 0)), (samples, count)

    def get_config(self) -> dict[str, Any]:
        """Return what makes the same layer again."""
        return {**super().get_config(), "patch": self.patch}


@keras.saving.register_keras_serializable(package="heed")
class StepsOfTokens(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Give each step the state of the token that covers it.

    Args:
        patch: Steps that a token covers.
        steps: Number of steps T.
        apart: Whether a state (patch * U) holds a part of its own for each step; else all get the same.
    """

    def __init__(self, patch: int, steps: int, apart: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.patch, self.steps, self.apart = patch, steps, apart

    def call(self, tokens: Any) -> Any:
        """Return states (N, T, U) of tokens (N, S, U), or (N, S, patch * U) where parts are apart."""
        if self.patch == 1:
            return tokens
        count, width = tokens.shape[1:]
        if self.apart:
            width //= self.patch
        else:
            tokens = ops.concatenate([tokens] * self.patch, axis=-1)  # (N, S, patch * U)
        return ops.reshape(tokens, (-1, count * self.patch, width))[:, : self.steps]

    def compute_output_shape(self, tokens_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the states by step."""
        width = tokens_shape[-1] or 0
        return (tokens_shape[0], self.steps, width // self.patch if self.apart else width)

    def get_config(self) -> dict[str, Any]:
        """Return what makes the same layer again."""
        return {**super().get_config(), "patch": self.patch, "steps": self.steps, "apart": self.apart}


@keras.saving.register_keras_serializable(package="heed")
class ClassToken(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Put a learnt token in front, which stands for no step and gathers what tells the class.

    Source: Devlin et al. (2019), arXiv 1810.04805.
    """

    def build(self, tokens_shape: tuple[int | None, ...], *_: Any) -> None:
        """Make the token."""
        start = keras.initializers.RandomNormal(stddev=0.1)
        self.token = self.add_weight(shape=(1, 1, tokens_shape[-1]), initializer=start, name="token")
        super().build(tokens_shape)

    def call(self, tokens: Any, mask: Any) -> tuple[Any, Any]:
        """Return tokens (N, 1 + S, U) and their mask (N, 1 + S)."""
        front = ops.ones_like(tokens[:, :1]) * self.token  # (N, 1, U)
        return ops.concatenate([front, tokens], axis=1), ops.pad(mask, ((0, 0), (1, 0)), constant_values=1.0)

    def compute_output_shape(
        self, tokens_shape: tuple[int | None, ...], *_: Any
    ) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
        """Return the shapes of tokens and their mask."""
        samples, count, width = tokens_shape
        return (samples, 1 + (count or 0), width), (samples, 1 + (count or 0))


@keras.saving.register_keras_serializable(package="heed")
class FrontAndRest(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Part the state of the class token from the states of tokens that stand for steps."""

    def call(self, tokens: Any) -> tuple[Any, Any]:
        """Return the first state (N, U) and the others (N, S, U) of tokens (N, 1 + S, U)."""
        return tokens[:, 0], tokens[:, 1:]

    def compute_output_shape(
        self, tokens_shape: tuple[int | None, ...]
    ) -> tuple[tuple[int | None, ...], tuple[int | None, ...]]:
        """Return the shapes of both parts."""
        samples, count, width = tokens_shape
        return (samples, width), (samples, (count or 1) - 1, width)
