"""Clusters of the attention maps of all samples of a run: made once, and kept in the store where slow.

They are of every sample of the dataset, whatever is selected: a cluster has the same name and the same
samples in a heatmap, in a condition and in a table.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import IntArray, Progress
from core.attention.clusters import LEAVES, AttentionClusters, attention_clusters, found_clusters
from core.attention.inputs import traced
from core.attention.kept import keep_whole, kept_or_computed, read_kept
from core.attention.remembered import Remembered
from core.attention.rows import OrderedRows
from core.attention.stored import stored_statistics
from core.data import Dataset
from core.errors import SettingsError
from core.inference import key_axis
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest
from core.results import Provenance
from core.store import Store

VERSION = 1  # of what is computed: an older answer is not taken for the present one
FOLDER = "clusters"
KEPT_CODES = 6  # layers whose clusters stay in memory
KEPT = 40  # of a million samples each takes 5 MB
DIRECT_CELLS = 80_000_000  # are read and compared within a second
UNEQUAL = 3  # times as long to read are weights of samples that differ in length


@dataclass(frozen=True, eq=False)
class ClusterPlan:
    """A layer of a run whose samples are to be put together.

    Attributes:
        store: The store.
        manifest: The run.
        layer: One of its attention layers.
        lengths: Number of valid steps of each sample (N,).
    """

    store: Store
    manifest: RunManifest
    layer: AttentionLayer
    lengths: IntArray

    @property
    def samples(self) -> int:
        """How many samples are put together."""
        return len(self.lengths)

    @property
    def direct(self) -> bool:
        """Whether an answer takes less than a second."""
        steps = int(np.max(self.lengths, initial=1))
        read = steps * (1 if int(np.min(self.lengths, initial=steps)) == steps else UNEQUAL)
        return self.samples * (read + LEAVES) <= DIRECT_CELLS

    @property
    def key(self) -> str:
        """What is equal for equal answers."""
        asked = {
            "version": VERSION,
            "run": self.manifest.id,
            "data": self.manifest.dataset_sha256,
            "onnx": self.manifest.hashes.get("onnx", ""),
            "layer": self.layer.name,
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:40]

    def find(self) -> AttentionClusters | None:
        """Return the answer that is kept in the store; None if there is none."""
        found = read_kept(self._folder, "clusters", ("places", "codes"))
        if found is None:
            return None
        (places, codes), plain = found
        leaves = plain.get("leaves")
        if not len(places) == len(codes) == self.samples or not isinstance(leaves, int):
            return None
        kept = places.astype(np.int64), codes.astype(np.int64)
        return found_clusters(*kept, leaves, bool(plain.get("whole")), self._source())

    def compute(self, progress: Progress | None = None) -> AttentionClusters:
        """Return the answer, neither read from the store nor kept there.

        Raises:
            ModelError: If a weight is not finite or negative.
        """
        statistics = stored_statistics(self.store, self.manifest, self.layer)
        weights = self.store.runs.array(self.manifest.id, f"attention_{self.layer.name}.npy")
        rows = OrderedRows.of(weights, np.arange(self.samples), self.lengths)
        return attention_clusters(rows, statistics, self._source(), progress)

    def keep(self, answer: AttentionClusters) -> None:
        """Keep an answer in the store."""
        arrays: dict[str, NDArray[Any]] = {
            "places": answer.order.places.astype(np.int32),
            "codes": answer.codes.astype(np.int8),
        }
        leaves = answer.provenance.parameters["leaves"]
        keep_whole(self._folder, "clusters", arrays, {"leaves": leaves, "whole": answer.whole}, KEPT)

    @property
    def _folder(self) -> Path:
        return self.store.root / "cache" / FOLDER / self.key

    def _source(self) -> Provenance:
        manifest = self.manifest
        source = Provenance(
            "attention clusters",
            data=manifest.dataset_sha256,
            weights={manifest.id: manifest.hashes.get("onnx", "")},
            versions=manifest.versions,
        )
        return traced(source, source.what, self.samples, layer=self.layer.name)


def plan_clusters(
    store: Store, manifest: RunManifest, dataset: Dataset, layer: AttentionLayer
) -> ClusterPlan:
    """Return what it takes to put the samples of a run together."""
    return ClusterPlan(store, manifest, layer, np.asarray(key_axis(manifest, dataset, layer)[0], np.int64))


def cluster_codes(plan: ClusterPlan, *, patient: bool = True) -> IntArray:
    """Return the cluster of every sample (N,), 0 for the first; read or computed once a process.

    Args:
        plan: The layer of the run.
        patient: Whether to wait where computing them takes more than a second.

    Raises:
        SettingsError: If that would take longer than one may wait.
    """

    def found() -> IntArray:
        if not (patient or plan.direct) and plan.find() is None:
            raise SettingsError(
                f"putting {plan.samples:,} attention maps into clusters takes a while: sort the heatmap by"
                " similarity once, then conditions and colours may name cluster"
            )
        return run_clusters(plan).codes

    return _kept.get((plan.store.root, plan.key), found)


def forget() -> None:
    """Forget what was read; for tests that change the store."""
    _kept.clear()


_kept: Remembered[IntArray] = Remembered(KEPT_CODES)


def run_clusters(plan: ClusterPlan, progress: Progress | None = None) -> AttentionClusters:
    """Return the clusters: as kept in the store, else computed, and kept if that takes long."""
    return kept_or_computed(plan, progress)
