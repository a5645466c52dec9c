"""Verbs about runs: list them, open one."""

from core.inference import OpenRun
from core.inference import open_run as open_published
from core.models.manifest import RunManifest
from core.store import Listing, Store
from core.verbs.opening import opened


def runs(store: Store | None = None) -> Listing[RunManifest]:
    """Return the runs of the store, newest first, and which directories are damaged.

    Args:
        store: The store; the one that HEED_HOME names unless given.

    Example:
        >>> import core
        >>> sorted({run.model for run in core.runs().entries})
        ['attention-lstm', 'lstm']
    """
    return opened(store).runs.list(RunManifest)


def open_run(run: str, store: Store | None = None) -> OpenRun:
    """Return a run ready to answer: its manifest, its model in ONNX Runtime, its scaler.

    Args:
        run: The run's id, the beginning of its id or its name.
        store: The store; the one that HEED_HOME names unless given.

    Raises:
        NotFoundError: If there is no such run.
        StoreError: If its files are not the ones that were published.

    Example:
        >>> import core
        >>> opened = core.open_run(run)
        >>> opened.manifest.model
        'attention-lstm'
    """
    place = opened(store)
    return open_published(place, place.runs.resolve(run))
