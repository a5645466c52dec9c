"""Pieces that architectures are put together from: inputs, recurrent stacks, output heads, ports."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.models.family import InputShape, port, port_name

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


def recurrent_stack(features: Any, mask: Any, units: tuple[int, ...], dropout: float) -> Any:
    """Return the states (N, T, U) of forward LSTM layers over features (N, T, F), 0 on padding.

    A forward LSTM needs no mask: padding stands on the right and can't reach a valid step's state.
    """
    import keras

    from core.models.layers import KeepValid

    states = features
    for place, width in enumerate(units, start=1):
        states = keras.layers.LSTM(width, return_sequences=True, name=f"lstm_{place}")(states)
        if dropout and place < len(units):
            states = keras.layers.Dropout(dropout, name=f"lstm_dropout_{place}")(states)
    return KeepValid(name="hidden")(states, mask)


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
