"""J1 at every system call: jobs killed while they are submitted, executed, resumed and cancelled."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.jobs import JobDesk, execute
from core.jobs import desk as desk_module
from core.jobs.checking import verify_jobs
from core.store import Store, open_store
from core.store.verify import verify_store
from tests.faults.strace import Stage, require_strace
from tests.jobs import deeds, kinds

pytestmark = [pytest.mark.slow, pytest.mark.faults]

# What a reader may find after a kill at any point, the runner being dead as well.
STATES = {
    "submit": {None, "queued"},
    "execute_job": {"queued", "interrupted", "done"},
    "resume": {"interrupted", "queued"},
    "cancel": {"queued", "cancelled"},
}


class JobStage(Stage):
    """The helper process that does the deeds of tests/jobs/deeds.py."""

    def __init__(self) -> None:
        self._helper = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.deeds"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    require_strace()
    with JobStage() as stage:
        yield stage


@pytest.fixture(autouse=True)
def _no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "ensure_runner", lambda *_: None)


def fresh(template: Path, root: Path) -> Store:
    """Return a store as it is before the deed."""
    if root.exists():
        shutil.rmtree(root)
    shutil.copytree(template, root)
    return Store(root)


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
        strangers = [one for one in verify_store(store).problems if not one.where.startswith("tmp/")]
        assert [one for one in strangers if "left behind" not in one.what] == []
        finish(desk)
    assert seen <= STATES[deed]
