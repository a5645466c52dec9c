"""What is held between a trained model and its export."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import core
from core.arrays import IntArray
from core.data import Dataset
from core.data.scaler import Scaler
from core.errors import TrainingError
from core.inference import OpenRun, RunModel
from core.jobs import parity
from core.models.family import InputShape, architecture
from core.models.manifest import RunManifest
from core.store import Store
from core.store.files import sha256_of

pytestmark = pytest.mark.slow
Exported = tuple[Any, OpenRun, Dataset]


@pytest.fixture
def exported(store: Store, tmp_path: Path) -> Exported:
    """Return a model, its export and data to ask them about."""
    from core.training.export import export_onnx
    from core.training.fitting import seed_everything

    data = core.make("synthetic", {"samples": 40, "timesteps": 20})
    seed_everything(0)
    model = architecture("attention-lstm", {"units": 4}).build(
        InputShape(data.steps, data.channel_count, {"label": 2})
    )
    path = tmp_path / "model.onnx"
    export_onnx(model, path)
    known: dict[str, Any] = {"target": "label", "modalities": {}, "attention_layers": ()}
    manifest = RunManifest.model_construct(**known)
    scaler = Scaler.fit(data.series, data.lengths)
    return model, OpenRun(manifest, RunModel.open(path, sha256_of(path)), scaler), data


def rows(data: Dataset) -> IntArray:
    return np.arange(data.samples)


def test_an_export_agrees_with_its_model(exported: Exported) -> None:
    model, run, data = exported
    found = parity.check_parity(model, run, data, rows(data))
    assert (found.moved, found.checked, found.words) == (0, 40, "")
    assert 0 <= found.deviation <= 1e-4


def test_what_rounding_alone_moves_is_told_apart_from_a_wrong_export(
    exported: Exported, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, run, data = exported
    monkeypatch.setattr(parity, "LARGEST_DEVIATION", 1e-12)  # every difference is rounding here
    monkeypatch.setattr(parity, "MARGIN", 100.0)
    found = parity.check_parity(model, run, data, rows(data))
    assert found.moved > 0
    assert f"{found.moved} of 40 samples" in found.words
    model.set_weights([1.01 * values for values in model.get_weights()])
    with pytest.raises(TrainingError, match="must agree with the trained one"):
        parity.check_parity(model, run, data, rows(data))


def test_a_model_that_has_learnt_on_after_its_export_is_refused(exported: Exported) -> None:
    model, run, data = exported
    model.set_weights([values + 0.01 for values in model.get_weights()])
    with pytest.raises(TrainingError, match="so nothing was published"):
        parity.check_parity(model, run, data, rows(data))
