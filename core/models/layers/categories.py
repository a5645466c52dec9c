"""Categorical channels: their codes become learnt vectors."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

WIDEST = 8


def embedding_width(codes: int) -> int:
    """Return how many numbers stand for one of so many codes."""
    return min(WIDEST, (codes + 1) // 2)


@keras.saving.register_keras_serializable(package="heed")
class ChannelEmbedding(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Put a learnt vector in the place of each code; other channels stay as they are, in front.

    Args:
        categories: Number of codes by index of the channel, as text since JSON has no other keys.
    """

    def __init__(self, categories: Mapping[str, int], **options: Any) -> None:
        super().__init__(**options)
        self.categories = {str(channel): int(codes) for channel, codes in categories.items()}
        self.vectors = {
            channel: keras.layers.Embedding(codes, embedding_width(codes), name=f"channel_{channel}")
            for channel, codes in self.categories.items()
        }

    def build(self, series_shape: tuple[int | None, ...], *_: Any) -> None:
        """Make the vectors."""
        for layer in self.vectors.values():
            layer.build(series_shape[:-1])
        super().build(series_shape)

    def call(self, series: Any, mask: Any) -> Any:
        """Return features (N, T, F) from series (N, T, C); 0 on padding, whose codes mean nothing."""
        plain = [place for place in range(series.shape[-1]) if str(place) not in self.categories]
        columns = [series[:, :, place : place + 1] for place in plain]
        for channel, layer in self.vectors.items():
            values = series[:, :, int(channel)]
            codes = ops.cast(ops.clip(values, 0.0, self.categories[channel] - 1.0) + 0.5, "int32")
            columns.append(layer(codes))
        return ops.concatenate(columns, axis=-1) * ops.expand_dims(mask, -1)

    def compute_output_shape(self, series_shape: tuple[int | None, ...], *_: Any) -> tuple[int | None, ...]:
        """Return the shape of the features."""
        plain = (series_shape[-1] or 0) - len(self.categories)
        return (*series_shape[:-1], plain + sum(map(embedding_width, self.categories.values())))

    def get_config(self) -> dict[str, Any]:
        """Return what makes the same layer again."""
        return {**super().get_config(), "categories": self.categories}
