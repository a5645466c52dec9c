"""Pieces that architectures are put together from: inputs, recurrent stacks, output heads, ports."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.models.family import InputShape, port_name

if TYPE_CHECKING:
    import keras


def series_inputs(shape: InputShape) -> dict[str, Any]:
    """Return the inputs that every model has: series (N, T, C) and mask (N, T)."""
    import keras

    return {
        "series": keras.Input((shape.steps, shape.channels), name="series"),
        "mask": keras.Input((shape.steps,), name="mask"),
    }


def attention_ports(layer: str) -> dict[str, Any]:
    """Return the ports of a pooling layer by role: gate (n, H), override (n, H, T), blend (n, 1)."""
    import keras

    return {
        "gate": keras.Input((None,), name=f"gate_{layer}"),
        "override": keras.Input((None, None), name=f"override_{layer}"),
        "blend": keras.Input((1,), name=f"blend_{layer}"),
    }


def recurrent_stack(inputs: Mapping[str, Any], units: tuple[int, ...], dropout: float) -> Any:
    """Return the states (N, T, U) of forward LSTM layers over the series, 0 on padding.

    A forward LSTM needs no mask: padding stands on the right and can't reach a valid step's state.
    """
    import keras

    from core.models.layers import KeepValid

    states = inputs["series"]
    for place, width in enumerate(units, start=1):
        states = keras.layers.LSTM(width, return_sequences=True, name=f"lstm_{place}")(states)
        if dropout and place < len(units):
            states = keras.layers.Dropout(dropout, name=f"lstm_dropout_{place}")(states)
    return KeepValid(name="hidden")(states, inputs["mask"])


def heads(features: Any, shape: InputShape) -> dict[str, Any]:
    """Return the logits of each target by output name; a sigmoid head's z is written [0, z]."""
    import keras

    from core.models.layers import BinaryLogits

    outputs = {}
    for target, classes in shape.classes.items():
        name = f"logits_{port_name(target)}"
        if classes == 2:
            logit = keras.layers.Dense(1, name=f"head_{port_name(target)}")(features)
            outputs[name] = BinaryLogits(name=name)(logit)
        else:
            outputs[name] = keras.layers.Dense(classes, name=name)(features)
    return outputs


def probed_model(name: str, inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> "keras.Model":
    """Return the functional model with named inputs and outputs."""
    import keras

    named = {tensor.name: tensor for tensor in inputs.values()}
    return keras.Model(named, dict(outputs), name=port_name(name))
