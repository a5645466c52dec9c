"""Experiments as one object: submitted whole or not at all, watched, cancelled, resumed, grown."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.data import Dataset
from core.errors import JobError, SettingsError, StoreError
from core.jobs import JobDesk
from core.jobs import desk as desk_module
from core.jobs.checking import verify_jobs
from core.jobs.directory import JobDirectory, create_directory
from core.jobs.experiments import Experiments
from core.models.manifest import RunManifest
from core.store import Store
from core.store.files import read_json, write_json
from core.store.verify import verify_store
from tests.jobs import trainings
from tests.jobs.experimenting import ARMS, dataset, desk, experiments, plan, run_all, standing
from tests.jobs.kinds import pause
from tests.jobs.trainings import OPTIONS

__all__ = ["dataset", "desk", "experiments"]


def test_an_experiment_is_submitted_watched_and_summed_up(
    experiments: Experiments, store: Store, dataset: Dataset
) -> None:
    id = experiments.submit(plan(dataset, name="units"))
    found = standing(experiments, id)
    assert (found.state, found.counts, found.fraction, found.best) == ("queued", {"queued": 4}, 0.0, None)
    assert found.seconds_left is None
    assert [job.spec.payload["seed"] for job in reversed(experiments.desk.list())] == [0, 0, 1, 1]

    run_all(experiments, id, most=2)
    found = standing(experiments, id)
    assert (found.counts, found.fraction) == ({"done": 2, "queued": 2}, 0.5)
    assert [arm.done for arm in found.arms] == [1, 1]
    assert found.seconds_left is not None

    run_all(experiments, id)
    found = standing(experiments, id)
    assert (found.state, found.ended, found.seconds_left) == ("done", True, None)
    assert found.runs == tuple(member.id for member in found.members)
    assert set(found.runs) == set(store.runs.ids())
    for arm, units in zip(found.arms, (4, 8), strict=True):
        loss = arm.spread("validation", "loss")
        assert loss is not None
        assert loss.values == pytest.approx((1 / units, 1 / units + 0.01))
        assert loss.mean == pytest.approx(1 / units + 0.005)
        assert loss.sd == pytest.approx(0.01 / 2**0.5)
        assert (loss.low, loss.high) == pytest.approx((1 / units, 1 / units + 0.01))
        assert arm.spread("test", "auc") is None
    assert found.best == 1
    assert [arm.label for arm in found.ranked] == ["lstm, units 8", "lstm, units 4"]
    assert len(found.to_frame()) == 4 * 3
    assert verify_store(store).problems == verify_jobs(store) == ()


def test_one_seed_and_several_folds_make_folds_the_points(experiments: Experiments, dataset: Dataset) -> None:
    split = {"kind": "stratified", "folds": 3}
    id = experiments.submit(plan(dataset, seeds=[5], split=split, all_folds=True))
    run_all(experiments, id)
    found = standing(experiments, id)
    assert {(arm.over, arm.done) for arm in found.arms} == {("folds", 3)}
    several = experiments.submit(plan(dataset, seeds=[5, 6], split=split, all_folds=True))
    run_all(experiments, several)
    loss = standing(experiments, several).arms[0].spread("test", "loss")
    assert loss is not None
    assert loss.values == pytest.approx((0.30, 0.31))


def test_a_control_is_never_the_best_arm(experiments: Experiments, dataset: Dataset) -> None:
    id = experiments.submit(plan(dataset, arms=[ARMS[0], {**ARMS[1], "control": True}]))
    run_all(experiments, id)
    found = standing(experiments, id)
    assert found.best == 0
    assert [arm.control for arm in found.ranked] == [False, True]


def test_an_earlier_plan_that_shuffled_all_labels_is_read_as_arms_that_do(
    experiments: Experiments, store: Store, dataset: Dataset
) -> None:
    id = experiments.submit(plan(dataset))
    file = store.experiments.directory(id) / "manifest.json"
    plain = read_json(file)
    write_json(file, {**plain, "plan": {**plain["plan"], "control": True}})
    found = experiments.get(id)
    assert found.plan is not None
    assert all(arm.control for arm in (*found.arms, *found.plan.arms))
    assert standing(experiments, id).best is None


def test_J7_one_nonce_is_one_experiment_however_often_it_is_sent(
    experiments: Experiments, store: Store, dataset: Dataset
) -> None:
    wanted = plan(dataset)
    shelves = [experiments, Experiments(JobDesk(store, OPTIONS))]
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda turn: shelves[turn % 2].submit(wanted, nonce="click"), range(6)))
    assert len(ids) == 1
    assert len(experiments.desk.list()) == 4
    assert experiments.submit(wanted, nonce="click", owner="bob") not in ids


@pytest.mark.parametrize("failing", range(4))
def test_an_error_while_it_is_written_leaves_nothing_and_the_same_order_may_come_again(
    experiments: Experiments, store: Store, dataset: Dataset, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    calls = []

    def full(*arguments: Any) -> str:
        calls.append(arguments)
        if len(calls) == failing + 1:
            raise StoreError("the disk is full")
        return create_directory(*arguments)

    monkeypatch.setattr(desk_module, "create_directory", full)
    with pytest.raises(StoreError, match="disk is full"):
        experiments.submit(plan(dataset), nonce="click")
    assert store.experiments.ids() == store.jobs.ids() == ()
    assert not list(store.tmp.iterdir())
    experiments.submit(plan(dataset), nonce="click")
    assert len(store.jobs.ids()) == 4


def test_a_full_queue_and_a_wrong_plan_leave_nothing(
    experiments: Experiments, store: Store, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_module, "QUEUE_LIMIT", 3)
    with pytest.raises(JobError, match="at most 3 jobs may wait or run; there are 0, and 4 more"):
        experiments.submit(plan(dataset))
    with pytest.raises(SettingsError):
        experiments.submit(plan(dataset, arms=[{"model": "lstm", "settings": {"units": 0}}]))
    assert store.experiments.ids() == store.jobs.ids() == ()


@pytest.mark.parametrize("way", ["retry", "resume"])
def test_what_a_crash_left_half_submitted_is_told_and_finished(
    experiments: Experiments, store: Store, dataset: Dataset, way: str
) -> None:
    id = experiments.submit(plan(dataset), nonce="click")
    for member in experiments.get(id).members[2:]:
        store.jobs.delete(member.id)
    assert standing(experiments, id).counts == {"queued": 2, "unsubmitted": 2}
    (problem,) = verify_jobs(store)
    assert "2 of 4 trainings" in problem.what
    assert f"heed resume {id}" in problem.what
    if way == "retry":
        assert experiments.submit(plan(dataset), nonce="click") == id
    else:
        assert len(experiments.resume(id)) == 2
    assert verify_jobs(store) == ()
    run_all(experiments, id)
    assert standing(experiments, id).counts == {"done": 4}


def test_cancelling_stops_what_waits_and_resuming_trains_no_member_twice(
    experiments: Experiments, store: Store, dataset: Dataset
) -> None:
    id = experiments.submit(plan(dataset))
    run_all(experiments, id, most=1)
    before = {run.id: run.created for run in store.runs.list(RunManifest).entries}
    assert experiments.cancel(id) == 3
    found = standing(experiments, id)
    assert (found.state, found.counts) == ("incomplete", {"done": 1, "cancelled": 3})
    assert experiments.cancel(id) == 0
    assert len(experiments.resume(id)) == 3
    assert experiments.resume(id) == ()
    run_all(experiments, id)
    assert standing(experiments, id).state == "done"
    runs = store.runs.list(RunManifest).entries
    assert len(runs) == 4
    assert {run.id: run.created for run in runs if run.id in before} == before


def test_what_a_cancelled_training_has_left_gives_way_to_the_run_that_is_finished(
    experiments: Experiments, store: Store, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = experiments.submit(plan(dataset, arms=[{**ARMS[0], "training": {"epochs": 5}}]))

    def stopped(seconds: float) -> None:
        pause(0.06)
        experiments.cancel(id)

    with monkeypatch.context() as patch:
        patch.setattr(trainings, "pause", stopped)
        run_all(experiments, id, most=1)
    found = standing(experiments, id).members[0]
    assert (found.state, found.resumable, store.runs.ids()) == ("cancelled", True, (found.run,))
    assert found.run != found.id
    assert standing(experiments, id).arms[0].done == 0
    assert len(experiments.resume(id)) == 2
    assert store.runs.trashed() == [found.run]
    run_all(experiments, id)
    after = standing(experiments, id)
    assert after.counts == {"done": 2}
    assert sorted(store.runs.ids()) == sorted(after.runs) == sorted(member.id for member in after.members)
    rows, _ = experiments.desk.rows(found.id)
    assert [row["epoch"] for row in rows] == [1, 2, 3, 4, 5]


def test_seeds_are_added_once_and_only_what_is_new_is_trained(
    experiments: Experiments, store: Store, dataset: Dataset
) -> None:
    id = experiments.submit(plan(dataset))
    run_all(experiments, id)
    first = experiments.get(id).members
    assert len(experiments.add_seeds(id, [1, 2])) == 2
    assert experiments.add_seeds(id, [2]) == ()
    assert experiments.get(id).members[:4] == first
    assert experiments.get(id).seeds == (0, 1, 2)
    run_all(experiments, id)
    assert [arm.done for arm in standing(experiments, id).arms] == [3, 3]
    assert verify_store(store).problems == ()
    with pytest.raises(SettingsError, match="at most 200 trainings"):
        experiments.add_seeds(id, range(10, 200))


def test_seeds_that_can_not_be_written_are_not_added(
    experiments: Experiments, store: Store, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = experiments.submit(plan(dataset))
    before = experiments.get(id)
    monkeypatch.setattr(desk_module, "QUEUE_LIMIT", 5)
    with pytest.raises(JobError, match="at most 5"):
        experiments.add_seeds(id, [2])
    assert experiments.get(id) == before
    assert len(store.jobs.ids()) == 4


def test_a_killed_member_that_had_published_is_not_trained_again(
    experiments: Experiments, store: Store, dataset: Dataset
) -> None:
    id = experiments.submit(plan(dataset))
    run_all(experiments, id)
    member = experiments.get(id).members[0].id
    record = JobDirectory(store.jobs.directory(member))
    state = record.state().model_copy(update={"state": "interrupted", "result": {}})
    (record.path / "state.json").write_text(state.model_dump_json())
    published = store.runs.read(member, RunManifest).created
    found = standing(experiments, id)
    assert (found.members[0].state, found.members[0].run) == ("interrupted", member)
    assert experiments.resume(id) == (member,)
    run_all(experiments, id)
    assert standing(experiments, id).counts == {"done": 4}
    assert store.runs.read(member, RunManifest).created == published
