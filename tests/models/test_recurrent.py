"""Recurrent layers: the same as Keras' own, blind to padding, one operator in ONNX."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.arrays import FloatArray
from core.errors import SettingsError
from core.models.family import InputShape, architecture, preset
from tests.models.contract import built, feed_of, said_by_keras, series_of

pytestmark = pytest.mark.slow
SHAPE = InputShape(9, 3, {"label": 2})


def said(part: Any, series: FloatArray, lengths: Any) -> tuple[Any, dict[str, FloatArray]]:
    model = built(part, SHAPE)
    return model, said_by_keras(model, feed_of(SHAPE, {"": series}, {"": np.asarray(lengths)}))


def test_the_gru_is_that_of_keras() -> None:
    import keras

    series, _ = series_of(SHAPE, 4)
    model, found = said(architecture("gru", {"units": 5}), series[""], [9, 9, 9, 9])
    own = model.get_layer("gru_1")
    theirs = keras.layers.GRU(5, return_sequences=True)
    theirs.build((None, 9, 3))
    kernel, recurrent, bias, recurrent_bias = own.get_weights()
    theirs.set_weights([kernel, recurrent, np.stack([bias, recurrent_bias])])
    assert np.allclose(found["hidden"], theirs(series[""]), atol=1e-6)


@pytest.mark.parametrize("pooling", ["last", "mean"])
def test_a_bidirectional_lstm_reads_each_sample_from_its_own_end(pooling: str) -> None:
    import keras

    series, _ = series_of(SHAPE, 3)
    lengths = [9, 4, 1]
    model, found = said(architecture("bilstm", {"units": 5, "pooling": pooling}), series[""], lengths)
    layers = {
        way: keras.layers.LSTM(5, return_sequences=True, go_backwards=way == "back")
        for way in ("there", "back")
    }
    for way, layer in layers.items():
        layer.build((None, 9, 3))
        layer.set_weights(model.get_layer(f"lstm_{way}").get_weights())
    for row, length in enumerate(lengths):
        alone = series[""][row : row + 1, :length]
        there, back = np.asarray(layers["there"](alone))[0], np.asarray(layers["back"](alone))[0]
        states = np.concatenate([there, back[::-1]], axis=1)
        assert np.allclose(found["hidden"][row, :length], states, atol=1e-6)
        assert (found["hidden"][row, length:] == 0).all()
        read = np.concatenate([there[-1], back[-1]]) if pooling == "last" else states.mean(axis=0)
        kernel, bias = model.get_layer("head_label").get_weights()
        assert np.allclose(found["logits_label"][row, 1], read @ kernel[:, 0] + bias[0], atol=1e-5)


def test_turning_valid_steps_twice_gives_what_came() -> None:
    from core.models.layers import ReverseValid

    values = np.arange(24, dtype=np.float32).reshape(2, 6, 2)
    mask = np.array([[1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 1]], np.float32)
    turn = ReverseValid()
    turned = np.asarray(turn(values, mask))
    assert turned[0, :, 0].tolist() == [6, 4, 2, 0, 8, 10]
    assert np.array_equal(turned[1], values[1, ::-1])
    assert np.array_equal(turn(turned, mask), values)


@pytest.mark.parametrize(
    ("name", "settings", "operators"),
    [
        ("lstm", {}, {"LSTM": 1}),
        ("gru", {}, {"GRU": 1}),
        ("bilstm", {}, {"LSTM": 2}),
        ("attention-lstm", {"second_units": 4}, {"LSTM": 2}),
        ("attention-lstm", {"second_units": 4, "cell": "gru", "dropout": 0.2}, {"GRU": 2}),
    ],
)
def test_a_recurrent_layer_is_one_operator_in_onnx(
    name: str, settings: dict[str, Any], operators: dict[str, int], tmp_path: Path
) -> None:
    import onnx

    from core.training.export import export_onnx

    path = tmp_path / "model.onnx"
    export_onnx(architecture(name, {"units": 4, **settings}).build(SHAPE), path)
    found = [node.op_type for node in onnx.load(path).graph.node]
    assert {kind: found.count(kind) for kind in ("LSTM", "GRU", "Loop") if kind in found} == operators


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("lstm", 4 * (20 + 64 + 1) * 64 + 65),
        ("gru", 3 * (20 + 64 + 2) * 64 + 65),
        ("bilstm", 2 * 4 * (20 + 64 + 1) * 64 + 129),
        ("attention-lstm", 4 * (20 + 64 + 1) * 64 + 64 * 32 + 32 + 32 + 65),
        ("attention-dense", 20 * 64 + 64 + 64 * 32 + 32 + 32 + 65),
    ],
)
def test_the_number_of_weights_is_that_of_the_formula(name: str, weights: int) -> None:
    assert architecture(name).build(InputShape(30, 20, {"label": 2})).count_params() == weights


def test_the_preset_for_windows_of_market_data_is_the_published_model_of_35_thousand_weights() -> None:
    part = architecture("attention-lstm", preset("attention-lstm", "s2"))
    model = part.build(InputShape(30, 20, {"label": 2}))
    lstm = 4 * (20 + 64 + 1) * 64 + 4 * (64 + 32 + 1) * 32
    attention = 32 * 16 + 16 + 16
    dense = 32 * 32 + 32 + 32 * 16 + 16 + 16 + 1
    assert model.count_params() == lstm + attention + dense == 36_321
    kinds = [type(layer).__name__ for layer in model.layers if type(layer).__name__ != "InputLayer"]
    assert kinds == [
        "LSTM", "Dropout", "LSTM", "KeepValid", "Dropout", "AttentionPooling",
        "Dense", "Dropout", "Dense", "Dense", "BinaryLogits",
    ]  # fmt: skip
    widths = [layer.units for layer in model.layers if hasattr(layer, "units")]
    assert widths == [64, 32, 32, 16, 1]
    assert {layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"} == {0.2}
    pool = model.get_layer("attention_time")
    assert (pool.heads, pool.score, pool.size, pool.keys.activation.__name__) == (1, "additive", 16, "tanh")


def test_an_unknown_preset_is_named_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="presets of attention-lstm are: s2; got 'x'"):
        preset("attention-lstm", "x")


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("lstm", {"units": 1}),
        ("gru", {"units": 1}),
        ("bilstm", {"units": 1}),
        ("attention-lstm", {"units": 1, "heads": 3, "attention_size": 1}),
        ("attention-lstm", {"units": 2, "score": "dot", "cell": "gru"}),
        ("attention-dense", {"units": 1, "heads": 2}),
        ("cnn-attention", {"filters": 1, "bottleneck": 1, "kernel": 3, "heads": 2}),
        ("cnn-attention", {"filters": 2, "bottleneck": 0, "depth": 1, "normalization": "layer"}),
    ],
)
def test_axes_of_size_one_survive_the_export(name: str, settings: dict[str, Any], tmp_path: Path) -> None:
    import onnxruntime

    from core.training.export import export_onnx
    from tests.models.contract import neutral_ports

    shape = InputShape(1, 1, {"label": 3})
    model = built(architecture(name, settings), shape)
    export_onnx(model, tmp_path / "model.onnx")
    feed = feed_of(shape, *series_of(shape, 4))
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"))
    names = list(model.output)
    found = session.run(names, {**feed, **neutral_ports(model, feed)})
    expected = said_by_keras(model, feed)
    for key, values in zip(names, found, strict=True):
        assert np.abs(values - expected[key]).max() < 1e-4, key
