"""The baseline without attention."""

from typing import TYPE_CHECKING

from core.models.blocks import recurrent_model
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
        return recurrent_model("lstm", shape, self.units, self.pooling, self.dropout)
