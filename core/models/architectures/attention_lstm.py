"""LSTM whose steps are pooled by attention."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from core.models.blocks import (
    attention_ports,
    features_of,
    heads,
    probed_model,
    recurrent_stack,
    series_inputs,
)
from core.models.family import MODELS, Architecture, AttentionLayer, InputShape

if TYPE_CHECKING:
    import keras

LAYER = "time"


@MODELS.register("attention-lstm")
class AttentionLSTM(Architecture):
    """LSTM with attention over its steps: a score, a softmax over time, a context vector."""

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "s2": {
            "units": 64,
            "second_units": 32,
            "dropout": 0.2,
            "attention_size": 16,
            "dense_units": 32,
            "second_dense_units": 16,
        }
    }

    units: int = Field(64, ge=1, le=1024, description="Width of the first LSTM layer")
    second_units: int = Field(0, ge=0, le=1024, description="Width of a second LSTM layer; 0 leaves it out")
    dropout: float = Field(0.0, ge=0.0, le=0.9, description="Share of features left out in training")
    score: Literal["additive", "dot"] = Field(
        "additive", description="How a step is scored: v . tanh(W h + b), or a learned query times h"
    )
    attention_size: int = Field(
        32,
        ge=1,
        le=1024,
        description="Width of W in the additive score",
        json_schema_extra={"advanced": True},
    )
    heads: int = Field(
        1, ge=1, le=16, description="Number of attention heads", json_schema_extra={"advanced": True}
    )
    dense_units: int = Field(
        0,
        ge=0,
        le=1024,
        description="Width of a dense layer after attention; 0 leaves it out",
        json_schema_extra={"advanced": True},
    )
    second_dense_units: int = Field(
        0,
        ge=0,
        le=1024,
        description="Width of a second dense layer; 0 leaves it out",
        json_schema_extra={"advanced": True},
    )

    def build(self, shape: InputShape) -> "keras.Model":
        """Return the model: LSTM layers, attention over steps, dense layers, head."""
        from core.models.layers import AttentionPooling

        inputs = series_inputs(shape)
        ports = attention_ports(LAYER)
        widths = (self.units, self.second_units) if self.second_units else (self.units,)
        hidden = recurrent_stack(features_of(inputs, shape), inputs["mask"], widths, self.dropout)
        pool = AttentionPooling(self.heads, self.score, self.attention_size, name=f"attention_{LAYER}")
        context, weights = pool(self._dropped(hidden, "states"), inputs["mask"], **ports)
        outputs = heads(self._dense(context), hidden, shape)
        return probed_model(
            "attention_lstm",
            {**inputs, **ports},
            {**outputs, f"attention_{LAYER}": weights, "hidden": hidden},
        )

    def attention_layers(self, shape: InputShape) -> tuple[AttentionLayer, ...]:
        """Return the one layer that pools the steps."""
        return (AttentionLayer(name=LAYER, kind="pooled", heads=self.heads, shape=(self.heads, shape.steps)),)

    def _dropped(self, features: Any, name: str) -> Any:
        import keras

        return (
            keras.layers.Dropout(self.dropout, name=f"{name}_dropout")(features) if self.dropout else features
        )

    def _dense(self, context: Any) -> Any:
        import keras

        features = context if self.dense_units else self._dropped(context, "context")
        if self.dense_units:
            features = keras.layers.Dense(self.dense_units, activation="relu", name="dense_1")(features)
            features = self._dropped(features, "dense")
        if self.second_dense_units:
            features = keras.layers.Dense(self.second_dense_units, activation="relu", name="dense_2")(
                features
            )
        return features
