"""The store as the dashboard sees it: datasets, runs, jobs, uploaded files."""

import os
from functools import cache
from pathlib import Path

from core.data.manifest import DatasetManifest
from core.errors import NotFoundError
from core.jobs import JobDesk
from core.models.manifest import RunManifest
from core.store import Listing, Store, open_store
from dashboard.services.cache import AnswerCache
from dashboard.services.owner import current_owner
from dashboard.services.uploads import Uploads

answers = AnswerCache()
"""Answers of charts, by chart and view; see ``Chart``."""


def store() -> Store:
    """Return the store of this server, the one that HEED_HOME names."""
    return _store(os.environ.get("HEED_HOME"))


def desk() -> JobDesk:
    """Return the desk where jobs are submitted, watched and cancelled."""
    return _desk(store().root)


def datasets() -> Listing[DatasetManifest]:
    """Return all datasets, newest first, and what is damaged."""
    return store().datasets.list(DatasetManifest)


def runs(dataset: str | None = None) -> Listing[RunManifest]:
    """Return all runs, newest first, or those of one dataset, and what is damaged."""
    listing = store().runs.list(RunManifest)
    if dataset is None:
        return listing
    return Listing(tuple(run for run in listing.entries if run.dataset == dataset), listing.damaged)


def dataset(identifier: str | None) -> DatasetManifest:
    """Return the manifest of a dataset; NotFoundError says what to do when there is none."""
    if identifier is None:
        raise NotFoundError("no dataset is chosen: choose one in the bar above, or make one on the page Data")
    for entry in datasets().entries:
        if entry.id == identifier:
            return entry
    raise NotFoundError(
        f"there is no dataset {identifier}: it was deleted, or the link is from another machine"
    )


def run(identifier: str | None) -> RunManifest:
    """Return the manifest of a run; NotFoundError says what to do when there is none, or a damaged one."""
    if identifier is None:
        raise NotFoundError("no run is chosen: choose one in the bar above, or train one on the page Train")
    listing = runs()
    for entry in listing.entries:
        if entry.id == identifier:
            return entry
    for damaged in listing.damaged:
        if damaged.id == identifier:
            raise NotFoundError(f"the run {identifier} is damaged: {damaged.reason}")
    raise NotFoundError(f"there is no run {identifier}: it was deleted, or the link is from another machine")


def stamp() -> str:
    """Return a text that changes when a dataset, run, cohort or clustering appears or changes: five stats."""
    root = store().root
    places = "-".join(str(_modified(root / name)) for name in ("datasets", "runs", "edits", "cache/clusters"))
    return f"{places}-{cohorts_stamp()}"


def cohorts_stamp() -> str:
    """Return a text that changes when a cohort of any run is saved, renamed, deleted or brought back."""
    return str(_modified(store().root / "cohorts"))


def uploaded_file(token: str) -> Path:
    """Return the uploaded file of a token; NotFoundError if there is none (it is kept for an hour)."""
    return uploads().file(token)


def uploads() -> Uploads:
    """Return the uploads of whoever asks."""
    return Uploads(store(), current_owner())


@cache
def _store(home: str | None) -> Store:
    return open_store(Path(home) if home else None)


@cache
def _desk(root: Path) -> JobDesk:
    return JobDesk(open_store(root))


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
