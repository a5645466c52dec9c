import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from core.jobs.processes import describe_exit, end_group, identify, lives, memory_megabytes
from core.jobs.records import JobProcess
from tests.waiting import wait_until


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(["sleep", "60"], process_group=0) as process:
        yield process
        process.kill()


def test_J13_a_process_that_took_over_the_number_is_not_ended(sleeper: "subprocess.Popen[bytes]") -> None:
    found = identify(sleeper.pid)
    assert found is not None
    stranger = JobProcess(pid=sleeper.pid, create_time=found.create_time - 100)
    assert not lives(stranger)
    for how in (signal.SIGTERM, signal.SIGKILL):
        end_group(stranger, how)
    assert memory_megabytes(stranger) == 0
    assert sleeper.poll() is None
    assert lives(found)


def test_J14_what_a_job_started_ends_with_it_after_its_own_end() -> None:
    script = "sleep 60 & echo $!; exec sleep 60"
    with subprocess.Popen(["sh", "-c", script], process_group=0, stdout=subprocess.PIPE) as leader:
        assert leader.stdout is not None
        child = identify(int(leader.stdout.readline()))
        process = identify(leader.pid)
        assert child is not None
        assert process is not None
        os.kill(leader.pid, signal.SIGKILL)
        leader.wait()
        end_group(process)
        wait_until(lambda: not lives(child), 5, "end of the child")


def test_a_stopped_process_is_ended_by_its_first_signal(sleeper: "subprocess.Popen[bytes]") -> None:
    process = identify(sleeper.pid)
    assert process is not None
    sleeper.send_signal(signal.SIGSTOP)
    end_group(process, signal.SIGTERM)
    assert sleeper.wait(5) == -signal.SIGTERM


@pytest.mark.parametrize(
    ("code", "state", "words"),
    [
        (None, "interrupted", "ended unexpectedly"),
        (0, "failed", "without a result (exit status 0)"),
        (7, "failed", "(exit status 7)"),
        (-9, "interrupted", "killed (signal 9)"),
        (-15, "interrupted", "killed (signal 15)"),
        (-11, "failed", "crashed with SIGSEGV (signal 11)"),
        (-200, "interrupted", "killed (signal 200)"),
    ],
)
def test_J2_every_exit_has_its_state_and_its_words(code: int | None, state: str, words: str) -> None:
    name, problem = describe_exit(code)
    assert name == state
    assert words in problem.message


def test_J3_a_kill_for_want_of_memory_says_so_with_the_number() -> None:
    state, problem = describe_exit(-9, memory=812, starved=True)
    assert state == "failed"
    assert problem.message == "out of memory: the system ended the process; it used 812 MB when last seen"
