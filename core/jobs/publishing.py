"""Publish a trained model as a run: exported, checked against ONNX Runtime, evaluated on every sample."""

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import FloatArray, IntArray, length_mask
from core.data import Dataset
from core.data.dataset import PARTS, row_chunks
from core.data.scaler import Scaler
from core.data.splits import Split
from core.errors import TrainingError
from core.evaluation import part_metrics
from core.inference import Prediction, RunModel
from core.models.family import port_name
from core.models.manifest import RunManifest
from core.store import Staging, Store
from core.store.files import sha256_of

if TYPE_CHECKING:
    import keras

LARGEST_DEVIATION = 1e-4
MOST_CHECKED = 4096  # of a larger test part, this many samples spread over it are compared


def publish_run(
    store: Store, manifest: RunManifest, model: "keras.Model", dataset: Dataset, split: Split, scaler: Scaler
) -> None:
    """Write a run directory: models, scaler, and predictions and attention of all samples.

    Raises:
        TrainingError: If ONNX Runtime and Keras differ by more than 1e-4; nothing is published then.
    """
    from core.training.export import export_onnx, save_keras

    with store.runs.publish(manifest) as staging:
        save_keras(model, staging.path / "model.keras")
        export_onnx(model, staging.path / "model.onnx")
        staging.add("model.keras")
        onnx_hash = sha256_of(staging.add("model.onnx"))
        opened = RunModel.open(staging.path / "model.onnx", onnx_hash)
        rows = split.test if len(split.test) else split.train
        deviation = largest_deviation(model, opened, dataset, rows, scaler)
        if not deviation <= LARGEST_DEVIATION:
            raise TrainingError(
                f"the exported model must agree with the trained one within {LARGEST_DEVIATION:g};"
                f" they differ by {deviation:.3g}, so nothing was published."
                " More noise in training, or dropout, makes a model carry rounding errors less far"
            )
        probabilities = _save_predictions(staging, opened, dataset, scaler)
        staging.save_array("parts.npy", split.parts(dataset.samples))
        staging.save_json("scaler.json", scaler.plain())
        staging.save_json("history.json", list(manifest.history))
        staging.manifest = staging.manifest.model_copy(
            update={
                "metrics": _metrics(probabilities, np.asarray(dataset.targets[manifest.target]), split),
                "hashes": {"data": dataset.sha256, "weights": weights_hash(model), "onnx": onnx_hash},
                "parity": deviation,
            }
        )


def largest_deviation(
    model: "keras.Model", opened: RunModel, dataset: Dataset, rows: IntArray, scaler: Scaler
) -> float:
    """Return the largest difference between Keras and ONNX Runtime in logits and attention of some samples.

    Single hidden states are not held to it: over a hundred steps an LSTM may carry a rounding error of 1e-7
    a thousandfold, in both libraries alike, without the answer moving.
    """
    from core.training.export import keras_outputs

    chosen = rows[np.linspace(0, len(rows) - 1, min(len(rows), MOST_CHECKED)).astype(np.int64)]
    largest = 0.0
    for chunk in row_chunks(len(chosen), dataset.steps * max(dataset.channel_count, 64)):
        lengths = np.asarray(dataset.lengths[chosen[chunk]], np.int64)
        series = scaler.transform(dataset.series[chosen[chunk]], lengths)
        expected = keras_outputs(model, series, length_mask(lengths, dataset.steps).astype(np.float32))
        for name, values in _outputs(opened.predict(series, lengths)).items():
            difference = float(np.max(np.abs(expected[name] - values), initial=0.0))
            largest = max(largest, difference) if np.isfinite(difference) else float("inf")
    return largest


def weights_hash(model: "keras.Model") -> str:
    """Return the SHA-256 over all weights in their order: the same weights give the same hash."""
    digest = hashlib.sha256()
    for values in model.get_weights():
        digest.update(str(values.shape).encode())
        digest.update(np.ascontiguousarray(values, dtype="<f4").tobytes())
    return digest.hexdigest()


def _outputs(prediction: Prediction) -> dict[str, FloatArray]:
    logits = {f"logits_{name}": values for name, values in prediction.logits.items()}
    return {**logits, **{f"attention_{name}": values for name, values in prediction.attention.items()}}


def _save_predictions(
    staging: Staging[RunManifest], opened: RunModel, dataset: Dataset, scaler: Scaler
) -> FloatArray:
    """Predict all samples chunk by chunk into mapped arrays; return the target's probabilities (N, K)."""
    manifest = staging.manifest
    target = port_name(manifest.target)
    arrays: dict[str, Any] = {}
    for rows in row_chunks(dataset.samples, dataset.steps * max(dataset.channel_count, 64)):
        lengths = np.asarray(dataset.lengths[rows], np.int64)
        prediction = opened.predict(scaler.transform(dataset.series[rows], lengths), lengths)
        found = {f"probabilities_{target}.npy": prediction.probabilities[target]}
        for layer, weights in prediction.attention.items():
            found[f"attention_{layer}.npy"] = weights.mean(axis=1)  # (n, T)
        found["hidden_mean.npy"] = prediction.hidden.sum(axis=1) / lengths[:, None]  # (n, U)
        for name, values in found.items():
            if name not in arrays:
                arrays[name] = staging.new_array(name, (dataset.samples, *values.shape[1:]), np.float32)
            arrays[name][rows] = values
    return np.asarray(arrays[f"probabilities_{target}.npy"])


def _metrics(probabilities: FloatArray, actual: IntArray, split: Split) -> dict[str, dict[str, Any]]:
    majority = int(np.bincount(actual[split.train]).argmax())
    return {
        part: part_metrics(probabilities[rows], actual[rows], majority).plain()
        for part in PARTS
        if len(rows := split.part(part))
    }
