"""Datasets made from a source: the same source with the same settings and seed is made once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from core.data.dataset import Dataset
from core.data.families import SOURCES, DataSource
from core.data.manifest import DatasetManifest
from core.data.published import open_dataset, publish_dataset
from core.data.texts import clean_name
from core.store import Store


def make_dataset(
    store: Store,
    source: str,
    settings: Mapping[str, Any],
    name: str | None = None,
    owner: str = "local",
    seed: int = 0,
) -> Dataset:
    """Make a dataset and publish it, or return the one that was made of the same origin before.

    Args:
        store: Where it is kept.
        source: Name of a data source, see `SOURCES`.
        settings: Its settings; what is missing takes its default.
        name: What to call it; with a name that differs from the one made before, it is made anew.
        owner: Whose it is.
        seed: Seed of everything random in it; without effect on sources that are not random.

    Raises:
        SettingsError: If the source or a setting is wrong.
        DataError: If the settings lead to a dataset that nothing can be learnt from.
    """
    part = SOURCES.create(source, settings)
    wanted = None if name is None else clean_name(name)
    # Two clicks at once must not make it twice: the second waits and finds it.
    with store.lock("datasets-made"):
        found = _find(store, _origin(source, part, seed), wanted, owner)
        if found is not None:
            return open_dataset(store, found)
        made = part.make(np.random.default_rng(seed))
        origin = {**made.origin, **_origin(source, part, seed)}
        return publish_dataset(store, replace(made, name=wanted or made.name, origin=origin), owner)


def find_made(
    store: Store, source: str, settings: Mapping[str, Any], seed: int = 0, owner: str = "local"
) -> str | None:
    """Return the id of the dataset that was made of this origin, or None."""
    part = SOURCES.create(source, settings)
    return _find(store, _origin(source, part, seed), None, owner)


def _origin(source: str, part: DataSource, seed: int) -> dict[str, Any]:
    return {
        "source": source,
        "settings": part.model_dump(mode="json"),
        "seed": seed if part.random else None,
    }


def _find(store: Store, origin: Mapping[str, Any], name: str | None, owner: str) -> str | None:
    for entry in store.datasets.list(DatasetManifest).entries:
        same = all(entry.origin.get(key, ()) == value for key, value in origin.items())
        if same and entry.owner == owner and name in {None, entry.name}:
            return entry.id
    return None
