"""Experiments on disk: deleted and restored with their runs, damaged, and of an earlier version."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from core.cli import run
from core.data import Dataset
from core.errors import HeedError, JobError, NotFoundError
from core.jobs import JobDesk
from core.jobs.checking import verify_jobs
from core.jobs.experiments import Experiments
from core.store import Manifest, Store
from core.store.verify import verify_store
from tests.jobs.experimenting import ARMS, dataset, desk, experiments, plan, run_all, standing
from tests.jobs.trainings import OPTIONS

__all__ = ["dataset", "desk", "experiments"]


def test_it_goes_to_the_trash_with_its_runs_and_comes_back_with_those(
    experiments: Experiments, store: Store, dataset: Dataset
) -> None:
    id = experiments.submit(plan(dataset))
    with pytest.raises(JobError, match="4 of 4 have not: cancel it first"):
        experiments.delete(id)
    run_all(experiments, id)
    experiments.rename(id, "Two sizes")
    experiments.annotate(id, "the larger one is better")
    alone = experiments.get(id).members[0].id
    store.runs.delete(alone)
    found = standing(experiments, id)
    assert (found.members[0].state, found.counts, found.resumable) == (
        "missing",
        {"missing": 1, "done": 3},
        False,
    )
    assert [arm.done for arm in found.arms] == [1, 2]
    assert experiments.resume(id) == ()

    assert experiments.delete(id) == 3
    assert store.runs.ids() == store.experiments.ids() == ()
    with pytest.raises(NotFoundError):
        experiments.get(id)
    assert experiments.restore(id) == 3
    found = standing(experiments, id)
    assert found.counts == {"missing": 1, "done": 3}
    assert (found.manifest.name, found.manifest.notes) == ("Two sizes", "the larger one is better")
    with pytest.raises(NotFoundError):
        experiments.restore(id)
    assert verify_store(store).problems == ()


@pytest.mark.parametrize("turned", [False, True])
def test_a_crash_in_the_middle_of_a_deletion_is_finished_either_way(
    experiments: Experiments, store: Store, dataset: Dataset, turned: bool
) -> None:
    id = experiments.submit(plan(dataset))
    run_all(experiments, id)
    store.experiments.delete(id)
    store.runs.delete(experiments.desk.list()[0].id)
    if turned:
        assert experiments.restore(id) == 1
        assert standing(experiments, id).counts == {"done": 4}
    else:
        assert experiments.delete(id) == 3
        assert store.runs.ids() == ()


@pytest.mark.parametrize("mended", ["delete", "restore"])
def test_verify_tells_of_a_half_done_deletion_until_it_is_finished_either_way(
    experiments: Experiments, store: Store, dataset: Dataset, mended: str
) -> None:
    id = experiments.submit(plan(dataset))
    run_all(experiments, id)
    store.experiments.delete(id)
    store.runs.delete(experiments.desk.list()[0].id)
    (problem,) = verify_jobs(store)
    assert problem.where == f"experiments/{id}"
    assert "is in the trash, and 3 of its runs are not" in problem.what
    assert f"`heed delete {id}`" in problem.what
    assert f"`heed restore {id}`" in problem.what
    assert run(["--home", str(store.root), mended, id]) == 0
    assert verify_jobs(store) == ()
    assert len(store.runs.ids()) == {"delete": 0, "restore": 4}[mended]


def test_runs_that_were_deleted_or_restored_alone_are_no_half_done_deletion(
    experiments: Experiments, store: Store, dataset: Dataset
) -> None:
    id = experiments.submit(plan(dataset))
    run_all(experiments, id)
    alone, other = (member.id for member in experiments.get(id).members[:2])
    store.runs.delete(alone)
    assert verify_jobs(store) == ()
    assert experiments.delete(id) == 3
    store.runs.restore(other)
    assert verify_jobs(store) == ()


def test_runs_of_a_damaged_experiment_are_told_and_can_follow_it(
    experiments: Experiments, store: Store, dataset: Dataset
) -> None:
    id = experiments.submit(plan(dataset))
    run_all(experiments, id)
    path = store.experiments.directory(id) / "manifest.json"
    path.write_text(_torn(path.read_text()))
    assert experiments.delete(id) == 0
    assert "4 of its runs are not" in verify_jobs(store)[0].what
    assert experiments.delete(id) == 4
    assert verify_jobs(store) == ()


def test_a_nonce_of_an_experiment_in_the_trash_is_told(experiments: Experiments, dataset: Dataset) -> None:
    id = experiments.submit(plan(dataset), nonce="click")
    run_all(experiments, id)
    experiments.delete(id)
    with pytest.raises(JobError, match=f"heed restore {id}"):
        experiments.submit(plan(dataset), nonce="click")


def _torn(text: str) -> str:
    return text[:50]


def _strange(text: str) -> str:
    return json.dumps({**json.loads(text), "arms": [], "plan": {"arms": 1}})


def _no_arm(text: str) -> str:
    return json.dumps({**json.loads(text), "arms": []})


@pytest.mark.parametrize("damage", [_torn, _strange, _no_arm])
def test_a_damaged_experiment_takes_no_list_down_and_can_be_deleted(
    experiments: Experiments, store: Store, dataset: Dataset, damage: Callable[[str], str]
) -> None:
    whole, broken = experiments.submit(plan(dataset)), experiments.submit(plan(dataset, seeds=[7]))
    path = store.experiments.directory(broken) / "manifest.json"
    path.write_text(damage(path.read_text()))
    listing = experiments.list()
    assert [entry.id for entry in listing.entries] == [whole]
    assert [entry.id for entry in listing.damaged] == [broken]
    with pytest.raises(HeedError, match="damaged"):
        experiments.get(broken)
    assert verify_jobs(store) == ()
    assert experiments.delete(broken) == 0
    assert experiments.list().damaged == ()


def test_a_damaged_job_is_shown_and_takes_nothing_down(
    experiments: Experiments, store: Store, dataset: Dataset
) -> None:
    id = experiments.submit(plan(dataset))
    (store.jobs.directory(experiments.get(id).members[1].id) / "job.json").write_text("{")
    fresh = Experiments(JobDesk(store, OPTIONS))
    assert standing(fresh, id).counts == {"queued": 3, "damaged": 1}
    assert fresh.cancel(id) == 3


class EarlierManifest(Manifest):
    """An experiment as the first Heed wrote it."""

    dataset: str
    model: str
    settings: dict[str, Any]
    seeds: tuple[int, ...]
    runs: tuple[str, ...]


def test_an_experiment_of_an_earlier_heed_still_opens(
    experiments: Experiments, store: Store, dataset: Dataset
) -> None:
    whole = experiments.submit(plan(dataset, arms=[ARMS[0]]))
    run_all(experiments, whole)
    jobs = tuple(member.id for member in experiments.get(whole).members)
    earlier = EarlierManifest(
        dataset=dataset.id, model="lstm", settings={"units": 4}, seeds=(0, 1), runs=jobs
    )
    with store.experiments.publish(earlier):
        pass
    found = standing(experiments, earlier.id)
    assert (found.counts, [member.seed for member in found.members]) == ({"done": 2}, [0, 1])
    assert found.arms[0].label == "lstm"
    assert experiments.resume(earlier.id) == ()
    with pytest.raises(JobError, match="made by an earlier Heed"):
        experiments.add_seeds(earlier.id, [5])
