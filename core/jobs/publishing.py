"""Publish a trained model as a run: exported, checked against ONNX Runtime, evaluated on every sample."""

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray
from core.attention.stored import as_table, measured_statistics, statistics_file
from core.data import Dataset
from core.data.dataset import PARTS, row_chunks
from core.data.scaler import Scaler
from core.data.splits import Split
from core.errors import ModelError
from core.evaluation import part_metrics
from core.inference import OpenRun, Prediction, RunModel, key_axis
from core.inference.received import received_attention
from core.inference.runs import scaler_file
from core.jobs.parity import CELLS_PER_STEP, check_parity
from core.models.family import port_name
from core.models.manifest import RunManifest
from core.store import Staging, Store
from core.store.files import sha256_of

if TYPE_CHECKING:
    import keras

TIMED = 15  # single predictions that are timed


def publish_run(
    store: Store,
    manifest: RunManifest,
    model: "keras.Model",
    dataset: Dataset,
    split: Split,
    scalers: Mapping[str, Scaler],
) -> None:
    """Write a run directory: models, scalers, and predictions and attention of all samples.

    Args:
        store: The store.
        manifest: What the run says of itself; what is found here is filled in.
        model: The trained model.
        dataset: What it was trained on.
        split: How its samples were divided.
        scalers: The scaler of the series under "", those of derived modalities under their names.

    Raises:
        TrainingError: If ONNX Runtime and Keras differ by more than 1e-4 where rounding does not explain it;
            nothing is published then.
    """
    from core.training.export import export_onnx, save_keras

    with store.runs.publish(manifest) as staging:
        save_keras(model, staging.path / "model.keras")
        export_onnx(model, staging.path / "model.onnx")
        staging.add("model.keras")
        onnx = staging.add("model.onnx")
        onnx_hash = sha256_of(onnx)
        others = {name: scaler for name, scaler in scalers.items() if name}
        run = OpenRun(manifest, RunModel.open(onnx, onnx_hash, manifest.groups), scalers[""], others)
        rows = split.test if len(split.test) else split.train
        parity = check_parity(model, run, dataset, rows)
        arrays = _save_predictions(staging, run, dataset)
        probabilities = {
            target: np.asarray(arrays[f"probabilities_{port_name(target)}.npy"])
            for target in manifest.targets
        }
        unfit = _save_statistics(staging, arrays, dataset)
        _save_sides(staging, dataset, split, scalers)
        staging.manifest = staging.manifest.model_copy(
            update={
                **_measured(staging.manifest, probabilities, dataset, split),
                "hashes": {"data": dataset.sha256, "weights": weights_hash(model), "onnx": onnx_hash},
                "parity": parity.deviation,
                "problem": "; ".join(filter(None, (manifest.problem, parity.words, unfit))),
                "size": onnx.stat().st_size,
                "latency": latency(run, dataset),
            }
        )


def publish_reference(
    store: Store,
    manifest: RunManifest,
    answer: Callable[[IntArray], DoubleArray],
    dataset: Dataset,
    split: Split,
    scaler: Scaler,
) -> None:
    """Write the run of a reference classifier: what it predicts of all samples, and no model.

    Args:
        store: The store.
        manifest: What the run says of itself.
        answer: Gives probabilities (n, K) of any rows.
        dataset: What it has learnt from.
        split: How its samples were divided.
        scaler: What its series were scaled with.
    """
    with store.runs.publish(manifest) as staging:
        target = manifest.target
        shape = (dataset.samples, len(manifest.classes))
        array = staging.new_array(f"probabilities_{port_name(target)}.npy", shape, np.float32)
        for rows in row_chunks(dataset.samples, dataset.steps * max(dataset.channel_count, CELLS_PER_STEP)):
            array[rows] = answer(np.arange(rows.start, min(rows.stop, dataset.samples)))
        _save_sides(staging, dataset, split, {"": scaler})
        digest = hashlib.sha256(np.ascontiguousarray(array, dtype="<f4").tobytes()).hexdigest()
        staging.manifest = staging.manifest.model_copy(
            update={
                **_measured(manifest, {target: np.asarray(array)}, dataset, split),
                "hashes": {"data": dataset.sha256, "weights": digest},
            }
        )


