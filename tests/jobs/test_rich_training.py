"""Runs of several targets, of labels per step, of categories and of modalities: trained, published, asked."""

import numpy as np
import pytest

import core
from core.data import Dataset, open_dataset
from core.data.by_window import told_by_window
from core.data.dataset import Modality
from core.data.published import publish_dataset
from core.errors import DataError, ModelError, SettingsError
from core.models.manifest import RunManifest
from core.store import Store

pytestmark = pytest.mark.slow
SAMPLES, STEPS = 60, 12
EPOCH = {"epochs": 1, "batch_size": 30}


@pytest.fixture
def rich(store: Store) -> Dataset:
    """Return a dataset with two targets a sample, one a step, categories, and a modality of other length."""
    rng = np.random.default_rng(0)
    series = rng.normal(size=(SAMPLES, STEPS, 3)).astype(np.float32)
    series[:, :, 2] = rng.integers(0, 4, size=(SAMPLES, STEPS))
    lengths = rng.integers(6, STEPS + 1, size=SAMPLES)
    phase = (series[:, :, 0] > 0).astype(np.int64)
    for row, length in enumerate(lengths):
        series[row, length:], phase[row, length:] = 0.0, -1
    phase[::4, 1] = -1
    band = Modality(series[:, ::3, :2] ** 2, -(-lengths // 3), ("p", "q"), ("a", "b", "c", "d"), "frame")
    mood = np.digitize(series[:, :, 1].mean(axis=1), [-0.1, 0.1])
    dataset = Dataset(
        series=series,
        lengths=lengths,
        targets={"label": (series[:, 0, 0] > 0).astype(np.int64), "mood": mood, "phase": phase},
        classes={"label": ("no", "yes"), "mood": ("low", "middle", "high"), "phase": ("down", "up")},
        channels=("x", "y", "kind"),
        sample_ids=np.array([f"s{row}" for row in range(SAMPLES)]),
        step_labels=tuple(map(str, range(STEPS))),
        parts=np.full(SAMPLES, -1, np.int8),
        name="rich",
        categories={"kind": ("a", "b", "c", "d")},
        modalities={"band power": band},
    )
    return open_dataset(store, publish_dataset(store, dataset).id)


def test_a_run_of_several_targets_measures_and_stores_each(store: Store, rich: Dataset) -> None:
    trained = core.train(
        rich, "attention-lstm", {"units": 4}, training=EPOCH, target=("label", "mood", "phase"), here=True
    )
    run = store.runs.read(trained.run.id, RunManifest)
    assert (run.target, run.targets, run.per_step) == ("label", ("label", "mood", "phase"), ("phase",))
    assert run.heads["mood"] == ("low", "middle", "high")
    assert run.target_metrics["label"] == run.metrics
    valid = int((np.asarray(rich.targets["phase"]) >= 0).sum())
    assert sum(part["samples"] for part in run.target_metrics["phase"].values()) == valid
    stored = {name: store.runs.array(run.id, f"probabilities_{name}.npy") for name in run.targets}
    assert [stored[name].shape for name in run.targets] == [(60, 2), (60, 3), (60, STEPS, 2)]
    asked = core.open_run(run.id).predict_rows(rich, slice(0, 60)).probabilities
    for name, values in stored.items():
        np.testing.assert_allclose(asked[name], values, atol=1e-5)
    assert run.size > 1000
    assert run.latency is not None
    assert run.latency > 0


def test_a_run_with_labels_per_step_alone_is_told_by_windows_too(store: Store, rich: Dataset) -> None:
    trained = core.train(rich, "attention-lstm", {"units": 4}, training=EPOCH, target="phase", here=True)
    run = store.runs.read(trained.run.id, RunManifest)
    assert (run.targets, run.classes) == (("phase",), ("down", "up"))
    assert sum(core.attend(run.id, "all").patterns.values()) == SAMPLES
    scores = core.predict(run.id, rich)
    assert scores.predictions.probabilities.shape == (SAMPLES, 2)
    assert set(scores.actual) <= {"down", "up"}
    stored = store.runs.array(run.id, "probabilities_phase.npy")
    told = told_by_window(rich, "phase", stored)[0]
    np.testing.assert_allclose(core.what_if(run.id, 4, "", store).before, told[4], atol=1e-5)
    assert core.open_run(run.id).explain(rich, 3).probabilities.shape == (int(rich.lengths[3]), 2)


def test_modalities_are_read_by_ports_of_their_own_and_attended_on_their_own_axes(
    store: Store, rich: Dataset
) -> None:
    with pytest.raises(SettingsError, match="categorical channel 'kind'"):
        core.train(rich, "cross-modal", training=EPOCH, here=True)
    plain = Dataset(
        **{
            **{name: getattr(rich, name) for name in Dataset.__dataclass_fields__},
            "series": np.asarray(rich.series[:, :, :2]),
            "channels": ("x", "y"),
            "categories": {},
            "filled": None,
            "truth": None,
            "id": "",
            "sha256": "",
        }
    )
    data = open_dataset(store, publish_dataset(store, plain).id)
    settings = {"width": 8, "heads": 2, "feed_forward": 8}
    trained = core.train(
        data, "cross-modal", settings, training=EPOCH, modalities=("series", "band power"), here=True
    )
    run = store.runs.read(trained.run.id, RunManifest)
    assert list(run.modalities) == ["series", "band power"]
    model = core.open_run(run.id).model
    assert list(model.ports.groups) == ["series", "band_power"]
    assert (model.steps, model.channels) == (STEPS, 2)
    assert (run.modalities["series"].steps, run.modalities["series"].indices) == (STEPS, (0, 1))
    assert (run.modalities["band power"].steps, run.modalities["band power"].channels) == (4, ("p", "q"))
    layers = {layer.keys: layer.name for layer in run.attention_layers}
    for keys, steps, lengths in (
        ("series", STEPS, data.lengths),
        ("band power", 4, data.modalities["band power"].lengths),
    ):
        weights = store.runs.array(run.id, f"attention_{layers[keys]}.npy")
        assert weights.shape == (SAMPLES, steps)
        np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-4)
        assert all(not row[length:].any() for row, length in zip(weights, np.asarray(lengths), strict=True))
    axes = {layer.layer: layer.axis for layer in core.attend(run.id).layers}
    assert axes[layers["band power"]].labels == ("a", "b", "c", "d")
    assert axes[layers["series"]].labels == data.step_labels
    notes = core.what_if(run.id, 4, "mean@1-3", store).notes
    assert [note for note in notes if "band power" in note] == [
        "band power: can't be computed anew, so the model still reads what it was before the edits"
    ]
    with pytest.raises(ModelError, match="samples of a dataset"):
        core.open_run(run.id).predict(np.asarray(data.series[:1]), np.asarray(data.lengths[:1]))
    with pytest.raises(DataError, match="the modality 'band power'"):
        core.predict(run.id, core.make("synthetic", {"samples": 20, "timesteps": 12}))
