"""J1 at every system call: jobs killed while they are submitted, executed, resumed and cancelled."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.jobs import JobDesk, execute
from core.jobs import desk as desk_module
from core.jobs.checking import verify_jobs
from core.store import open_store
from tests.faults.points import fresh, staged, strangers
from tests.faults.strace import Stage
from tests.jobs import deeds, kinds

pytestmark = [pytest.mark.slow, pytest.mark.faults]

# What a reader may find after a kill at any point, the runner being dead as well.
STATES = {
    "submit": {None, "queued"},
    "execute_job": {"queued", "interrupted", "done"},
    "resume": {"interrupted", "queued"},
    "cancel": {"queued", "cancelled"},
}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    yield from staged("tests.jobs.deeds")


@pytest.fixture(autouse=True)
def _no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "ensure_runner", lambda *_: None)


def finish(desk: JobDesk) -> None:
    """Bring the one job to its end, as its owner would."""
    id = desk.submit(deeds.SPEC)
    if desk.get(id).resumable:
        desk.resume(id)
    if desk.get(id).state.state == "queued":
        execute(desk.store.root, id, kinds.OPTIONS.kinds)
    (job,) = desk.list()
    assert (job.id, job.state.state, job.state.result["steps"]) == (id, "done", 2)


@pytest.mark.parametrize("deed", list(STATES))
def test_J1_a_kill_at_any_syscall_leaves_a_job_that_can_go_on(
    stage: Stage, tmp_path: Path, deed: str
) -> None:
    template = open_store(tmp_path / "template" / "home")
    if deed != "submit":
        deeds.job_of(template)
    if deed == "resume":
        deeds.end_badly(template)
    root = tmp_path / "home"
    points = list(stage.points(deed, fresh(template.root, root).root))
    assert len(points) > 5
    if deed != "execute_job":
        points = points[::3]  # what they are made of is struck at every call in test_store_faults
    seen = set()
    for point in points:
        store = fresh(template.root, root)
        stage.kill(deed, store.root, point)
        desk = JobDesk(store, kinds.OPTIONS)
        jobs = desk.list()
        seen.add(jobs[0].state.state if jobs else None)
        assert len(jobs) <= 1
        assert verify_jobs(store) == ()
        assert strangers(store) == []
        finish(desk)
    assert seen <= STATES[deed]
