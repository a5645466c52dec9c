"""What every architecture promises, for each one that is registered."""

from pathlib import Path

import numpy as np
import pytest

from core.arrays import length_mask
from core.errors import SettingsError
from core.inference import Intervention, RunModel, uniform_attention
from core.models.family import MODELS, InputShape, port_name, preset
from tests.models import toys

SHAPES = [(8, 1, 2), (24, 155, 10), (200, 2, 3)]


@pytest.fixture(scope="module", params=MODELS.names())
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunModel:
    folder = tmp_path_factory.mktemp(request.param)
    return toys.exported(toys.built(request.param, classes=3), folder)


SHAPE = InputShape(8, 2, {"label": 3})
ATTENDING = [
    name for name in MODELS.names() if MODELS.create(name, toys.settings_of(name)).attention_layers(SHAPE)
]


@pytest.fixture(scope="module", params=ATTENDING)
def attending(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunModel:
    folder = tmp_path_factory.mktemp(request.param)
    return toys.exported(toys.built(request.param, classes=3), folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS.names())
@pytest.mark.parametrize(("steps", "channels", "classes"), SHAPES)
def test_onnx_runtime_repeats_keras(
    name: str, steps: int, channels: int, classes: int, tmp_path: Path
) -> None:
    from core.training.export import keras_outputs

    model = toys.built(name, steps, channels, classes)
    data = toys.examples(5, steps, channels, classes)
    expected = keras_outputs(model, {"series": data.series, "mask": data.mask()})
    found = toys.exported(model, tmp_path).predict(data.series, data.lengths, batch=2)
    layers = MODELS.create(name, toys.settings_of(name)).attention_layers(
        InputShape(steps, channels, {"label": classes})
    )
    assert found.logits["label"].shape == (5, classes)
    assert np.abs(found.logits["label"] - expected["logits_label"]).max() < 1e-4
    assert tuple(found.attention) == tuple(layer.name for layer in layers)
    for layer in layers:
        weights = found.attention[layer.name]
        assert weights.shape == (5, *layer.shape)
        assert np.abs(weights - expected[f"attention_{layer.name}"]).max() < 1e-4
        assert np.abs(weights.sum(axis=-1) - 1).max() < 1e-5
        assert (weights[np.broadcast_to(data.mask()[:, None] == 0, weights.shape)] == 0).all()
    assert np.abs(found.hidden - expected["hidden"]).max() < 1e-4
    assert (found.hidden[data.mask() == 0] == 0).all()
    assert np.allclose(found.probabilities["label"].sum(axis=1), 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS.names())
def test_two_classes_have_one_logit_beside_zero(name: str, tmp_path: Path) -> None:
    data = toys.examples(4)
    logits = toys.exported(toys.built(name), tmp_path).predict(data.series, data.lengths).logits["label"]
    assert (logits[:, 0] == 0).all()
    assert (logits[:, 1] != 0).all()


@pytest.mark.slow
def test_padding_changes_nothing(opened: RunModel) -> None:
    data = toys.examples(6, classes=3)
    filled = np.where(data.mask()[:, :, None] > 0, data.series, 7.5).astype(np.float32)
    clean, dirty = (opened.predict(series, data.lengths) for series in (data.series, filled))
    assert np.array_equal(clean.logits["label"], dirty.logits["label"])
    assert np.array_equal(clean.hidden, dirty.hidden)
    for row, length in enumerate(data.lengths):
        alone = opened.predict(data.series[row : row + 1, :length], data.lengths[row : row + 1])
        assert np.allclose(alone.logits["label"][0], clean.logits["label"][row], atol=1e-6)
        for layer, weights in alone.attention.items():
            assert np.allclose(weights[0], clean.attention[layer][row, :, :length], atol=1e-6)


@pytest.mark.slow
def test_a_permutation_of_samples_permutes_the_answer(opened: RunModel) -> None:
    data = toys.examples(7, classes=3)
    order = np.random.default_rng(0).permutation(7)
    there = opened.predict(data.series, data.lengths)
    here = opened.predict(data.series[order], data.lengths[order])
    assert np.allclose(here.logits["label"], there.logits["label"][order], atol=1e-6)
    for layer in opened.layers:
        assert np.allclose(here.attention[layer], there.attention[layer][order], atol=1e-6)


@pytest.mark.slow
def test_neutral_ports_change_nothing_in_any_broadcast_shape(attending: RunModel) -> None:
    data = toys.examples(5, classes=3)
    plain = attending.predict(data.series, data.lengths)
    for layer in attending.layers:
        heads = plain.attention[layer].shape[1]
        for n, h, t in [(1, 1, 1), (5, heads, 8), (5, 1, 8), (1, heads, 8)]:
            neutral = Intervention(
                gate=np.ones((n, h), np.float32),
                override=np.zeros((n, h, t), np.float32),
                blend=np.zeros((n, 1), np.float32),
            )
            found = attending.predict(data.series, data.lengths, {layer: neutral})
            assert np.array_equal(found.logits["label"], plain.logits["label"])
            assert np.array_equal(found.attention[layer], plain.attention[layer])


@pytest.mark.slow
def test_an_override_takes_the_place_of_the_weights(attending: RunModel) -> None:
    data = toys.examples(5, classes=3)
    valid = length_mask(data.lengths, 8)
    plain = attending.predict(data.series, data.lengths)
    for layer in attending.layers:
        own = Intervention(override=plain.attention[layer])
        repeated = attending.predict(data.series, data.lengths, {layer: own})
        assert np.allclose(repeated.logits["label"], plain.logits["label"], atol=1e-6)
        uniform = attending.predict(data.series, data.lengths, {layer: uniform_attention(data.lengths, 8)})
        expected = valid[:, None] / data.lengths[:, None, None]
        assert np.allclose(
            uniform.attention[layer], np.broadcast_to(expected, uniform.attention[layer].shape)
        )
        assert not np.allclose(uniform.logits["label"], plain.logits["label"], atol=1e-6)
        half = Intervention(override=expected.astype(np.float32), blend=np.full((1, 1), 0.5, np.float32))
        between = attending.predict(data.series, data.lengths, {layer: half})
        middle = (plain.attention[layer] + uniform.attention[layer]) / 2
        assert np.allclose(between.attention[layer], middle, atol=1e-6)


@pytest.mark.slow
def test_a_closed_gate_leaves_the_same_answer_for_every_sample(attending: RunModel) -> None:
    data = toys.examples(5, classes=3)
    for layer in attending.layers:
        closed = {layer: Intervention(gate=np.zeros((1, 1), np.float32))}
        logits = attending.predict(data.series, data.lengths, closed).logits["label"]
        assert np.allclose(logits, logits[0])


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS.names())
def test_training_lowers_the_loss_and_keras_opens_what_was_saved(name: str, tmp_path: Path) -> None:
    import keras

    from core.training.export import keras_outputs, save_keras
    from core.training.fitting import fit

    model = toys.built(name)
    data = toys.arrays(48)
    fitted = fit(model, data, toys.FAST.model_copy(update={"learning_rate": 0.01}), 0)
    assert fitted.history[-1]["loss"] < fitted.history[0]["loss"]
    save_keras(model, tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    part = toys.examples(24, seed=1)
    before, after = (
        keras_outputs(one, {"series": part.series, "mask": part.mask()}) for one in (model, again)
    )
    assert all(np.array_equal(before[key], after[key]) for key in before)


@pytest.mark.slow
def test_several_heads_each_sum_to_one_and_can_be_gated_alone(tmp_path: Path) -> None:
    settings = {"units": 6, "heads": 3, "score": "dot", "second_units": 4, "dropout": 0.1}
    model = toys.exported(toys.built("attention-lstm", settings=settings), tmp_path)
    data = toys.examples(4)
    weights = model.predict(data.series, data.lengths).attention["time"]
    assert weights.shape == (4, 3, 8)
    assert np.allclose(weights.sum(axis=-1), 1, atol=1e-5)
    logits = {
        head: model.predict(
            data.series, data.lengths, {"time": Intervention(gate=1 - np.eye(3, dtype=np.float32)[[head]])}
        ).logits["label"][:, 1]
        for head in range(3)
    }
    assert not np.allclose(logits[0], logits[1])


@pytest.mark.slow
def test_the_s2_preset_has_about_35_thousand_parameters() -> None:
    model = toys.built("attention-lstm", 30, 20, 2, settings=preset("attention-lstm", "s2"))
    assert 34_000 < model.count_params() < 37_500
    kinds = [type(layer).__name__ for layer in model.layers if type(layer).__name__ != "InputLayer"]
    assert kinds == [
        "LSTM", "Dropout", "LSTM", "KeepValid", "Dropout", "AttentionPooling",
        "Dense", "Dropout", "Dense", "Dense", "BinaryLogits",
    ]  # fmt: skip


def test_an_unknown_preset_is_named_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="presets of attention-lstm are: s2; got 'x'"):
        preset("attention-lstm", "x")


def test_ports_are_named_by_letters_digits_and_underscores() -> None:
    assert port_name("winner/loser é") == "winner_loser__"
