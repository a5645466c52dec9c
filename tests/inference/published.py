"""Runs of untrained models, published as trainings publish theirs."""

from typing import Any

import numpy as np

from core.data.scaler import Scaler
from core.models.manifest import RunManifest
from core.store import Store
from core.store.files import sha256_of
from tests.models import toys


def published(store: Store, seed: int = 0, settings: dict[str, Any] | None = None) -> str:
    """Publish a run of an untrained model."""
    from core.training.export import export_onnx, save_keras

    model = toys.built("lstm", seed=seed, settings=settings)
    manifest = RunManifest(
        name="toy",
        dataset="0" * 12,
        dataset_sha256="0" * 64,
        model="lstm",
        settings={},
        training={},
        seed=seed,
        epochs=1,
        best_epoch=1,
        seconds=0.0,
        parameters=int(model.count_params()),
        target="label",
        classes=("a", "b"),
        channels=("x", "y"),
        steps=8,
    )
    with store.runs.publish(manifest) as staging:
        export_onnx(model, staging.path / "model.onnx")
        save_keras(model, staging.path / "model.keras")
        staging.add("model.keras")
        digest = sha256_of(staging.add("model.onnx"))
        staging.save_json("scaler.json", Scaler("standard", np.array([1.0, 2.0]), np.ones(2)).plain())
        staging.manifest = manifest.model_copy(update={"kind": "run", "hashes": {"onnx": digest}})
    return manifest.id
