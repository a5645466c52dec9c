"""Files looked at and read by the job slots, as the browser asks for it."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from core.data.manifest import DatasetManifest
from core.jobs import JobDesk, RunnerOptions
from core.jobs.kinds import KINDS
from core.store import Store
from tests.jobs.running import PATIENCE, ends, running_desk, start
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow]


@pytest.fixture
def desk(store: Store) -> Iterator[JobDesk]:
    with running_desk(store):
        yield JobDesk(store, RunnerOptions(kinds=KINDS, preload=()))


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Return a file that takes some seconds to read."""
    path = tmp_path / "lab" / "large.ts"
    path.parent.mkdir()
    values = ",".join(str(step / 8) for step in range(250))
    with path.open("w") as file:
        file.write("@univariate true\n@classLabel true a b\n@data\n")
        for _ in range(20_000):
            file.write(f"{values}:a\n{values}:b\n")
    return path


def children_of(store: Store) -> list[psutil.Process]:
    """Return the confined children that work for a store."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if "core.confine" in process.cmdline() and process.cwd().startswith(str(store.root)):
                found.append(process)
    return found


def test_a_file_is_looked_at_and_then_read_with_what_was_seen(
    desk: JobDesk, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b,kind\n" + "".join(f"{n},{n + 1},{'xy'[n % 2]}\n" for n in range(10)))
    looked = ends(desk, start(desk, "inspect", queue="quick", path=str(path))).state
    assert looked.state == "done", looked.error
    preview = looked.result["preview"]
    assert (preview["reader"], preview["samples"], preview["settings"]["label"]) == ("wide", 10, "kind")
    read = ends(
        desk,
        start(desk, "import", queue="quick", path=str(path), reader="wide", settings=preview["settings"]),
    ).state
    manifest = store.datasets.read(read.result["dataset"], DatasetManifest)
    assert manifest.origin["settings"] == preview["settings"]
    assert manifest.origin["notices"] == []


def test_a_file_that_can_not_be_looked_at_fails_with_its_words(desk: JobDesk, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"%PDF-1.7")
    looked = ends(desk, start(desk, "inspect", queue="quick", path=str(path))).state
    assert looked.state == "failed"
    assert looked.error is not None
    assert "is a PDF document" in looked.error.message


def test_an_import_tells_how_far_it_is_and_a_cancel_ends_its_child(
    desk: JobDesk, store: Store, large: Path
) -> None:
    job = start(desk, "import", queue="quick", path=str(large), reader="ts")
    wait_until(lambda: "cases" in desk.get(job).state.message, PATIENCE, "progress")
    assert 0 < desk.get(job).state.fraction < 0.9
    assert children_of(store)
    desk.cancel(job)
    assert ends(desk, job, 10).state.state == "cancelled"
    wait_until(lambda: not children_of(store), 5, "end of the child")
    assert store.datasets.ids() == ()
    assert list(store.tmp.iterdir()) == []


def test_a_file_of_a_registered_folder_is_read_by_its_name(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "lab"
    folder.mkdir()
    (folder / "rows.csv").write_text("a,b,label\n1,2,x\n3,4,y\n5,6,x\n")
    monkeypatch.setenv("HEED_DATA_FOLDERS", str(folder))
    with running_desk(store):
        desk = JobDesk(store, RunnerOptions(kinds=KINDS, preload=()))
        done = ends(desk, start(desk, "import", queue="quick", path="folder:lab/rows.csv")).state
        assert store.datasets.read(done.result["dataset"], DatasetManifest).origin["file"] == "rows.csv"
        missing = ends(desk, start(desk, "import", queue="quick", path="folder:lab/../rows.csv")).state
        assert missing.error is not None
        assert "registered folders" in missing.error.message
    assert (folder / "rows.csv").exists()
