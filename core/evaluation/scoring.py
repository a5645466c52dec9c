"""Scoring of a dataset with a run, labelled or not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, IntArray
from core.data import PARTS, Dataset, open_dataset
from core.data.by_window import codes_by_window, means_by_window
from core.data.dataset import date_labels
from core.errors import DataError
from core.evaluation.metrics import PartMetrics, part_metrics
from core.evaluation.outcomes import OUTCOMES, Predictions, outcomes
from core.inference import OpenRun, open_run, own_axis, received_attention
from core.models.family import port_name
from core.models.manifest import RunManifest
from core.results import Provenance
from core.store import Store

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_ONCE = 1024  # hidden states of so many samples are in memory at once


@dataclass(frozen=True)
class Scores:
    """What a run says of each sample of a dataset.

    Attributes:
        run: Id of the run.
        dataset: Id of the dataset.
        sample_ids: Names of the samples (N,).
        actual: Names of the actual classes (N,), empty where unlabelled; a class that the run does not
            know keeps its name.
        predictions: Probabilities and class codes.
        parts: Part of the run's own split that each sample belongs to (N,), empty where none: a run looks
            better than it is on what it was trained with.
        peaks: Step that gets the most attention (N,), -1 if the model has no attention.
        peak_labels: Labels of these steps (N,), dates where the data has them; "" without attention.
        metrics: Measures over the labelled samples; None without labels.
    """

    run: str
    dataset: str
    sample_ids: NDArray[np.str_]
    actual: tuple[str, ...]
    predictions: Predictions
    parts: tuple[str, ...]
    peaks: IntArray
    peak_labels: tuple[str, ...]
    metrics: PartMetrics | None
    provenance: Provenance

    @property
    def trained_on(self) -> int:
        """Number of samples that the run was trained on or stopped by."""
        return sum(part in {"train", "validation"} for part in self.parts)

    @property
    def labelled(self) -> int:
        """Number of samples whose class the run knows."""
        return int(np.sum(self.predictions.actual >= 0))

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a sample: id, actual, predicted, probabilities, outcome, peak step, part."""
        import pandas as pd

        found = self.predictions
        outcome = np.array([*OUTCOMES, ""], dtype=object)
        frame = pd.DataFrame(
            {
                "id": self.sample_ids.astype(object),
                "actual": np.array(self.actual, dtype=object),
                "predicted": np.array(found.classes, dtype=object)[found.predicted],
            }
        )
        for code, name in enumerate(found.classes):
            frame[f"probability {name}"] = found.probabilities[:, code]
        frame["outcome"] = outcome[outcomes(found)]
        frame["peak_step"] = np.array(self.peak_labels, dtype=object)
        frame["part"] = np.array(self.parts, dtype=object)
        return frame


class Described(Protocol):
    """What decides whether a run fits some data; a dataset and its manifest are both."""

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels."""

    @property
    def steps(self) -> int:
        """Number of steps."""

    @property
    def categories(self) -> Mapping[str, tuple[str, ...]]:
        """Names of the codes by categorical channel."""

    @property
    def modalities(self) -> Mapping[str, Any]:
        """Derived further series of the same samples by name."""


def other_names(manifest: RunManifest, data: Described) -> str:
    """Return a caution where channels have other names than those a run was trained on, else ""."""
    if data.channels == manifest.channels:
        return ""
    return (
        f"channels are matched by their place: the run knows {', '.join(manifest.channels)!s:.120}; "
        f"the data has {', '.join(data.channels)!s:.120}"
    )


def why_unfit(manifest: RunManifest, data: Described) -> str:
    """Return why a run can't score some data, as a sentence; "" if it can."""
    return _nothing_to_ask(manifest, data) or _other_axes(manifest, data) or _other_categories(manifest, data)


def _nothing_to_ask(manifest: RunManifest, data: Described) -> str:
    if not manifest.has_model:
        return f"run {manifest.id} is of the reference classifier {manifest.model}, which keeps no model"
    for name, modality in manifest.modalities.items():
        if not modality.indices and name not in data.modalities:
            return f"run {manifest.id} reads the modality {name!r:.80}, which the dataset does not have"
    return ""


def _other_axes(manifest: RunManifest, data: Described) -> str:
    channels, steps = data.channels, data.steps
    known = manifest.channels
    if len(channels) != len(known):
        return f"run {manifest.id} reads {len(known)} channels; the dataset has {len(channels)}"
    if steps > manifest.steps:
        return f"run {manifest.id} reads at most {manifest.steps} steps; the dataset has {steps}"
    if set(channels) == set(known) and channels != known:
        return (
            f"channels must come in the order {', '.join(known)!s:.200}; "
            f"the dataset has {', '.join(channels)!s:.200}"
        )
    return ""


