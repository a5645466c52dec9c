"""What is known of the quality of a stored dataset."""

from core.data.manifest import DatasetManifest
from core.data.published import open_dataset
from core.data.quality import Quality, compute_quality
from core.data.quality_stored import stored_quality
from core.data.statistics import dataset_statistics
from core.store import Store


def dataset_quality(store: Store, dataset_id: str) -> Quality:
    """Return what was found when a dataset was published.

    Of a dataset that was published before anything was looked for, it is computed anew each time: what is
    published never changes.
    """
    manifest = store.datasets.read(dataset_id, DatasetManifest)
    statistics = dataset_statistics(store, dataset_id)
    found = stored_quality(store, manifest, statistics)
    return compute_quality(open_dataset(store, dataset_id), statistics) if found is None else found
