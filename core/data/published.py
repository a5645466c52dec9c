"""Datasets in the store: published once, opened memory-mapped."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import Progress
from core.data.content import content_hash
from core.data.dataset import Dataset, Modality, row_chunks
from core.data.files import FURTHER, array_files, numbered_steps
from core.data.manifest import DatasetManifest
from core.data.quality import compute_quality
from core.data.quality_stored import save_quality
from core.data.soundness import sound
from core.data.statistics import Statistics, compute_statistics, label_counts, part_counts, statistics_plain
from core.data.texts import clean_description, clean_name
from core.store import Staging, Store


def publish_dataset(
    store: Store,
    dataset: Dataset,
    owner: str = "local",
    *,
    taken_from: Path | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """Check a dataset, store it with its statistics, and return it as it is opened from there.

    Args:
        store: Where it is kept.
        dataset: The dataset.
        owner: Whose it is.
        taken_from: A directory of the store's tmp in whose files its arrays are mapped, see `array_files`;
            files are taken from there instead of being copied.
        progress: Told how far it is, from 0 to 1, and what is being done; what it raises ends it, and nothing
            is left.
    """
    tell = progress or _nobody
    tell(0.0, "checking every value")
    checked = sound(dataset)
    taken = {} if taken_from is None else _files_of(taken_from, dataset, checked)
    tell(0.2, "computing the hash")
    dataset = replace(checked, name=clean_name(checked.name), sha256=content_hash(checked))
    manifest = _manifest(dataset, owner)
    with store.datasets.publish(manifest) as staging:
        tell(0.4, "storing the arrays")
        _save_arrays(staging, dataset, taken)
        tell(0.5, "computing statistics")
        statistics = compute_statistics(dataset)
        _save_statistics(staging, statistics)
        tell(0.7, "looking for what is wrong")
        save_quality(staging, compute_quality(dataset, statistics))
        tell(0.9, "writing to disk")
    return open_dataset(store, manifest.id)


def open_dataset(store: Store, dataset_id: str) -> Dataset:
    """Return a stored dataset with its arrays memory-mapped; NotFoundError if there is none."""
    shelf = store.datasets
    manifest = shelf.read(dataset_id, DatasetManifest)
    axis = shelf.json(dataset_id, "axis.json")
    return Dataset(
        series=shelf.array(dataset_id, "series.npy"),
        lengths=shelf.array(dataset_id, "lengths.npy"),
        targets={
            name: shelf.array(dataset_id, f"target_{place}.npy")
            for place, name in enumerate(manifest.classes)
        },
        classes=manifest.classes,
        channels=manifest.channels,
        sample_ids=shelf.array(dataset_id, "sample_ids.npy"),
        step_labels=_step_labels(axis, manifest.steps),
        step_name=manifest.step_name,
        groups=manifest.groups,
        parts=shelf.array(dataset_id, "parts.npy"),
        name=manifest.name,
        description=manifest.description,
        origin=manifest.origin,
        id=manifest.id,
        sha256=manifest.sha256,
        categories=manifest.categories,
        nan_policy=manifest.nan_policy,
        metadata={
            name: shelf.array(dataset_id, f"metadata_{place}.npy")
            for place, name in enumerate(manifest.metadata)
        },
        modalities={
            name: _open_modality(store, dataset_id, place) for place, name in enumerate(manifest.modalities)
        },
        **{
            name: shelf.array(dataset_id, f"{name}.npy")
            for name in FURTHER
            if getattr(manifest, f"has_{name}")
        },
    )


def _manifest(dataset: Dataset, owner: str) -> DatasetManifest:
    counts = {
        name: tuple(label_counts(codes, len(dataset.classes[name])).tolist())
        for name, codes in dataset.targets.items()
    }
    return DatasetManifest(
        name=dataset.name,
        owner=owner,
        samples=dataset.samples,
        steps=dataset.steps,
        step_name=dataset.step_name,
        channels=dataset.channels,
        classes={name: dataset.classes[name] for name in dataset.targets},
        counts=counts,
        lengths=(int(dataset.lengths.min()), int(dataset.lengths.max())),
        groups=dict(dataset.groups),
        parts=part_counts(dataset),
        sha256=dataset.sha256,
        description=clean_description(dataset.description),
        origin=dict(dataset.origin),
        versions={name: version(name) for name in ("heed", "numpy")},
        targets_per_step=tuple(name for name in dataset.targets if dataset.per_step(name)),
        categories=dict(dataset.categories),
        nan_policy=dataset.nan_policy,
        metadata=tuple(dataset.metadata),
        modalities={
            name: (found.series.shape[1], found.series.shape[2]) for name, found in dataset.modalities.items()
        },
        **{f"has_{name}": getattr(dataset, name) is not None for name in FURTHER},
    )


def _files_of(directory: Path, dataset: Dataset, checked: Dataset) -> dict[str, Path]:
    """Return the files whose arrays are those of the checked dataset, unchanged."""
    before, after = array_files(dataset), array_files(checked)
    return {file: directory / f"{file}.npy" for file, array in after.items() if array is before[file]}


def _save_arrays(staging: Staging[DatasetManifest], dataset: Dataset, taken: Mapping[str, Path]) -> None:
    for file, array in array_files(dataset).items():
        if file in taken:
            staging.take(f"{file}.npy", taken[file])
        else:
            _copy(staging, f"{file}.npy", array)
    for place, modality in enumerate(dataset.modalities.values()):
        _save_modality(staging, place, modality)
    numbered = dataset.step_labels == numbered_steps(dataset.steps)
    staging.save_json("axis.json", {"labels": None if numbered else list(dataset.step_labels)})


def _save_statistics(staging: Staging[DatasetManifest], statistics: Statistics) -> None:
    staging.save_json("statistics.json", statistics_plain(statistics))
    for place, found in enumerate(statistics.targets.values()):
        staging.save_array(f"class_means_{place}.npy", found.means)
        staging.save_array(f"class_behind_{place}.npy", found.behind)


def _nobody(fraction: float, words: str) -> None:
    """Take the place of whoever would be told."""


def _copy(staging: Staging[DatasetManifest], name: str, array: NDArray[Any]) -> None:
    """Write an array block by block, since it may be mapped and larger than memory."""
    if array.dtype.kind == "U":
        staging.save_array(name, np.asarray(array))
        return
    written = staging.new_array(name, array.shape, array.dtype)
    for rows in row_chunks(len(array), int(np.prod(array.shape[1:], dtype=np.int64))):
        written[rows] = array[rows]


def _save_modality(staging: Staging[DatasetManifest], place: int, modality: Modality) -> None:
    _copy(staging, f"modality_{place}.npy", modality.series)
    staging.save_array(f"modality_lengths_{place}.npy", np.asarray(modality.lengths, dtype=np.int64))
    described = {
        "channels": list(modality.channels),
        "step_labels": list(modality.step_labels),
        "step_name": modality.step_name,
        "origin": dict(modality.origin),
    }
    staging.save_json(f"modality_{place}.json", described)


def _open_modality(store: Store, dataset_id: str, place: int) -> Modality:
    shelf = store.datasets
    plain = shelf.json(dataset_id, f"modality_{place}.json")
    return Modality(
        series=shelf.array(dataset_id, f"modality_{place}.npy"),
        lengths=shelf.array(dataset_id, f"modality_lengths_{place}.npy"),
        channels=tuple(plain["channels"]),
        step_labels=tuple(plain["step_labels"]),
        step_name=plain["step_name"],
        origin=plain["origin"],
    )


def _step_labels(axis: Mapping[str, Any], steps: int) -> tuple[str, ...]:
    return numbered_steps(steps) if axis["labels"] is None else tuple(axis["labels"])
