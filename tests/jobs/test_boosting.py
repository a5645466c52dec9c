"""Trees on the attention of a run: their recipe names that run for good, however it was called."""

import pytest

import core
from core.data import Dataset, make_dataset
from core.errors import NotFoundError, SettingsError
from core.evaluation.arms import group_arms
from core.jobs.planning import checked
from core.jobs.plans import ExperimentPlan
from core.models.manifest import RunManifest
from core.registry import validated
from core.store import Store
from tests.verbs.published import publish_run_of_arrays


@pytest.fixture
def dataset(store: Store) -> Dataset:
    return make_dataset(store, "synthetic", {"samples": 60, "timesteps": 12}, name="waves")


@pytest.fixture
def source(store: Store, dataset: Dataset) -> str:
    run = publish_run_of_arrays(store, dataset, "attention-lstm")
    store.runs.edit(run, name="looking")
    return run


def test_seeds_on_one_run_are_one_arm_whatever_it_was_called(
    store: Store, dataset: Dataset, source: str
) -> None:
    names = ("looking", source, source[:6])
    runs = [
        core.train(dataset, "boosting", {"run": name, "trees": 2}, seeds=[seed], here=True).run.id
        for seed, name in enumerate(names)
    ]
    store.runs.edit(source, name="another name")
    manifests = [store.runs.read(run, RunManifest) for run in runs]
    assert {run.settings["run"] for run in manifests} == {source}
    (arm,) = group_arms(store, manifests)
    assert arm.seeds == (0, 1, 2)


def test_a_plan_names_the_run_by_its_id_and_refuses_it_twice(
    store: Store, dataset: Dataset, source: str
) -> None:
    def plan(*names: str) -> ExperimentPlan:
        arms = [{"model": "boosting", "settings": {"run": name}} for name in names]
        return validated(ExperimentPlan, {"dataset": dataset.id, "arms": arms})

    (arm,) = checked(store, plan("looking")).arms
    assert arm.settings["run"] == source
    with pytest.raises(SettingsError, match="two of them are the same"):
        checked(store, plan("looking", source))
    with pytest.raises(NotFoundError, match="no run 'gone'"):
        checked(store, plan("gone"))
    with pytest.raises(SettingsError, match="name its id in the setting run"):
        checked(store, plan(""))
