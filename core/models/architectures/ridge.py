"""The least that a model must beat: a linear classifier of all values."""

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from core.arrays import DoubleArray, FloatArray, IntArray
from core.models.family import MODELS, InputShape, ReferenceClassifier, ReferenceMaterial
from core.models.linear import drawn_rows, fit_ridge, in_chunks, ridge_bytes, stretched
from core.models.settings import ADVANCED


@MODELS.register("ridge")
class Ridge(ReferenceClassifier):
    """Ridge regression on every value of every step: a linear reference, without attention.

    Shorter samples are stretched to the number of steps of the dataset by linear interpolation. The penalty
    is chosen by leave-one-out error in training; probabilities are the softmax of the scores
    with a temperature fitted on validation. Nothing is drawn unless there are more training samples than it
    reads: the seed changes nothing.
    """

    most: Annotated[
        int,
        Field(
            ge=100,
            le=50_000,
            description="Training samples it reads at most; of more, this many are drawn",
            json_schema_extra=ADVANCED,
        ),
    ] = 10_000

    def bytes_for(self, rows: int, shape: InputShape) -> int:
        """Return about how much memory the regression takes."""
        return ridge_bytes(min(rows, self.most), shape.steps * shape.channels)

    def fit(self, material: ReferenceMaterial) -> Callable[[IntArray], DoubleArray]:
        """Learn from the training rows and return what gives probabilities (n, K) of any rows."""

        def features(rows: IntArray) -> FloatArray:
            series = material.read(rows)
            whole = stretched(series, material.lengths[rows], series.shape[1])
            return whole.reshape(len(rows), -1)  # (n, T * C)

        rows = drawn_rows(material, self.most)
        ridge = fit_ridge(material, features(rows), features, rows)

        def answer(wanted: IntArray) -> DoubleArray:
            return in_chunks(lambda part: ridge(features(part)), wanted)

        return answer