def weights_hash(model: "keras.Model") -> str:
    """Return the SHA-256 over all weights in their order: the same weights give the same hash."""
    digest = hashlib.sha256()
    for values in model.get_weights():
        digest.update(str(values.shape).encode())
        digest.update(np.ascontiguousarray(values, dtype="<f4").tobytes())
    return digest.hexdigest()


def latency(run: OpenRun, dataset: Dataset) -> float:
    """Return the milliseconds that a prediction of one sample takes, the median of some."""
    series, lengths = run.inputs(dataset, slice(0, 1))
    seconds = []
    for _ in range(TIMED):
        began = time.perf_counter()
        run.model.predict(series, lengths)
        seconds.append(time.perf_counter() - began)
    return round(1000 * float(np.median(seconds)), 4)


def _save_sides(
    staging: Staging[RunManifest], dataset: Dataset, split: Split, scalers: Mapping[str, Scaler]
) -> None:
    staging.save_array("parts.npy", split.parts(dataset.samples))
    for name, scaler in scalers.items():
        staging.save_json(scaler_file(name) if name else "scaler.json", scaler.plain())
    staging.save_json("history.json", list(staging.manifest.history))


def _save_predictions(staging: Staging[RunManifest], run: OpenRun, dataset: Dataset) -> dict[str, FloatArray]:
    """Predict all samples chunk by chunk into mapped arrays; return these by name of the file."""
    arrays: dict[str, Any] = {}
    for rows in row_chunks(dataset.samples, dataset.steps * max(dataset.channel_count, CELLS_PER_STEP)):
        series, lengths = run.inputs(dataset, rows)
        for name, values in _stored(run, dataset, rows, run.model.predict(series, lengths), lengths).items():
            if name not in arrays:
                arrays[name] = staging.new_array(name, (dataset.samples, *values.shape[1:]), np.float32)
            arrays[name][rows] = values
    return arrays


def _save_statistics(
    staging: Staging[RunManifest], arrays: Mapping[str, FloatArray], dataset: Dataset
) -> str:
    """Measure the attention of all samples; return in words what keeps a layer from being measured."""
    manifest, unfit = staging.manifest, []
    for layer in manifest.attention_layers:
        lengths = key_axis(manifest, dataset, layer)[0]
        try:
            found = measured_statistics(
                arrays[f"attention_{layer.name}.npy"], lengths, manifest.id, layer.name
            )
        except ModelError as error:
            unfit.append(str(error))
            continue
        staging.save_array(statistics_file(layer.name), as_table(found))
    return "; ".join(unfit)


def _stored(
    run: OpenRun, dataset: Dataset, rows: slice, prediction: Prediction, lengths: Mapping[str, IntArray]
) -> dict[str, FloatArray | DoubleArray]:
    """Return what is kept of some samples' predictions, by name of the file."""
    found: dict[str, FloatArray | DoubleArray] = {
        f"probabilities_{target}.npy": values for target, values in prediction.probabilities.items()
    }
    for layer in run.manifest.attention_layers:
        looked, steps = key_axis(run.manifest, dataset, layer)
        weights = prediction.attention[port_name(layer.name)]
        found[f"attention_{layer.name}.npy"] = received_attention(weights, layer, looked[rows], steps)
    means = [
        values.sum(axis=1) / lengths[group][:, None]  # (n, U)
        for group, values in prediction.states.items()
    ]
    found["hidden_mean.npy"] = np.concatenate(means, axis=1)
    return found


def _measured(
    manifest: RunManifest, probabilities: Mapping[str, FloatArray], dataset: Dataset, split: Split
) -> dict[str, Any]:
    by_target = {
        target: _metrics(values, np.asarray(dataset.targets[target]), split)
        for target, values in probabilities.items()
    }
    return {"metrics": by_target[manifest.target], "target_metrics": by_target}


def _metrics(probabilities: FloatArray, actual: IntArray, split: Split) -> dict[str, dict[str, Any]]:
    """Return the measures of each part that has a label; labels per step are counted step by step."""
    trained = actual[split.train]
    majority = int(np.bincount(trained[trained >= 0]).argmax())
    return {
        part: part_metrics(_flat(probabilities[rows]), actual[rows].ravel(), majority).plain()
        for part in PARTS
        if len(rows := split.part(part)) and (actual[rows] >= 0).any()
    }


def _flat(probabilities: FloatArray) -> FloatArray:
    return probabilities.reshape(-1, probabilities.shape[-1])
