"""Runs of many samples whose numbers are drawn: for rows about showing, which train nothing."""

import numpy as np

from core.attention import attention_statistics
from core.attention.stored import as_table, statistics_file
from core.data import Dataset, publish_dataset
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest
from core.store import Store

CLASSES = ("no", "yes")
LAYER = "time"


def published(store: Store, samples: int, steps: int, shortest: int | None = None) -> dict[str, str]:
    """Publish a dataset without values and a run with drawn attention and predictions; return the view."""
    data = publish_dataset(store, dataset_of(samples, steps, shortest))
    return {"dataset": data.id, "run": drawn_run(store, data, seed=0)}


def drawn_run(store: Store, data: Dataset, seed: int) -> str:
    """Publish a run of a dataset with two classes, its attention and predictions drawn from a seed."""
    rng = np.random.default_rng(seed)
    actual = np.asarray(data.targets["label"])
    chance = np.clip(0.5 + 0.3 * (2 * actual - 1) + 0.2 * rng.normal(size=len(actual)), 0.001, 0.999)
    weights = rng.random((len(actual), data.steps), np.float32) ** 8
    weights[np.arange(data.steps) >= np.asarray(data.lengths)[:, None]] = 0.0
    weights /= weights.sum(axis=1, keepdims=True)
    manifest = RunManifest(
        model="attention-lstm", seed=seed, dataset=data.id, dataset_sha256=data.sha256, settings={},
        training={}, epochs=1, best_epoch=1, seconds=1.0, parameters=1, target="label", classes=CLASSES,
        channels=data.channels, steps=data.steps, hashes={"data": data.sha256, "onnx": "0" * 64},
        attention_layers=(AttentionLayer(name=LAYER, kind="pooled", heads=1, shape=(1, data.steps)),),
    )  # fmt: skip
    statistics = attention_statistics(weights, np.asarray(data.lengths))
    with store.runs.publish(manifest) as staging:
        staging.save_array("parts.npy", np.asarray(data.parts))
        staging.save_array(
            "probabilities_label.npy", np.stack([1 - chance, chance], axis=1).astype(np.float32)
        )
        staging.save_array(f"attention_{LAYER}.npy", weights)
        staging.save_array(statistics_file(LAYER), as_table(statistics))
    return manifest.id


def dataset_of(samples: int, steps: int, shortest: int | None = None) -> Dataset:
    """Return a dataset without values, all of it in the test part, two classes; lengths drawn if asked."""
    rng = np.random.default_rng(0)
    lengths = np.full(samples, steps) if shortest is None else rng.integers(shortest, steps + 1, samples)
    return Dataset(
        series=np.zeros((samples, steps, 1), np.float32),
        lengths=lengths,
        targets={"label": rng.integers(0, 2, samples)},
        classes={"label": CLASSES},
        channels=("x",),
        sample_ids=np.arange(samples).astype(str),
        step_labels=tuple(map(str, range(steps))),
        parts=np.full(samples, 2, np.int8),
        name=f"{samples} samples",
    )
