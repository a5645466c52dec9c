"""D1 for experiments: killed at system calls while they are submitted, grown, deleted and restored."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.data import make_dataset
from core.jobs import desk as desk_module
from core.jobs import execute
from core.jobs.checking import verify_jobs
from core.jobs.experiments import Experiments
from core.jobs.standing import status_of
from core.store import Store, open_store
from tests.faults.points import fresh, staged, strangers
from tests.faults.strace import Stage
from tests.jobs import experiment_deeds as deeds
from tests.jobs.trainings import OPTIONS

pytestmark = [pytest.mark.slow, pytest.mark.faults]
TOLD = {"submit_experiment": "heed resume", "add_seed": "heed resume", "delete_experiment": "heed delete"}
STEP = 4  # what an experiment is made of is struck at every call in the tests of jobs and store


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    yield from staged("tests.jobs.experiment_deeds")


@pytest.fixture(autouse=True)
def _no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "ensure_runner", lambda *_: None)


def prepared(store: Store, deed: str) -> None:
    """Bring a store to where the deed begins."""
    make_dataset(store, "synthetic", {"samples": 40, "timesteps": 12})
    if deed != "submit_experiment":
        deeds.submit_experiment(store)
        run_all(deeds.shelf(store))
    if deed == "restore_experiment":
        deeds.delete_experiment(store)


def run_all(shelf: Experiments) -> None:
    for job in shelf.desk.list():
        if job.state.state == "queued":
            execute(shelf.store.root, job.id, dict(OPTIONS.kinds))


def again(shelf: Experiments, deed: str) -> None:
    """Do a deed once more, as its owner would who saw it fail."""
    store = shelf.store
    if deed == "submit_experiment":
        deeds.submit_experiment(store)
    elif deed == "add_seed":
        deeds.add_seed(store)
    elif deed == "delete_experiment":
        shelf.delete((*store.experiments.ids(), *store.experiments.trashed())[0])
    elif store.experiments.trashed():
        deeds.restore_experiment(store)


@pytest.mark.parametrize("deed", [deed.__name__ for deed in deeds.DEEDS])
def test_D1_a_kill_at_any_point_leaves_an_experiment_that_the_same_deed_finishes(
    stage: Stage, tmp_path: Path, deed: str
) -> None:
    template = open_store(tmp_path / "template" / "home")
    prepared(template, deed)
    root = tmp_path / "home"
    points = list(stage.points(deed, fresh(template.root, root).root))
    seen = set()
    for point in points[::STEP]:
        store = fresh(template.root, root)
        stage.kill(deed, store.root, point)
        shelf = deeds.shelf(store)
        assert shelf.list().damaged == ()
        told = verify_jobs(store)
        seen.add(len(told))
        assert all(f"`{TOLD[deed]} " in problem.what for problem in told)
        assert strangers(store) == []
        again(shelf, deed)
        run_all(shelf)
        finished(shelf, deed)
    assert seen == ({0, 1} if deed in TOLD else {0})


def finished(shelf: Experiments, deed: str) -> None:
    """Hold what is there in the end to what the deed is for."""
    store = shelf.store
    assert verify_jobs(store) == ()
    if deed == "delete_experiment":
        assert (store.experiments.ids(), store.runs.ids()) == ((), ())
        shelf.restore(store.experiments.trashed()[0])
    (manifest,) = shelf.list().entries
    found = status_of(store, manifest, shelf.desk.list())
    members = len(deeds.SEEDS) + (deed == "add_seed")
    assert found.counts == {"done": members}
    assert len(store.jobs.ids()) == len(store.runs.ids()) == members
