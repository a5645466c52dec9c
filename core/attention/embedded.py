"""Maps of a run's samples: what is laid out, how long that takes, and where it is kept once it is made."""

import hashlib
import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray, IntArray, Progress
from core.attention.embedding import (
    FIRST_COMPONENTS,
    SPACE_NAMES,
    Embedding,
    EmbeddingSettings,
    Layout,
    fit_rows,
    laid_out,
    require_method,
    spread_over_classes,
)
from core.attention.kept import kept_or_computed
from core.attention.kept_layouts import folder_of, keep_layout, read_layout
from core.attention.near import breadth
from core.data.by_window import codes_by_window
from core.data.dataset import PARTS, Dataset
from core.data.scaler import Scaler
from core.errors import DataError, SettingsError
from core.expressions.columns import unknown
from core.inference.runs import own_axis
from core.models.manifest import RunManifest
from core.results import Provenance
from core.store import Store

VERSION = 1  # of what is computed: an older answer is not taken for the present one
DIRECT_CELLS = 8_000_000  # values that PCA reads within 300 ms
BLOCK_CELLS = 16_000_000  # values in memory at once
SECONDS = {"pca": (0.0, 0.0), "tsne": (2.0, 8e-3), "umap": (15.0, 3e-3)}  # to begin, and for each sample


