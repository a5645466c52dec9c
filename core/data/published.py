"""Datasets in the store: published once, opened memory-mapped."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np

from core.data.dataset import Dataset, content_hash, row_chunks, sound
from core.data.manifest import DatasetManifest
from core.data.statistics import compute_statistics, part_counts, statistics_plain
from core.data.texts import clean_description, clean_name
from core.store import Staging, Store


def publish_dataset(store: Store, dataset: Dataset, owner: str = "local") -> Dataset:
    """Check a dataset, store it with its statistics, and return it as it is opened from there."""
    dataset = sound(dataset)
    dataset = replace(dataset, name=clean_name(dataset.name), sha256=content_hash(dataset))
    manifest = _manifest(dataset, owner)
    with store.datasets.publish(manifest) as staging:
        _save(staging, dataset)
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
    )


def numbered_steps(steps: int) -> tuple[str, ...]:
    """Return the step labels "0", "1", ... of series without a time axis of their own."""
    return tuple(map(str, range(steps)))


def _manifest(dataset: Dataset, owner: str) -> DatasetManifest:
    counts = {
        name: tuple(np.bincount(codes, minlength=len(dataset.classes[name])).tolist())
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
    )


def _save(staging: Staging[DatasetManifest], dataset: Dataset) -> None:
    series = staging.new_array("series.npy", dataset.series.shape, np.float32)
    for rows in row_chunks(dataset.samples, dataset.steps * dataset.channel_count):
        series[rows] = dataset.series[rows]
    staging.save_array("lengths.npy", np.asarray(dataset.lengths, dtype=np.int64))
    staging.save_array("sample_ids.npy", np.asarray(dataset.sample_ids, dtype=np.str_))
    staging.save_array("parts.npy", np.asarray(dataset.parts, dtype=np.int8))
    for place, codes in enumerate(dataset.targets.values()):
        staging.save_array(f"target_{place}.npy", np.asarray(codes, dtype=np.int64))
    numbered = dataset.step_labels == numbered_steps(dataset.steps)
    staging.save_json("axis.json", {"labels": None if numbered else list(dataset.step_labels)})
    statistics = compute_statistics(dataset)
    staging.save_json("statistics.json", statistics_plain(statistics))
    for place, found in enumerate(statistics.targets.values()):
        staging.save_array(f"class_means_{place}.npy", found.means)
        staging.save_array(f"class_behind_{place}.npy", found.behind)


def _step_labels(axis: Mapping[str, Any], steps: int) -> tuple[str, ...]:
    return numbered_steps(steps) if axis["labels"] is None else tuple(axis["labels"])
