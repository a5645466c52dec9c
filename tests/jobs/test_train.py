"""Training as a job: a run that is whole and answers for itself, or nothing."""

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.arrays import length_mask
from core.data import Dataset, publish_dataset
from core.errors import SettingsError
from core.inference import open_run
from core.jobs import Job, JobDesk, JobSpec, JobState, execute
from core.jobs.train import TrainRequest
from core.models.manifest import RunManifest
from core.registry import validated
from core.store import Store
from core.verbs.waiting import why
from tests.models import toys

pytestmark = pytest.mark.slow

FILES = {
    "attention_time.npy",
    "hidden_mean.npy",
    "history.json",
    "model.keras",
    "model.onnx",
    "parts.npy",
    "probabilities_label.npy",
    "scaler.json",
    "statistics_time.npy",
}
TRAINING = {"epochs": 2, "batch_size": 8}


def dataset(store: Store, samples: int = 30, classes: int = 3) -> Dataset:
    data = toys.examples(samples, 6, 2, classes)
    return publish_dataset(
        store,
        Dataset(
            series=data.series,
            lengths=data.lengths,
            targets={"label": data.targets},
            classes={"label": tuple("abcdef"[:classes])},
            channels=("x", "y"),
            sample_ids=np.array([str(index) for index in range(samples)]),
            step_labels=tuple("012345"),
            parts=np.full(samples, -1, np.int8),
            name="toy",
        ),
    )


def submitted(store: Store, **request: Any) -> str:
    payload = {"settings": toys.SMALL["attention-lstm"], "training": TRAINING, **request}
    return JobDesk(store).submit(JobSpec(kind="train", payload=payload, title="toy", queue="here"))


def trained(store: Store, **request: Any) -> JobState:
    return execute(store.root, submitted(store, **request))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    from core.store import open_store

    return open_store(tmp_path_factory.mktemp("trained"))


@pytest.fixture(scope="module")
def state(store: Store) -> JobState:
    return trained(store, dataset=dataset(store).id, seed=3)


def test_a_run_is_whole_and_says_what_made_it(store: Store, state: JobState) -> None:
    assert state.state == "done", state.error
    run = store.runs.read(state.result["run"], RunManifest)
    assert set(run.files) == FILES
    assert store.runs.verify(run.id) == []
    assert (run.model, run.seed, run.epochs, run.state) == ("attention-lstm", 3, 2, "done")
    assert run.settings["units"] == 8
    assert run.settings["score"] == "additive"
    assert run.training["batch_size"] == 8
    assert set(run.hashes) == {"data", "weights", "onnx"}
    assert run.hashes["onnx"] == run.files["model.onnx"]
    assert run.parity < 1e-4
    assert run.attention_layers[0].shape == (1, 6)
    assert set(run.metrics) == {"train", "validation", "test"}
    assert set(run.metrics["test"]) == {
        "loss", "accuracy", "balanced_accuracy", "macro_f1", "auc", "majority_rate", "accuracy_interval",
        "samples",
    }  # fmt: skip
    assert sum(part["samples"] for part in run.metrics.values()) == 30


def test_stored_arrays_are_what_the_opened_run_answers(store: Store, state: JobState) -> None:
    opened = open_run(store, state.result["run"])
    assert open_run(store, state.result["run"]) is opened
    from core.data import open_dataset

    data = open_dataset(store, state.result["dataset"])
    found = opened.predict(data.series, data.lengths)
    stored = {name: store.runs.array(state.result["run"], name) for name in FILES if name.endswith(".npy")}
    assert np.allclose(opened.probabilities(found), stored["probabilities_label.npy"], atol=1e-6)
    assert np.allclose(found.attention["time"][:, 0], stored["attention_time.npy"], atol=1e-6)
    sums = stored["attention_time.npy"].sum(axis=1)
    assert np.abs(sums - 1).max() < 1e-5
    assert (stored["attention_time.npy"][~length_mask(data.lengths, 6)] == 0).all()
    assert stored["hidden_mean.npy"].shape == (30, 8)
    one = opened.explain(data, 4)
    assert one.series.shape == (data.lengths[4], 2)
    assert np.allclose(one.attention["time"][0], stored["attention_time.npy"][4, : one.length], atol=1e-6)
    assert np.allclose(one.probabilities, stored["probabilities_label.npy"][4], atol=1e-6)


def test_epochs_are_rows_of_the_job(store: Store, state: JobState) -> None:
    rows, _ = JobDesk(store).rows(job_of(store, state).id, 0)
    assert [row["epoch"] for row in rows] == [1, 2]
    assert list(store.runs.read(state.result["run"], RunManifest).history) == rows


def test_the_same_seed_gives_the_same_run_and_a_source_is_made_once(store: Store, state: JobState) -> None:
    again = trained(store, dataset=state.result["dataset"], seed=3)
    first, second = (store.runs.read(one.result["run"], RunManifest) for one in (state, again))
    assert first.id != second.id
    assert first.hashes["weights"] == second.hashes["weights"]
    assert first.metrics == second.metrics
    assert first.split == second.split


def test_augmented_copies_are_trained_on_and_named(store: Store, state: JobState) -> None:
    wish = {"name": "gaussian-noise", "settings": {"level": 0.5}}
    augmented = trained(store, dataset=state.result["dataset"], seed=3, augmentations=[wish])
    run = store.runs.read(augmented.result["run"], RunManifest)
    assert run.augmentations == (wish,)
    assert run.hashes["weights"] != store.runs.read(state.result["run"], RunManifest).hashes["weights"]
    assert run.metrics["train"]["samples"] == len(np.flatnonzero(store.runs.array(run.id, "parts.npy") == 0))


