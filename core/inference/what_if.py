"""What a model says of one sample before and after edits of its signal or of its attention."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import DoubleArray, FloatArray
from core.data.dataset import Dataset, Modality
from core.data.recomputed import recomputed_modality
from core.errors import DataError, NotFoundError
from core.inference.editing import Material, edited_series
from core.inference.edits import Edit, edits_text
from core.inference.interventions import Intervention
from core.inference.looking import intervened, layer_of
from core.inference.model import Prediction
from core.inference.neighbours import TrainingSamples, training_samples
from core.inference.remarks import remarks
from core.inference.runs import OpenRun, key_axis, own_axis
from core.models.family import port_name
from core.results import Provenance
from core.store import Store

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class LayerChange:
    """Where a layer looks before and after: what each step receives, by head (H, T).

    Attributes:
        layer: Name of the layer.
        own: Whether its steps are those of the series, not of a derived modality.
        before: Weights without the edits.
        after: Weights after them.
        edited: Whether an edit put weights in place; they are not the model's own then.
    """

    layer: str
    own: bool
    before: FloatArray
    after: FloatArray
    edited: bool

    @property
    def difference(self) -> FloatArray:
        """After less before, the mean over heads (T,)."""
        found: FloatArray = self.after.mean(axis=0) - self.before.mean(axis=0)
        return found


@dataclass(frozen=True)
class TrainingDistance:
    """How far a sample lies from the data that a run was trained on, before and after edits.

    The distance of a series is the Euclidean one, over all steps and channels of the scaled series (padding
    counts as 0), to the nearest of `samples` training samples, the sample itself left out. The percentile is
    the share of these training samples whose own nearest training sample is at most so far away: 50 is
    usual, 100 is farther than any training sample is from its nearest.

    Attributes:
        before: Distance without the edits; None with less than two training samples.
        after: Distance after them.
        before_percentile: 0 to 100.
        after_percentile: 0 to 100.
        samples: Training samples that were looked at, of `total`.
        total: Samples the run was trained on.
    """

    before: float | None
    after: float | None
    before_percentile: float | None
    after_percentile: float | None
    samples: int
    total: int


@dataclass(frozen=True, eq=False)
class WhatIf:
    """One sample before and after edits.

    Attributes:
        sample: Place in the dataset.
        sample_id: Name of the sample.
        edits: What was done, in order.
        channels: Names of the channels.
        step_labels: Labels of the sample's own steps.
        series: Raw values before (T, C).
        edited: Raw values after (T, C).
        classes: Names of the classes.
        before: Probabilities (K,) before.
        after: Probabilities (K,) after.
        layers: Where each attention layer looks.
        distance: How far from the training data it lies.
        notes: What bears on how far this may be believed, in sentences.
        provenance: Where the numbers come from.
    """

    sample: int
    sample_id: str
    edits: tuple[Edit, ...]
    channels: tuple[str, ...]
    step_labels: tuple[str, ...]
    series: FloatArray
    edited: FloatArray
    classes: tuple[str, ...]
    before: DoubleArray
    after: DoubleArray
    layers: tuple[LayerChange, ...]
    distance: TrainingDistance
    notes: tuple[str, ...]
    provenance: Provenance

    @property
    def difference(self) -> DoubleArray:
        """Probabilities after less before (K,)."""
        return self.after - self.before

    @property
    def turned(self) -> bool:
        """Whether another class is the likeliest one now."""
        return bool(self.before.argmax() != self.after.argmax())

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a step: each channel and the mean attention of each layer, before and after."""
        import pandas as pd

        columns: dict[str, Any] = {"step": np.arange(len(self.series)), "label": self.step_labels}
        for place, name in enumerate(self.channels):
            columns[f"{name} before"] = self.series[:, place]
            columns[f"{name} after"] = self.edited[:, place]
        for layer in self.layers:
            if layer.own:
                columns[f"attention {layer.layer} before"] = layer.before.mean(axis=0)
                columns[f"attention {layer.layer} after"] = layer.after.mean(axis=0)
        return pd.DataFrame(columns)


