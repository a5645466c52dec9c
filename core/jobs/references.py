"""Reference classifiers as jobs: what they learn from, and the run they publish."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray
from core.data import Dataset
from core.data.splits import Split
from core.errors import DataError, SettingsError
from core.inference import own_axis
from core.jobs.material import Material, shape_of
from core.models.family import MODELS, Architecture, ReferenceClassifier, ReferenceMaterial
from core.models.manifest import RunManifest
from core.store import Store

MOST_BYTES = 4 * 2**30  # of memory, the same on every machine


@dataclass(frozen=True, eq=False)
class Answered:
    """What a reference classifier has learnt.

    Attributes:
        answer: Gives probabilities (n, K) of any rows.
        seconds: Time it took to learn.
    """

    answer: Callable[[IntArray], DoubleArray]
    seconds: float


def fit_reference(part: ReferenceClassifier, store: Store, material: Material, seed: int) -> Answered:
    """Let a reference classifier learn.

    Args:
        part: The classifier with its settings.
        store: Where the run lies whose attention it may learn from.
        material: What it learns from, of one target.
        seed: Decides whatever is drawn.

    Raises:
        DataError: If the target has a label for each step.
        SettingsError: If the run that it names does not fit, or augmentations are asked for.
    """
    dataset, split, target = material.dataset, material.split, material.targets[0]
    require_reference(part, dataset, material.targets, bool(material.augmentations))
    require_memory(part, dataset, target, len(split.train))

    def read(rows: IntArray) -> FloatArray:
        return material.read(rows)[0][""]

    labels = np.asarray(material.codes(target), np.int64)
    known = labels >= 0
    learnt = ReferenceMaterial(
        read,
        np.asarray(dataset.lengths, np.int64),
        labels,
        split.train[known[split.train]],
        split.validation[known[split.validation]],
        len(dataset.classes[target]),
        seed,
        _attention(store, part.attending_run, dataset, split),
    )
    began = time.monotonic()
    return Answered(part.fit(learnt), time.monotonic() - began)


def require_reference(
    part: ReferenceClassifier, dataset: Dataset, targets: Sequence[str], augmented: bool
) -> None:
    """Raise SettingsError or DataError where a reference classifier can't learn what is asked for."""
    name = MODELS.name_of(part)
    if len(targets) > 1:
        raise SettingsError(f"{name} learns one target; got {', '.join(targets)!s:.200}")
    if dataset.per_step(targets[0]):
        raise DataError(f"{name} learns one label a sample; the target {targets[0]!r:.80} has one a step")
    if augmented:
        raise SettingsError(f"{name} learns from the samples as they are: leave augmentations out")


def require_memory(part: ReferenceClassifier, dataset: Dataset, target: str, rows: int) -> None:
    """Raise SettingsError where learning from so many training samples would take too much memory."""
    needed = part.bytes_for(rows, shape_of(dataset, (target,), {}))
    if needed > MOST_BYTES:
        raise SettingsError(
            f"{MODELS.name_of(part)} may take {MOST_BYTES / 1e9:.1f} GB of memory; the {rows:,} training"
            f" samples of {dataset.steps * dataset.channel_count:,} values would take about"
            f" {needed / 1e9:.1f} GB: lower its setting most, or what a sample holds"
        )


def settled(store: Store, part: Architecture | ReferenceClassifier) -> Architecture | ReferenceClassifier:
    """Return settings that name the run they learn from by its id: a name may be given to another run later.

    Raises:
        NotFoundError: If there is no such run.
    """
    if not isinstance(part, ReferenceClassifier) or not part.attending_run:
        return part
    return part.attending_to(store.runs.resolve(part.attending_run))


def attending(store: Store, run: str, dataset: Dataset) -> RunManifest | None:
    """Return the run whose attention is learnt from; None if none is wanted.

    Raises:
        SettingsError: If it has no attention over the steps of this dataset's series.
        NotFoundError: If there is no such run.
    """
    if not run:
        return None
    manifest = store.runs.read(store.runs.resolve(run), RunManifest)
    if not any(own_axis(manifest, layer) for layer in manifest.attention_layers):
        raise SettingsError(
            f"run must be one with attention over the series; {manifest.id} is of the model {manifest.model}"
        )
    if manifest.dataset_sha256 != dataset.sha256:
        raise SettingsError(f"run must be trained on the same dataset; {manifest.id} was on another")
    return manifest


def _attention(store: Store, run: str, dataset: Dataset, split: Split) -> dict[str, FloatArray]:
    """Return the stored attention of a run over the steps of the series, by layer; none if none is wanted.

    The run must have held the same samples back: attention that was learnt from test samples would leak.
    """
    manifest = attending(store, run, dataset)
    if manifest is None:
        return {}
    theirs = np.asarray(store.runs.array(manifest.id, "parts.npy"))
    if not np.array_equal(theirs, split.parts(dataset.samples)):
        raise SettingsError(
            f"run must be trained on the same split; {manifest.id} has other samples in its parts"
        )
    return {
        layer.name: store.runs.array(manifest.id, f"attention_{layer.name}.npy")
        for layer in manifest.attention_layers
        if own_axis(manifest, layer)
    }
