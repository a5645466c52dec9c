import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import StoreError
from core.store import FileLock, Manifest, Store, open_store
from core.store.home import FOLDERS, PROJECT
from tests.waiting import wait_until


def _modes(root: Path) -> set[tuple[bool, int]]:
    return {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in [root, *root.rglob("*")]}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_W13_everything_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    old = os.umask(umask)
    try:
        store = open_store(tmp_path / "a" / "home")
        with store.runs.publish(Manifest()) as staging:
            staging.save_json("a.json", {})
            staging.new_array("b.npy", (3,), "f4")
            (staging.path / "c.bin").write_bytes(b"x")
            staging.add("c.bin")
        store.runs.edit(staging.id, name="x")
        with store.lock("one"):
            pass
    finally:
        os.umask(old)
    assert _modes(store.root) == {(True, 0o700), (False, 0o600)}


def test_W13_the_store_needs_no_temporary_directory_of_the_system(store: Store) -> None:
    code = (
        "import core.store, numpy; s = core.store.open_store()\n"
        "with s.runs.publish(core.store.Manifest()) as t: t.save_array('a.npy', numpy.zeros(3))\n"
        "print(s.runs.verify(t.id))"
    )
    environment = {**os.environ, "HEED_HOME": str(store.root), "TMPDIR": "/nowhere"}
    told = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def test_an_existing_store_is_opened_and_closed_to_others(store: Store) -> None:
    (store.root / "runs").chmod(0o755)
    again = open_store(store.root)
    assert again == store
    assert stat.S_IMODE((store.root / "runs").stat().st_mode) == 0o700


def test_the_home_is_what_the_environment_names_else_beside_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.store.home import default_root

    monkeypatch.setenv("HEED_HOME", str(tmp_path / "here"))
    assert open_store().root == (tmp_path / "here").resolve()
    monkeypatch.delenv("HEED_HOME")
    monkeypatch.chdir(tmp_path)
    assert default_root() == PROJECT / "var"
    assert (PROJECT / "pyproject.toml").is_file()


@pytest.mark.parametrize(("name", "folder"), [("KERAS_HOME", "keras"), ("NUMBA_CACHE_DIR", "numba")])
def test_libraries_keep_their_own_files_in_the_store(
    name: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name, raising=False)
    store = open_store(tmp_path / "home")
    assert os.environ[name] == str(store.cache / folder)


def test_W7_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    with pytest.raises(StoreError, match="home"):
        open_store(tmp_path / "home")


def test_W7_a_home_that_everybody_may_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home").chmod(0o777)
    with pytest.raises(StoreError, match="chmod o-w"):
        open_store(tmp_path / "home")


@pytest.mark.parametrize("folder", FOLDERS)
def test_W7_a_planted_link_in_place_of_a_folder_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    (tmp_path / "home" / folder).symlink_to("/tmp")
    with pytest.raises(StoreError, match="link or a file"):
        open_store(tmp_path / "home")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_W7_a_home_of_somebody_else_or_without_write_access_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(mode=0o755)
    for path in (tmp_path, *tmp_path.parents[:3]):  # a worker of pytest-xdist has a folder of its own more
        if path.owner() == tmp_path.owner() and "pytest" in str(path):
            path.chmod(0o755)
    code = (
        "import os, sys, pathlib, core.store, core.errors\n"
        "os.setuid(65534)\n"
        "try: core.store.open_store(pathlib.Path(sys.argv[1]))\n"
        "except core.errors.StoreError as error: print(error)"
    )
    call = [sys.executable, "-c", code, str(tmp_path / "home")]
    told = subprocess.run(call, capture_output=True, text=True, check=True)
    assert "must be writable by this user" in told.stdout


def test_a_home_with_blanks_and_unicode_works(tmp_path: Path) -> None:
    store = open_store(tmp_path / "mein Zuhause – 家 'x'")
    with store.runs.publish(Manifest()) as staging:
        staging.save_json("a.json", {})
    assert store.runs.verify(staging.id) == []


def test_a_lock_lets_one_in_and_is_free_when_its_holder_is_killed(store: Store) -> None:
    code = (
        "import core.store, signal\n"
        "lock = core.store.open_store().lock('one'); lock.acquire()\n"
        "print('held', flush=True); signal.pause()"
    )
    environment = {**os.environ, "HEED_HOME": str(store.root)}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        lock = store.lock("one")
        assert not lock.acquire(blocking=False)
        assert not lock.held
        holder.kill()
        wait_until(lambda: lock.acquire(blocking=False), 5)
    assert lock.held
    assert not FileLock(lock.path).acquire(blocking=False)
    with pytest.raises(RuntimeError, match="already held"):
        lock.acquire()
    lock.release()
    lock.release()
    with store.lock("one") as again:
        assert again.held


def test_a_released_lock_is_free_although_a_forked_child_lives_on(store: Store) -> None:
    lock = store.lock("one")
    lock.acquire()
    child = os.fork()
    if not child:
        signal.pause()
    try:
        lock.release()
        assert store.lock("one").acquire(blocking=False)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".x", "A", "x" * 200])
def test_a_lock_has_a_plain_name(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="can't name a lock"):
        store.lock(name)


def test_a_planted_link_is_not_locked_through(store: Store, tmp_path: Path) -> None:
    (store.root / "locks" / "one").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="symbolic link"):
        store.lock("one").acquire()
    assert not (tmp_path / "elsewhere").exists()
