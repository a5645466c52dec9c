"""What splits, scaling and permuted labels make of a training, and what its run says of them."""

from typing import Any

import numpy as np
import pytest

from core.data import publish_dataset
from core.data.splits import SplitManifest, SplitSettings, make_split
from core.jobs import JobDesk, JobSpec, execute
from core.jobs.material import control_labels
from core.models.manifest import RunManifest
from core.store import Store, open_store
from tests.data.datasets import tiny
from tests.models import toys

TRAINING = {"epochs": 6, "batch_size": 16, "learning_rate": 0.02}


def easy(samples: int = 300, **changes: Any):
    """Return a dataset that is learnt at once."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, samples)
    series = rng.standard_normal((samples, 6, 2)).astype(np.float32) + 1.5 * (2 * labels - 1)[:, None, None]
    fields = {
        "series": series.astype(np.float32),
        "targets": {"label": labels},
        "classes": {"label": ("a", "b")},
    }
    return tiny(samples, 6, 2, 2, **{**fields, **changes})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(tmp_path_factory.mktemp("controls"))


@pytest.fixture(scope="module")
def data(store: Store) -> str:
    return publish_dataset(store, easy()).id


def state_of(store: Store, **request: Any):
    payload = {"settings": toys.SMALL["attention-lstm"], "training": TRAINING, **request}
    job = JobDesk(store).submit(JobSpec(kind="train", payload=payload, title="toy", queue="here"))
    return execute(store.root, job)


def trained(store: Store, **request: Any) -> RunManifest:
    state = state_of(store, **request)
    assert state.state == "done", state.error
    return store.runs.read(state.result["run"], RunManifest)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_control_shuffles_labels_of_training_and_validation_and_leaves_the_test_part(seed: int) -> None:
    dataset = easy()
    split = make_split(dataset)
    labels, before = control_labels(dataset, split, "label", seed), dataset.targets["label"]
    assert np.array_equal(labels[split.test], before[split.test])
    for rows in (split.train, split.validation):
        assert sorted(labels[rows]) == sorted(before[rows])
        assert 0.3 < (labels[rows] == before[rows]).mean() < 0.7
    assert np.array_equal(labels, control_labels(dataset, split, "label", seed))


@pytest.mark.slow
def test_a_control_ends_at_chance_where_a_training_does_not(store: Store, data: str) -> None:
    usual, control = (trained(store, dataset=data, permuted_labels=permuted) for permuted in (False, True))
    assert (usual.control, control.control) == ("", "permuted labels")
    assert usual.name == "attention-lstm on tiny"
    assert control.name == "attention-lstm on tiny (permuted labels)"
    assert usual.metrics["test"]["accuracy"] > 0.85
    low, high = control.metrics["test"]["accuracy_interval"]
    assert low < control.metrics["test"]["majority_rate"] < high
    assert usual.split == control.split


@pytest.mark.slow
def test_a_run_names_its_split_the_findings_and_its_scaling(store: Store, data: str) -> None:
    run = trained(
        store,
        dataset=data,
        split={"kind": "stratified", "seed": 5, "folds": 4, "fold": 2},
        scaling={"kind": "robust", "channels": {"channel 1": "none"}},
        training={**TRAINING, "epochs": 1},
        name="x" * 118,
        permuted_labels=True,
    )
    split = store.splits.read(run.split, SplitManifest)
    assert SplitSettings.model_validate(split.settings).fold == 2
    assert split.examined
    assert run.leaks == split.leaks == {"leak": 0, "caution": 1}  # position alone decides
    assert run.scaling == {"kind": "robust", "channels": {"channel 1": "none"}}
    scaler = store.runs.json(run.id, "scaler.json")
    assert (scaler["mean"][1], scaler["scale"][1]) == (0.0, 1.0)
    assert scaler["mean"][0] != 0.0
    assert len(run.name) == 120
    assert run.name.endswith("x (permuted labels)")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scaling": {"channels": {"pulse": "none"}}}, "there is no channel 'pulse'"),
        ({"target": "phase", "model": "ridge", "settings": {}}, "the target 'phase' has one a step"),
        ({"split": {"kind": "time"}}, "when each window was recorded"),
    ],
)
def test_a_training_that_can_not_start_says_why(store: Store, change: dict[str, Any], message: str) -> None:
    labels = np.random.default_rng(0).integers(0, 2, (60, 6))
    targets = {"label": labels[:, 0], "phase": labels}
    data = publish_dataset(
        store, easy(60, targets=targets, classes={"label": ("a", "b"), "phase": ("a", "b")})
    )
    failed = state_of(store, dataset=data.id, **change)
    assert failed.state == "failed"
    assert failed.error is not None
    assert message in failed.error.message
