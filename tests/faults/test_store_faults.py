import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path

import numpy as np
import pytest

from core.errors import HeedError, StoreError
from core.store import Manifest, Store, open_store
from core.store.files import append_line, read_json, read_lines, save_array
from core.store.verify import sweep, verify_store
from tests.faults import deeds
from tests.faults.deeds import DEEDS, ID, NEW, OLD
from tests.faults.points import fresh as anew
from tests.faults.points import staged
from tests.faults.strace import REFUSED, Stage

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    yield from staged()


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return, for each deed, a store as it is before it."""
    made = {}
    for deed in DEEDS:
        store = open_store(tmp_path_factory.mktemp(deed) / "home")
        if deed not in ("publish", "publish_job"):
            deeds.publish(store)
            deeds.publish_job(store)
            append_line(store.jobs.directory(ID) / "metrics.jsonl", {"epoch": 1})
            store.runs.edit(ID, notes="old")
        if deed in ("restore", "empty_trash"):
            store.runs.delete(ID)
        if deed == "empty_trash":
            os.utime(store.trash / f"run-{ID}", (0, 0))
        made[deed] = store.root
    return made


@pytest.fixture
def fresh(templates: dict[str, Path], tmp_path: Path) -> Callable[[str], Store]:
    """Return a function that gives a store as it is before a deed, anew at each call."""

    def copy(deed: str) -> Store:
        return anew(templates[deed], tmp_path / "home")

    return copy


def _name(store: Store) -> str:
    return store.runs.read(ID, Manifest).name


def _state_of(store: Store, deed: str) -> object:
    """Return what a deed changes, as a reader sees it; a half would raise or be listed as damaged."""
    for shelf in store.shelves:
        assert shelf.list(Manifest).damaged == ()
    if deed == "publish":
        return store.runs.ids()
    if deed == "publish_job":
        return store.jobs.ids() and read_json(store.jobs.file(ID, "state.json"))
    if deed == "change_state":
        return read_json(store.jobs.file(ID, "state.json"))
    if deed == "append_row":
        return [row["epoch"] for row in read_lines(store.jobs.file(ID, "metrics.jsonl"))[0]]
    if deed == "edit":
        edits = store.runs.edits(ID)
        return _name(store), edits.notes and edits.notes[:3]
    return store.runs.ids(), tuple(store.runs.trashed())


STATES: dict[str, tuple[object, object]] = {
    "publish": ((), (ID,)),
    "publish_job": ((), OLD),
    "change_state": (OLD, NEW),
    "append_row": ([1], [1, 2]),
    "edit": (("first", "old"), ("second", "nnn")),
    "delete": (((ID,), ()), ((), (ID,))),
    "restore": (((), (ID,)), ((ID,), ())),
    "empty_trash": (((), (ID,)), ((), ())),
}


def _assert_whole(store: Store, deed: str) -> object:
    state = _state_of(store, deed)
    assert state in STATES[deed]
    # Old leftovers, which only emptying the trash makes, wait for the next sweep; all else is as it must be.
    assert [one for one in verify_store(store).problems if not one.where.startswith("tmp/")] == []
    return state


def _sweep_everything(store: Store) -> None:
    for path in (*store.tmp.iterdir(), *store.root.glob("edits/.*"), *store.root.glob("jobs/*/.*")):
        os.utime(path, (0, 0), follow_symlinks=False)
    sweep(store)
    assert list(store.tmp.iterdir()) == []
    assert [path.name for path in store.root.rglob("*.part")] == []


@pytest.mark.parametrize("deed", list(DEEDS))
def test_D1_a_store_killed_at_any_syscall_holds_the_old_or_the_new(
    stage: Stage, fresh: Callable[[str], Store], deed: str
) -> None:
    points = list(stage.points(deed, fresh(deed).root))
    seen = []
    for point in points:
        store = fresh(deed)
        stage.kill(deed, store.root, point)
        seen.append(_assert_whole(store, deed))
        _sweep_everything(store)
        assert _state_of(store, deed) == seen[-1] or deed == "empty_trash"
    assert len(points) >= 2 or deed == "append_row"
    assert STATES[deed][0] in seen


@pytest.mark.parametrize("deed", ["publish", "change_state", "edit", "delete"])
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_D2_D3_a_call_that_fails_leaves_the_old_and_nothing_beside_it(
    stage: Stage, fresh: Callable[[str], Store], deed: str, error: str
) -> None:
    struck = 0
    for point in stage.points(deed, fresh(deed).root):
        store = fresh(deed)
        code = stage.fail(deed, store.root, point, error)
        state = _assert_whole(store, deed)
        # Taking leftovers away may fail too; that alone does not make a deed fail.
        assert code in (0, REFUSED), f"{point}: exit {code}"
        if code == REFUSED and deed == "publish":
            assert state == (), f"{point}: published although it failed"
            assert list(store.tmp.iterdir()) == [], f"{point}: left something behind"
        struck += code == REFUSED
    assert struck > 0


@pytest.mark.parametrize("deed", ["publish", "publish_job", "change_state", "edit"])
def test_D10_every_rename_comes_after_a_sync_and_before_one(
    stage: Stage, fresh: Callable[[str], Store], deed: str
) -> None:
    calls = [line.split("(", 1)[0] for line in stage.log(deed, fresh(deed).root)]
    calls = [call for call in calls if call != "openat"]
    renames = [index for index, call in enumerate(calls) if call.startswith("rename")]
    assert renames
    for index in renames:
        assert (calls[index - 1], calls[index + 1]) == ("fsync", "fsync")


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Store]:
    """Return a store on a disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    told = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if told.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield open_store(place / "home")
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _writes(file: FileIO) -> bool:
    try:
        return file.write(bytes(4096)) == 4096
    except OSError:
        return False


