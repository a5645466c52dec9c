"""What tests of experiments share: a desk without a runner, plans of two arms, trainings done here."""

from typing import Any

import pytest

from core.data import Dataset, make_dataset
from core.jobs import JobDesk, execute
from core.jobs import desk as desk_module
from core.jobs.experiments import Experiments
from core.jobs.plans import ExperimentPlan
from core.jobs.standing import ExperimentStatus, status_of
from core.registry import validated
from core.store import Store
from tests.jobs.trainings import OPTIONS

ARMS = [{"model": "lstm", "settings": {"units": units}, "training": {"epochs": 2}} for units in (4, 8)]


@pytest.fixture
def dataset(store: Store) -> Dataset:
    return make_dataset(store, "synthetic", {"samples": 40, "timesteps": 12}, name="waves")


@pytest.fixture
def desk(store: Store, monkeypatch: pytest.MonkeyPatch) -> JobDesk:
    """Return a desk that starts no runner."""
    monkeypatch.setattr(desk_module, "ensure_runner", lambda *_: None)
    return JobDesk(store, OPTIONS)


@pytest.fixture
def experiments(desk: JobDesk) -> Experiments:
    return Experiments(desk)


def plan(dataset: Dataset, **fields: Any) -> ExperimentPlan:
    return validated(ExperimentPlan, {"dataset": dataset.id, "arms": ARMS, "seeds": [0, 1], **fields})


def run_all(experiments: Experiments, id: str, most: int = 1000) -> None:
    """Execute what waits of an experiment, in order."""
    waiting = [job for job in reversed(experiments.desk.list()) if job.state.state == "queued"]
    for job in waiting[:most]:
        execute(experiments.store.root, job.id, dict(OPTIONS.kinds))


def standing(experiments: Experiments, id: str) -> ExperimentStatus:
    return status_of(experiments.store, experiments.get(id), experiments.desk.list())
