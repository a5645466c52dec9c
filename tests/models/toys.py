"""Small models and series with a class that can be learnt, for tests that run TensorFlow."""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from core.arrays import FloatArray, IntArray, length_mask
from core.inference import RunModel
from core.models.family import MODELS, InputShape
from core.training import Examples, FitArrays, TrainSettings

SMALL: dict[str, dict[str, Any]] = {"lstm": {"units": 8}, "attention-lstm": {"units": 8, "attention_size": 4}}
FAST = TrainSettings(epochs=3, batch_size=8, noise=0.0)


def settings_of(name: str) -> dict[str, Any]:
    """Return settings that make an architecture small; an unknown one keeps its defaults."""
    return SMALL.get(name, {})


class Toy(NamedTuple):
    """Series (N, T, C), their lengths (N,) and classes (N,)."""

    series: FloatArray
    lengths: IntArray
    targets: IntArray

    def mask(self) -> FloatArray:
        """Return 1 where a step is valid and 0 on padding (N, T)."""
        return length_mask(self.lengths, self.series.shape[1]).astype(np.float32)

    def learnt(self, target: str = "label") -> Examples:
        """Return it as what a training reads."""
        return Examples({"": self.series}, {"": self.lengths}, {target: self.targets})


def examples(samples: int = 24, steps: int = 8, channels: int = 2, classes: int = 2, seed: int = 0) -> Toy:
    """Return noise around a level that is the class, of unequal lengths, padded with 0."""
    rng = np.random.default_rng(seed)
    targets = np.arange(samples) % classes
    lengths = rng.integers(max(1, steps // 2), steps + 1, samples)
    lengths[0] = steps
    series = rng.normal(0.0, 0.3, (samples, steps, channels)) + (targets - (classes - 1) / 2)[:, None, None]
    series[np.arange(steps)[None, :] >= lengths[:, None]] = 0.0
    return Toy(series.astype(np.float32), lengths, targets)


def arrays(samples: int = 24, **sizes: int) -> FitArrays:
    """Return a training and a validation part."""
    held_out = examples(max(8, samples // 2), seed=1, **sizes)
    return FitArrays(examples(samples, **sizes).learnt(), held_out.learnt())


def built(
    name: str,
    steps: int = 8,
    channels: int = 2,
    classes: int = 2,
    seed: int = 0,
    settings: dict[str, Any] | None = None,
) -> Any:
    """Return the Keras model of an architecture."""
    from core.training.fitting import seed_everything

    seed_everything(seed)
    part = MODELS.create(name, settings_of(name) if settings is None else settings)
    return part.build(InputShape(steps, channels, {"label": classes}))


def exported(model: Any, folder: Path) -> RunModel:
    """Return the model in ONNX Runtime."""
    from core.training.export import export_onnx

    path = folder / "model.onnx"
    export_onnx(model, path)
    return RunModel.open(path, hashlib.sha256(path.read_bytes()).hexdigest())