def test_D6_a_full_disk_is_an_error_that_says_what_is_needed(small: Store) -> None:
    full = r"the disk is full; 4\.0 MB needed, \d\.\d MB free"
    for write in (
        lambda staging: staging.new_array("a.npy", (1000, 1000), "f4"),
        lambda staging: staging.save_array("a.npy", np.zeros((1000, 1000), "f4")),
    ):
        with pytest.raises(StoreError, match=full), small.runs.publish(Manifest()) as staging:
            write(staging)
    with pytest.raises(StoreError, match=full):
        save_array(small.tmp / "a.npy", np.zeros((1000, 1000), "f4"))
    assert list(small.tmp.iterdir()) == []
    assert small.runs.ids() == ()


def test_D6_after_space_is_freed_everything_goes_on(small: Store) -> None:
    with small.runs.publish(Manifest(id=ID, name="before")) as staging:
        staging.save_array("a.npy", np.zeros(100))
    filler = small.root / "filler"
    with filler.open("wb", buffering=0) as file:
        while _writes(file):
            pass
    with pytest.raises(StoreError, match="the disk is full"), small.runs.publish(Manifest()) as staging:
        staging.save_array("a.npy", np.zeros(10_000))
    with pytest.raises(StoreError, match="the disk is full"):
        small.runs.edit(ID, notes="n" * 9000)
    assert _name(small) == "before"
    assert small.runs.verify(ID) == []
    filler.unlink()
    small.runs.edit(ID, name="after")
    with small.runs.publish(Manifest()) as staging:
        staging.save_array("a.npy", np.zeros(10_000))
    assert verify_store(small).problems == ()


def test_D6_a_limit_on_the_size_of_files_is_an_error_and_no_signal(store: Store) -> None:
    code = (
        "import resource, core.store\n"
        "from core.errors import StoreError\n"
        "store = core.store.open_store()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try:\n"
        "    with store.runs.publish(core.store.Manifest()) as staging:\n"
        "        staging.new_array('a.npy', (1000, 1000), 'f4')[:] = 1\n"
        "except StoreError as error:\n"
        "    print(error)"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    environment = {**os.environ, "HEED_HOME": str(store.root)}
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert "larger than a file may be here" in told.stdout


def test_D7_a_disk_that_became_read_only_is_named_and_still_read(small: Store) -> None:
    with small.runs.publish(Manifest(id=ID, name="there")) as staging:
        staging.save_array("a.npy", np.zeros(100))
    mounted = small.root.parent
    subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
    assert _name(small) == "there"
    assert small.runs.array(ID, "a.npy").shape == (100,)
    for change in (
        lambda: small.runs.edit(ID, name="x"),
        lambda: small.runs.delete(ID),
        lambda: deeds.publish(small),
    ):
        with pytest.raises(HeedError, match="read-only"):
            change()


def test_D4_a_truncated_array_costs_its_run_only(store: Store) -> None:
    deeds.publish(store)
    os.truncate(store.runs.file(ID, "series.npy"), 1000)
    start = time.monotonic()
    with pytest.raises(StoreError, match="cut short"):
        store.runs.array(ID, "series.npy")
    assert time.monotonic() - start < 1
    assert [entry.id for entry in store.runs.list(Manifest).entries] == [ID]
