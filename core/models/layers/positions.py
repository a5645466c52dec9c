"""What tells a token's place, since attention itself does not know it."""

from typing import Any, Literal

import keras
import numpy as np
from keras import ops

from core.arrays import FloatArray


@keras.saving.register_keras_serializable(package="heed")
class Positions(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Add the code of its place to each token, or put the code beside it.

    Sinusoidal codes are sines and cosines whose time scales grow geometrically from one token to the whole
    series; learnt ones are weights.

    Args:
        kind: How a place is written.
        width: Numbers of the code put beside a token; 0 adds a code of the token's own width.
        spacing: Places between one token and the next.
        longest: Largest time scale in places; 0 is the number of tokens.

    Source: Vaswani et al. (2017), arXiv 1706.03762; scales up to the length as in Horn et al. (2020),
    arXiv 1909.12064.
    """

    def __init__(
        self,
        kind: Literal["sinusoidal", "learnt"] = "sinusoidal",
        width: int = 0,
        spacing: float = 1.0,
        longest: float = 0.0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.kind, self.width, self.spacing, self.longest = kind, width, spacing, longest

    def build(self, tokens_shape: tuple[int | None, ...]) -> None:
        """Make the codes of the places of tokens (N, S, F)."""
        count, width = int(tokens_shape[1] or 0), self.width or int(tokens_shape[2] or 0)
        if self.kind == "learnt":
            start = keras.initializers.RandomNormal(stddev=0.1)
            self.codes = self.add_weight(shape=(1, count, width), initializer=start, name="codes")
        else:
            places = np.arange(count) * self.spacing
            self.codes = sinusoids(places, width, self.longest or count)[None]
        super().build(tokens_shape)

    def call(self, tokens: Any) -> Any:
        """Return tokens (N, S, F), or (N, S, F + width) with codes beside them."""
        if not self.width:
            return tokens + self.codes
        beside = ops.ones_like(tokens[:, :, :1]) * self.codes  # (N, S, width)
        return ops.concatenate([tokens, beside], axis=-1)

    def compute_output_shape(self, tokens_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the tokens with their places."""
        return (*tokens_shape[:-1], (tokens_shape[-1] or 0) + self.width)

    def get_config(self) -> dict[str, Any]:
        """Return what makes the same layer again."""
        own = {"kind": self.kind, "width": self.width, "spacing": self.spacing, "longest": self.longest}
        return {**super().get_config(), **own}


def sinusoids(places: FloatArray, width: int, longest: float) -> FloatArray:
    """Return the codes of places (S, width): sines, then cosines, of time scales from 1 to the longest."""
    pairs = (width + 1) // 2
    scales = max(float(longest), 1.0) ** (np.arange(pairs) / max(pairs - 1, 1))
    angles = np.asarray(places)[:, None] / scales[None]  # (S, pairs)
    codes = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)  # (S, 2 * pairs)
    return np.asarray(codes[:, :width], np.float32)
