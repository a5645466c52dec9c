"""Datasets with a further modality that is computed from their series; the same one is made once."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.arrays import Progress
from core.data.dataset import Dataset, Modality
from core.data.manifest import DatasetManifest
from core.data.published import open_dataset, publish_dataset
from core.data.spectrogram import (
    SpectrogramPlan,
    SpectrogramSettings,
    blocks,
    floors_of,
    plan_origin,
    plan_spectrogram,
    spectrograms,
)
from core.data.statistics import dataset_statistics
from core.data.texts import clean_name
from core.store import Store, new_id
from core.store.arrays import create_mapped

SPECTROGRAM = "spectrogram"
COMPUTING = 0.7  # share of the work; the rest is checking and storing


def derive_spectrogram(
    store: Store,
    dataset: str,
    settings: SpectrogramSettings,
    *,
    name: str | None = None,
    owner: str = "local",
    progress: Progress | None = None,
) -> Dataset:
    """Publish a dataset of the same samples with a spectrogram, or return the one that was made before.

    Args:
        store: The store.
        dataset: Id of a dataset in it.
        settings: Settings of the spectrogram.
        name: What to call the new dataset; the name of the old one with a word unless given.
        owner: Whose it is.
        progress: Told how far it is, from 0 to 1, and what is being done; what it raises ends the work, and
            nothing is left of it.

    Raises:
        NotFoundError: If there is no such dataset.
        SettingsError: If the settings don't fit the dataset.
        LimitError: If the spectrogram would hold more than a dataset may.
    """
    tell = progress or _nobody
    source = open_dataset(store, dataset)
    plan = plan_spectrogram(source, settings)
    origin = _origin(source, plan)
    wanted = clean_name(f"{source.name[:100]} with spectrogram" if name is None else name)
    with store.lock("datasets-derived"):
        found = _find(store, origin, None if name is None else wanted, owner)
        if found is not None:
            return open_dataset(store, found)
        with _desk(store) as desk:
            made = _modality(store, source, plan, desk, tell)
            tell(COMPUTING, "checking and storing")
            notices = [*source.notices, *_notices(source, plan)]
            described = replace(
                source,
                name=wanted,
                modalities={**source.modalities, SPECTROGRAM: made},
                origin={**origin, "notices": notices},
                id="",
                sha256="",
            )
            return publish_dataset(store, described, owner)


def _modality(store: Store, source: Dataset, plan: SpectrogramPlan, desk: Path, tell: Progress) -> Modality:
    """Compute the spectrogram block by block into a file."""
    floors = floors_of(plan, dataset_statistics(store, source.id).moments["std"])
    shape = (source.samples, len(plan.times), len(plan.channels) * len(plan.frequencies))
    series = create_mapped(desk / "spectrogram.npy", shape, np.float32)
    for rows in blocks(plan, source.samples):
        tell(COMPUTING * rows.start / source.samples, f"sample {rows.start:,} of {source.samples:,}")
        lengths = np.asarray(source.lengths[rows])
        series[rows] = spectrograms(plan, source.series[rows], lengths, floors)
    return Modality(
        series=series,
        lengths=plan.lengths(np.asarray(source.lengths)),
        channels=plan.labels,
        step_labels=plan.step_labels,
        step_name=plan.time_name,
        origin={**plan_origin(plan), "floors": floors.tolist()},
    )


def _origin(source: Dataset, plan: SpectrogramPlan) -> dict[str, Any]:
    return {
        "derived": SPECTROGRAM,
        "from": {"id": source.id, "sha256": source.sha256, "name": source.name},
        "settings": plan.settings.model_dump(mode="json"),
    }


def _find(store: Store, origin: Mapping[str, Any], name: str | None, owner: str) -> str | None:
    """Return the dataset that was derived like this from the same data, whatever it is called now."""
    for entry in store.datasets.list(DatasetManifest).entries:
        same = all(entry.origin.get(key) == origin[key] for key in ("derived", "settings"))
        parent = entry.origin.get("from")
        same = same and isinstance(parent, dict) and parent.get("sha256") == origin["from"]["sha256"]
        if same and entry.owner == owner and name in {None, entry.name}:
            return entry.id
    return None


def _notices(source: Dataset, plan: SpectrogramPlan) -> list[str]:
    lengths = np.asarray(source.lengths)
    short = int((lengths < plan.window).sum())
    told = []
    if short:
        told.append(
            f"{short:,} of {source.samples:,} samples are shorter than a window of the spectrogram "
            f"({plan.window} steps): each was filled up and has one frame"
        )
    if source.nan_policy == "mask":
        told.append("for the spectrogram missing values were drawn straight between their neighbours")
    return told


@contextmanager
def _desk(store: Store) -> Iterator[Path]:
    """Give an empty directory of which nothing is left afterwards."""
    desk = store.tmp / f"derive-{new_id()}"
    desk.mkdir(mode=0o700)
    try:
        yield desk
    finally:
        shutil.rmtree(desk, ignore_errors=True)


def _nobody(fraction: float, words: str) -> None:
    """Take the place of whoever would be told."""
