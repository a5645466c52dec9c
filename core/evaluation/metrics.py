"""How good predictions are: loss, accuracy with its interval, area under the curve, majority rate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import DoubleArray, IntArray, require_axes
from core.errors import DataError
from core.evaluation.outcomes import USUAL_THRESHOLD, Predictions, check_probabilities, predicted_at
from core.intervals import wilson_interval
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PartMetrics:
    """What a run reaches on one part of its dataset.

    Attributes:
        loss: Mean cross-entropy in nats.
        accuracy: Share of right predictions.
        auc: Area under the ROC curve, macro one-vs-rest for more than two classes; None if a class is absent.
        majority_rate: Share of the training majority class in this part: what always guessing it would reach.
        accuracy_interval: Wilson 95 % interval of the accuracy.
        samples: Number of labelled samples.
        balanced_accuracy: Mean over the classes that occur of the share of each that is predicted right; None
            where an older run did not measure it.
        macro_f1: Mean of F1 over the classes that occur or are predicted; None as above.
    """

    loss: float
    accuracy: float
    auc: float | None
    majority_rate: float
    accuracy_interval: tuple[float, float]
    samples: int
    balanced_accuracy: float | None = None
    macro_f1: float | None = None

    def plain(self) -> dict[str, Any]:
        """Return plain values for JSON, under the keys scripts rely on."""
        return {
            "loss": self.loss,
            "accuracy": self.accuracy,
            "auc": self.auc,
            "majority_rate": self.majority_rate,
            "accuracy_interval": list(self.accuracy_interval),
            "samples": self.samples,
            "balanced_accuracy": self.balanced_accuracy,
            "macro_f1": self.macro_f1,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "PartMetrics":
        """Return metrics from what `plain` gave."""
        low, high = plain["accuracy_interval"]
        return cls(**{**plain, "accuracy_interval": (float(low), float(high))})


@dataclass(frozen=True)
class Confusion:
    """How often each class was taken for each; row = actual, column = predicted.

    Attributes:
        counts: Numbers of samples (K, K).
        classes: Names of the classes.
    """

    counts: IntArray
    classes: tuple[str, ...]
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per actual class, one column per predicted class."""
        import pandas as pd

        return pd.DataFrame(
            self.counts,
            index=pd.Index(self.classes, name="actual"),
            columns=pd.Index(self.classes, name="predicted"),
        ).reset_index()


def part_metrics(probabilities: ArrayLike, actual: ArrayLike, majority_class: int) -> PartMetrics:
    """Measure predictions of one part.

    Args:
        probabilities: Class probabilities (N, K).
        actual: Class codes (N,); samples of unknown class (-1) are left out.
        majority_class: The most frequent class of the training part.

    Raises:
        DataError: If there is no labelled sample.
        ModelError: If probabilities are not finite or do not sum to one.
    """
    chances = np.asarray(probabilities, np.float64)
    codes = np.asarray(actual, np.int64)
    sizes = require_axes(chances, "N K", "probabilities")
    require_axes(codes, "N", "actual", sizes)
    chances, codes = chances[codes >= 0], codes[codes >= 0]
    if not len(codes):
        raise DataError("metrics need at least one labelled sample; got none")
    if codes.max() >= sizes["K"]:
        raise DataError(f"class codes must lie below {sizes['K']}; got {codes.max()}")
    check_probabilities(chances)
    predicted = np.argmax(chances, axis=1)
    right = int(np.sum(predicted == codes))
    counts = class_counts(codes, predicted, sizes["K"])
    return PartMetrics(
        loss=float(sample_losses(chances, codes).mean()),
        accuracy=right / len(codes),
        auc=area_under_curve(chances, codes),
        majority_rate=float(np.mean(codes == majority_class)),
        accuracy_interval=wilson_interval(right, len(codes)),
        samples=len(codes),
        balanced_accuracy=float(balanced_accuracy(*counts[:2])),
        macro_f1=float(macro_f1(*counts)),
    )


def class_counts(
    actual: IntArray, predicted: IntArray, classes: int
) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """Return how many samples of each class are right, occur, and are predicted, each (K,)."""
    right = np.bincount(actual[actual == predicted], minlength=classes)
    occurring, said = (np.bincount(codes, minlength=classes) for codes in (actual, predicted))
    return right.astype(np.float64), occurring.astype(np.float64), said.astype(np.float64)


def balanced_accuracy(right: DoubleArray, occurring: DoubleArray) -> DoubleArray:
    """Return the mean share of right samples over the classes that occur; counts are (..., K)."""
    recall = right / np.maximum(occurring, 1e-12)
    mean: DoubleArray = recall.sum(axis=-1) / np.maximum((occurring > 0).sum(axis=-1), 1)
    return mean


def macro_f1(right: DoubleArray, occurring: DoubleArray, said: DoubleArray) -> DoubleArray:
    """Return the mean of F1 over the classes that occur or are predicted; counts are (..., K)."""
    both = occurring + said
    mean: DoubleArray = (2 * right / np.maximum(both, 1e-12)).sum(axis=-1) / (both > 0).sum(axis=-1)
    return mean


def sample_losses(probabilities: DoubleArray, actual: IntArray) -> DoubleArray:
    """Return the cross-entropy of each sample in nats (N,); probabilities below 1e-12 count as 1e-12."""
    chances = probabilities[np.arange(len(actual)), actual]
    losses: DoubleArray = -np.log(np.clip(chances, 1e-12, 1.0))
    return losses


def area_under_curve(probabilities: DoubleArray, actual: IntArray) -> float | None:
    """Return the area under the ROC curve, macro one-vs-rest for more than two classes.

    None if a class has no sample or all samples: the curve is not defined then.
    """
    classes = probabilities.shape[1]
    codes = [1] if classes == 2 else range(classes)
    areas = [_binary_area(probabilities[:, code], actual == code) for code in codes]
    if any(area is None for area in areas):
        return None
    return float(np.mean([area for area in areas if area is not None]))


def confusion(
    predictions: Predictions, provenance: Provenance | None = None, threshold: float = USUAL_THRESHOLD
) -> Confusion:
    """Count how often each class was taken for each; samples of unknown class are left out."""
    known = predictions.actual >= 0
    classes = len(predictions.classes)
    cells = predictions.actual[known] * classes + predicted_at(predictions, threshold)[known]
    counts = np.bincount(cells, minlength=classes * classes).reshape(classes, classes)  # (K, K)
    made = provenance or Provenance("confusion matrix", samples=int(known.sum()))
    return Confusion(counts.astype(np.int64), predictions.classes, made)


def _binary_area(scores: DoubleArray, positive: np.ndarray) -> float | None:
    wins, losses = int(positive.sum()), int((~positive).sum())
    if not wins or not losses:
        return None
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2  # the mean rank of equal scores
    return float((ranks[place][positive].sum() - wins * (wins + 1) / 2) / (wins * losses))
