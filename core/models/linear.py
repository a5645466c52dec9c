"""What reference classifiers share: samples of one length, and ridge regression with probabilities."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray
from core.errors import DataError
from core.models.family import ReferenceMaterial

Array = TypeVar("Array", FloatArray, DoubleArray)

if TYPE_CHECKING:
    from sklearn.linear_model import RidgeClassifierCV

_ALPHAS = np.logspace(-3, 3, 10)  # those of the published ROCKET classifiers
_TEMPERATURES = (1e-3, 1e3)
_FOLDS = 5
CHUNK = 512  # samples whose features are computed at once


def stretched(series: FloatArray, lengths: IntArray, steps: int) -> FloatArray:
    """Return samples of unequal lengths as samples of one length (n, steps, C), by linear interpolation.

    Args:
        series: Right-padded (n, T, C).
        lengths: Number of valid steps (n,).
        steps: Length of all; a sample that has it stays as it is.
    """
    whole = np.empty((len(series), steps, series.shape[2]), np.float32)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        if length == steps:
            whole[rows] = series[rows, :steps]
            continue
        place = np.linspace(0.0, length - 1.0, steps)
        before = np.floor(place).astype(np.int64)
        after = np.minimum(before + 1, length - 1)
        share = (place - before)[None, :, None].astype(np.float32)
        whole[rows] = (1 - share) * series[rows][:, before] + share * series[rows][:, after]
    return whole


def require_two_classes(material: ReferenceMaterial) -> None:
    """Raise DataError unless the training rows have two classes."""
    found = np.unique(material.targets[material.train])
    if len(found) < 2:
        raise DataError(f"training samples must have at least 2 classes; got {len(found)}")


def ridge_bytes(rows: int, features: int) -> int:
    """Return about how much memory `fit_ridge` takes at most.

    Measured with scikit-learn 1.9: ten copies of the features in single precision, and two squares in double
    precision of the smaller side.
    """
    return 40 * rows * features + 16 * min(rows, features) ** 2


def drawn_rows(material: ReferenceMaterial, most: int) -> IntArray:
    """Return the training rows, or as many of them as are wanted at most, drawn by the seed."""
    rows = material.train
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(material.seed).choice(rows, most, replace=False))


def in_chunks(compute: Callable[[IntArray], Array], rows: IntArray) -> Array:
    """Return what is computed of rows, some at a time: what was read for it need not be held for all."""
    parts = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
    return np.concatenate([compute(part) for part in parts or [rows]])


@dataclass(frozen=True, eq=False)
class RidgeProbabilities:
    """Ridge regression on features, with its scores turned into probabilities.

    Attributes:
        scale: Deviation of each feature (F,), by which it is divided.
        ridge: The fitted regression.
        classes: Number of classes K, also those that training did not have: they get 0.
        temperature: By which scores are divided before the softmax.
    """

    scale: FloatArray
    ridge: "RidgeClassifierCV"
    classes: int
    temperature: float

    def __call__(self, features: FloatArray) -> DoubleArray:
        """Return the probabilities (n, K) of features (n, F)."""
        chances = _softmax(_scores(self.ridge, features / self.scale) / self.temperature)
        whole = np.zeros((len(features), self.classes))
        whole[:, self.ridge.classes_] = chances
        return whole


def fit_ridge(
    material: ReferenceMaterial, train: FloatArray, features: Callable[[IntArray], FloatArray], rows: IntArray
) -> RidgeProbabilities:
    """Fit a ridge classifier and the temperature of its probabilities.

    The penalty is the one with the smallest leave-one-out error in training. Ridge regression gives scores,
    not probabilities: these are the softmax of the scores divided by a temperature that fits the validation
    rows best (without any: training rows, each scored by a fit that did not see it). The fit expects
    (n + 1) / (n + K) of the true class in place of 1, so that n rows without an error give no certainty.

    Args:
        material: Its targets and validation rows.
        train: Features (n, F) of the rows to learn from.
        features: Returns the features of some rows; it is asked for some rows at a time.
        rows: The rows to learn from.

    Raises:
        DataError: If there are fewer than two classes to learn.

    Source: temperature Guo et al. (2017), arXiv 1706.04599; smoothed targets Platt (1999).
    """
    from sklearn.linear_model import RidgeClassifierCV

    require_two_classes(material)
    deviation = train.std(axis=0)
    scale = np.where(deviation > 0, deviation, 1).astype(np.float32)
    codes = material.targets[rows]
    ridge = RidgeClassifierCV(alphas=_ALPHAS).fit(train / scale, codes)
    held = material.validation[np.isin(material.targets[material.validation], ridge.classes_)]
    if len(held):
        scores = in_chunks(lambda part: _scores(ridge, features(part) / scale), held)
        actual = material.targets[held]
    else:
        scores, actual = _left_out(ridge, train / scale, codes)
    return RidgeProbabilities(
        scale, ridge, material.classes, fitted_temperature(scores, np.searchsorted(ridge.classes_, actual))
    )


def fitted_temperature(scores: DoubleArray, actual: IntArray) -> float:
    """Return the temperature with the smallest loss of softmax(scores / temperature); 1 without any scores.

    Args:
        scores: One for each class (n, K).
        actual: Column of the true class (n,).
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    if not len(scores):
        return 1.0
    samples, classes = scores.shape
    wanted = np.full(scores.shape, 1 / (samples + classes))
    wanted[np.arange(samples), actual] = (samples + 1) / (samples + classes)

    def loss(log_temperature: float) -> float:
        return -float((wanted * log_softmax(scores / np.exp(log_temperature), axis=1)).sum())

    found = minimize_scalar(loss, bounds=tuple(np.log(_TEMPERATURES)), method="bounded")
    return float(np.exp(found.x))


def _left_out(ridge: Any, train: FloatArray, codes: IntArray) -> tuple[DoubleArray, IntArray]:
    """Return scores of training rows by fits without them; none if a class has but one row."""
    from sklearn.linear_model import RidgeClassifierCV
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = min(_FOLDS, int(np.unique(codes, return_counts=True)[1].min()))
    if folds < 2:
        return np.zeros((0, len(ridge.classes_))), codes[:0]
    scores = cross_val_predict(
        RidgeClassifierCV(alphas=[ridge.alpha_]),
        train,
        codes,
        cv=StratifiedKFold(folds),
        method="decision_function",
    )
    return _columns(scores), codes


def _scores(ridge: Any, features: FloatArray) -> DoubleArray:
    return _columns(ridge.decision_function(features))


def _columns(scores: DoubleArray) -> DoubleArray:
    """Return a column for each class, also where two share one."""
    whole: DoubleArray = np.asarray(scores, np.float64)
    return whole if whole.ndim == 2 else np.stack([-whole, whole], axis=1)


def _softmax(scores: DoubleArray) -> DoubleArray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: DoubleArray = raised / raised.sum(axis=1, keepdims=True)
    return chances
