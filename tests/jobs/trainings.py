"""Trainings without TensorFlow: a kind of job that takes some steps and publishes a run of arrays."""

from typing import Any

import numpy as np

from core.jobs import Cancelled, JobContext, RunnerOptions
from core.jobs.train import TrainRequest
from core.models.manifest import RunManifest
from core.store import new_id
from core.store.files import read_json, write_json
from tests.jobs.kinds import pause

# It stands in for the kind "train", so experiments submit it.
OPTIONS = RunnerOptions(kinds={"train": "tests.jobs.trainings:train"}, preload=())
STEP = 0.02


def train(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Take one step an epoch, going on from the last one; publish as a training does."""
    request = TrainRequest.model_validate(payload)
    if (context.store.runs.path / context.id).exists():
        return {"run": context.id}
    checkpoint = context.directory / "epoch.json"
    first = int(read_json(checkpoint)) if checkpoint.exists() else 0
    epochs = request.training.epochs
    for epoch in range(first, epochs):
        if context.cancelled():
            raise Cancelled({"run": publish(context, request, "cancelled", epoch)} if epoch else {})
        pause(STEP)
        write_json(checkpoint, epoch + 1)
        context.row({"epoch": epoch + 1, "attempt": context.attempt})
        context.report((epoch + 1) / epochs, f"Epoch {epoch + 1}")
    return {"run": publish(context, request, "done", epochs)}


def publish(context: JobContext, request: TrainRequest, state: str, epochs: int) -> str:
    """Publish a run whose numbers follow from model settings and seed."""
    loss = 1.0 / request.settings["units"] + 0.01 * request.seed
    measures = {
        "loss": loss,
        "accuracy": 1 - loss,
        "auc": None,
        "majority_rate": 0.5,
        "accuracy_interval": [0.0, 1.0],
        "samples": 8,
    }
    manifest = RunManifest(
        id=context.id if state == "done" else new_id(),
        dataset=str(request.dataset),
        dataset_sha256="0" * 64,
        experiment=request.experiment,
        model=request.model,
        settings=request.settings,
        training={},
        seed=request.seed,
        epochs=epochs,
        best_epoch=epochs,
        seconds=1.0,
        parameters=1,
        target="label",
        classes=("a", "b"),
        channels=("x",),
        steps=3,
        metrics=dict.fromkeys(("train", "validation", "test"), measures),
        state=state,
    )
    with context.store.runs.publish(manifest) as staging:
        staging.save_array("parts.npy", np.zeros(1000, np.int8))
        staging.save_array("probabilities_label.npy", np.full((1000, 2), 0.5, np.float32))
    return manifest.id
