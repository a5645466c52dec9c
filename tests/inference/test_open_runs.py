"""Opening published runs: once, a few at a time, and only what was published."""

import os
import subprocess
import sys

import numpy as np
import pytest

from core.errors import ModelError, NotFoundError
from core.inference import open_run, runs
from core.store import Store
from tests.inference.published import published
from tests.models import toys


@pytest.mark.slow
def test_a_run_is_opened_once_and_scales_what_it_predicts(store: Store) -> None:
    run = open_run(store, published(store))
    assert open_run(store, run.manifest.id) is run
    data = toys.examples(3)
    raw = (data.series + np.array([1.0, 2.0])).astype(np.float32)
    raw[data.mask() == 0] = 0
    scaled = run.model.predict(data.series, data.lengths)
    assert np.allclose(run.predict(raw, data.lengths).logits["label"], scaled.logits["label"], atol=1e-5)


@pytest.mark.slow
def test_a_model_that_was_changed_is_not_opened(store: Store) -> None:
    id = published(store)
    path = store.runs.file(id, "model.onnx")
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ModelError, match="damaged"):
        open_run(store, id)


@pytest.mark.slow
def test_only_the_last_few_runs_stay_open(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "KEPT_OPEN", 2)
    ids = [published(store, seed) for seed in range(3)]
    first = open_run(store, ids[0])
    opened = [open_run(store, id) for id in ids]
    assert opened[0] is first
    assert open_run(store, ids[2]) is opened[2]
    assert open_run(store, ids[0]) is not first


@pytest.mark.slow
def test_a_deleted_run_is_not_there_though_it_was_open(store: Store) -> None:
    id = published(store)
    open_run(store, id)
    store.runs.delete(id)
    with pytest.raises(NotFoundError):
        open_run(store, id)


def test_nothing_that_asks_about_models_loads_tensorflow() -> None:
    code = (
        "import sys, core.inference, core.jobs.train, core.training, core.models.manifest;"
        "from core.models.family import MODELS;"
        "[MODELS.describe(name) for name in MODELS];"
        "print([name for name in ('tensorflow', 'keras', 'tf2onnx') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env=dict(os.environ)
    )
    assert found.stdout.strip() == "[]"
