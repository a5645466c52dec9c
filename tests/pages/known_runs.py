"""Small published runs whose every number is known, for tests of pages and services."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.data import Dataset, publish_dataset
from core.evaluation import part_metrics
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest
from core.store import Store

STEPS = 6
PARTS = np.repeat(np.array([0, 1, 2], np.int8), (6, 4, 10))
ACTUAL = np.array([0, 1] * 5 + [0] * 5 + [1] * 5)
TEST = np.arange(10, 20)
# Test samples 10 to 19: TN TN TN FP FP, TP TP TP FN FN when the second class is positive.
CHANCES = np.array([0.1, 0.9] * 5 + [0.1, 0.2, 0.3, 0.6, 0.9, 0.95, 0.8, 0.7, 0.4, 0.05])
HOSTILE = '<img src=x onerror="window.__x=1">&$%{y}'


@dataclass(frozen=True)
class Known:
    """A dataset with two runs: one with attention, one without."""

    dataset: Dataset
    run: str
    baseline: str


def weights(samples: int, steps: int = STEPS) -> np.ndarray:
    """Return attention with three quarters on step (sample mod steps), the rest shared out evenly."""
    found = np.full((samples, steps), 0.25 / (steps - 1), np.float32)
    found[np.arange(samples), np.arange(samples) % steps] = 0.75
    return found


def dataset_of(
    actual: np.ndarray,
    parts: np.ndarray,
    classes: Sequence[str],
    name: str,
    channels: Sequence[str] = ("x", "y"),
) -> Dataset:
    """Return a dataset of waves."""
    samples = len(actual)
    places = np.arange(samples)[:, None, None] + np.arange(STEPS)[None, :, None] + np.arange(len(channels))
    return Dataset(
        series=np.sin(places).astype(np.float32),
        lengths=np.full(samples, STEPS),
        targets={"label": actual.astype(np.int64)},
        classes={"label": tuple(classes)},
        channels=tuple(channels),
        sample_ids=np.array([f"s{index}" for index in range(samples)]),
        step_labels=tuple(map(str, range(STEPS))),
        parts=parts,
        name=name,
    )


def publish_run(
    store: Store,
    dataset: Dataset,
    probabilities: np.ndarray,
    parts: np.ndarray,
    *,
    layers: Sequence[str] = ("time",),
    **named: Any,
) -> str:
    """Publish a run of a dataset with given probabilities (N, K); its attention is that of `weights`."""
    actual = np.asarray(dataset.targets["label"])
    majority = int(np.bincount(actual[parts == 0]).argmax())
    metrics = {
        part: part_metrics(probabilities[parts == code], actual[parts == code], majority).plain()
        for code, part in enumerate(("train", "validation", "test"))
        if (parts == code).any()
    }
    epochs = tuple(
        {"epoch": epoch, "loss": 1 / epoch, "accuracy": 0.5, "val_loss": 1.1 / epoch, "val_accuracy": 0.6}
        for epoch in (1, 2, 3)
    )
    manifest = RunManifest(
        **{"name": "", "model": "attention-lstm" if layers else "lstm", "seed": 0, **named},
        dataset=dataset.id,
        dataset_name=dataset.name,
        dataset_sha256=dataset.sha256,
        settings={},
        training={},
        epochs=3,
        best_epoch=3,
        seconds=1.5,
        parameters=321,
        target="label",
        classes=dataset.classes["label"],
        channels=dataset.channels,
        steps=dataset.steps,
        metrics=metrics,
        attention_layers=tuple(
            AttentionLayer(name=layer, kind="pooled", heads=1, shape=(1, dataset.steps)) for layer in layers
        ),
        hashes={"data": dataset.sha256, "onnx": "0" * 64},
        parity=0.0,
        history=epochs,
    )
    with store.runs.publish(manifest) as staging:
        staging.save_array("parts.npy", parts)
        staging.save_array("probabilities_label.npy", probabilities.astype(np.float32))
        for place, layer in enumerate(layers):
            staging.save_array(
                f"attention_{layer}.npy", np.roll(weights(dataset.samples, dataset.steps), place, axis=1)
            )
        channels = dataset.channel_count
        staging.save_json(
            "scaler.json", {"kind": "standard", "mean": [0.0] * channels, "scale": [1.0] * channels}
        )
    return manifest.id


def publish_known(store: Store, name: str = "waves", hostile: bool = False) -> Known:
    """Publish a dataset, a run with attention, and a newer one without that errs on one sample more."""
    classes, channels = ("down", "up"), ("x", "y")
    if hostile:
        name, classes, channels = HOSTILE, (f"a{HOSTILE}", f"b{HOSTILE}"), (f"c{HOSTILE}", "y")
    dataset = publish_dataset(store, dataset_of(ACTUAL, PARTS, classes, name, channels))
    chances = np.stack([1 - CHANCES, CHANCES], axis=1)
    run = publish_run(store, dataset, chances, PARTS, name=HOSTILE if hostile else "")
    worse = chances.copy()
    worse[10] = (0.2, 0.8)
    return Known(dataset, run, publish_run(store, dataset, worse, PARTS, layers=(), seed=1))


def publish_three_classes(store: Store) -> Known:
    """Publish nine test samples of three classes; the last of each is taken for the next class."""
    actual = np.repeat([0, 1, 2], 6)
    parts = np.tile(np.array([0, 1, 0, 2, 2, 2], np.int8), 3)
    dataset = publish_dataset(store, dataset_of(actual, parts, ("red", "green", "blue"), "colours"))
    said = np.where(np.arange(18) % 6 == 5, (actual + 1) % 3, actual)
    chances = np.full((18, 3), 0.1)
    chances[np.arange(18), said] = 0.8
    run = publish_run(store, dataset, chances, parts, layers=("time", "second"))
    return Known(dataset, run, run)


def other_split(store: Store, known: Known) -> str:
    """Publish a run of the same dataset that was tested on other samples."""
    chances = np.stack([1 - CHANCES, CHANCES], axis=1)
    dataset = replace(known.dataset)
    return publish_run(store, dataset, chances, PARTS[::-1].copy(), seed=2)


def publish_many(store: Store, samples: int = 400) -> str:
    """Publish a run of two classes with many test samples, each of a confidence of its own."""
    places = np.arange(samples)
    parts = np.where(places % 10 == 0, 0, 2).astype(np.int8)
    dataset = publish_dataset(store, dataset_of(places % 2, parts, ("down", "up"), "many"))
    chances = (places * 0.618034) % 1
    return publish_run(store, dataset, np.stack([1 - chances, chances], axis=1), parts)
