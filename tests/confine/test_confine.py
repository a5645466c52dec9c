import json
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.confine import Limits, landlock, run_confined, seccomp
from core.errors import DataError, LimitError, ShapeError
from tests.confine import deeds
from tests.waiting import wait_until

needs_landlock = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")

Run = Callable[..., None]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    (tmp_path / "in.csv").write_text("a,b\n1,2\n3,4\n")
    (tmp_path / "secret").write_text("secret")
    return tmp_path


@pytest.fixture
def run(place: Path) -> Run:
    def start(deed: Callable[..., None], *arguments: object, **limits: float) -> None:
        given = {"memory": 2**30, "seconds": 20, **limits}
        run_confined(deed, arguments, read=[place / "in.csv"], write=place / "out", limits=Limits(**given))

    return start


def test_a_child_reads_what_it_is_given_and_writes_where_it_may(run: Run, place: Path) -> None:
    run(deeds.copy, place / "in.csv", place / "out" / "copy")
    assert (place / "out" / "copy").read_text() == "a,b\n1,2\n3,4\n"
    assert sorted(path.name for path in place.iterdir()) == ["in.csv", "out", "secret"]


def test_the_libraries_of_the_readers_work_in_a_child(run: Run, place: Path) -> None:
    run(deeds.use_numpy_and_pandas, place / "in.csv", place / "out" / "a.npy")
    np.testing.assert_array_equal(np.load(place / "out" / "a.npy", allow_pickle=False), [[1, 2], [3, 4]])


