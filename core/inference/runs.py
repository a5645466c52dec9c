"""Open published runs, and keep the last few open."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray
from core.data.by_window import told_by_window
from core.data.dataset import Dataset
from core.data.scaler import Scaler
from core.errors import DataError, ModelError, ShapeError
from core.inference.interventions import Intervention
from core.inference.model import Prediction, RunModel
from core.inference.received import received_by_head
from core.models.family import AttentionLayer, port_name
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
        probabilities: Class probabilities (K,), or (T, K) with a label for each step.
        attention: What each step receives, by head (H, T), by layer. A modality has its own steps.
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
        others: The same of modalities that were derived, by name.
    """

    manifest: RunManifest
    model: RunModel
    scaler: Scaler
    others: Mapping[str, Scaler] = field(default_factory=dict)

    def predict(self, series: FloatArray, lengths: IntArray, batch: int = 256) -> Prediction:
        """Predict raw series (N, T, C): they are scaled as in training.

        Raises:
            ModelError: If the model also reads a derived modality: ask `predict_rows` then.
        """
        derived = [name for name, modality in self.manifest.modalities.items() if not modality.indices]
        if derived:
            raise ModelError(
                f"the model reads {derived[0]!r:.80} too: give it samples of a dataset that has it"
            )
        scaled, valid = self._channels(series, lengths)
        named = {port_name(name): values for name, values in scaled.items()}
        return self.model.predict(named, {port_name(name): one for name, one in valid.items()}, batch=batch)

    def predict_rows(
        self,
        dataset: Dataset,
        rows: IntArray | slice,
        interventions: Mapping[str, Intervention] | None = None,
    ) -> Prediction:
        """Predict samples of a dataset with everything the model reads of them.

        Raises:
            DataError: If the dataset lacks a modality that the model reads.
        """
        return self.model.predict(*self.inputs(dataset, rows), interventions)

    def inputs(
        self, dataset: Dataset, rows: IntArray | slice
    ) -> tuple[dict[str, FloatArray], dict[str, IntArray]]:
        """Return what the model reads of some samples: scaled series and lengths by port of each group."""
        series, lengths = self._channels(np.asarray(dataset.series[rows]), np.asarray(dataset.lengths[rows]))
        for name, scaler in self.others.items():
            if name not in dataset.modalities:
                known = ", ".join(dataset.modalities) or "none"
                raise DataError(f"the model reads the modality {name!r:.80}; the dataset has {known!s:.120}")
            derived = dataset.modalities[name]
            lengths[name] = np.asarray(derived.lengths[rows])
            series[name] = scaler.transform(np.asarray(derived.series[rows]), lengths[name])
        if not self.manifest.modalities:
            return series, lengths
        names = {name: port_name(name) for name in self.manifest.modalities}
        return {new: series[old] for old, new in names.items()}, {
            new: lengths[old] for old, new in names.items()
        }

    def _channels(
        self, series: FloatArray, lengths: IntArray
    ) -> tuple[dict[str, FloatArray], dict[str, IntArray]]:
        scaled = self.scaler.transform(series, lengths)
        groups = {name: found.indices for name, found in self.manifest.modalities.items() if found.indices}
        if not self.manifest.modalities:
            return {"": scaled}, {"": lengths}
        return (
            {name: scaled[:, :, list(indices)] for name, indices in groups.items()},
            dict.fromkeys(groups, lengths),
        )

    def received(
        self, prediction: Prediction, dataset: Dataset, rows: IntArray | slice
    ) -> dict[str, FloatArray]:
        """Return what each step receives, by head (N, H, T), by name of the layer."""
        found = {}
        for layer in self.manifest.attention_layers:
            lengths, steps = key_axis(self.manifest, dataset, layer)
            weights = prediction.attention[port_name(layer.name)]
            found[layer.name] = received_by_head(weights, layer, lengths[rows], steps)
        return found

    def probabilities(self, prediction: Prediction) -> DoubleArray:
        """Return the probabilities (N, K) of the run's target."""
        return prediction.probabilities[port_name(self.manifest.target)]

    def told(self, prediction: Prediction, dataset: Dataset, rows: IntArray | slice) -> DoubleArray:
        """Return one prediction a sample (n, K) of the run's target; with labels per step the window's."""
        return told_by_window(dataset, self.manifest.target, self.probabilities(prediction), rows)[0]

    def explain(self, dataset: Dataset, index: int) -> Explanation:
        """Return prediction and attention of one sample."""
        if not 0 <= index < dataset.samples:
            raise ShapeError(f"a sample must lie in 0 to {dataset.samples - 1}; got {index}")
        length = int(dataset.lengths[index])
        rows = slice(index, index + 1)
        prediction = self.predict_rows(dataset, rows)
        probabilities = self.probabilities(prediction)[0]
        axes = {
            layer.name: key_axis(self.manifest, dataset, layer) for layer in self.manifest.attention_layers
        }
        return Explanation(
            index,
            np.asarray(dataset.series[index, :length]),
            length,
            probabilities[:length] if probabilities.ndim == 2 else probabilities,
            {
                layer: weights[0, :, : int(axes[layer][0][index])]
                for layer, weights in self.received(prediction, dataset, rows).items()
            },
        )


def own_axis(manifest: RunManifest, layer: AttentionLayer) -> bool:
    """Return whether an attention layer looks at the steps of the series, not of a derived modality."""
    modality = manifest.modalities.get(layer.keys)
    return modality is None or bool(modality.indices)


def key_axis(manifest: RunManifest, dataset: Dataset, layer: AttentionLayer) -> tuple[IntArray, int]:
    """Return the lengths (N,) and the number of steps of the series that an attention layer looks at."""
    if own_axis(manifest, layer):
        return np.asarray(dataset.lengths), dataset.steps
    derived = dataset.modalities[layer.keys]
    return np.asarray(derived.lengths), derived.series.shape[1]


def scaler_file(modality: str) -> str:
    """Return the name of the file that keeps the scaler of a derived modality."""
    return f"scaler_{port_name(modality)}.json"


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
    if not manifest.has_model:
        raise ModelError(
            f"this needs a model; {manifest.model} is a reference classifier: its runs hold predictions only"
        )
    published = manifest.files.get("model.onnx", "")
    if published != manifest.hashes.get("onnx"):
        raise ModelError("the run is damaged: its manifest names two different models")
    model = RunModel.open(directory / "model.onnx", published, manifest.groups)
    others = {
        name: Scaler.from_plain(store.runs.json(run_id, scaler_file(name)))
        for name, modality in manifest.modalities.items()
        if not modality.indices
    }
    run = OpenRun(manifest, model, Scaler.from_plain(store.runs.json(run_id, "scaler.json")), others)
    with _guard:
        _open[key] = run
        while len(_open) > KEPT_OPEN:
            _open.popitem(last=False)
    return run
