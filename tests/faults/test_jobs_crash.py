"""Faults of reliability 6.8: processes of jobs and runners of jobs that die or hang."""

import os
import signal
from collections.abc import Iterator

import pytest

from core.jobs import JobDesk
from core.store import open_store
from tests.jobs.running import (
    ends,
    held_at,
    pid_of,
    reaches,
    runner_log,
    runners,
    running_desk,
    start,
)

pytestmark = [pytest.mark.slow, pytest.mark.faults]
SEEN_WITHIN = 5.0


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobDesk]:
    """Return a desk whose runner must survive what is done to its jobs."""
    with running_desk(open_store(tmp_path_factory.mktemp("shared") / "home")) as desk:
        yield desk
        assert len(runners(desk.store)) == 1
        assert "Traceback" not in runner_log(desk.store)


@pytest.mark.parametrize("stage", ["load", "epoch", "checkpoint", "export", "publish"])
def test_J1_a_killed_job_is_interrupted_within_5_s_and_resumes(shared: JobDesk, stage: str) -> None:
    id = held_at(shared, stage)
    os.kill(pid_of(shared, id), signal.SIGKILL)
    job = ends(shared, id, SEEN_WITHIN)
    assert job.state.state == "interrupted"
    assert job.state.error is not None
    assert job.state.error.message == "killed (signal 9)"
    assert shared.store.runs.ids() == ()
    shared.resume(id)
    shared.ensure_runner()
    result = ends(shared, id).state.result
    assert result["attempt"] == 2
    assert result["resumed"]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("segv", "SIGSEGV"),
        ("SIGABRT", "SIGABRT"),
        ("SIGBUS", "SIGBUS"),
        ("exit", "sys.exit(0)"),
        ("_exit", "exit status 7"),
        ("interrupt", "keyboard"),
    ],
)
def test_J2_a_crashed_job_fails_with_its_cause_and_the_next_one_runs(
    shared: JobDesk, how: str, words: str
) -> None:
    crashed = start(shared, "crash", how=how)
    following = start(shared, "work")
    state = ends(shared, crashed).state
    assert state.state == "failed"
    assert state.error is not None
    assert words in state.error.message
    assert ends(shared, following).state.state == "done"
    if how == "segv":
        assert "Segmentation fault" in shared.log(crashed)


def test_J3_a_job_without_memory_says_so_with_the_number(shared: JobDesk) -> None:
    state = ends(shared, start(shared, "greedy")).state
    assert state.state == "failed"
    assert state.error is not None
    assert state.error.message.startswith("out of memory; the process had used ")


def test_J4_a_stopped_job_can_be_cancelled(shared: JobDesk) -> None:
    id = start(shared, "work", steps=10_000)
    reaches(shared, id, "running")
    os.kill(pid_of(shared, id), signal.SIGSTOP)
    shared.cancel(id)
    assert ends(shared, id).state.state == "cancelled"