def test_a_child_that_a_tracer_still_holds_has_ended_all_the_same(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It says that it has ended before its parent may collect it: a look without waiting finds nothing.
    monkeypatch.setattr(subprocess.Popen, "poll", lambda _child: None)
    run(deeds.load_lazily)


def test_modules_of_heed_can_be_imported_late(run: Run) -> None:
    run(deeds.load_lazily)


def test_a_child_is_ready_within_a_second(run: Run) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(deeds.load_lazily)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Of the processor, since the clock depends on what else runs; 0.1 s where it was measured.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1


def test_a_users_mistake_comes_back_as_itself(run: Run) -> None:
    with pytest.raises(ShapeError, match=r"^series must have <b>axes</b> “N T C”$"):
        run(deeds.refuse, "series must have <b>axes</b> “N T C”")


def test_an_error_of_an_unknown_kind_is_about_the_data(run: Run) -> None:
    with pytest.raises(DataError, match=r"^mine$"):
        run(deeds.refuse_in_own_words)


def test_anything_else_is_about_the_data_and_its_details_are_in_the_log_only(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(DataError, match="could not be read") as caught:
        run(deeds.break_down)
    assert "SECRET" not in str(caught.value)
    assert "SECRET" in caplog.text
    # One line whatever was said: control characters are shown, not sent.
    assert all("\n" not in record.getMessage() for record in caplog.records)


@needs_landlock
@pytest.mark.parametrize("path", ["secret", "/etc/passwd", "/proc/1/environ"])
def test_a_child_can_not_read_anything_else(run: Run, place: Path, path: str) -> None:
    with pytest.raises(DataError):
        run(deeds.copy, place / path, place / "out" / "copy")
    assert list((place / "out").iterdir()) == []


@needs_landlock
def test_a_child_can_not_list_what_lies_around(run: Run, place: Path) -> None:
    with pytest.raises(DataError):
        run(deeds.read_only_names, place)


@needs_landlock
def test_a_child_can_not_write_elsewhere_nor_plant_links(run: Run, place: Path) -> None:
    for deed, arguments in (
        (deeds.copy, (place / "in.csv", place / "copy")),
        (deeds.copy, (place / "in.csv", place / "in.csv")),
        (deeds.plant_a_link, (place / "out" / "link",)),
    ):
        with pytest.raises(DataError):
            run(deed, *arguments)
    assert sorted(path.name for path in place.rglob("*")) == ["in.csv", "out", "secret"]


def test_a_child_opens_no_connection_and_starts_no_program(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        with pytest.raises(DataError):
            run(deeds.connect, server.getsockname()[1])
        with pytest.raises(BlockingIOError):
            server.accept()
    for deed in (deeds.look_up, deeds.start_a_program):
        with pytest.raises(DataError):
            run(deed)


def test_too_much_memory_is_a_limit(run: Run) -> None:
    with pytest.raises(LimitError, match=r"within 0\.5 GiB of memory"):
        run(deeds.take_memory, memory=2**29)


def test_a_library_that_aborts_for_want_of_memory_is_a_limit(run: Run) -> None:
    with pytest.raises(LimitError, match="memory"):
        run(deeds.abort)


@pytest.mark.parametrize("deed", [deeds.wait_for_ever, deeds.spin_for_ever])
def test_too_much_time_is_a_limit(run: Run, deed: Callable[..., None]) -> None:
    start = time.monotonic()
    with pytest.raises(LimitError, match="within 1 seconds"):
        run(deed, seconds=1)
    assert time.monotonic() - start < 5


def test_time_of_the_processor_and_on_the_clock_have_limits_of_their_own(run: Run) -> None:
    with pytest.raises(LimitError, match="within 1 seconds"):
        run(deeds.spin_for_ever, seconds=1, clock=30)
    with pytest.raises(LimitError, match="within 2 seconds"):
        run(deeds.wait_for_ever, seconds=20, clock=2)


def test_who_watches_is_asked_often_and_can_end_the_child(run: Run, place: Path) -> None:
    class EnoughError(Exception):
        """Raised by whoever watches."""

    told = place / "out" / "pid"
    times: list[float] = []

    def watch() -> None:
        times.append(time.monotonic())
        if told.exists() and told.read_text():
            raise EnoughError

    with pytest.raises(EnoughError):
        run_confined(deeds.tell_and_wait, (told,), read=[], write=place / "out", watch=watch)
    assert len(times) > 1
    pid = int(told.read_text())
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie"


def test_too_large_a_file_is_a_limit(run: Run, place: Path) -> None:
    with pytest.raises(LimitError, match="unpack to at most"):
        run(deeds.write_much, place / "out" / "much", files=2**22)
    assert (place / "out" / "much").stat().st_size <= 2**22


def test_nothing_that_a_child_started_outlives_it(run: Run, place: Path) -> None:
    run(deeds.leave_a_child, place / "out" / "pid")
    child = int((place / "out" / "pid").read_text())
    wait_until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie", 5)


def test_a_child_that_talks_much_is_heard_out(run: Run, place: Path) -> None:
    run(deeds.chatter, place / "out" / "done")
    assert (place / "out" / "done").exists()


def test_what_a_library_prints_is_not_taken_for_the_answer(run: Run, place: Path) -> None:
    run(deeds.pretend, place / "out" / "done")
    assert (place / "out" / "done").exists()


def test_a_child_sees_no_secrets_of_its_parents_environment(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEED_SECRET_KEY", "canary")
    run(deeds.show_surroundings, place / "out" / "seen")
    seen = json.loads((place / "out" / "seen").read_text())
    assert "canary" not in json.dumps(seen)
    assert seen["environment"]["ORT_DISABLE_TELEMETRY"] == "1"
    assert seen["environment"]["OMP_NUM_THREADS"] == seen["environment"]["OPENBLAS_NUM_THREADS"] == "1"
    assert seen["files"] == []
    assert seen["core"] == [0, 0]


def test_without_landlock_the_other_limits_hold(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    assert not landlock.restrict([place], [])
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "riscv64")
    assert not seccomp.refuse_calls()


def test_a_child_ends_with_the_process_that_started_it(place: Path) -> None:
    code = (
        "import sys, pathlib; from core.confine import run_confined; from tests.confine import deeds\n"
        "place = pathlib.Path(sys.argv[1])\n"
        "run_confined(deeds.tell_and_wait, (place / 'out' / 'pid',), read=[], write=place / 'out')"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, "-c", code, str(place)], env=environment) as parent:
        told = place / "out" / "pid"
        pid = int(wait_until(lambda: told.exists() and told.read_text(), 20))
        parent.send_signal(signal.SIGKILL)
    wait_until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie", 5)
