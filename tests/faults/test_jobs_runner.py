"""Faults of reliability 6.8: processes of jobs and runners that die, hang and meet each other."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from core.jobs import JobDesk
from core.jobs.launch import runner_alive
from core.store import Store
from tests.jobs.running import (
    PROJECT,
    ends,
    held_at,
    kill_runner,
    pid_of,
    reaches,
    runners,
    running_desk,
    start,
)
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.faults]
SEEN_WITHIN = 5.0


@pytest.fixture
def desk(store: Store) -> Iterator[JobDesk]:
    """Return a desk whose runner may be killed."""
    with running_desk(store) as desk:
        yield desk


def test_J11_a_new_runner_adopts_what_runs_and_keeps_the_order(desk: JobDesk, store: Store) -> None:
    running = [start(desk, "work", steps=400) for _ in range(2)]
    for id in running:
        reaches(desk, id, "running")
    queued = [start(desk, "record", number=number) for number in range(3)]
    processes = [pid_of(desk, id) for id in running]
    old = kill_runner(store)
    # A page that polls is enough: nobody has to submit anything.
    wait_until(lambda: desk.list() and runner_alive(store), SEEN_WITHIN, "a new runner")
    assert [runner.pid for runner in runners(store)] != [old]
    assert [pid_of(desk, id) for id in running] == processes
    for id in [*running, *queued]:
        job = ends(desk, id)
        assert (job.state.state, job.state.attempt) == ("done", 1)
    words = (store.root / "record.txt").read_text().split()
    begun = [int(number) for word, number in zip(words[::2], words[1::2], strict=True) if word == "begin"]
    # Two that were started in order may reach their first line in the other one.
    assert sorted(begun) == [0, 1, 2]
    assert begun[2] != 0


def test_J11_a_job_that_dies_with_its_runner_is_interrupted(desk: JobDesk, store: Store) -> None:
    id = held_at(desk, "epoch")
    kill_runner(store)
    os.kill(pid_of(desk, id), signal.SIGKILL)
    assert ends(desk, id, SEEN_WITHIN).state.state == "interrupted"


def test_J11_an_adopted_job_that_is_killed_is_interrupted(desk: JobDesk, store: Store) -> None:
    id = held_at(desk, "epoch")
    kill_runner(store)
    desk.ensure_runner()
    wait_until(lambda: runner_alive(store), SEEN_WITHIN, "a new runner")
    os.kill(pid_of(desk, id), signal.SIGKILL)
    assert ends(desk, id, SEEN_WITHIN).state.state == "interrupted"


def test_J11_an_adopted_job_can_be_cancelled(desk: JobDesk, store: Store) -> None:
    id = start(desk, "stubborn")
    wait_until(lambda: desk.rows(id)[0], 20, "first row")
    kill_runner(store)
    desk.cancel(id)
    assert ends(desk, id).state.state == "cancelled"


def test_the_death_of_the_servers_of_processes_costs_no_job(desk: JobDesk, store: Store) -> None:
    id = start(desk, "work", steps=300)
    reaches(desk, id, "running")
    (runner,) = runners(store)
    job = pid_of(desk, id)
    for child in runner.children():
        if any("forkserver" in word for word in child.cmdline()):
            child.kill()
    assert ends(desk, start(desk, "work")).state.state == "done"
    assert ends(desk, start(desk, "work", queue="quick")).state.state == "done"
    assert psutil.pid_exists(job)
    state = ends(desk, id).state
    assert (state.state, state.attempt) == ("done", 1)


def test_J12_a_stale_lock_file_stops_no_runner(desk: JobDesk, store: Store) -> None:
    (store.root / "locks" / "jobs-runner").write_text("4711")
    assert ends(desk, start(desk, "work", queue="quick")).state.state == "done"


def test_J12_a_stopped_runner_loses_nothing_when_it_goes_on(desk: JobDesk, store: Store) -> None:
    assert ends(desk, start(desk, "work", queue="quick")).state.state == "done"
    (runner,) = runners(store)
    runner.suspend()
    id = start(desk, "work", queue="quick")
    assert desk.get(id).state.state == "queued"
    assert len(runners(store)) == 1
    runner.resume()
    assert ends(desk, id).state.state == "done"


def test_J9_a_state_torn_while_the_job_runs_is_whole_again_at_the_end(desk: JobDesk, store: Store) -> None:
    id = start(desk, "work", steps=100)
    reaches(desk, id, "running")
    path = store.jobs.directory(id) / "state.json"
    path.write_bytes(path.read_bytes()[:50])
    assert {job.id for job in JobDesk(store).list()} == {id}
    assert reaches(desk, id, "done").state.fraction == 1.0


def test_K5_desks_that_all_want_a_runner_get_one(store: Store) -> None:
    with running_desk(store) as desk:
        ids = [start(desk, "record", number=number) for number in range(4)]
        for _ in range(4):
            JobDesk(store).list()
        for id in ids:
            assert ends(desk, id).state.state == "done"
        words = (store.root / "record.txt").read_text().split()
        assert sorted(words[1::2]) == sorted("00112233")


def test_W2_a_job_and_its_runner_outlive_the_web_process_that_submitted_it(
    desk: JobDesk, store: Store
) -> None:
    script = (
        "import os; from core.jobs import JobDesk; from core.store import open_store\n"
        "from tests.jobs.kinds import OPTIONS; from tests.jobs.running import start\n"
        "print(start(JobDesk(open_store(), OPTIONS), 'work', steps=150), flush=True)\n"
        "input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as web:
        assert web.stdout is not None
        id = web.stdout.readline().strip()
        reaches(desk, id, "running")
        before = pid_of(desk, id)
        os.killpg(web.pid, signal.SIGKILL)
    (runner,) = runners(store)
    assert runner.is_running()
    assert pid_of(desk, id) == before
    job = ends(desk, id)
    assert (job.state.state, job.state.attempt) == ("done", 1)
    assert runner.status() != psutil.STATUS_ZOMBIE


def test_W9_a_runner_and_its_jobs_listen_on_no_address(desk: JobDesk, store: Store) -> None:
    id = start(desk, "work", steps=200)
    reaches(desk, id, "running")
    (runner,) = runners(store)
    helpers = runner.children(recursive=True)
    for process in (runner, psutil.Process(pid_of(desk, id))):
        assert process.net_connections("inet") == []
    for process in helpers:
        with suppress(psutil.NoSuchProcess):  # what has ended listens no more
            assert process.net_connections("inet") == []
    desk.cancel(id)
    ends(desk, id)
