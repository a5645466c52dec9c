"""LSTM in both directions, without attention."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from core.models.blocks import (
    dropped,
    features_of,
    heads,
    pooled_states,
    probed_model,
    series_inputs,
    states_both_ways,
)
from core.models.family import MODELS, Architecture, InputShape
from core.models.settings import Dropout

if TYPE_CHECKING:
    import keras


@MODELS.register("bilstm")
class BiLSTM(Architecture):
    """LSTM that reads each series in both directions, without attention."""

    units: int = Field(64, ge=1, le=1024, description="Width of the recurrent state of each direction")
    pooling: Literal["last", "mean"] = Field(
        "last",
        description="What the head reads: the last state of each direction, or the mean over all steps",
    )
    dropout: Dropout = 0.0

    def build(self, shape: InputShape) -> "keras.Model":
        """Return the model: two LSTM layers, last or mean states of both, head."""
        import keras

        inputs = series_inputs(shape)
        mask = inputs["mask"]
        there, back = states_both_ways(features_of(inputs, shape), mask, self.units)
        hidden = keras.layers.Concatenate(name="hidden")([there, back])
        if self.pooling == "mean":
            pooled = pooled_states(hidden, mask, "mean")
        else:  # the way back ends at the first step
            ends = [pooled_states(there, mask, "last"), back[:, 0]]
            pooled = keras.layers.Concatenate(name="ends")(ends)
        pooled = dropped(pooled, self.dropout, "dropout")
        return probed_model("bilstm", inputs, {**heads(pooled, hidden, shape), "hidden": hidden})
