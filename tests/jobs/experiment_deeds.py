"""Changes of experiments that the fault tests strike, beside those of tests/jobs/deeds.py."""

from core.jobs import JobDesk
from core.jobs.experiments import Experiments
from core.jobs.plans import ExperimentPlan
from core.store import Manifest, Store
from tests.faults import deeds
from tests.jobs.trainings import OPTIONS

SEEDS = (0, 1)


def shelf(store: Store) -> Experiments:
    return Experiments(JobDesk(store, OPTIONS))


def plan(store: Store) -> ExperimentPlan:
    (dataset,) = store.datasets.ids()
    arm = {"model": "lstm", "settings": {"units": 4}, "training": {"epochs": 1}}
    return ExperimentPlan.model_validate({"dataset": dataset, "arms": [arm], "seeds": SEEDS})


def submit_experiment(store: Store) -> None:
    shelf(store).submit(plan(store), nonce="struck")


def add_seed(store: Store) -> None:
    shelf(store).add_seeds(store.experiments.ids()[0], [2])


def delete_experiment(store: Store) -> None:
    shelf(store).delete(store.experiments.ids()[0])


def restore_experiment(store: Store) -> None:
    shelf(store).restore(store.experiments.trashed()[0])


DEEDS = (submit_experiment, add_seed, delete_experiment, restore_experiment)

if __name__ == "__main__":
    Manifest(name="imported")
    deeds.DEEDS.update({deed.__name__: deed for deed in DEEDS})
    deeds.main()
