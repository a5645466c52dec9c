"""Verbs about datasets: make, look at a file, load it, list."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.arrays import Progress
from core.data import Dataset, DatasetManifest, make_dataset
from core.data.intake import load_file, preview_file
from core.data.preview import Preview
from core.store import Listing, Store
from core.verbs.opening import opened


def make(
    source: str,
    settings: Mapping[str, Any] | None = None,
    *,
    name: str | None = None,
    seed: int = 0,
    store: Store | None = None,
) -> Dataset:
    """Make a dataset from a data source and keep it in the store.

    Args:
        source: Name of the source; `heed parts` lists them.
        settings: Settings of the source; its defaults where nothing is given.
        name: What to call the dataset; the source's own name for it unless given.
        seed: Seed of what is random.
        store: The store; the one that HEED_HOME names unless given.

    Returns:
        The dataset, with its id; its arrays are mapped from disk and read-only.

    Example:
        >>> import core
        >>> dataset = core.make("bundled", {"name": "GunPoint"})
        >>> dataset.samples, dataset.steps, dataset.classes["label"]
        (200, 150, ('1', '2'))
    """
    return make_dataset(opened(store), source, settings or {}, name=name, seed=seed)


def preview(
    path: str | Path,
    reader: str | None = None,
    settings: Mapping[str, Any] | None = None,
    *,
    store: Store | None = None,
) -> Preview:
    """Look at a file without loading it: its columns, their guessed roles, the windows that would result.

    The file is looked at in a confined child process: a damaged or hostile file can't harm this one.

    Args:
        path: A file: CSV, TSV, Parquet, NPZ, NPY or .ts.
        reader: Name of the reader; what the file holds decides unless given.
        settings: Settings of the reader; what is not given is guessed.
        store: The store in whose tmp the child works; the one that HEED_HOME names unless given.

    Returns:
        What was found; its settings are complete and can be handed to `load`, changed or not.

    Raises:
        DataError: If the file can't be looked at.
        LimitError: If the file is larger than Heed accepts.

    Example:
        >>> import core
        >>> rows = ["a,b,c,label", "0.1,0.2,0.3,up", "0.3,0.2,0.1,down"]
        >>> with open("slopes.csv", "w") as file:
        ...     print(*rows, sep=chr(10), file=file)
        >>> found = core.preview("slopes.csv")
        >>> found.reader, found.samples, found.steps, found.settings["label"]
        ('wide', 2, 3, 'label')
    """
    return preview_file(opened(store), Path(path), reader, settings or {})


def load(
    path: str | Path,
    reader: str | None = None,
    settings: Mapping[str, Any] | None = None,
    *,
    name: str | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """Load a file of labelled or unlabelled samples into the store.

    The file is parsed in a confined child process: a damaged or hostile file can't harm this one.

    Args:
        path: A file: CSV, TSV, Parquet, NPZ, NPY or .ts.
        reader: Name of the reader; what the file holds decides unless given.
        settings: Settings of the reader, for example {"label": "class"}; what is not given is guessed from
            the file, as `preview` shows it.
        name: What to call the dataset; the file's name unless given.
        store: The store; the one that HEED_HOME names unless given.
        progress: Called now and then with how far it is, from 0 to 1, and what is being done.

    Returns:
        The dataset, with its id; its arrays are mapped from disk and read-only.

    Raises:
        DataError: If the file does not hold what is needed.
        LimitError: If the file is larger than Heed accepts.

    Example:
        >>> import core
        >>> rows = ["a,b,c,label", "0.1,0.2,0.3,up", "0.3,0.2,0.1,down"]
        >>> with open("slopes.csv", "w") as file:
        ...     print(*rows, sep=chr(10), file=file)
        >>> dataset = core.load("slopes.csv")
        >>> dataset.samples, dataset.steps, dataset.classes["label"]
        (2, 3, ('down', 'up'))
    """
    return load_file(opened(store), Path(path), reader, settings or {}, name=name, progress=progress)


def datasets(store: Store | None = None) -> Listing[DatasetManifest]:
    """Return the datasets of the store, newest first, and which directories are damaged.

    Args:
        store: The store; the one that HEED_HOME names unless given.

    Example:
        >>> import core
        >>> dataset = core.make("synthetic", {"samples": 40, "timesteps": 12}, name="waves")
        >>> [entry.samples for entry in core.datasets().entries if entry.id == dataset.id]
        [40]
    """
    return opened(store).datasets.list(DatasetManifest)