def what_if(store: Store, run: OpenRun, dataset: Dataset, sample: int, edits: Sequence[Edit]) -> WhatIf:
    """Return what a model says of a sample after edits, applied to the raw series in order.

    Edits of the signal come first, then those of attention, each in their order.

    Args:
        store: The store of the run.
        run: The run.
        dataset: Its dataset.
        sample: Place of the sample.
        edits: What is done.

    Raises:
        NotFoundError: If there is no such sample.
        SettingsError: If an edit does not fit the sample.
        ModelError: If an edit is of attention that the model does not have.
    """
    if not 0 <= sample < dataset.samples:
        raise NotFoundError(f"samples are numbered 0 to {dataset.samples - 1}; got {sample}")
    training = training_samples(store, run, dataset)
    material = Material(dataset, training, run.manifest.classes, sample)
    original = np.array(dataset.series[sample, : int(dataset.lengths[sample])], np.float32)
    edited = edited_series(material, [edit for edit in edits if not edit.on_attention])
    alone, derived = _alone(run, dataset, sample, edited)
    rows = slice(sample, sample + 1)
    first = run.predict_rows(dataset, rows)
    of_attention = [edit for edit in edits if edit.on_attention]
    last, done = _predicted(run, alone, of_attention)
    manifest = run.manifest
    return WhatIf(
        sample=sample,
        sample_id=str(dataset.sample_ids[sample]),
        edits=tuple(edits),
        channels=dataset.channels,
        step_labels=dataset.labels_of(sample),
        series=original,
        edited=edited,
        classes=manifest.classes,
        before=run.told(first, dataset, rows)[0],
        after=run.told(last, alone, slice(0, 1))[0],
        layers=_changes(run, (first, dataset, sample), (last, alone, 0), done),
        distance=_distance(run, training, dataset, alone, sample),
        notes=tuple(remarks(run, dataset, sample, edits, training, derived)),
        provenance=Provenance(
            what="what-if",
            data=manifest.dataset_sha256,
            weights={manifest.id: manifest.hashes.get("onnx", "")},
            parameters={"sample": sample, "edits": edits_text(tuple(edits))},
            samples=1,
            versions=manifest.versions,
        ),
    )


def _alone(
    run: OpenRun, dataset: Dataset, sample: int, series: FloatArray
) -> tuple[Dataset, Mapping[str, bool]]:
    """Return a dataset of one edited sample with all that the model reads.

    With it comes by name of a derived modality whether it could be computed anew from the edited series.
    """
    rows, anew = slice(sample, sample + 1), {}
    padded = np.zeros((1, dataset.steps, dataset.channel_count), np.float32)
    padded[0, : len(series)] = series
    lengths = np.array([len(series)])
    modalities: dict[str, Modality] = {}
    for name in run.others:
        derived = dataset.modalities.get(name)
        if derived is None:
            continue  # predict_rows says so
        try:
            values, valid = recomputed_modality(dataset, name, padded, lengths)
            anew[name] = True
        except DataError:
            values, valid = np.asarray(derived.series[rows]), np.asarray(derived.lengths[rows])
            anew[name] = False
        modalities[name] = replace(derived, series=values, lengths=valid)
    alone = replace(
        dataset,
        series=padded,
        lengths=lengths,
        targets={name: codes[rows] for name, codes in dataset.targets.items()},
        sample_ids=dataset.sample_ids[rows],
        parts=dataset.parts[rows],
        entities=None,
        spans=None,
        timestamps=None,
        metadata={},
        truth=None,
        filled=None,
        modalities=modalities,
    )
    return alone, anew


def _predicted(
    run: OpenRun, alone: Dataset, edits: Sequence[Edit]
) -> tuple[Prediction, Mapping[str, Intervention]]:
    """Return the prediction after edits of attention, each made on what the ones before it left."""
    series, lengths = run.inputs(alone, slice(0, 1))
    done: Mapping[str, Intervention] = {}
    prediction = run.model.predict(series, lengths)
    for edit in edits:
        layer = layer_of(run.manifest, edit)
        length = int(key_axis(run.manifest, alone, layer)[0][0])
        done = intervened(edit, layer, length, prediction, done)
        prediction = run.model.predict(series, lengths, done)
    return prediction, done


def _changes(
    run: OpenRun,
    before: tuple[Prediction, Dataset, int],
    after: tuple[Prediction, Dataset, int],
    done: Mapping[str, Intervention],
) -> tuple[LayerChange, ...]:
    sides = []
    for prediction, dataset, sample in (before, after):
        sides.append(run.received(prediction, dataset, slice(sample, sample + 1)))
    found = []
    for layer in run.manifest.attention_layers:
        length = int(key_axis(run.manifest, after[1], layer)[0][0])
        old, new = (side[layer.name][0, :, :length] for side in sides)
        changed = port_name(layer.name) in done and done[port_name(layer.name)].changes_weights
        found.append(LayerChange(layer.name, own_axis(run.manifest, layer), old, new, changed))
    return tuple(found)


def _distance(
    run: OpenRun, training: TrainingSamples, dataset: Dataset, alone: Dataset, sample: int
) -> TrainingDistance:
    rows = slice(sample, sample + 1)
    old = run.scaler.transform(np.asarray(dataset.series[rows]), np.asarray(dataset.lengths[rows]))
    new = run.scaler.transform(alone.series, alone.lengths)
    before, after = training.distance(old, sample), training.distance(new, sample)
    return TrainingDistance(
        before,
        after,
        training.percentile(before),
        training.percentile(after),
        len(training.rows),
        training.total,
    )
