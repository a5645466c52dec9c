"""What every verb begins with: the store, and ids that may be given short."""

from core.data import Dataset, open_dataset
from core.store import Store, open_store


def opened(store: Store | None) -> Store:
    """Return the given store, or the one that HEED_HOME names."""
    return open_store() if store is None else store


def dataset_id(dataset: str | Dataset, store: Store) -> str:
    """Return the id of a dataset given by itself, its id, the beginning of its id or its name."""
    given = dataset.id if isinstance(dataset, Dataset) else dataset
    return store.datasets.resolve(given)


def the_dataset(dataset: str | Dataset, store: Store) -> Dataset:
    """Return a dataset given by itself, its id, the beginning of its id or its name."""
    return dataset if isinstance(dataset, Dataset) else open_dataset(store, dataset_id(dataset, store))