def _other_categories(manifest: RunManifest, data: Described) -> str:
    for place, name in enumerate(manifest.channels):
        trained, given = manifest.categories.get(name, ()), data.categories.get(data.channels[place], ())
        if trained != given:
            return (
                f"the channel {name!r:.80} must have the categories {', '.join(trained) or 'none'!s:.120}; "
                f"the dataset has {', '.join(given) or 'none'!s:.120}"
            )
    return ""


def score(store: Store, run: str, data: Dataset, tell: Callable[[float], None] | None = None) -> Scores:
    """Return what a run says of every sample of a dataset.

    Args:
        store: Where the run is.
        run: Its id.
        data: The dataset; labelled or not.
        tell: Told how far the scoring is, from 0 to 1.

    Raises:
        DataError: If the dataset's channels or steps are not those the run was trained on.
    """
    open_one = open_run(store, run)
    manifest = open_one.manifest
    reason = why_unfit(manifest, data)
    if reason:
        raise DataError(reason)
    probabilities, peaks = _answers(open_one, data, tell)
    names, codes = _actual(manifest, data)
    found = Predictions(codes, probabilities, manifest.classes, manifest.positive)
    return Scores(
        run=manifest.id,
        dataset=data.id,
        sample_ids=np.asarray(data.sample_ids),
        actual=names,
        parts=_parts(store, manifest, data),
        predictions=found,
        peaks=peaks,
        peak_labels=_peak_labels(data, peaks),
        metrics=part_metrics(probabilities, codes, majority_class(store, manifest))
        if (codes >= 0).any()
        else None,
        provenance=Provenance(
            what="predictions",
            data=data.sha256,
            weights={manifest.id: manifest.hashes.get("onnx", "")},
            samples=data.samples,
            versions=manifest.versions,
        ),
    )


def majority_class(store: Store, manifest: RunManifest) -> int:
    """Return the most frequent class of the part the run was trained on."""
    data = open_dataset(store, manifest.dataset)
    codes = np.asarray(data.require_any_target(manifest.target))
    trained = store.runs.array(manifest.id, "parts.npy") == PARTS.index("train")
    known = codes[trained].ravel()
    return int(np.bincount(known[known >= 0], minlength=len(manifest.classes)).argmax())


def _answers(
    run: OpenRun, dataset: Dataset, tell: Callable[[float], None] | None
) -> tuple[DoubleArray, IntArray]:
    """Return probabilities (N, K) and the step with the most attention (N,), -1 without attention.

    Labels per step are told as one a sample: the mean over its steps.
    """
    layer = next((layer for layer in run.manifest.attention_layers if own_axis(run.manifest, layer)), None)
    probabilities, peaks = [], []
    for start in range(0, dataset.samples, ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        lengths = np.asarray(dataset.lengths[rows])
        prediction = run.predict_rows(dataset, rows)
        chances = run.probabilities(prediction)
        unknown = np.full(chances.shape[:-1], -1)  # a prediction does not depend on labels
        probabilities.append(means_by_window(chances, unknown, lengths))
        if layer is None:
            peaks.append(np.full(len(lengths), -1))
        else:
            weights = prediction.attention[port_name(layer.name)]
            peaks.append(received_attention(weights, layer, lengths, dataset.steps).argmax(axis=1))
        if tell is not None:
            tell(min(1.0, rows.stop / dataset.samples))
    return np.concatenate(probabilities), np.concatenate(peaks).astype(np.int64)


def _peak_labels(dataset: Dataset, peaks: IntArray) -> tuple[str, ...]:
    if dataset.timestamps is None or (peaks < 0).any():
        labels = (*dataset.step_labels, "")
        return tuple(labels[peak] for peak in peaks)
    return date_labels(np.asarray(dataset.timestamps[np.arange(dataset.samples), peaks]))


def _parts(store: Store, manifest: RunManifest, dataset: Dataset) -> tuple[str, ...]:
    """Return the part of each sample in the run's own split; empty names for data it was not made from."""
    if dataset.sha256 != manifest.dataset_sha256:
        return ("",) * dataset.samples
    names = (*PARTS, "")
    return tuple(names[code] for code in store.runs.array(manifest.id, "parts.npy"))


def _actual(manifest: RunManifest, dataset: Dataset) -> tuple[tuple[str, ...], IntArray]:
    """Return the names of the actual classes and their codes among the run's classes, -1 where unknown."""
    if manifest.target not in dataset.targets:
        return ("",) * dataset.samples, np.full(dataset.samples, -1, np.int64)
    names = dataset.classes[manifest.target]
    place = {name: code for code, name in enumerate(manifest.classes)}
    codes = codes_by_window(dataset.targets[manifest.target])
    known = np.array([*(place.get(name, -1) for name in names), -1], np.int64)
    return tuple([*names, ""][code] for code in codes), known[codes]
