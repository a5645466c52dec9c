"""Convolutions of several lengths whose steps are pooled by attention."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from core.models.blocks import (
    dropped,
    features_of,
    heads,
    pooled_by_attention,
    pooling_layer,
    probed_model,
    series_inputs,
)
from core.models.family import MODELS, Architecture, AttentionLayer, InputShape
from core.models.settings import ADVANCED, AttentionSize, Dropout, Heads, Score

if TYPE_CHECKING:
    import keras

SHORTCUT = 3  # modules that a residual path goes around


@MODELS.register("cnn-attention")
class CNNAttention(Architecture):
    """Convolutions of three lengths side by side, in layers, with attention over steps: made for accuracy.

    Source: the trunk is InceptionTime's, Ismail Fawaz et al. (2020), arXiv 1909.04939.
    """

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "inception-time": {"filters": 32, "depth": 6, "kernel": 39, "bottleneck": 32},
    }
    preset_titles: ClassVar[Mapping[str, str]] = {"inception-time": "As large as InceptionTime: six layers"}

    filters: int = Field(16, ge=1, le=256, description="Patterns that each length of convolution looks for")
    depth: int = Field(3, ge=1, le=12, description="Number of layers; every three have a path around them")
    kernel: int = Field(
        39, ge=3, le=255, description="Steps of the longest convolution; the others are a half and a quarter"
    )
    dropout: Dropout = 0.0
    heads: Heads = 1
    score: Score = "additive"
    attention_size: AttentionSize = 32
    bottleneck: int = Field(
        16,
        ge=0,
        le=256,
        description="Features that are kept before each layer; 0 keeps all",
        json_schema_extra=ADVANCED,
    )
    normalization: Literal["batch", "layer"] = Field(
        "batch",
        description="What features are normalised over: the valid steps of a batch, or those of one step",
        json_schema_extra=ADVANCED,
    )

    def build(self, shape: InputShape) -> "keras.Model":
        """Return the model: convolutional layers, attention over steps, head."""
        inputs = series_inputs(shape)
        mask = inputs["mask"]
        hidden = self._trunk(features_of(inputs, shape), mask)
        (layer,) = self.attention_layers(shape)
        states = dropped(hidden, self.dropout, "states_dropout")
        context, weights, ports = pooled_by_attention(states, mask, layer, self.score, self.attention_size)
        read = dropped(context, self.dropout, "context_dropout")
        outputs = {**heads(read, hidden, shape), f"attention_{layer.name}": weights, "hidden": hidden}
        return probed_model("cnn_attention", {**inputs, **ports}, outputs)

    def attention_layers(self, shape: InputShape) -> tuple[AttentionLayer, ...]:
        """Return the one layer that pools the steps."""
        return (pooling_layer(self.heads, shape),)

    def _trunk(self, features: Any, mask: Any) -> Any:
        """Return states (N, T, 4 * filters), 0 on padding."""
        import keras

        from core.models.layers import KeepValid

        states = start = KeepValid(name="series_valid")(features, mask)
        for place in range(1, self.depth + 1):
            states = self._module(states, mask, place)
            if place % SHORTCUT == 0:
                around = self._convolution(start, 4 * self.filters, 1, f"around_{place}")
                around = self._normalized(around, mask, f"around_norm_{place}")
                states = keras.layers.Add(name=f"sum_{place}")([states, around])
                states = start = keras.layers.Activation("relu", name=f"sum_relu_{place}")(states)
        return KeepValid(name="hidden")(states, mask)

    def _module(self, states: Any, mask: Any, place: int) -> Any:
        """Return what convolutions of several lengths, side by side, find in states that are 0 on padding."""
        import keras

        from core.models.layers import HighestNearby

        narrow = states
        if self.bottleneck and states.shape[-1] > 1:
            narrow = self._convolution(states, self.bottleneck, 1, f"bottleneck_{place}")
        found = [
            self._convolution(narrow, self.filters, max(1, self.kernel >> halved), f"kernel_{place}_{halved}")
            for halved in range(3)
        ]
        highest = HighestNearby(3, name=f"highest_{place}")(states, mask)
        found.append(self._convolution(highest, self.filters, 1, f"highest_kernel_{place}"))
        beside = keras.layers.Concatenate(name=f"beside_{place}")(found)
        normed = self._normalized(beside, mask, f"norm_{place}")
        return keras.layers.Activation("relu", name=f"relu_{place}")(normed)

    def _convolution(self, states: Any, filters: int, size: int, name: str) -> Any:
        """Return the convolution without an offset, so that padding of zeros stays a padding of zeros."""
        import keras

        if size == 1:
            return keras.layers.Dense(filters, use_bias=False, name=name)(states)
        return keras.layers.Conv1D(filters, size, padding="same", use_bias=False, name=name)(states)

    def _normalized(self, states: Any, mask: Any, name: str) -> Any:
        from core.models.layers import Normalized

        return Normalized(self.normalization, name=name)(states, mask)
