"""A strong reference from the literature: features of fixed random convolutions, and a linear classifier."""

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from core.arrays import DoubleArray, FloatArray, IntArray
from core.models.family import MODELS, InputShape, ReferenceClassifier, ReferenceMaterial
from core.models.linear import drawn_rows, fit_ridge, in_chunks, ridge_bytes, stretched
from core.models.settings import ADVANCED

_LEAST_STEPS = 9  # length of a kernel
_COPIES = 16  # bytes of memory for each value of the series that kernels are fitted on


@MODELS.register("minirocket")
class MiniRocket(ReferenceClassifier):
    """MiniRocket: 10,000 convolutions of fixed weights and a ridge classifier; strong, without attention.

    aeon's transformer, which reads one channel or several; kernels of several channels read a drawn few of
    them. Shorter samples are stretched to the number of steps of the dataset (at least 9) by linear
    interpolation. The penalty is chosen by leave-one-out error in training; probabilities are the
    softmax of the scores with a temperature fitted on validation.

    Source: Dempster, Schmidt and Webb (2021), arXiv 2012.08791.
    """

    kernels: Annotated[
        int,
        Field(
            ge=84,
            le=50_000,
            description="Number of features, rounded down to a multiple of 84",
            json_schema_extra=ADVANCED,
        ),
    ] = 10_000
    most: Annotated[
        int,
        Field(
            ge=100,
            le=50_000,
            description="Training samples it reads at most; of more, this many are drawn",
            json_schema_extra=ADVANCED,
        ),
    ] = 5_000

    def bytes_for(self, rows: int, shape: InputShape) -> int:
        """Return about how much memory the kernels or the regression take, whichever take more."""
        held = min(rows, self.most)
        values = max(shape.steps, _LEAST_STEPS) * shape.channels
        return max(_COPIES * held * values, ridge_bytes(held, self.kernels))

    def fit(self, material: ReferenceMaterial) -> Callable[[IntArray], DoubleArray]:
        """Learn from the training rows and return what gives probabilities (n, K) of any rows."""
        from aeon.transformations.collection.convolution_based import MiniRocket as Transformer

        rows = drawn_rows(material, self.most)
        transformer = Transformer(n_kernels=self.kernels, random_state=material.seed % 2**32, n_jobs=1)
        transformer.fit(_cases(material, rows))

        def features(wanted: IntArray) -> FloatArray:
            return in_chunks(lambda part: _transformed(transformer, _cases(material, part)), wanted)  # (n, F)

        ridge = fit_ridge(material, features(rows), features, rows)

        def answer(wanted: IntArray) -> DoubleArray:
            return in_chunks(lambda part: ridge(features(part)), wanted)

        return answer


def _cases(material: ReferenceMaterial, rows: IntArray) -> FloatArray:
    """Return the series of some samples as aeon reads them (n, C, T)."""
    series = material.read(rows)
    whole = stretched(series, material.lengths[rows], max(series.shape[1], _LEAST_STEPS))
    return np.ascontiguousarray(whole.transpose(0, 2, 1))


def _transformed(transformer: Any, cases: FloatArray) -> FloatArray:
    found: FloatArray = np.asarray(transformer.transform(cases), np.float32)
    return found
