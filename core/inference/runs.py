"""Open published runs, and keep the last few open."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray
from core.data.dataset import Dataset
from core.data.scaler import Scaler
from core.errors import ModelError, ShapeError
from core.inference.model import Prediction, RunModel
from core.models.family import port_name
from core.models.manifest import RunManifest
from core.store import Store

KEPT_OPEN = 8


@dataclass(frozen=True, eq=False)
class Explanation:
    """One sample with what a model makes of it.

    Attributes:
        index: Place of the sample in its dataset.
        series: Raw values of the valid steps (T, C).
        length: Number of valid steps.
        probabilities: Class probabilities (K,).
        attention: Weights of the valid steps (H, T) by layer.
    """

    index: int
    series: FloatArray
    length: int
    probabilities: DoubleArray
    attention: dict[str, FloatArray]


@dataclass(frozen=True, eq=False)
class OpenRun:
    """A run that can answer.

    Attributes:
        manifest: What it says of itself.
        model: Its ONNX model.
        scaler: What its series are scaled with.
    """

    manifest: RunManifest
    model: RunModel
    scaler: Scaler

    def predict(self, series: FloatArray, lengths: IntArray, batch: int = 256) -> Prediction:
        """Predict raw series (N, T, C): they are scaled as in training."""
        return self.model.predict(self.scaler.transform(series, lengths), lengths, batch=batch)

    def probabilities(self, prediction: Prediction) -> DoubleArray:
        """Return the probabilities (N, K) of the run's target."""
        return prediction.probabilities[port_name(self.manifest.target)]

    def explain(self, dataset: Dataset, index: int) -> Explanation:
        """Return prediction and attention of one sample."""
        if not 0 <= index < dataset.samples:
            raise ShapeError(f"a sample must lie in 0 to {dataset.samples - 1}; got {index}")
        length = int(dataset.lengths[index])
        series = np.asarray(dataset.series[index : index + 1, :length])
        prediction = self.predict(series, np.array([length]))
        return Explanation(
            index,
            series[0],
            length,
            self.probabilities(prediction)[0],
            {layer: weights[0] for layer, weights in prediction.attention.items()},
        )


_open: OrderedDict[tuple[Path, str], OpenRun] = OrderedDict()
_guard = threading.Lock()


def open_run(store: Store, run_id: str) -> OpenRun:
    """Return a run, opened at most once as long as it is among the last few that were asked for.

    Raises:
        NotFoundError: If there is no such run.
        ModelError: If its model is not the one that was published.
    """
    directory = store.runs.directory(run_id)
    key = (directory, run_id)
    with _guard:
        if key in _open:
            _open.move_to_end(key)
            return _open[key]
    manifest = store.runs.read(run_id, RunManifest)
    published = manifest.files.get("model.onnx", "")
    if published != manifest.hashes.get("onnx"):
        raise ModelError("the run is damaged: its manifest names two different models")
    model = RunModel.open(directory / "model.onnx", published)
    run = OpenRun(manifest, model, Scaler.from_plain(store.runs.json(run_id, "scaler.json")))
    with _guard:
        _open[key] = run
        while len(_open) > KEPT_OPEN:
            _open.popitem(last=False)
    return run
