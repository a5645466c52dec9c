"""A real training through the real runner: killed, resumed, cancelled."""

import os
import signal
from collections.abc import Iterator

import pytest

from core.jobs import JobDesk, JobSpec
from core.models.manifest import RunManifest
from core.store import open_store
from tests.jobs.running import ends, pid_of, running_desk
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.faults]
PATIENCE = 180.0
SOURCE = {"name": "synthetic", "settings": {"samples": 60, "timesteps": 20}}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobDesk]:
    store = open_store(tmp_path_factory.mktemp("training") / "home")
    with running_desk(store, HEED_CANCEL_GRACE="30"):
        yield JobDesk(store)


def train(desk: JobDesk, epochs: int) -> str:
    training = {"epochs": epochs, "patience": epochs}
    payload = {"source": SOURCE, "model": "attention-lstm", "training": training}
    id = desk.submit(JobSpec(kind="train", payload=payload, title="A training"))
    desk.ensure_runner()
    return id


def epochs_of(desk: JobDesk, id: str) -> list[int]:
    return [row["epoch"] for row in desk.rows(id)[0] if "epoch" in row]


def test_J1_a_killed_training_goes_on_from_its_checkpoint(desk: JobDesk) -> None:
    id = train(desk, 3000)
    checkpoint = desk.store.jobs.directory(id) / "scratch" / "checkpoint.npz"
    wait_until(checkpoint.exists, PATIENCE, "first checkpoint")
    os.kill(pid_of(desk, id), signal.SIGKILL)
    assert ends(desk, id, 5).state.state == "interrupted"
    assert desk.store.runs.ids() == ()
    before = epochs_of(desk, id)
    desk.resume(id)
    desk.ensure_runner()
    wait_until(lambda: len(epochs_of(desk, id)) > len(before), PATIENCE, "an epoch of the second attempt")
    assert epochs_of(desk, id)[len(before)] > 1
    desk.cancel(id)
    job = ends(desk, id, PATIENCE)
    assert job.state.state == "cancelled"
    assert job.state.stopping


def test_J5_a_cancelled_training_keeps_a_run_and_no_temporary_files(desk: JobDesk) -> None:
    before = set(desk.store.tmp.iterdir())
    id = train(desk, 3000)
    wait_until(lambda: len(epochs_of(desk, id)) > 1, PATIENCE, "two epochs")
    desk.cancel(id)
    state = ends(desk, id, PATIENCE).state
    assert state.state == "cancelled"
    manifest = desk.store.runs.read(state.result["run"], RunManifest)
    assert manifest.state == "cancelled"
    assert (desk.store.runs.directory(manifest.id) / "model.onnx").is_file()
    wait_until(lambda: set(desk.store.tmp.iterdir()) <= before, 10, "temporary files go with the job")


def test_a_training_that_ends_names_its_run_and_its_dataset(desk: JobDesk) -> None:
    id = train(desk, 2)
    state = ends(desk, id, PATIENCE).state
    assert (state.state, state.fraction, state.error) == ("done", 1.0, None)
    manifest = desk.store.runs.read(state.result["run"], RunManifest)
    assert manifest.dataset == state.result["dataset"]
    assert epochs_of(desk, id) == [1, 2]
