"""LSTM whose steps are pooled by attention."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from core.models.blocks import (
    dense_stack,
    dropped,
    features_of,
    heads,
    pooled_by_attention,
    pooling_layer,
    probed_model,
    recurrent_stack,
    series_inputs,
)
from core.models.family import MODELS, Architecture, AttentionLayer, InputShape
from core.models.settings import AttentionSize, Cell, DenseUnits, Dropout, Heads, Score, SecondDenseUnits

if TYPE_CHECKING:
    import keras


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
    preset_titles: ClassVar[Mapping[str, str]] = {"s2": "Windows of market data: two layers, 64 and 32"}

    units: int = Field(64, ge=1, le=1024, description="Width of the first recurrent layer")
    second_units: int = Field(
        0, ge=0, le=1024, description="Width of a second recurrent layer; 0 leaves it out"
    )
    dropout: Dropout = 0.0
    score: Score = "additive"
    cell: Cell = "lstm"
    attention_size: AttentionSize = 32
    heads: Heads = 1
    dense_units: DenseUnits = 0
    second_dense_units: SecondDenseUnits = 0

    def build(self, shape: InputShape) -> "keras.Model":
        """Return the model: recurrent layers, attention over steps, dense layers, head."""
        inputs = series_inputs(shape)
        mask, features = inputs["mask"], features_of(inputs, shape)
        widths = (self.units, self.second_units) if self.second_units else (self.units,)
        hidden = recurrent_stack(features, mask, widths, self.dropout, self.cell)
        (layer,) = self.attention_layers(shape)
        states = dropped(hidden, self.dropout, "states_dropout")
        context, weights, ports = pooled_by_attention(states, mask, layer, self.score, self.attention_size)
        read = dense_stack(context, (self.dense_units, self.second_dense_units), self.dropout)
        outputs = {**heads(read, hidden, shape), f"attention_{layer.name}": weights, "hidden": hidden}
        return probed_model("attention_lstm", {**inputs, **ports}, outputs)

    def attention_layers(self, shape: InputShape) -> tuple[AttentionLayer, ...]:
        """Return the one layer that pools the steps."""
        return (pooling_layer(self.heads, shape),)
