"""A run made of arrays with known answers, for what reads stored predictions and attention only."""

import numpy as np

from core.arrays import length_mask
from core.data import Dataset, make_split
from core.evaluation import part_metrics
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest
from core.store import Store


def publish_run_of_arrays(store: Store, dataset: Dataset, model: str, seed: int = 0, wrong: int = 6) -> str:
    """Publish a run that is wrong on every `wrong`-th sample and looks at the step `index % length` most."""
    split = make_split(dataset)
    parts = split.parts(dataset.samples)
    actual = np.asarray(dataset.targets["label"])
    classes = len(dataset.classes["label"])
    missed = np.arange(dataset.samples) % (wrong + seed) == 0
    predicted = np.where(missed, (actual + 1) % classes, actual)
    probabilities = np.full((dataset.samples, classes), 0.2 / max(1, classes - 1))
    probabilities[np.arange(dataset.samples), predicted] = 0.8
    attention = length_mask(dataset.lengths, dataset.steps).astype(np.float32)
    attention[np.arange(dataset.samples), np.arange(dataset.samples) % dataset.lengths] = dataset.steps
    attention /= attention.sum(axis=1, keepdims=True)
    majority = int(np.bincount(actual[split.train]).argmax())
    metrics = {
        part: part_metrics(probabilities[rows], actual[rows], majority).plain()
        for part, rows in (("train", split.train), ("validation", split.validation), ("test", split.test))
    }
    layers = (AttentionLayer(name="time", kind="pooled", heads=1, shape=(1, dataset.steps)),)
    manifest = RunManifest(
        name=f"{model} on {dataset.name}",
        versions={"numpy": np.__version__},
        dataset=dataset.id,
        dataset_name=dataset.name,
        dataset_sha256=dataset.sha256,
        model=model,
        settings={},
        training={},
        seed=seed,
        epochs=1,
        best_epoch=1,
        seconds=0.5,
        parameters=10,
        target="label",
        classes=dataset.classes["label"],
        channels=dataset.channels,
        steps=dataset.steps,
        metrics=metrics,
        attention_layers=layers if model == "attention-lstm" else (),
        hashes={"data": dataset.sha256, "weights": "0" * 64, "onnx": "1" * 64},
        parity=0.0,
    )
    with store.runs.publish(manifest) as staging:
        staging.save_array("parts.npy", parts)
        staging.save_array("probabilities_label.npy", probabilities.astype(np.float32))
        staging.save_array("attention_time.npy", attention.astype(np.float32))
    return manifest.id
