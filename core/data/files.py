"""In which file of a directory each array of a dataset lies: the same in the store and on a reader's desk."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset

FURTHER = ("filled", "entities", "spans", "timestamps", "truth")  # arrays that not every dataset has


def array_files(dataset: Dataset) -> dict[str, NDArray[Any]]:
    """Return the arrays of a dataset by the name of their file, without its ending; modalities apart."""
    arrays: dict[str, NDArray[Any]] = {
        "series": dataset.series,
        "lengths": np.asarray(dataset.lengths, dtype=np.int64),
        "sample_ids": np.asarray(dataset.sample_ids, dtype=np.str_),
        "parts": np.asarray(dataset.parts, dtype=np.int8),
    }
    for place, codes in enumerate(dataset.targets.values()):
        arrays[f"target_{place}"] = codes if codes.dtype == np.int64 else np.asarray(codes, dtype=np.int64)
    for name in FURTHER:
        found = getattr(dataset, name)
        if found is not None:
            arrays[name] = found
    for place, values in enumerate(dataset.metadata.values()):
        arrays[f"metadata_{place}"] = values
    return arrays


def numbered_steps(steps: int) -> tuple[str, ...]:
    """Return the step labels "0", "1", ... of series without a time axis of their own."""
    return tuple(map(str, range(steps)))
