"""What every backend of jobs promises; a second one is added to BACKENDS."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import psutil
import pytest
from dash.background_callback.managers import BaseBackgroundCallbackManager

from core.errors import NotFoundError
from core.jobs import JobDesk, JobSpec
from core.store import Store
from dashboard.background import RunnerManager, hand_over
from dashboard.background.manager import JOB_KEY
from tests.jobs.running import PATIENCE, ends, reaches, running_desk
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow]


@contextmanager
def embedded(store: Store) -> Iterator[tuple[JobDesk, BaseBackgroundCallbackManager]]:
    with running_desk(store) as desk:
        yield desk, RunnerManager(desk)


Backend = Callable[[Store], AbstractContextManager[tuple[JobDesk, BaseBackgroundCallbackManager]]]
BACKENDS: Mapping[str, Backend] = {"embedded": embedded}


@pytest.fixture(params=sorted(BACKENDS))
def backend(
    request: pytest.FixtureRequest, store: Store
) -> Iterator[tuple[JobDesk, BaseBackgroundCallbackManager]]:
    known = list(BaseBackgroundCallbackManager.managers)
    with BACKENDS[request.param](store) as both:
        yield both
    BaseBackgroundCallbackManager.managers[:] = known


def test_a_job_that_is_handed_over_is_executed_and_tells_its_result(backend) -> None:
    desk, manager = backend
    id = desk.submit(JobSpec(kind="work", payload={"steps": 2}, queue="quick"))
    hand_over(manager, id)
    state = ends(desk, id).state
    assert (state.state, state.result["steps"]) == ("done", 2)


def test_a_job_that_is_handed_over_twice_is_executed_once(backend) -> None:
    desk, manager = backend
    id = desk.submit(JobSpec(kind="record", payload={"number": 1}, queue="quick"))
    for _ in range(3):
        hand_over(manager, id)
    ends(desk, id)
    other = desk.submit(JobSpec(kind="record", payload={"number": 2}, queue="quick"))
    hand_over(manager, other)
    ends(desk, other)
    words = (desk.store.root / "record.txt").read_text().split()
    assert words == ["begin", "1", "end", "1", "begin", "2", "end", "2"]


def test_the_handle_tells_whether_the_job_runs_and_ends_it(backend) -> None:
    desk, manager = backend
    id = desk.submit(JobSpec(kind="stubborn"))
    handle = hand_over(manager, id)
    reaches(desk, id, "running")
    assert manager.job_running(handle)
    manager.terminate_job(handle)
    assert ends(desk, id).state.state == "cancelled"
    assert not manager.job_running(handle)


def test_a_resumed_job_may_be_handed_over_again(backend) -> None:
    desk, manager = backend
    id = desk.submit(JobSpec(kind="crash", payload={"how": "_exit"}))
    hand_over(manager, id)
    assert ends(desk, id).state.state == "failed"
    desk.resume(id)
    hand_over(manager, id)
    wait_until(lambda: desk.get(id).state.state == "failed", PATIENCE, "second end")
    assert desk.get(id).state.attempt == 2


def test_no_child_of_this_process_executes_the_job(backend) -> None:
    desk, manager = backend
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    id = desk.submit(JobSpec(kind="work", payload={"steps": 100}, queue="quick"))
    hand_over(manager, id)
    reaches(desk, id, "running")
    assert {child.pid for child in psutil.Process().children(recursive=True)} <= before
    ends(desk, id)


def test_the_function_that_a_worker_executes_is_registered_with_the_manager(backend) -> None:
    _, manager = backend
    assert callable(manager.func_registry[JOB_KEY])


def test_ending_an_unknown_handle_is_not_found(backend) -> None:
    _, manager = backend
    manager.terminate_job(None)
    with pytest.raises(NotFoundError):
        manager.terminate_job("nosuchjob123")
