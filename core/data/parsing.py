"""The part of an import that runs in the confined child."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import FloatArray, IntArray, length_mask
from core.data.choosing import best_reader, completed
from core.data.dataset import Dataset, row_chunks
from core.data.desk import Desk
from core.data.families import READERS
from core.data.files import FURTHER, array_files, numbered_steps
from core.data.handover import DESCRIPTION, PREVIEW, Description
from core.data.preview import Preview
from core.store.arrays import create_array
from core.store.files import write_json


def inspect_file(readers: list[str], settings: dict[str, Any], path: Path, out: Path) -> None:
    """Look at a file and leave the preview in a directory; runs confined.

    Args:
        readers: Names of the readers that may read it.
        settings: Settings that were given.
        path: The file.
        out: The directory.
    """
    name = best_reader(readers, path)
    found = READERS.create(name, settings).inspect(path)
    write_json(out / PREVIEW, _bounded(found).model_dump(mode="json"))


def parse_file(readers: list[str], settings: dict[str, Any], path: Path, out: Path) -> None:
    """Read a file and leave its arrays and description in a directory; runs confined.

    Settings that were not given are guessed from the file, as its preview shows them.

    Args:
        readers: Names of the readers that may read it.
        settings: Settings that were given.
        path: The file.
        out: The directory.
    """
    name = best_reader(readers, path)
    reader, guesses = completed(name, settings, path)
    desk = Desk(out)
    dataset = reader.read(path, desk)
    dataset = replace(dataset, series=_with_empty_padding(dataset.series, dataset.lengths))
    for file, array in array_files(dataset).items():
        if not desk.holds(file, array):
            (out / f"{file}.npy").unlink(missing_ok=True)  # the array may be a part of what was made there
            create_array(out / f"{file}.npy", _narrow(array))
    description = _description(dataset, name, reader.model_dump(mode="json"), guesses)
    write_json(out / DESCRIPTION, description.model_dump())


def _with_empty_padding(series: FloatArray, lengths: IntArray) -> FloatArray:
    """Return the series with 0 behind the last steps, mended in place where they can be written."""
    if np.min(lengths, initial=series.shape[1]) >= series.shape[1]:
        return series
    mended = series if series.flags.writeable else series.copy()
    for rows in row_chunks(len(mended), int(np.prod(mended.shape[1:]))):
        mended[rows][~length_mask(np.asarray(lengths[rows]), mended.shape[1])] = 0
    return mended


def _narrow(array: NDArray[Any]) -> NDArray[Any]:
    """Return texts as wide as the longest of them; anything else as it is."""
    if array.dtype.kind != "U" or not array.size:
        return array
    width = max(1, int(np.char.str_len(array).max()))
    return array.astype(f"U{width}") if array.dtype.itemsize > 4 * width else array


def _description(
    dataset: Dataset, reader: str, settings: Mapping[str, Any], guesses: Sequence[str]
) -> Description:
    numbered = dataset.step_labels == numbered_steps(dataset.steps)
    return Description(
        reader=reader,
        settings=dict(settings),
        targets=list(dataset.targets),
        classes=[list(dataset.classes[name]) for name in dataset.targets],
        channels=list(dataset.channels),
        step_labels=None if numbered else list(dataset.step_labels),
        step_name=dataset.step_name,
        groups={name: list(places) for name, places in dataset.groups.items()},
        categories={name: list(codes) for name, codes in dataset.categories.items()},
        nan_policy=dataset.nan_policy,
        metadata=list(dataset.metadata),
        further=[name for name in FURTHER if getattr(dataset, name) is not None],
        text=dataset.description,
        notices=[notice[:500] for notice in (*guesses, *dataset.notices)[:20]],
    )


def _bounded(found: Preview) -> Preview:
    return found.model_copy(
        update={
            "problems": tuple(text[:1000] for text in found.problems[:20]),
            "notices": tuple(text[:500] for text in found.notices[:20]),
        }
    )
