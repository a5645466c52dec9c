"""The hash of a dataset: over its arrays in canonical form and all its names but the dataset's own."""

import hashlib
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset, row_chunks


def content_hash(dataset: Dataset) -> str:
    """Return the SHA-256 of what a dataset holds.

    What a dataset does not have leaves no trace, so that the hash of a plain one stays as it was before there
    was more to have.
    """
    digest = hashlib.sha256(json.dumps(_names(dataset), sort_keys=True, ensure_ascii=True).encode())
    _add_values(digest, dataset.series, "<f4")
    for array in (dataset.lengths, *(dataset.targets[name] for name in sorted(dataset.targets))):
        _add_values(digest, array, "<i8")
    _add_values(digest, dataset.parts, "<i1")
    for name, found in _further(dataset).items():
        digest.update(name.encode())
        if found.dtype.kind == "U":
            digest.update(json.dumps(found.tolist()).encode())
        else:
            _add_values(digest, found, found.dtype.newbyteorder("<").str)
    return digest.hexdigest()


def _names(dataset: Dataset) -> dict[str, Any]:
    names = {
        "shape": dataset.series.shape,
        "classes": {name: dataset.classes[name] for name in sorted(dataset.classes)},
        "channels": dataset.channels,
        "sample_ids": dataset.sample_ids.tolist(),
        "step_labels": dataset.step_labels,
        "step_name": dataset.step_name,
        "groups": {name: dataset.groups[name] for name in sorted(dataset.groups)},
    }
    if dataset.categories:
        names["categories"] = {name: dataset.categories[name] for name in sorted(dataset.categories)}
    if dataset.nan_policy != "reject":
        names["nan_policy"] = dataset.nan_policy
    if dataset.modalities:
        names["modalities"] = {
            name: (found.channels, found.step_labels, found.step_name)
            for name, found in sorted(dataset.modalities.items())
        }
    return names


def _further(dataset: Dataset) -> dict[str, NDArray[Any]]:
    """Return the arrays that not every dataset has, by name."""
    given: dict[str, NDArray[Any] | None] = {
        "filled": dataset.filled,
        "entities": dataset.entities,
        "spans": dataset.spans,
        "timestamps": dataset.timestamps,
        "truth": dataset.truth,
    }
    given |= {f"metadata {name}": dataset.metadata[name] for name in sorted(dataset.metadata)}
    for name in sorted(dataset.modalities):
        given[f"modality {name}"] = dataset.modalities[name].series
        given[f"lengths of {name}"] = dataset.modalities[name].lengths
    return {name: np.asarray(found) for name, found in given.items() if found is not None}


def _add_values(digest: Any, array: NDArray[Any], kind: str) -> None:
    cells = int(np.prod(array.shape[1:], dtype=np.int64))
    for rows in row_chunks(len(array), cells):
        values = np.ascontiguousarray(array[rows], dtype=kind)
        if values.dtype.kind == "f":
            # NaN has many forms of bits, of which one is canonical.
            values = np.where(np.isnan(values), np.array(np.nan, dtype=kind), values)
        digest.update(values.tobytes())
