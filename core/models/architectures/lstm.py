"""The baseline without attention."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from core.models.blocks import features_of, heads, probed_model, recurrent_stack, series_inputs
from core.models.family import MODELS, Architecture, InputShape

if TYPE_CHECKING:
    import keras


@MODELS.register("lstm")
class LSTM(Architecture):
    """LSTM without attention: the baseline that others are measured against."""

    units: int = Field(64, ge=1, le=1024, description="Width of the recurrent state")
    pooling: Literal["last", "mean"] = Field(
        "last", description="What the head reads: the state of the last step, or the mean over all steps"
    )
    dropout: float = Field(0.0, ge=0.0, le=0.9, description="Share of features left out in training")

    def build(self, shape: InputShape) -> "keras.Model":
        """Return the model: LSTM, last or mean state, head."""
        import keras

        from core.models.layers import LastValid, MeanValid

        inputs = series_inputs(shape)
        hidden = recurrent_stack(features_of(inputs, shape), inputs["mask"], (self.units,), self.dropout)
        pool = LastValid(name="last") if self.pooling == "last" else MeanValid(name="mean")
        features = pool(hidden, inputs["mask"])
        if self.dropout:
            features = keras.layers.Dropout(self.dropout, name="dropout")(features)
        return probed_model("lstm", inputs, {**heads(features, hidden, shape), "hidden": hidden})
