"""The verb that puts runs beside each other."""

from collections.abc import Sequence

import numpy as np

from core.data import PARTS, open_dataset
from core.errors import DataError
from core.evaluation import ComparedRun, Comparison, Predictions, compare_runs
from core.evaluation.scoring import majority_class
from core.models.manifest import RunManifest
from core.store import Store
from core.verbs.opening import opened


def compare(runs: Sequence[str], store: Store | None = None) -> Comparison:
    """Compare runs on the test samples they share: metrics with intervals, paired tests.

    Args:
        runs: Two or more runs: ids, beginnings of ids or names.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        A score for each run, and for each pair the difference of accuracy with its interval and McNemar's p,
        also adjusted for the number of pairs (Holm).

    Raises:
        DataError: If there are fewer than two runs or they were tested on different samples.

    Example:
        >>> import core
        >>> comparison = core.compare([run, other_run])
        >>> [score.model for score in comparison.scores], len(comparison.tests), comparison.samples
        (['attention-lstm', 'lstm'], 1, 150)
    """
    place = opened(store)
    ids = [place.runs.resolve(run) for run in runs]
    if len(ids) < 2 or len(set(ids)) < len(ids):
        raise DataError(f"a comparison takes two or more different runs; got {', '.join(runs)!s:.200}")
    manifests = [place.runs.read(id, RunManifest) for id in ids]
    return compare_runs(
        [_compared(place, manifest) for manifest in manifests], majority_class(place, manifests[0])
    )


def _compared(store: Store, manifest: RunManifest) -> ComparedRun:
    dataset = open_dataset(store, manifest.dataset)
    tested = np.flatnonzero(store.runs.array(manifest.id, "parts.npy") == PARTS.index("test"))
    probabilities = store.runs.array(manifest.id, f"probabilities_{manifest.target}.npy")
    actual = np.asarray(dataset.require_target(manifest.target))[tested]
    return ComparedRun(
        run=manifest.id,
        label=manifest.name or manifest.id,
        predictions=Predictions(
            actual, np.asarray(probabilities)[tested], manifest.classes, manifest.positive, tested
        ),
        model=manifest.model,
        seed=manifest.seed,
        data=manifest.dataset_sha256,
        weights=manifest.hashes.get("onnx", ""),
    )
