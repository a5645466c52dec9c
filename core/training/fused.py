"""LSTM layers as one operation in training, where Keras runs a loop of small ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras
import tensorflow as tf

GATES = (0, 2, 1, 3)  # Keras orders input, forget, cell, output; the operation input, cell, forget, output


@contextmanager
def fused_lstm(model: keras.Model, longest: Any = None) -> Iterator[None]:
    """Compute the LSTM layers of a model by one operation each while a graph is traced.

    States are the same but for rounding, at less than half the time, and the graph is smaller. States after
    the longest series of a batch, which are padding in all of it, are 0.

    Args:
        model: The model; its layers are as they were afterwards.
        longest: Steps of the longest series of the batch (), where all layers read the same steps.
    """
    layers = [layer for layer in model.layers if is_plain_lstm(layer)]
    for layer in layers:
        layer.call = partial(_states, layer, longest)
    try:
        yield
    finally:
        for layer in layers:
            del layer.call


def is_plain_lstm(layer: Any) -> bool:
    """Return whether a layer is a forward LSTM as Keras makes it by default, with a state for each step."""
    return (
        type(layer) is keras.layers.LSTM
        and layer.return_sequences
        and not (layer.return_state or layer.go_backwards or layer.stateful)
        and not (layer.dropout or layer.recurrent_dropout)
        and layer.use_bias
        and layer.activation is keras.activations.tanh
        and layer.recurrent_activation is keras.activations.sigmoid
    )


def _states(layer: Any, longest: Any, sequences: Any, **_: Any) -> Any:
    """Return the states (N, T, U) of an LSTM layer over features (N, T, F)."""
    cell = layer.cell
    units = cell.units
    by_step = tf.transpose(sequences, (1, 0, 2))
    zeros, none = tf.zeros((tf.shape(by_step)[1], units)), tf.zeros((units,))
    states = tf.raw_ops.BlockLSTM(
        seq_len_max=tf.cast(tf.shape(by_step)[0] if longest is None else longest, tf.int64),
        x=by_step,
        cs_prev=zeros,
        h_prev=zeros,
        w=_ordered(tf.concat([cell.kernel.value, cell.recurrent_kernel.value], 0)),
        wci=none,
        wcf=none,
        wco=none,
        b=_ordered(cell.bias.value),
        forget_bias=0.0,
        cell_clip=-1.0,
        use_peephole=False,
    ).h
    return tf.ensure_shape(tf.transpose(states, (1, 0, 2)), (None, sequences.shape[1], units))


def _ordered(weights: Any) -> Any:
    gates = tf.split(weights, 4, axis=-1)
    return tf.concat([gates[place] for place in GATES], -1)
