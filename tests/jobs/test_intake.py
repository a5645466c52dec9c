from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.data.manifest import DatasetManifest
from core.errors import DataError, SettingsError
from core.jobs.intake import run_import_job, run_make_job
from core.store import Store

TABLE = "label,0,1\nx,1,2\ny,3,4\nx,5,6\n"


def context(store: Store) -> Any:
    """Return what the two jobs use of a context."""
    told: list[tuple[float, str]] = []
    return SimpleNamespace(
        store=store,
        spec=SimpleNamespace(owner="ana"),
        told=told,
        report=lambda *given: told.append(given),
        stop_if_cancelled=lambda: None,
    )


def test_a_dataset_is_made_for_the_owner_of_the_job(store: Store) -> None:
    desk = context(store)
    result = run_make_job(
        desk, {"source": "synthetic", "settings": {"samples": 30}, "name": "waves", "seed": 2}
    )
    manifest = store.datasets.read(result["dataset"], DatasetManifest)
    assert (manifest.name, manifest.owner, manifest.samples, manifest.origin["seed"]) == (
        "waves",
        "ana",
        30,
        2,
    )
    assert desk.told[-1] == (1.0, "made waves")


@pytest.mark.slow
def test_an_uploaded_file_is_removed_once_it_is_read_and_kept_while_it_is_not(store: Store) -> None:
    upload = store.tmp / "upload-1"
    upload.write_text(TABLE)
    with pytest.raises(DataError, match="label column 'kind'"):
        run_import_job(context(store), {"path": str(upload), "settings": {"label": "kind"}, "name": "waves"})
    assert upload.exists()
    result = run_import_job(context(store), {"path": str(upload), "name": "waves"})
    assert store.datasets.read(result["dataset"], DatasetManifest).name == "waves"
    assert not upload.exists()


@pytest.mark.slow
def test_a_file_of_the_users_own_is_left_where_it_is(store: Store, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text(TABLE)
    around = store.tmp / ".." / ".." / "own.csv"
    run_import_job(context(store), {"path": str(around)})
    assert own.exists()


def test_requests_that_make_no_sense_are_refused(store: Store) -> None:
    with pytest.raises(SettingsError, match="source must be given"):
        run_make_job(context(store), {})
    with pytest.raises(SettingsError, match="no setting url"):
        run_import_job(context(store), {"path": "x", "url": "y"})
