"""How far the samples of a run lie from the means of their classes, measured once a process."""

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.attention.remembered import Remembered
from core.attention.typical import class_distances
from core.data import PARTS, Dataset
from core.data.scaler import Scaler
from core.models.manifest import RunManifest
from core.store import Store

SCALER = "scaler.json"
KEPT = 4  # runs whose distances stay in memory


def has_distances(manifest: RunManifest) -> bool:
    """Return whether a run tells how the series that it reads are scaled."""
    return SCALER in manifest.files


def run_distances(store: Store, manifest: RunManifest, dataset: Dataset, actual: IntArray) -> DoubleArray:
    """Return the distance of every sample of a run's dataset to the mean of its actual class (N,).

    NaN where the class is unknown or has no training sample.

    Args:
        store: The store.
        manifest: The run.
        dataset: Its dataset.
        actual: Class of every sample (N,), -1 where unknown.
    """

    def measured() -> DoubleArray:
        scaler = Scaler.from_plain(store.runs.json(manifest.id, SCALER))
        training = np.flatnonzero(
            np.asarray(store.runs.array(manifest.id, "parts.npy")) == PARTS.index("train")
        )
        return class_distances(dataset, np.asarray(actual), training, scaler)

    return _kept.get((store.root, manifest.id), measured)


def forget() -> None:
    """Forget what was measured; for tests that change the store."""
    _kept.clear()


_kept: Remembered[DoubleArray] = Remembered(KEPT)
