"""Attention between modalities: what it promises beyond the contract of all architectures."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.families import SOURCES
from core.errors import SettingsError
from core.inference import Intervention
from core.inference.received import received_attention
from core.models.family import InputShape, architecture
from tests.models import token_models as models

SMALL: dict[str, Any] = {"heads": 2, "width": 8, "feed_forward": 8}


def shape_of(modalities: dict[str, tuple[int, int]], **others: Any) -> InputShape:
    first = next(iter(modalities.values()))
    return InputShape(*first, **{"classes": {"label": 3}, "modalities": modalities, **others})


UNEQUAL = {"eeg": (9, 2), "band power": (5, 3)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "shape"),
    [
        ({"encoder": "conv"}, shape_of(UNEQUAL)),
        ({"encoder": "lstm", "heads": 8, "width": 8}, shape_of(UNEQUAL)),
        ({"encoder": "dense", "patch": 4, "position": "none"}, shape_of(UNEQUAL)),
        ({"encoder": "conv"}, shape_of({"b": (6, 1), "a": (1, 4), "c": (4, 2)})),
        ({"encoder": "lstm"}, shape_of({"eeg": (1000, 155), "spectrogram": (24, 6)})),
    ],
)
def test_onnx_runtime_repeats_keras_and_rows_sum_to_one(
    settings: dict[str, Any], shape: InputShape, tmp_path: Path
) -> None:
    model = models.answering("cross-modal", {**SMALL, **settings}, shape, tmp_path)
    data = models.asked(shape, samples=4)
    models.assert_parity(model, data)
    found = model.found(data)
    assert set(found.attention) == {layer.name for layer in model.layers}
    back = {layer.queries + layer.keys: layer for layer in model.layers}
    for layer in model.layers:
        weights = found.attention[layer.name]
        assert weights.shape[1:] == layer.shape
        asking = models.token_mask(data.mask(layer.queries), back[layer.keys + layer.queries])
        models.assert_rows_sum_to_one(weights, asking, models.token_mask(data.mask(layer.keys), layer))
        steps = shape.modalities[layer.keys][0]
        received = received_attention(weights, layer, data.lengths[layer.keys], steps)
        assert np.allclose(received.sum(axis=1), 1, atol=1e-5)


@pytest.mark.slow
def test_padding_changes_nothing_and_labels_per_step_stand_on_the_first_axis(tmp_path: Path) -> None:
    shape = shape_of(UNEQUAL, classes={"label": 2, "state": 3}, per_step=frozenset({"state"}))
    model = models.answering("cross-modal", {**SMALL, "patch": 2}, shape, tmp_path)
    data = models.asked(shape)
    dirty = {
        group: np.where(data.mask(group)[:, :, None] > 0, values, 7.5)
        for group, values in data.series.items()
    }
    clean, found = model.found(data), model.found(models.Asked(dirty, data.lengths))
    assert clean.logits["state"].shape == (5, 9, 3)
    assert clean.logits["label"].shape == (5, 2)
    for target in shape.classes:
        assert np.array_equal(clean.logits[target], found.logits[target])
    for layer in model.layers:
        assert np.array_equal(clean.attention[layer.name], found.attention[layer.name])


@pytest.mark.slow
def test_modalities_meet_in_attention_alone(tmp_path: Path) -> None:
    """With closed gates the answer is a part from each modality, added up; with open gates it is not."""
    shape = shape_of(UNEQUAL)
    model = models.answering("cross-modal", SMALL, shape, tmp_path)
    one = models.asked(shape)
    other = one.with_rows("eeg", [3, 4, 0, 1, 2])
    both = models.Asked(
        {**other.series, "band power": other.series["band power"][[1, 2, 3, 4, 0]]},
        {**other.lengths, "band power": other.lengths["band power"][[1, 2, 3, 4, 0]]},
    )
    last = one.with_rows("band power", [1, 2, 3, 4, 0])

    def off(interventions: dict[str, Intervention]) -> float:
        logits = [model.found(data, interventions).logits["label"] for data in (one, other, both, last)]
        return float(np.abs(logits[0] - logits[1] + logits[2] - logits[3]).max())

    closed = Intervention(gate=np.zeros((1, 1), np.float32))
    assert off({layer.name: closed for layer in model.layers}) < 1e-5
    assert off({"eeg_to_band_power": closed}) > 1e-3
    assert off({"band_power_to_eeg": closed}) > 1e-3


@pytest.mark.slow
def test_an_override_in_one_direction_leaves_the_weights_of_the_other(tmp_path: Path) -> None:
    shape = shape_of(UNEQUAL)
    model = models.answering("cross-modal", SMALL, shape, tmp_path)
    data = models.asked(shape)
    plain = model.found(data)
    even = np.full((1, 1, 9, 5), 0.2, np.float32)
    found = model.found(data, {"eeg_to_band_power": Intervention(override=even)})
    valid = data.mask("eeg")[:, None, :, None] * data.mask("band power")[:, None, None, :]
    assert np.allclose(found.attention["eeg_to_band_power"], np.broadcast_to(0.2 * valid, (5, 2, 9, 5)))
    assert np.array_equal(found.attention["band_power_to_eeg"], plain.attention["band_power_to_eeg"])
    assert not np.allclose(found.logits["label"], plain.logits["label"], atol=1e-4)


@pytest.mark.slow
def test_attention_peaks_near_the_lag_at_which_one_modality_drives_the_other() -> None:
    """Neither modality tells the class alone; the encoder sees two steps to each side: near is enough."""
    from core.training import Examples, FitArrays, TrainSettings
    from core.training.export import keras_outputs
    from core.training.fitting import fit, one_thread, seed_everything

    one_thread()
    lag, steps = 6, 30
    source = SOURCES.create("two-modal", {"samples": 600, "steps": steps, "lag": lag})
    dataset = source.make(np.random.default_rng(0))
    train, validation, test = (
        Examples(
            {group: dataset.series[rows][:, :, places] for group, places in dataset.groups.items()},
            dict.fromkeys(dataset.groups, dataset.lengths[rows]),
            {"label": dataset.targets["label"][rows]},
        )
        for rows in (slice(0, 400), slice(400, 500), slice(500, 600))
    )
    shape = shape_of(dict.fromkeys(dataset.groups, (steps, 2)), classes={"label": 2})
    seed_everything(0)
    model = architecture("cross-modal", {"width": 16, "heads": 4, "feed_forward": 32}).build(shape)
    fit(model, FitArrays(train, validation), TrainSettings(epochs=15, noise=0.0), 0)
    feed = {f"series_{group}": values for group, values in test.series.items()}
    found = keras_outputs(model, feed | {f"mask_{group}": values for group, values in test.masks().items()})
    assert np.mean(found["logits_label"].argmax(axis=1) == test.targets["label"]) >= 0.85
    for name, sign in (("driver_to_follower", 1), ("follower_to_driver", -1)):
        weights = found[f"attention_{name}"].mean(axis=(0, 1))  # (Q, S)
        profile = {shift: float(np.diagonal(weights, shift).mean()) for shift in range(-10, 11)}
        assert max(profile, key=lambda shift: profile[shift]) == pytest.approx(sign * lag, abs=2)
        assert profile[sign * lag] > 1.4 / steps


def test_each_direction_is_a_layer_of_its_own_in_tokens() -> None:
    shape = shape_of({"EEG left": (1000, 4), "spectrogram": (30, 6)})
    layers = architecture("cross-modal").attention_layers(shape)
    assert [(layer.name, layer.queries, layer.keys) for layer in layers] == [
        ("EEG_left_to_spectrogram", "EEG left", "spectrogram"),
        ("spectrogram_to_EEG_left", "spectrogram", "EEG left"),
    ]
    assert [(layer.kind, layer.heads, layer.shape, layer.patch) for layer in layers] == [
        ("cross", 8, (8, 125, 30), 1),
        ("cross", 8, (8, 30, 125), 8),
    ]
    four = shape_of(dict.fromkeys("abcd", (5, 1)))
    assert len(architecture("cross-modal").attention_layers(four)) == 12


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        (InputShape(8, 2, {"label": 2}), "got one series. Choose groups of channels, or add a spectrogram"),
        (shape_of({"a": (8, 2)}), "2 to 4 modalities; got 1. Choose groups of channels"),
        (shape_of(dict.fromkeys("abcde", (5, 1))), "2 to 4 modalities; got 5: a, b, c, d, e. Choose which"),
        (shape_of({"a b": (5, 1), "a-b": (5, 1)}), "must differ in letters, digits or underscores"),
        (shape_of({"a": (5, 1), "b": (5, 1)}, categories={0: 3}), "got 1 categorical channel"),
        (shape_of({"a": (5, 1), "b": (2, 1)}), "patch must be at most the number of steps, 2; got 3"),
    ],
)
def test_what_it_could_not_read_is_refused(shape: InputShape, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        architecture("cross-modal", {"patch": 3}).refuse(shape)
