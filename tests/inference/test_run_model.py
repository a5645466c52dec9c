"""ONNX Runtime answers for a model of the store, or says why it can't."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import LimitError, ModelError, ShapeError
from core.inference import Intervention, RunModel
from core.inference.model import softmax
from tests.models import toys

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model")


@pytest.fixture(scope="module")
def model(folder: Path) -> RunModel:
    return toys.exported(toys.built("attention-lstm"), folder)


def test_a_model_with_another_hash_is_damaged(model: RunModel, folder: Path) -> None:
    path = folder / "changed.onnx"
    path.write_bytes((folder / "model.onnx").read_bytes() + b"x")
    with pytest.raises(ModelError, match="damaged"):
        RunModel.open(path, model.sha256)


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    with pytest.raises(ModelError, match=r"must take series and mask|can't be opened"):
        RunModel.open(path, empty)


def test_batches_do_not_change_the_answer(model: RunModel) -> None:
    data = toys.examples(7)
    gates = Intervention(gate=np.linspace(0, 1, 7, dtype=np.float32)[:, None])
    whole = model.predict(data.series, data.lengths, {"time": gates})
    pieces = model.predict(data.series, data.lengths, {"time": gates}, batch=3)
    assert np.allclose(whole.logits["label"], pieces.logits["label"], atol=1e-6)


@pytest.mark.parametrize(
    ("steps", "channels", "length", "message"),
    [
        (9, 2, 9, "at most 8 steps; got 9"),
        (8, 3, 8, "C = 2"),
        (8, 2, 0, "lengths must lie in 1 to 8; got 0"),
        (8, 2, 9, "lengths must lie in 1 to 8"),
    ],
)
def test_series_that_do_not_fit_are_refused(
    model: RunModel, steps: int, channels: int, length: int, message: str
) -> None:
    series = np.zeros((2, steps, channels), np.float32)
    with pytest.raises(ShapeError, match=message):
        model.predict(series, np.array([length, steps]))


def test_no_samples_or_values_that_are_not_finite_are_refused(model: RunModel) -> None:
    with pytest.raises(ShapeError, match="at least one sample"):
        model.predict(np.zeros((0, 8, 2), np.float32), np.zeros(0, np.int64))
    with pytest.raises(ShapeError, match="finite"):
        model.predict(np.full((1, 8, 2), np.nan, np.float32), np.array([8]))


def test_an_unknown_layer_or_a_port_of_the_wrong_shape_is_refused(model: RunModel) -> None:
    data = toys.examples(2)
    with pytest.raises(ModelError, match="layers of this model: time; got 'space'"):
        model.predict(data.series, data.lengths, {"space": Intervention()})
    with pytest.raises(ShapeError, match=r"override must have axes \(n, H, T\)"):
        model.predict(data.series, data.lengths, {"time": Intervention(override=np.ones((2, 8)))})
    with pytest.raises(ShapeError, match=r"size 1 or \(2, 1, 8\); got shape \(2, 1, 9\)"):
        model.predict(data.series, data.lengths, {"time": Intervention(override=np.ones((2, 1, 9)))})
    with pytest.raises(ShapeError, match=r"gate of time must have axes of size 1 or \(2, 1\)"):
        model.predict(data.series, data.lengths, {"time": Intervention(gate=np.ones((2, 5)))})


def test_a_prediction_that_takes_too_long_ends(model: RunModel) -> None:
    data = toys.examples(4000)
    with pytest.raises(LimitError, match="longer than it may"):
        model.predict(data.series, data.lengths, batch=1, seconds=0.01)
    assert model.predict(data.series[:2], data.lengths[:2], seconds=60).logits["label"].shape == (2, 2)


def test_softmax_stays_finite_for_large_logits() -> None:
    assert softmax(np.array([[1e30, 0.0], [-1e30, -1e30]], np.float32)).tolist() == [[1, 0], [0.5, 0.5]]
