"""Pieces that architectures are put together from: inputs, recurrent stacks, output heads, ports."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from core.models.family import AttentionLayer, InputShape, port, port_name

if TYPE_CHECKING:
    import keras


def series_inputs(shape: InputShape) -> dict[str, Any]:
    """Return the inputs that every model has: series (N, T, C) and mask (N, T), for each group."""
    import keras

    inputs = {}
    for group, (steps, channels) in shape.groups.items():
        inputs[port("series", group)] = keras.Input((steps, channels), name=port("series", group))
        inputs[port("mask", group)] = keras.Input((steps,), name=port("mask", group))
    return inputs


def features_of(inputs: Mapping[str, Any], shape: InputShape) -> Any:
    """Return what a model reads at each step (N, T, F): channels, with embeddings in place of codes."""
    from core.models.layers import ChannelEmbedding

    if not shape.categories:
        return inputs["series"]
    codes = {str(channel): count for channel, count in sorted(shape.categories.items())}
    return ChannelEmbedding(codes, name="categories")(inputs["series"], inputs["mask"])


def attention_ports(layer: str, pooled: bool = True) -> dict[str, Any]:
    """Return the ports of a layer by role: gate (n, H), override (n, H, T) or (n, H, Q, S), blend (n, 1)."""
    import keras

    axes = (None,) * (2 if pooled else 3)
    return {
        "gate": keras.Input((None,), name=f"gate_{layer}"),
        "override": keras.Input(axes, name=f"override_{layer}"),
        "blend": keras.Input((1,), name=f"blend_{layer}"),
    }


def recurrent_stack(
    features: Any, mask: Any, units: tuple[int, ...], dropout: float, cell: Literal["lstm", "gru"] = "lstm"
) -> Any:
    """Return the states (N, T, U) of forward recurrent layers over features (N, T, F), 0 on padding.

    A forward layer needs no mask: padding stands on the right and can't reach a valid step's state.
    """
    from core.models.layers import KeepValid

    states = features
    for place, width in enumerate(units, start=1):
        states = _recurrent(states, width, cell, f"{cell}_{place}")
        if place < len(units):
            states = dropped(states, dropout, f"{cell}_dropout_{place}")
    return KeepValid(name="hidden")(states, mask)


def states_both_ways(features: Any, mask: Any, units: int) -> tuple[Any, Any]:
    """Return the states (N, T, U) of an LSTM and of one that reads each sample from its own end."""
    from core.models.layers import KeepValid, ReverseValid

    turned = ReverseValid(name="turned")(features, mask)
    back = ReverseValid(name="turned_back")(_recurrent(turned, units, "lstm", "lstm_back"), mask)
    there = _recurrent(features, units, "lstm", "lstm_there")
    return KeepValid(name="hidden_there")(there, mask), KeepValid(name="hidden_back")(back, mask)


def _recurrent(features: Any, units: int, cell: str, name: str) -> Any:
    import keras

    from core.models.layers import GRU

    if cell == "gru":
        return GRU(units, name=name)(features)
    return keras.layers.LSTM(units, return_sequences=True, name=name)(features)


def pooled_states(states: Any, mask: Any, pooling: Literal["last", "mean"]) -> Any:
    """Return the state of each sample's last valid step, or the mean over its valid steps (N, U)."""
    from core.models.layers import LastValid, MeanValid

    pool = LastValid(name="last") if pooling == "last" else MeanValid(name="mean")
    return pool(states, mask)


def recurrent_model(
    cell: Literal["lstm", "gru"],
    shape: InputShape,
    units: int,
    pooling: Literal["last", "mean"],
    dropout: float,
) -> "keras.Model":
    """Return one recurrent layer whose last or mean state the heads read, without attention."""
    inputs = series_inputs(shape)
    mask = inputs["mask"]
    hidden = recurrent_stack(features_of(inputs, shape), mask, (units,), dropout, cell)
    pooled = dropped(pooled_states(hidden, mask, pooling), dropout, "dropout")
    return probed_model(cell, inputs, {**heads(pooled, hidden, shape), "hidden": hidden})


def pooling_layer(number: int, shape: InputShape) -> AttentionLayer:
    """Return the one layer of a model that pools its steps, with a number of heads."""
    return AttentionLayer(name="time", kind="pooled", heads=number, shape=(number, shape.steps))


def pooled_by_attention(
    states: Any, mask: Any, layer: AttentionLayer, score: Literal["additive", "dot"], size: int
) -> tuple[Any, Any, dict[str, Any]]:
    """Return context (N, H * U), weights (N, H, T) and ports of a layer that pools states (N, T, U)."""
    from core.models.layers import AttentionPooling

    ports = attention_ports(layer.name)
    pool = AttentionPooling(layer.heads, score, size, name=f"attention_{layer.name}")
    context, weights = pool(states, mask, **ports)
    return context, weights, {f"{role}_{layer.name}": value for role, value in ports.items()}


def dropped(features: Any, dropout: float, name: str) -> Any:
    """Return the features with a share of them left out in training."""
    import keras

    return keras.layers.Dropout(dropout, name=name)(features) if dropout else features


def dense_stack(features: Any, units: tuple[int, ...], dropout: float) -> Any:
    """Return what dense layers make of features (N, F) or (N, T, F); a width of 0 leaves a layer out.

    Features are left out after the first layer, or before the head if there is none.
    """
    import keras

    widths = [width for width in units if width]
    if not widths:
        return dropped(features, dropout, "dense_dropout")
    for place, width in enumerate(widths, start=1):
        features = keras.layers.Dense(width, activation="relu", name=f"dense_{place}")(features)
        if place == 1:
            features = dropped(features, dropout, "dense_dropout")
    return features


def heads(features: Any, states: Any, shape: InputShape) -> dict[str, Any]:
    """Return the logits of each target by output name; a sigmoid head's z is written [0, z].

    Args:
        features: What the model knows of a sample (N, F).
        states: What it knows of each step (N, T, U); heads with a label per step read both.
        shape: Names the targets.
    """
    import keras

    from core.models.layers import BesideEachStep, BinaryLogits

    outputs = {}
    for target, classes in shape.classes.items():
        name = f"logits_{port_name(target)}"
        read = features
        if target in shape.per_step:
            read = BesideEachStep(name=f"steps_{port_name(target)}")(states, features)
        if classes == 2:
            logit = keras.layers.Dense(1, name=f"head_{port_name(target)}")(read)
            outputs[name] = BinaryLogits(name=name)(logit)
        else:
            outputs[name] = keras.layers.Dense(classes, name=name)(read)
    return outputs


def probed_model(name: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> "keras.Model":
    """Return the functional model with named inputs and outputs."""
    import keras

    named = {tensor.name: tensor for tensor in inputs.values()}
    return keras.Model(named, dict(outputs), name=port_name(name))
