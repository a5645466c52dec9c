"""The baseline without attention."""

from typing import TYPE_CHECKING

from core.models.blocks import (
    dropped,
    features_of,
    heads,
    pooled_states,
    probed_model,
    recurrent_stack,
    series_inputs,
)
from core.models.family import MODELS, Architecture, InputShape
from core.models.settings import Dropout, Pooling, Units

if TYPE_CHECKING:
    import keras


@MODELS.register("lstm")
class LSTM(Architecture):
    """LSTM without attention: the baseline that others are measured against."""

    units: Units = 64
    pooling: Pooling = "last"
    dropout: Dropout = 0.0

    def build(self, shape: InputShape) -> "keras.Model":
        """Return the model: LSTM, last or mean state, head."""
        inputs = series_inputs(shape)
        hidden = recurrent_stack(features_of(inputs, shape), inputs["mask"], (self.units,), self.dropout)
        features = dropped(pooled_states(hidden, inputs["mask"], self.pooling), self.dropout, "dropout")
        return probed_model("lstm", inputs, {**heads(features, hidden, shape), "hidden": hidden})
