"""Whether a published model answers as the trained one does, to the rounding of 32-bit numbers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from core.data import Dataset
from core.data.dataset import row_chunks
from core.errors import TrainingError
from core.inference import OpenRun, Prediction

if TYPE_CHECKING:
    import keras

LARGEST_DEVIATION = 1e-4
MOST_CHECKED = 4096  # of a larger test part, this many samples spread over it are compared
CELLS_PER_STEP = 64  # hidden states a step that are in memory while samples are predicted
MOST_BY_ROUNDING = 1e-2  # even a sample that rounding moves may not deviate by more
ROUNDING = 2.0**-23  # distance of two neighbouring 32-bit numbers, relative to their size
DRAWS = 8
MARGIN = 8.0  # rounding at every step of a model moves its answer more than rounding of its input alone


@dataclass(frozen=True)
class Parity:
    """How far Keras and ONNX Runtime are apart.

    Attributes:
        deviation: Largest difference in logits and attention, over samples that rounding does not move.
        moved: Number of samples whose own answer moves by more than the tolerance when rounding changes.
        most: Largest difference of those.
        checked: Number of samples that were compared.
    """

    deviation: float
    moved: int
    most: float
    checked: int

    @property
    def words(self) -> str:
        """What a user must know of it; empty if nothing."""
        if not self.moved:
            return ""
        return (
            f"rounding of 32-bit numbers alone moves logits or attention of {self.moved} of {self.checked} "
            f"samples by up to {self.most:.2g}: read small differences there with care"
        )


def check_parity(model: "keras.Model", run: OpenRun, dataset: Dataset, rows: IntArray) -> Parity:
    """Compare logits and attention of some samples in Keras and in ONNX Runtime.

    Single hidden states are not held to it: over a hundred steps an LSTM may carry a rounding error of 1e-7
    a thousandfold, in both libraries alike, without the answer moving. Where an answer itself moves so, what
    ONNX Runtime says of the same sample with its last bits changed tells that from a wrong export.

    Args:
        model: The trained model.
        run: Its export.
        dataset: Where samples come from.
        rows: Samples to compare; of many, some that are spread over them.

    Raises:
        TrainingError: If they differ by more than 1e-4 where rounding does not explain it.
    """
    chosen = rows[np.linspace(0, len(rows) - 1, min(len(rows), MOST_CHECKED)).astype(np.int64)]
    found = Parity(0.0, 0, 0.0, len(chosen))
    for chunk in row_chunks(len(chosen), dataset.steps * max(dataset.channel_count, CELLS_PER_STEP)):
        apart = deviations(model, run, dataset, chosen[chunk])
        far = ~(apart <= LARGEST_DEVIATION)
        by_rounding = np.zeros(len(far), bool)
        if far.any():
            by_rounding[far] = _by_rounding(run, dataset, chosen[chunk][far], apart[far])
        found = Parity(
            max(found.deviation, float(np.max(apart[~by_rounding], initial=0.0))),
            found.moved + int(by_rounding.sum()),
            max(found.most, float(np.max(apart[by_rounding], initial=0.0))),
            len(chosen),
        )
    if not found.deviation <= LARGEST_DEVIATION:
        raise TrainingError(
            f"the exported model must agree with the trained one within {LARGEST_DEVIATION:g};"
            f" they differ by {found.deviation:.3g}, so nothing was published."
            " More noise in training, or dropout, makes a model carry rounding errors less far"
        )
    return found


def deviations(model: "keras.Model", run: OpenRun, dataset: Dataset, rows: IntArray) -> DoubleArray:
    """Return the largest difference in logits and attention of each sample (N,); infinite if not finite."""
    from core.training.export import keras_outputs

    series, lengths = run.inputs(dataset, rows)
    expected = keras_outputs(model, run.model.ports.series(series, lengths))
    answered = _outputs(run.model.predict(series, lengths))
    return _apart({name: expected[name] for name in answered}, answered)


def _by_rounding(run: OpenRun, dataset: Dataset, rows: IntArray, apart: DoubleArray) -> BoolArray:
    """Return which samples (N,) move so when the last bits of their series change."""
    series, lengths = run.inputs(dataset, rows)
    usual = _outputs(run.model.predict(series, lengths))
    rng = np.random.default_rng(0)
    moves = np.zeros(len(rows))
    for _ in range(DRAWS):
        turned = {
            group: (values * (1.0 + ROUNDING * rng.choice((-1.0, 1.0), values.shape))).astype(np.float32)
            for group, values in series.items()
        }
        moves = np.maximum(moves, _apart(usual, _outputs(run.model.predict(turned, lengths))))
    explained: BoolArray = (apart <= MARGIN * moves) & (apart <= MOST_BY_ROUNDING)
    return explained


def _apart(some: dict[str, FloatArray], others: dict[str, FloatArray]) -> DoubleArray:
    largest = [
        np.abs(some[name].astype(np.float64) - others[name]).reshape(len(others[name]), -1).max(axis=1)
        for name in others
    ]
    apart: DoubleArray = np.nan_to_num(np.max(largest, axis=0), nan=np.inf)
    return apart


def _outputs(prediction: Prediction) -> dict[str, FloatArray]:
    logits = {f"logits_{name}": values for name, values in prediction.logits.items()}
    return {**logits, **{f"attention_{name}": values for name, values in prediction.attention.items()}}
