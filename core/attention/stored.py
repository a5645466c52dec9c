"""Statistics of attention of every sample of a run, kept with the run so that no page measures them anew."""

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray, require_axes
from core.attention.remembered import Remembered
from core.attention.statistics import AttentionStatistics, attention_statistics
from core.data import open_dataset
from core.errors import ModelError
from core.inference import key_axis
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest
from core.results import Provenance
from core.store import Store

COLUMNS = tuple(
    entry.name for entry in fields(AttentionStatistics) if entry.name not in {"profile", "provenance"}
)
CODES = frozenset({"peak", "pattern", "lengths"})
KEPT = 6  # layers whose statistics stay in memory


def statistics_file(layer: str) -> str:
    """Return the name of the file that holds the statistics of a layer, a row for each of COLUMNS."""
    return f"statistics_{layer}.npy"


def as_table(statistics: AttentionStatistics) -> FloatArray:
    """Return statistics as they are stored: one row of N numbers for each of COLUMNS, in float32."""
    return np.stack([np.asarray(getattr(statistics, name), np.float32) for name in COLUMNS])


def checked_at_publishing(manifest: RunManifest, layer: AttentionLayer) -> bool:
    """Return whether the weights of a layer were found finite and positive when its run was published."""
    return statistics_file(layer.name) in manifest.files


def stored_statistics(store: Store, manifest: RunManifest, layer: AttentionLayer) -> AttentionStatistics:
    """Return the statistics of all samples of a run's dataset; those of an older run are measured once.

    They are of the mean over heads, without the mean weight of each step.

    Args:
        store: The store.
        manifest: The run.
        layer: One of its attention layers.

    Raises:
        ModelError: If a weight is not finite or negative, naming the run, the layer and the sample.
        NotFoundError: If the run is gone, or its dataset where the statistics must be measured.
    """
    key = (store.root, manifest.id, layer.name)
    return _kept.get(key, lambda: _found(store, manifest, layer))


def measured_statistics(
    weights: NDArray[Any], lengths: NDArray[Any], run: str, layer: str, source: Provenance | None = None
) -> AttentionStatistics:
    """Measure the statistics of a run's layer; ModelError names both where a weight can't be one."""
    try:
        return attention_statistics(weights, lengths, source)
    except ModelError as error:
        raise ModelError(f"{error} (run {run}, layer {layer})") from None


def forget() -> None:
    """Forget what was read; for measurements of how long reading takes."""
    _kept.clear()


_kept: Remembered[AttentionStatistics] = Remembered(KEPT)


def _found(store: Store, manifest: RunManifest, layer: AttentionLayer) -> AttentionStatistics:
    source = Provenance(
        "attention statistics",
        data=manifest.dataset_sha256,
        weights={manifest.id: manifest.hashes.get("onnx", "")},
        parameters={"layer": layer.name},
        versions=manifest.versions,
    )
    if checked_at_publishing(manifest, layer):
        return _read(store.runs.array(manifest.id, statistics_file(layer.name)), source)
    weights = store.runs.array(manifest.id, f"attention_{layer.name}.npy")
    lengths = key_axis(manifest, open_dataset(store, manifest.dataset), layer)[0]
    measured = measured_statistics(weights, lengths, manifest.id, layer.name, source)
    return _read(as_table(measured), measured.provenance)  # with the precision of stored ones


def _read(table: NDArray[Any], source: Provenance) -> AttentionStatistics:
    require_axes(table, "M N", "statistics", {"M": len(COLUMNS)})
    columns = {
        name: values.astype(np.int64) if name in CODES else values
        for name, values in zip(COLUMNS, table, strict=True)
    }
    return AttentionStatistics(**columns, provenance=source)
