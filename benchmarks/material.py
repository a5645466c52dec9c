"""What the rows work on: a store of their own with a dataset and a trained run; and nothing left behind."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
MODEL, PRESET = "attention-lstm", "s2"  # LSTM 64-32 with attention, as in the figures of others
SOURCE = {"name": "bundled", "settings": {"name": "GunPoint"}}  # 150 test samples, 150 steps
EPOCHS = 5  # times do not depend on how well the run has learnt
_GRACE = 5.0  # seconds for a process to end by itself


@dataclass(frozen=True)
class Material:
    """A store with one dataset and one run.

    Attributes:
        home: The store's directory.
        dataset: Id of the dataset.
        run: Id of a run with attention.
    """

    home: str
    dataset: str = ""
    run: str = ""

    def text(self) -> str:
        """Return it as a row's process reads it."""
        return json.dumps(asdict(self))


def settings() -> dict[str, Any]:
    """Return the settings of the model that is measured."""
    from core.models.family import preset

    return preset(MODEL, PRESET)


def request(epochs: int, **changes: Any) -> dict[str, Any]:
    """Return the payload of a training of the model that is measured, without early end."""
    training = {"epochs": epochs, "patience": 0}
    return {"model": MODEL, "settings": settings(), "training": training, **changes}


def make(home: str) -> Material:
    """Make the dataset and train the run, in this process."""
    return trained(home, request(EPOCHS, source=SOURCE))


def trained(home: str, payload: dict[str, Any]) -> Material:
    """Train what a payload asks for, in this process."""
    from core.jobs import JobDesk, JobSpec, execute
    from core.store import open_store

    store = open_store(Path(home))
    state = execute(store.root, JobDesk(store).submit(JobSpec(kind="train", payload=payload, queue="here")))
    if state.state != "done":
        raise RuntimeError(f"the run to measure with could not be trained: {state.error}")
    return Material(home, state.result["dataset"], state.result["run"])


def environment(home: str) -> dict[str, str]:
    """Return the environment of everything that is started."""
    return {
        **os.environ,
        "HEED_HOME": home,
        "HEED_RUNNER_IDLE": "300",  # the runner stays warm between two turns; `sweep` ends it
        "KERAS_HOME": str(Path(home) / "keras"),
        "TMPDIR": str(Path(home).parent),  # what a library leaves behind goes with the store
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "OPENBLAS_NUM_THREADS": "1",  # as web workers and jobs have it
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def temporary_home() -> Iterator[str]:
    """Give a directory for a store; at the end no process that was started for it is left."""
    with tempfile.TemporaryDirectory(prefix="heed-bench-") as directory:
        home = str(Path(directory) / "home")
        try:
            yield home
        finally:
            sweep(home)


def sweep(home: str) -> None:
    """End every process that was started with this store: each has its directory in the environment."""
    left = [process for process in psutil.process_iter() if _belongs(process, home)]
    for process in left:
        _end(process, kill=False)
    _, stubborn = psutil.wait_procs(left, timeout=_GRACE)
    for process in stubborn:
        _end(process, kill=True)
    psutil.wait_procs(stubborn, timeout=_GRACE)


def _belongs(process: psutil.Process, home: str) -> bool:
    try:
        return process.pid != os.getpid() and process.environ().get("HEED_HOME") == home
    except (psutil.Error, OSError):
        return False


def _end(process: psutil.Process, *, kill: bool) -> None:
    try:
        if kill:
            process.kill()
        else:
            process.terminate()
    except psutil.NoSuchProcess:
        return
