import pytest

from core.data import Dataset, make_dataset
from core.store import Store
from tests.cli.calling import Heed
from tests.verbs.published import publish_run_of_arrays


@pytest.fixture
def heed(store: Store, capsys: pytest.CaptureFixture[str]) -> Heed:
    return Heed(capsys)


@pytest.fixture
def dataset(store: Store) -> Dataset:
    return make_dataset(store, "synthetic", {"samples": 60, "timesteps": 12}, name="waves")


@pytest.fixture
def run(store: Store, dataset: Dataset) -> str:
    return publish_run_of_arrays(store, dataset, "attention-lstm")


@pytest.fixture
def other_run(store: Store, dataset: Dataset) -> str:
    return publish_run_of_arrays(store, dataset, "lstm", seed=1)