@dataclass(frozen=True, eq=False)
class EmbeddingPlan:
    """Samples of a run that are to be laid out.

    Attributes:
        store: The store.
        manifest: The run.
        dataset: Its dataset.
        rows: Places of the samples that are meant, ascending (N,).
        settings: How; its layer is a name.
    """

    store: Store
    manifest: RunManifest
    dataset: Dataset
    rows: IntArray
    settings: EmbeddingSettings

    @property
    def dimensions(self) -> int:
        """How many numbers a sample has."""
        return int(np.prod(self._source().shape[1:]))

    @property
    def shown(self) -> int:
        """How many samples are laid out."""
        return len(self.rows) if self.settings.method == "pca" else min(len(self.rows), self.settings.most)

    @property
    def direct(self) -> bool:
        """Whether an answer takes less than 300 ms."""
        fitted = len(fit_rows(self._training(), self.dimensions))
        return (
            self.settings.method == "pca"
            and (len(self.rows) + fitted) * self.dimensions <= DIRECT_CELLS
            and self.dimensions <= 400
        )

    @property
    def seconds(self) -> float:
        """About how long it takes, as measured on one core."""
        read = (len(self.rows) + len(fit_rows(self._training(), self.dimensions))) * self.dimensions / 4e7
        begin, each = SECONDS[self.settings.method]
        return read + begin + each * self.shown

    @property
    def key(self) -> str:
        """What is equal for equal answers."""
        asked = {
            "version": VERSION,
            "run": self.manifest.id,
            "data": self.manifest.dataset_sha256,
            "onnx": self.manifest.hashes.get("onnx", ""),
            "settings": self.settings.relevant(),
            "rows": hashlib.sha256(np.ascontiguousarray(self.rows, np.int64).tobytes()).hexdigest(),
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:40]

    def compute(self, progress: Progress | None = None) -> Embedding:
        """Return the samples laid out, neither read from the store nor kept there.

        Raises:
            DataError: If samples are too few or all alike.
        """
        rows = self.rows
        if self.shown < len(rows):
            rows = rows[spread_over_classes(self._codes()[rows], self.settings.most)]
        fitted = fit_rows(self._training(), self.dimensions)
        if progress:
            progress(0.0, f"reading {SPACE_NAMES[self.settings.space]}")
        fit = self._states(fitted)
        if self.settings.method == "pca" and rows.size * self.dimensions > BLOCK_CELLS:
            layout = self._in_blocks(fit, rows, progress)
        else:
            layout = laid_out(fit, self._states(rows), self.settings, progress)
        return self._answer(rows, layout, len(fitted))

    def find(self) -> Embedding | None:
        """Return the answer that is kept in the store; None if there is none."""
        found = read_layout(folder_of(self.store, self.key))
        if found is None or len(found[0]) != self.shown:
            return None
        return self._answer(*found)

    def keep(self, answer: Embedding) -> None:
        """Keep an answer in the store."""
        folder = folder_of(self.store, self.key)
        keep_layout(folder, answer.samples, answer.layout, answer.provenance.parameters["fitted"])

    def _in_blocks(self, fit: FloatArray, rows: IntArray, progress: Progress | None) -> Layout:
        """Place many samples along the axes, some at a time."""
        blocks = np.array_split(rows, -(-rows.size * self.dimensions // BLOCK_CELLS))
        placed = []
        for done, block in enumerate(blocks):
            placed.append(laid_out(fit, self._states(block), self.settings))
            if progress:
                progress((done + 1) / len(blocks), "placing samples")
        return Layout(np.concatenate([one.positions for one in placed]), placed[0].variance)

    def _answer(self, rows: IntArray, layout: Layout, fitted: int) -> Embedding:
        plain = self.settings.relevant()
        return Embedding(
            settings=self.settings,
            samples=np.asarray(rows, np.int64),
            sample_ids=tuple(str(name) for name in np.asarray(self.dataset.sample_ids)[rows]),
            layout=layout,
            dimensions=self.dimensions,
            fitted=fitted if self.settings.method == "pca" else len(rows),
            total=len(self.rows),
            notes=self._notes(layout),
            provenance=Provenance(
                "embedding",
                data=self.manifest.dataset_sha256,
                weights={self.manifest.id: self.manifest.hashes.get("onnx", "")},
                parameters={**plain, "dimensions": self.dimensions, "fitted": fitted},
                samples=len(rows),
                versions=self.manifest.versions,
            ),
        )

    def _notes(self, layout: Layout) -> tuple[str, ...]:
        found = []
        lengths = np.asarray(self.dataset.lengths)[self.rows]
        if self.settings.space != "hidden" and len(lengths) and (lengths != lengths[0]).any():
            found.append(
                f"samples have {lengths.min()} to {lengths.max()} steps; steps beyond a sample's end count as"
                " 0, so that lengths bear on places"
            )
        if self.settings.space == "series" and self.dataset.categorical:
            found.append("codes of categories count as numbers")
        if self.settings.method != "pca":
            found.append("distances between clusters and their sizes mean little: only who is near whom does")
            if layout.perplexity < self.settings.perplexity:
                found.append(
                    f"so few samples allow for {breadth(self.settings.method, layout.perplexity)},"
                    f" not {self.settings.perplexity:.3g}"
                )
            if self.dimensions > FIRST_COMPONENTS:
                found.append(
                    f"of {self.dimensions:,} numbers a sample, {FIRST_COMPONENTS} principal components came"
                    f" first: {100 * layout.kept:.1f} % of the variance"
                )
        return tuple(found)

    def _source(self) -> NDArray[np.float32]:
        if self.settings.space == "series":
            return self.dataset.series
        name = "hidden_mean.npy"
        if self.settings.space == "attention":
            name = f"attention_{self.settings.layer}.npy"
        return self.store.runs.array(self.manifest.id, name)

    def _states(self, rows: IntArray) -> FloatArray:
        values = np.asarray(self._source()[rows], np.float32)
        if self.settings.space == "series":
            scaler = Scaler.from_plain(self.store.runs.json(self.manifest.id, "scaler.json"))
            values = scaler.transform(values, np.asarray(self.dataset.lengths)[rows])
        if not np.isfinite(values).all():
            what = SPACE_NAMES[self.settings.space]
            raise DataError(f"{what} must be finite numbers; those of run {self.manifest.id} are not")
        return values.reshape(len(rows), -1)

    def _training(self) -> IntArray:
        parts = np.asarray(self.store.runs.array(self.manifest.id, "parts.npy"))
        training = np.flatnonzero(parts == PARTS.index("train"))
        return training if len(training) > 1 else self.rows

    def _codes(self) -> IntArray:
        codes = self.dataset.targets.get(self.manifest.target)
        return np.full(self.dataset.samples, -1) if codes is None else codes_by_window(codes)


def spaces_of(manifest: RunManifest) -> tuple[str, ...]:
    """Return what can be laid out of a run's samples."""
    there = {
        "hidden": "hidden_mean.npy" in manifest.files,
        "attention": bool(_layers(manifest)),
        "series": "scaler.json" in manifest.files,
    }
    return tuple(space for space, known in there.items() if known)


def plan_embedding(
    store: Store, manifest: RunManifest, dataset: Dataset, rows: IntArray, settings: EmbeddingSettings
) -> EmbeddingPlan:
    """Return what it takes to lay samples of a run out.

    Raises:
        DataError: If the run has nothing of this space.
        SettingsError: If it has no such attention layer, or UMAP is asked for and not installed.
    """
    require_method(settings.method)
    if settings.space not in spaces_of(manifest):
        known = ", ".join(spaces_of(manifest)) or "none"
        raise DataError(
            f"a run of the model {manifest.model} has no {SPACE_NAMES[settings.space]}; spaces of it: {known}"
        )
    names = _layers(manifest)
    if settings.layer and settings.layer not in names:
        raise SettingsError(unknown("layer", settings.layer, names))
    if settings.space == "attention":
        settings = settings.model_copy(update={"layer": settings.layer or names[0]})
    return EmbeddingPlan(store, manifest, dataset, np.asarray(rows, np.int64), settings)


def embedded(plan: EmbeddingPlan, progress: Progress | None = None) -> Embedding:
    """Return the samples laid out: as kept in the store, else computed, and kept if that takes long."""
    return kept_or_computed(plan, progress)


def _layers(manifest: RunManifest) -> list[str]:
    names = (layer.name for layer in manifest.attention_layers if own_axis(manifest, layer))
    return [name for name in names if f"attention_{name}.npy" in manifest.files]
