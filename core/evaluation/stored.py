"""Stored predictions of runs, of labels per window and per step alike, ready to be judged."""

from dataclasses import dataclass

import numpy as np

from core.arrays import IntArray
from core.data import PARTS, Dataset
from core.errors import DataError, NotFoundError
from core.evaluation.outcomes import UNKNOWN, Predictions
from core.models.family import port_name
from core.models.manifest import RunManifest
from core.store import Store


@dataclass(frozen=True, eq=False)
class StoredPredictions:
    """What a run predicts on one part of its dataset.

    Attributes:
        target: Name of the target.
        predictions: One row a window; for labels per step one row a valid step, whose index is
            window * T + step.
        windows: Place of the window that each row belongs to, from 0 (N,); None where rows are windows.
        samples: Index in the dataset of each of these windows; None where rows are windows.
        majority: The most frequent class of the training part.
        trained_on: Number of training windows.
    """

    target: str
    predictions: Predictions
    windows: IntArray | None
    samples: IntArray | None
    majority: int
    trained_on: int


def stored_predictions(
    store: Store, manifest: RunManifest, dataset: Dataset, part: str = "test", target: str = ""
) -> StoredPredictions:
    """Return what a run predicts on a part; of its first target unless another is named.

    Raises:
        DataError: If the run has not learnt the target.
        NotFoundError: If the part has no samples.
    """
    target = target or manifest.target
    classes = classes_of(manifest, target)
    parts = np.asarray(store.runs.array(manifest.id, "parts.npy"))
    rows = np.flatnonzero(parts == PARTS.index(part))
    if not len(rows):
        raise NotFoundError(f"the {part} part of run {manifest.id} has no samples")
    codes = dataset.targets.get(target)
    stored = store.runs.array(manifest.id, f"probabilities_{port_name(target)}.npy")
    if stored.ndim == 3:
        predictions, windows, samples = _steps(dataset, stored, codes, rows, classes)
        if not len(samples):
            raise NotFoundError(f"the {part} part of run {manifest.id} has no step with a label")
    else:
        actual = np.full(dataset.samples, UNKNOWN) if codes is None else np.asarray(codes)
        chances = np.asarray(stored[rows], np.float64)
        positive = _positive(manifest, target, classes)
        predictions = Predictions(actual[rows], chances, classes, positive, rows)
        windows, samples = None, None
    trained = np.flatnonzero(parts == PARTS.index("train"))
    labels = np.asarray([] if codes is None else codes[trained], np.int64).ravel()
    majority = int(np.bincount(labels[labels >= 0], minlength=len(classes)).argmax())
    return StoredPredictions(target, predictions, windows, samples, majority, len(trained))


def classes_of(manifest: RunManifest, target: str) -> tuple[str, ...]:
    """Return the names of the classes of a target that a run has learnt."""
    known = manifest.heads or {manifest.target: manifest.classes}
    if target not in known:
        raise DataError(
            f"a target must be one that run {manifest.id} has learnt ({', '.join(known)!s:.200}); "
            f"got {target!r:.80}"
        )
    return known[target]


def _positive(manifest: RunManifest, target: str, classes: tuple[str, ...]) -> int:
    return manifest.positive if target == manifest.target else min(1, len(classes) - 1)


def _steps(
    dataset: Dataset,
    stored: np.ndarray,
    codes: IntArray | None,
    rows: IntArray,
    classes: tuple[str, ...],
) -> tuple[Predictions, IntArray, IntArray]:
    """Return valid labelled steps of windows as rows, the place of each one's window, the windows."""
    steps = np.arange(dataset.steps)
    actual = np.full((len(rows), dataset.steps), UNKNOWN) if codes is None else np.asarray(codes[rows])
    valid = (steps[None, :] < np.asarray(dataset.lengths)[rows][:, None]) & (actual >= 0)  # (n, T)
    windows, places = np.nonzero(valid)
    predictions = Predictions(
        actual[valid],
        np.asarray(stored[rows], np.float64)[valid],
        classes,
        min(1, len(classes) - 1),
        rows[windows] * dataset.steps + places,
    )
    kept, compact = np.unique(windows, return_inverse=True)
    return predictions, compact.astype(np.int64), rows[kept]
