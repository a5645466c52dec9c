"""Transformer encoder over the steps of a series."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from core.models.blocks import attention_ports, dropped, features_of, heads, probed_model, series_inputs
from core.models.family import MODELS, Architecture, AttentionLayer, InputShape
from core.models.settings import ADVANCED, Dropout
from core.models.tokens import (
    feed_forward,
    normed,
    own_states_by_step,
    patch_of,
    refuse_large_maps,
    refuse_long_patch,
    states_by_step,
    token_count,
)

if TYPE_CHECKING:
    import keras


@MODELS.register("transformer")
class Transformer(Architecture):
    """Transformer: every step, or patch of steps, looks at every other one.

    Source: Vaswani et al. (2017), arXiv 1706.03762; patches as in Nie et al. (2023), arXiv 2211.14730.
    """

    presets: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        # The predictor on FreqShapes of Queen et al. (2023), arXiv 2306.02109: codes of places beside the
        # channels, one layer with one head.
        "tiny": {
            "layers": 1,
            "heads": 1,
            "width": 32,
            "feed_forward": 32,
            "position_width": 16,
            "dropout": 0.1,
            "norm": "after",
        },
        "small": {"layers": 2, "heads": 4, "width": 64, "feed_forward": 128, "dropout": 0.2},
    }

    preset_titles: ClassVar[Mapping[str, str]] = {
        "tiny": "One layer, one head: the predictor published with FreqShapes",
        "small": "Two layers, four heads, width 64",
    }

    layers: int = Field(2, ge=1, le=8, description="Number of attention layers")
    heads: int = Field(4, ge=1, le=16, description="Number of attention heads in each layer")
    width: int = Field(32, ge=4, le=512, description="Width of a token's state")
    feed_forward: int = Field(
        64, ge=1, le=2048, description="Width of the dense layer after each attention layer"
    )
    dropout: Dropout = 0.1
    patch: int = Field(
        0,
        ge=0,
        le=1000,
        description="Steps that a token covers; 0 takes as few as keep the number of tokens at 128 or less",
    )
    pooling: Literal["mean", "class token", "last"] = Field(
        "mean",
        description="What the head reads: the mean state, that of a class token, or that of the last step",
    )
    norm: Literal["before", "after"] = Field(
        "before",
        description="Whether states are normalised before each part of a layer, or after it, as it was"
        " first published",
        json_schema_extra=ADVANCED,
    )
    position: Literal["sinusoidal", "learnt", "none"] = Field(
        "sinusoidal", description="How a token's place is told", json_schema_extra=ADVANCED
    )
    position_width: int = Field(
        0,
        ge=0,
        le=256,
        description="Width of a place's code put beside the channels; 0 adds the code to the token's state",
        json_schema_extra=ADVANCED,
    )

    def build(self, shape: InputShape) -> "keras.Model":
        """Return the model: patches, places, attention layers, pooling, heads."""
        inputs = series_inputs(shape)
        mask, patch = inputs["mask"], patch_of(shape.steps, self.patch)
        tokens, valid = self._tokens(features_of(inputs, shape), mask, patch)
        states, asking = tokens, valid
        if self.pooling == "class token":
            from core.models.layers import ClassToken

            states, asking = ClassToken(name="class_token")(tokens, valid)
        outputs: dict[str, Any] = {}
        ports: dict[str, Any] = {}
        for layer in self.attention_layers(shape):
            own = attention_ports(layer.name, pooled=False)
            states, weights, norms = self._block(states, asking, layer.name, own)
            outputs |= {f"attention_{layer.name}": weights, f"norms_{layer.name}": norms}
            ports |= {f"{role}_{layer.name}": value for role, value in own.items()}
        features, states = self._pooled(normed(states, "norm") if self.norm == "before" else states, valid)
        hidden = states_by_step(states, mask, patch, "hidden")
        by_step = own_states_by_step(states, mask, patch) if shape.per_step else hidden
        logits = heads(dropped(features, self.dropout, "pooled_dropout"), by_step, shape)
        return probed_model("transformer", {**inputs, **ports}, {**logits, **outputs, "hidden": hidden})

    def attention_layers(self, shape: InputShape) -> tuple[AttentionLayer, ...]:
        """Return the layers self_1, self_2, ..., in tokens."""
        patch = patch_of(shape.steps, self.patch)
        extra = int(self.pooling == "class token")
        tokens = token_count(shape.steps, patch) + extra
        return tuple(
            AttentionLayer(
                name=f"self_{place}",
                kind="self",
                heads=self.heads,
                shape=(self.heads, tokens, tokens),
                patch=patch,
                extra=extra,
            )
            for place in range(1, self.layers + 1)
        )

    def refuse(self, shape: InputShape) -> None:
        """Raise SettingsError where a token covers more than a series, or maps would be too large."""
        refuse_long_patch(self.patch, shape.steps)
        refuse_large_maps(self.attention_layers(shape))

    def _tokens(self, features: Any, mask: Any, patch: int) -> tuple[Any, Any]:
        """Return tokens (N, S, U) that know their place, and their mask (N, S)."""
        import keras

        from core.models.layers import Patches, Positions

        tokens, valid = Patches(patch, name="patches")(features, mask)
        widen = keras.layers.Dense(self.width, name="tokens")
        if self.position == "none":
            tokens = widen(tokens)
        elif self.position_width:
            tokens = widen(Positions(self.position, self.position_width, name="positions")(tokens))
        else:
            tokens = Positions(self.position, name="positions")(widen(tokens))
        return dropped(tokens, self.dropout, "tokens_dropout"), valid

    def _block(self, states: Any, mask: Any, name: str, ports: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        """Return the states after one layer, its attention weights (N, H, S, S) and norms (N, H, S)."""
        import keras

        from core.models.layers import MultiHeadAttention

        first = self.norm == "before"
        attention = MultiHeadAttention(self.heads, self.width, name=f"attention_{name}")
        read = normed(states, f"{name}_norm") if first else states
        gathered, weights, norms = attention(read, read, mask, mask, **ports)
        gathered = dropped(gathered, self.dropout, f"{name}_dropout")
        states = keras.layers.Add(name=f"{name}_residual")([states, gathered])
        read = normed(states, f"{name}_dense_norm" if first else f"{name}_norm")
        states = states if first else read
        more = dropped(
            feed_forward(read, self.feed_forward, f"{name}_dense"), self.dropout, f"{name}_dense_dropout"
        )
        states = keras.layers.Add(name=f"{name}_dense_residual")([states, more])
        return states if first else normed(states, f"{name}_dense_norm"), weights, norms

    def _pooled(self, states: Any, valid: Any) -> tuple[Any, Any]:
        """Return what is known of a sample (N, U) and of the tokens that stand for steps (N, S, U)."""
        from core.models.layers import FrontAndRest, LastValid, MeanValid

        if self.pooling == "class token":
            front, rest = FrontAndRest(name="class_state")(states)
            return front, rest
        pool = MeanValid(name="mean") if self.pooling == "mean" else LastValid(name="last")
        return pool(states, valid), states
