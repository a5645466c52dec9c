"""The smaller recurrent unit, without attention."""

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


@MODELS.register("gru")
class GRU(Architecture):
    """GRU without attention: like the LSTM, with three quarters of its weights."""

    units: Units = 64
    pooling: Pooling = "last"
    dropout: Dropout = 0.0

    def build(self, shape: InputShape) -> "keras.Model":
        """Return the model: GRU, last or mean state, head."""
        inputs = series_inputs(shape)
        mask, features = inputs["mask"], features_of(inputs, shape)
        hidden = recurrent_stack(features, mask, (self.units,), self.dropout, "gru")
        pooled = dropped(pooled_states(hidden, mask, self.pooling), self.dropout, "dropout")
        return probed_model("gru", inputs, {**heads(pooled, hidden, shape), "hidden": hidden})
