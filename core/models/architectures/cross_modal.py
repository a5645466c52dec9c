"""Attention between modalities: each looks at the others."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from core.errors import SettingsError
from core.models.blocks import attention_ports, dropped, heads, probed_model, series_inputs
from core.models.family import MODELS, Architecture, AttentionLayer, InputShape, port, port_name
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

LEAST, MOST = 2, 4


@MODELS.register("cross-modal")
class CrossModal(Architecture):
    """Attention between modalities: an encoder for each, whose tokens look at those of the others.

    Modalities keep their own axes. A long one is read in patches, by its encoder too: `hidden_<group>` gives
    each step the state of the token that covers it. Places are told on one common axis of time, so that
    modalities of unequal lengths should begin and end together.

    Source: Tsai et al. (2019), arXiv 1906.00295.
    """

    reads_modalities = True

    encoder: Literal["conv", "lstm", "dense"] = Field(
        "conv", description="What reads each modality before they look at each other"
    )
    heads: int = Field(8, ge=1, le=16, description="Number of attention heads in each direction")
    width: int = Field(32, ge=4, le=512, description="Width of a token's state")
    feed_forward: int = Field(64, ge=1, le=2048, description="Width of the dense layer after attention")
    dropout: Dropout = 0.1
    kernel: int = Field(
        5,
        ge=1,
        le=63,
        description="Tokens that the encoder conv reads at once",
        json_schema_extra=ADVANCED,
    )
    position: Literal["sinusoidal", "none"] = Field(
        "sinusoidal", description="How a token's place is told", json_schema_extra=ADVANCED
    )
    patch: int = Field(
        0,
        ge=0,
        le=1000,
        description="Steps that a token covers; 0 takes, for each modality, as few as keep the number of"
        " tokens at 128 or less",
        json_schema_extra=ADVANCED,
    )

    def build(self, shape: InputShape) -> "keras.Model":
        """Return the model: an encoder by modality, attention in all directions, pooling, heads."""
        self.refuse(shape)
        inputs = series_inputs(shape)
        states, valid = {}, {}
        outputs: dict[str, Any] = {}
        for group in shape.modalities:
            states[group], valid[group] = self._encoded(inputs, group, shape)
            outputs[port("hidden", group)] = states_by_step(
                states[group], inputs[port("mask", group)], self._patch(shape, group), port("hidden", group)
            )
        ports: dict[str, Any] = {}
        gathered: dict[str, list[Any]] = {group: [] for group in shape.modalities}
        for layer in self.attention_layers(shape):
            own = attention_ports(layer.name, pooled=False)
            ports |= {f"{role}_{layer.name}": value for role, value in own.items()}
            found, weights, norms = self._looked(layer, states, valid, own)
            outputs |= {f"attention_{layer.name}": weights, f"norms_{layer.name}": norms}
            gathered[layer.queries].append(found)
        joined = {group: self._joined(states[group], gathered[group], group) for group in shape.modalities}
        features = self._pooled(joined, valid)
        first = next(iter(shape.modalities))
        steps = outputs[port("hidden", first)]
        if shape.per_step:
            steps = own_states_by_step(joined[first], inputs[port("mask", first)], self._patch(shape, first))
        logits = heads(dropped(features, self.dropout, "pooled_dropout"), steps, shape)
        return probed_model("cross_modal", {**inputs, **ports}, {**logits, **outputs})

    def attention_layers(self, shape: InputShape) -> tuple[AttentionLayer, ...]:
        """Return a layer for every ordered pair of modalities, `<a>_to_<b>`: a asks, b is looked at."""
        return tuple(
            AttentionLayer(
                name=f"{port_name(asking)}_to_{port_name(answering)}",
                kind="cross",
                heads=self.heads,
                shape=(self.heads, self._tokens(shape, asking), self._tokens(shape, answering)),
                queries=asking,
                keys=answering,
                patch=self._patch(shape, answering),
            )
            for asking in shape.modalities
            for answering in shape.modalities
            if asking != answering
        )

    def refuse(self, shape: InputShape) -> None:
        """Raise SettingsError unless there are two to four modalities of numbers, told apart by name."""
        groups = tuple(shape.modalities)
        if len(groups) < LEAST:
            raise SettingsError(
                f"cross-modal needs {LEAST} to {MOST} modalities; got {len(groups) or 'one series'}. "
                "Choose groups of channels, or add a spectrogram on the page Data"
            )
        if len(groups) > MOST:
            raise SettingsError(
                f"cross-modal needs {LEAST} to {MOST} modalities; got {len(groups)}: "
                f"{', '.join(groups)!s:.200}. Choose which of them it reads, as modalities of the training"
            )
        if len({port_name(group).casefold() for group in groups}) < len(groups):
            raise SettingsError(
                "names of modalities must differ in letters, digits or underscores; "
                f"got {', '.join(groups)!s:.200}"
            )
        if shape.categories:
            raise SettingsError(
                f"cross-modal reads numbers; got {len(shape.categories)} categorical channels. "
                "Leave them out of the groups"
            )
        for steps, _channels in shape.modalities.values():
            refuse_long_patch(self.patch, steps)
        refuse_large_maps(self.attention_layers(shape))

    def _patch(self, shape: InputShape, group: str) -> int:
        return patch_of(shape.modalities[group][0], self.patch)

    def _tokens(self, shape: InputShape, group: str) -> int:
        return token_count(shape.modalities[group][0], self._patch(shape, group))

    def _encoded(self, inputs: Mapping[str, Any], group: str, shape: InputShape) -> tuple[Any, Any]:
        """Return the states of a modality's tokens (N, S, U), which know their place, and their mask."""
        from core.models.layers import KeepValid, Patches, Positions

        name, patch = port_name(group), self._patch(shape, group)
        tokens, valid = Patches(patch, name=f"patches_{name}")(
            inputs[port("series", group)], inputs[port("mask", group)]
        )
        states = self._read(tokens, valid, name)
        if self.position == "sinusoidal":
            most = max(self._tokens(shape, one) for one in shape.modalities)
            spacing = most / self._tokens(shape, group)
            states = Positions(spacing=spacing, longest=most, name=f"positions_{name}")(states)
        states = KeepValid(name=f"states_{name}")(normed(states, f"norm_{name}"), valid)
        return states, valid

    def _read(self, tokens: Any, valid: Any, name: str) -> Any:
        """Return what the encoder makes of tokens (N, S, F): states (N, S, U)."""
        import keras

        from core.models.layers import KeepValid

        if self.encoder == "lstm":
            # Padding stands on the right and can't reach a valid token's state.
            return keras.layers.LSTM(self.width, return_sequences=True, name=f"lstm_{name}")(tokens)
        states = tokens
        for place in (1, 2):
            label = f"{self.encoder}_{name}_{place}"
            if self.encoder == "dense":
                layer = keras.layers.Dense(self.width, activation="relu", name=label)
            else:
                layer = keras.layers.Conv1D(
                    self.width, self.kernel, padding="same", activation="relu", name=label
                )
            # Biases fill padding, and a kernel would carry that into valid tokens.
            states = KeepValid(name=f"{label}_valid")(layer(states), valid)
        return states

    def _looked(
        self,
        layer: AttentionLayer,
        states: Mapping[str, Any],
        valid: Mapping[str, Any],
        ports: Mapping[str, Any],
    ) -> tuple[Any, Any, Any]:
        """Return what one modality gathers from another (N, Q, U), weights (N, H, Q, S), norms (N, H, S)."""
        from core.models.layers import MultiHeadAttention

        attention = MultiHeadAttention(self.heads, self.width, name=f"attention_{layer.name}")
        asking, answering = layer.queries, layer.keys
        found, weights, norms = attention(
            states[asking], states[answering], valid[asking], valid[answering], **ports
        )
        return found, weights, norms

    def _joined(self, states: Any, gathered: list[Any], group: str) -> Any:
        """Return a modality's states with what it has gathered from the others (N, S, U)."""
        import keras

        name = port_name(group)
        parts = [dropped(one, self.dropout, f"dropout_{name}_{place}") for place, one in enumerate(gathered)]
        joined = normed(keras.layers.Add(name=f"residual_{name}")([states, *parts]), f"residual_norm_{name}")
        more = dropped(
            feed_forward(joined, self.feed_forward, f"dense_{name}"), self.dropout, f"dense_dropout_{name}"
        )
        total = keras.layers.Add(name=f"dense_residual_{name}")([joined, more])
        return normed(total, f"dense_norm_{name}")

    def _pooled(self, joined: Mapping[str, Any], valid: Mapping[str, Any]) -> Any:
        """Return the mean states of all modalities beside each other (N, M * U)."""
        import keras

        from core.models.layers import MeanValid

        means = [
            MeanValid(name=f"mean_{port_name(group)}")(states, valid[group])
            for group, states in joined.items()
        ]
        return keras.layers.Concatenate(name="means")(means)
