"""Windows cut from recordings: entities, spans, dates."""

from typing import Any

import numpy as np

from core.data.dataset import NO_PART, Dataset
from tests.data.datasets import tiny

DAY = 86_400_000_000_000


def windows(
    entities: int = 8, rows: int = 60, length: int = 10, stride: int = 10, channels: int = 2, **changes: Any
) -> Dataset:
    """Return windows of random walks, one record an entity; the label is random.

    Give `dated=True` for spans and timestamps in days that all entities share, `named=False` for a dataset
    that does not know its entities, `placed=False` for one that knows no spans.
    """
    dated, named, placed = (changes.pop(key, usual) for key, usual in
                            (("dated", False), ("named", True), ("placed", True)))  # fmt: skip
    rng = np.random.default_rng(changes.pop("seed", 0))
    records = rng.standard_normal((entities, rows, channels)).cumsum(axis=1).astype(np.float32)
    begins = np.arange(0, rows - length + 1, stride)
    series = np.concatenate([np.stack([record[b : b + length] for b in begins]) for record in records])
    count = len(series)
    starts = np.tile(begins, entities)
    if not named and placed:  # one record, its windows one behind the other
        starts = starts + np.repeat(np.arange(entities) * rows, len(begins))
    unit = DAY if dated else 1
    fields: dict[str, Any] = {
        "series": series,
        "targets": {"label": rng.integers(0, 2, count)},
        "classes": {"label": ("down", "up")},
        "parts": np.full(count, NO_PART, dtype=np.int8),
        "entities": np.repeat([f"entity {place}" for place in range(entities)], len(begins))
        if named
        else None,
        "spans": np.stack([starts, starts + length - 1], axis=1) * unit if placed else None,
        "timestamps": (starts[:, None] + np.arange(length)) * unit if dated else None,
    }
    return tiny(count, length, channels, 2, **{**fields, **changes})
