import os
import socket
import threading
import time
from collections.abc import Iterator

import psutil
import pytest

from core.jobs import JobDesk
from core.jobs.launch import log_path, runner_alive
from core.jobs.processes import identify, lives
from core.store import Store
from tests.jobs.running import ends, reaches, runner_log, runners, running_desk, start
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow]


@pytest.fixture
def desk(store: Store) -> Iterator[JobDesk]:
    with running_desk(store) as desk:
        yield desk


def test_K3_twenty_jobs_in_two_slots_run_two_at_a_time_in_order(desk: JobDesk, store: Store) -> None:
    ids = [start(desk, "record", number=number, seconds=0.05) for number in range(20)]
    for id in ids:
        assert ends(desk, id).state.state == "done"
    lines = [line.split() for line in (store.root / "record.txt").read_text().splitlines()]
    running = 0
    for word, _ in lines:
        running += 1 if word == "begin" else -1
        assert 0 <= running <= 2
    begun = [int(number) for word, number in lines if word == "begin"]
    # Two that were started in order may reach their first line in the other one.
    assert all(abs(place - number) <= 2 for place, number in enumerate(begun))
    assert sorted(begun) == list(range(20))


def test_a_quick_job_does_not_wait_behind_trainings(desk: JobDesk) -> None:
    trainings = [start(desk, "stubborn") for _ in range(3)]
    for id in trainings[:2]:
        reaches(desk, id, "running")
    assert ends(desk, start(desk, "work", queue="quick"), 10).state.state == "done"
    assert desk.get(trainings[2]).state.state == "queued"
    assert desk.get(trainings[2]).position == 1


def test_W11_a_job_has_no_socket_of_the_web_server_and_dies_on_sigterm(desk: JobDesk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.set_inheritable(True)
        result = ends(desk, start(desk, "family")).state.result
    assert [name for name in result["open"] if name.startswith("socket:")] == []
    assert result["sigterm"]
    assert result["nice"] == 10
    assert result["group"] == result["pid"]
    assert not result["tensorflow"]


def test_J14_what_a_job_started_is_gone_after_its_end(desk: JobDesk) -> None:
    child = ends(desk, start(desk, "family")).state.result["child"]
    wait_until(lambda: not psutil.pid_exists(child), 5, "end of the job's child")


def test_a_job_writes_its_log_beside_its_record_and_its_bugs_into_the_runners(desk: JobDesk) -> None:
    id = start(desk, "fail", bug=True)
    error = ends(desk, id).state.error
    assert error is not None
    reference = error.message.rsplit(" ", 1)[1]
    for text in (desk.log(id), runner_log(desk.store)):
        assert reference in text
        assert "ZeroDivisionError: a secret detail" in text
    assert log_path(desk.store).stat().st_mode & 0o077 == 0


def test_a_runner_ends_after_idling_and_a_new_one_takes_the_next_job(store: Store) -> None:
    with running_desk(store, HEED_RUNNER_IDLE="0.3") as desk:
        assert ends(desk, start(desk, "work", queue="quick")).state.state == "done"
        wait_until(lambda: not runner_alive(store), 10, "end of the idle runner")
        assert ends(desk, start(desk, "work", queue="quick")).state.state == "done"


def test_a_runner_tidies_up_what_dead_writers_left(desk: JobDesk, store: Store) -> None:
    left = store.tmp / "upload-000000000000"
    left.write_bytes(b"x")
    long_ago = time.time() - 2 * 3600
    os.utime(left, (long_ago, long_ago))
    desk.ensure_runner()
    wait_until(lambda: not left.exists(), 30, "the leftover is removed")


def test_a_runner_whose_store_is_gone_ends(desk: JobDesk, store: Store) -> None:
    assert ends(desk, start(desk, "work", queue="quick")).state.state == "done"
    (runner,) = runners(store)
    store.root.rename(store.root.with_name("moved"))
    try:
        runner.wait(10)
    finally:
        store.root.with_name("moved").rename(store.root)


def test_J12_two_runners_started_at_once_leave_one_and_run_nothing_twice(desk: JobDesk, store: Store) -> None:
    ids = [start(desk, "record", number=0)]
    threads = [threading.Thread(target=desk.ensure_runner) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids += [start(desk, "record", number=number) for number in range(1, 4)]
    for id in ids:
        assert ends(desk, id).state.state == "done"
    wait_until(lambda: len(runners(store)) == 1, 10, "the election")
    assert sorted((store.root / "record.txt").read_text().split()[1::2]) == sorted("00112233")


def test_J5_a_running_job_that_asks_stops_by_itself(desk: JobDesk) -> None:
    id = start(desk, "work", steps=1000)
    wait_until(lambda: desk.rows(id)[0], 20, "first step")
    desk.cancel(id)
    desk.cancel(id)
    state = ends(desk, id).state
    assert state.state == "cancelled"
    assert state.result["step"] > 0


@pytest.mark.parametrize("deaf", [False, True])
def test_J5_a_running_job_that_never_asks_is_ended_after_the_grace_time(desk: JobDesk, deaf: bool) -> None:
    id = start(desk, "stubborn", deaf=deaf)
    pid = wait_until(lambda: desk.rows(id)[0], 20, "first row")[0]["pid"]
    process = identify(pid)
    assert process is not None
    assert desk.cancel(id).cancelling
    state = ends(desk, id).state
    assert state.state == "cancelled"
    assert "did not stop by itself" in state.message
    assert not lives(process)


def test_an_interrupted_job_goes_on_from_its_checkpoint(desk: JobDesk) -> None:
    id = start(desk, "work", steps=40, seconds=0.02)
    wait_until(lambda: len(desk.rows(id)[0]) > 5, 20, "some steps")
    process = desk.get(id).state.process
    assert process is not None
    os.kill(process.pid, 9)
    assert ends(desk, id).state.state == "interrupted"
    desk.resume(id)
    desk.ensure_runner()
    state = ends(desk, id).state
    assert state.state == "done"
    assert state.attempt == 2
    assert state.result["first"] > 5


def test_waiting_for_a_job_tells_each_change(desk: JobDesk) -> None:
    seen: list[str] = []
    id = start(desk, "work", queue="quick")
    desk.wait(id, lambda job: seen.append(job.state.state))
    assert seen[-1] == "done"
    assert seen == sorted(seen, key=["queued", "starting", "running", "done"].index)