def test_j15_an_export_that_differs_is_not_published(
    store: Store, state: JobState, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.training import export

    def shifted(model: Any, path: Path) -> None:
        weights = model.get_weights()
        model.set_weights([values + 0.01 for values in weights])
        true_export(model, path)
        model.set_weights(weights)

    true_export = export.export_onnx
    monkeypatch.setattr(export, "export_onnx", shifted)
    before = store.runs.ids()
    failed = trained(store, dataset=state.result["dataset"])
    assert failed.state == "failed"
    assert failed.error is not None
    assert "agree with the trained one within 0.0001; they differ by" in failed.error.message
    assert set(store.runs.ids()) == set(before)
    assert list(store.tmp.iterdir()) == []


def test_j6_a_loss_that_is_not_finite_publishes_nothing(store: Store, state: JobState) -> None:
    before = store.runs.ids()
    settings = {**TRAINING, "learning_rate": 1.0, "noise": 10.0, "clip": 0.0, "schedule": "constant"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.data.scaler.Scaler.transform", lambda *_: np.full((1, 6, 2), np.nan, np.float32))
        failed = trained(store, dataset=state.result["dataset"], training=settings)
    assert failed.state == "failed"
    assert set(store.runs.ids()) == set(before)


@pytest.mark.parametrize(("after", "published"), [(1, False), (9, True)])
def test_j5_a_cancelled_training_publishes_the_best_of_finished_epochs(
    store: Store, state: JobState, after: int, published: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.jobs import JobContext

    asked = iter(range(10**6))
    monkeypatch.setattr(JobContext, "cancelled", lambda _: next(asked) > after)
    before = set(store.runs.ids())
    cancelled = trained(store, dataset=state.result["dataset"], training={**TRAINING, "epochs": 50})
    assert cancelled.state == "cancelled"
    assert ("run" in cancelled.result) is published
    new = set(store.runs.ids()) - before
    assert len(new) == int(published)
    for run in new:
        manifest = store.runs.read(run, RunManifest)
        assert (manifest.state, manifest.stopped) == ("cancelled", "cancelled")
        assert 1 <= manifest.epochs < 50
        assert store.runs.verify(run) == []


@pytest.mark.parametrize("reason", ["disk", "memory"])
def test_a_training_that_lacked_room_says_so_keeps_its_best_and_goes_on_once_there_is_some(
    store: Store, state: JobState, reason: str
) -> None:
    import tensorflow as tf

    from core.training.steps import Steps

    desk, steps, true = JobDesk(store), [], Steps.train

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def starved(self: Steps, *given: Any) -> None:
        steps.append(1)
        if len(steps) > 8:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
        true(self, *given)

    id = submitted(store, dataset=state.result["dataset"], training={**TRAINING, "epochs": 4})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.training.watching.SECONDS_BETWEEN_CHECKPOINTS", 0.0)
        if reason == "disk":
            patch.setattr("core.training.watching.write_checkpoint", full)
        else:
            patch.setattr(Steps, "train", starved)
        ended = execute(store.root, id)
    assert (ended.state, ended.fraction < 1) == ("failed", True)
    assert ended.error is not None
    assert ended.error.message.startswith({"disk": "the disk is full", "memory": "memory was not"}[reason])
    kept = store.runs.read(ended.result["run"], RunManifest)
    assert (kept.state, kept.stopped, kept.problem) == ("stopped", reason, ended.error.message)
    assert kept.id != id
    assert open_run(store, kept.id).manifest.epochs < 4
    assert ended.error.message in why(desk.get(id))
    assert f"run {kept.id} keeps the best weights so far" in why(desk.get(id))

    desk.resume(id)
    whole = execute(store.root, id)
    assert (whole.state, whole.result["run"]) == ("done", id)
    assert store.runs.read(id, RunManifest).epochs == 4


def test_a_job_that_was_killed_after_publishing_finds_its_run(store: Store, state: JobState) -> None:
    from core.jobs import JobContext
    from core.jobs.directory import JobDirectory
    from core.jobs.train import run_training

    job = job_of(store, state)
    context = JobContext(store, JobDirectory(store.jobs.directory(job.id)), job.spec, job.state)
    count = len(store.runs.ids())
    assert run_training(context, TrainRequest.model_validate(job.spec.payload)) == state.result["run"]
    assert len(store.runs.ids()) == count


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({}, "either a dataset or a source must be given"),
        ({"dataset": "x", "source": {"name": "bundled"}}, "either a dataset or a source"),
        ({"dataset": "x", "training": {"epochs": 0}}, "epochs"),
        ({"dataset": "x", "seed": -1}, "seed"),
    ],
)
def test_a_request_that_can_not_be_met_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        validated(TrainRequest, wrong)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "no-model"}, "model must be one of"),
        ({"settings": {"units": 0}}, "units must be"),
        ({"dataset": "000000000000"}, "no dataset"),
        ({"target": "mood"}, "target 'mood'"),
        ({"augmentations": [{"name": "no-such"}]}, "augmentation must be one of"),
    ],
)
def test_a_training_that_can_not_start_says_why(
    store: Store, state: JobState, change: dict[str, Any], message: str
) -> None:
    failed = trained(store, **{"dataset": state.result["dataset"], **change})
    assert failed.state == "failed"
    assert failed.error is not None
    assert message in failed.error.message


def job_of(store: Store, state: JobState) -> Job:
    jobs = JobDesk(store).list()
    return next(job for job in jobs if job.state.result == state.result)
