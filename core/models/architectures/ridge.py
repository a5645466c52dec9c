"""The least that a model must beat: a linear classifier of all values."""

from collections.abc import Callable

from core.arrays import DoubleArray, FloatArray, IntArray
from core.models.family import MODELS, ReferenceClassifier, ReferenceMaterial
from core.models.linear import fit_ridge, stretched


@MODELS.register("ridge")
class Ridge(ReferenceClassifier):
    """Ridge regression on every value of every step: a linear reference, without attention.

    Shorter samples are stretched to the number of steps of the dataset by linear interpolation. The penalty
    is chosen by leave-one-out error in training; probabilities are the softmax of the scores
    with a temperature fitted on validation. Nothing is drawn: the seed changes nothing.
    """

    def fit(self, material: ReferenceMaterial) -> Callable[[IntArray], DoubleArray]:
        """Learn from the training rows and return what gives probabilities (n, K) of any rows."""

        def features(rows: IntArray) -> FloatArray:
            series = material.read(rows)
            whole = stretched(series, material.lengths[rows], series.shape[1])
            return whole.reshape(len(rows), -1)  # (n, T * C)

        ridge = fit_ridge(material, features(material.train), features, material.train)

        def answer(rows: IntArray) -> DoubleArray:
            return ridge(features(rows))

        return answer
