"""Predictions of a run over samples, and how each came out: right or wrong, and how sure."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import DoubleArray, IntArray, require_axes
from core.errors import DataError, ModelError
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES = ("TP", "TN", "FP", "FN")
OUTCOME_NAMES = (*OUTCOMES, "right", "wrong")
"""Names by code. The last two are of samples whose outcome is about their own class, where several have equal
rights: a positive and a negative would need a class that is looked at."""
TP, TN, FP, FN, RIGHT, WRONG = range(6)
UNKNOWN = -1  # the class of an unlabelled sample, and its outcome
USUAL_THRESHOLD = 0.5  # of the positive class of two: the likelier class is predicted


@dataclass(frozen=True)
class Predictions:
    """Class probabilities of one run over some samples.

    Attributes:
        actual: Class codes (N,); -1 where the label is unknown.
        probabilities: Probabilities (N, K); rows sum to one.
        classes: Names of the classes in natural order.
        positive: Code of the positive class.
        indices: Position of each sample in its dataset (N,); 0 to N - 1 unless given.
    """

    actual: IntArray
    probabilities: DoubleArray
    classes: tuple[str, ...]
    positive: int = 1
    indices: IntArray = field(default_factory=lambda: np.empty(0, np.int64))

    def __post_init__(self) -> None:
        sizes = require_axes(np.asarray(self.probabilities), "N K", "probabilities", {"K": len(self.classes)})
        indices = self.indices if np.size(self.indices) else np.arange(sizes["N"])
        object.__setattr__(self, "indices", np.asarray(indices, np.int64))
        object.__setattr__(self, "actual", np.asarray(self.actual, np.int64))
        require_axes(self.actual, "N", "actual", sizes)
        require_axes(self.indices, "N", "indices", sizes)
        check_probabilities(self.probabilities)
        unfit = (self.actual < UNKNOWN) | (self.actual >= sizes["K"])
        if unfit.any():
            raise DataError(
                f"class codes must lie between 0 and {sizes['K'] - 1}; got {self.actual[np.argmax(unfit)]}"
            )
        if not 0 <= self.positive < sizes["K"]:
            raise DataError(
                f"positive must be one of {sizes['K']} classes, counted from 0; got {self.positive}"
            )

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(self.actual)

    @property
    def predicted(self) -> IntArray:
        """Code of the likeliest class of each sample (N,); the first of equals."""
        likeliest: IntArray = np.argmax(self.probabilities, axis=1).astype(np.int64)
        return likeliest

    @property
    def confidence(self) -> DoubleArray:
        """Confidence of each prediction (N,), see `confidence`."""
        return confidence(self.probabilities)


@dataclass(frozen=True)
class Judgement:
    """Each sample with its prediction, outcome and confidence; what attention results are labelled with.

    Attributes:
        indices: Position of each sample in its dataset (N,).
        actual: Class codes (N,), -1 where unknown.
        predicted: Codes of the predicted classes (N,): the likeliest, or by the threshold of two classes.
        probabilities: Probabilities (N, K).
        outcomes: 0 TP, 1 TN, 2 FP, 3 FN for the class `of_class` against the rest, or 4 right, 5 wrong for
            each sample's own class (N,); -1 where unknown.
        confidence: (K p_max - 1) / (K - 1), from 0 to 1 (N,).
        classes: Names of the classes.
        of_class: Code of the class that counts as positive.
        threshold: Probability from which a sample of two classes is predicted positive.
    """

    indices: IntArray
    actual: IntArray
    predicted: IntArray
    probabilities: DoubleArray
    outcomes: IntArray
    confidence: DoubleArray
    classes: tuple[str, ...]
    of_class: int
    provenance: Provenance = field(default_factory=lambda: Provenance("outcomes"))
    threshold: float = USUAL_THRESHOLD

    @property
    def correct(self) -> IntArray:
        """1 where the prediction is right, 0 where wrong, -1 where the label is unknown (N,)."""
        right = (self.predicted == self.actual).astype(np.int64)
        return np.where(self.actual == UNKNOWN, UNKNOWN, right)

    def counts(self) -> dict[str, int]:
        """Return the number of samples of each outcome."""
        there = named_outcomes(self.outcomes)
        return {name: int(np.sum(self.outcomes == code)) for code, name in there.items()}

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a sample: actual, predicted, outcome, confidence and a probability per class."""
        import pandas as pd

        names = np.array([*self.classes, ""], dtype=object)  # -1 reads the last, empty name
        outcome = np.array([*OUTCOME_NAMES, ""], dtype=object)
        frame = pd.DataFrame(
            {
                "sample": self.indices,
                "actual": names[self.actual],
                "predicted": names[self.predicted],
                "outcome": outcome[self.outcomes],
                "confidence": self.confidence,
            }
        )
        for code, name in enumerate(self.classes):
            frame[f"probability {name}"] = self.probabilities[:, code]
        return frame


def confidence(probabilities: ArrayLike) -> DoubleArray:
    """Return how far each prediction is from chance: (K p_max - 1) / (K - 1), 0 to 1, of (N, K).

    For two classes this is 2 |p - 0.5|.
    """
    chances = np.asarray(probabilities, np.float64)
    classes = require_axes(chances, "N K", "probabilities")["K"]
    if classes < 2:
        raise DataError(f"confidence needs at least two classes; got {classes}")
    sure: DoubleArray = np.clip((classes * chances.max(axis=1) - 1) / (classes - 1), 0.0, 1.0)
    return sure


def predicted_at(predictions: Predictions, threshold: float = USUAL_THRESHOLD) -> IntArray:
    """Return the predicted class of each sample (N,) when the positive class is said from a probability on.

    At 0.5 this is the likelier class, the first of equals; with more than two classes there is no other
    threshold.

    Raises:
        DataError: If the threshold lies outside 0 to 1, or differs from 0.5 with more than two classes.
    """
    if not 0 <= threshold <= 1:
        raise DataError(f"a threshold must lie between 0 and 1; got {threshold}")
    if threshold == USUAL_THRESHOLD:
        return predictions.predicted
    if len(predictions.classes) != 2:
        raise DataError(f"a threshold needs two classes; got {len(predictions.classes)}")
    positive = predictions.positive
    said = np.asarray(predictions.probabilities)[:, positive] >= threshold
    return np.where(said, positive, 1 - positive).astype(np.int64)


def outcomes(
    predictions: Predictions, of_class: int | None = None, threshold: float = USUAL_THRESHOLD
) -> IntArray:
    """Return 0 TP, 1 TN, 2 FP, 3 FN for each sample (N,), one class against the rest.

    Args:
        predictions: What was predicted.
        of_class: The class that counts as positive; the predictions' own positive class unless given.
        threshold: See `predicted_at`; it is of the predictions' own positive class.

    Returns:
        Outcome codes; -1 where the label is unknown.
    """
    positive = predictions.positive if of_class is None else of_class
    if not 0 <= positive < len(predictions.classes):
        raise DataError(f"class must lie between 0 and {len(predictions.classes) - 1}; got {positive}")
    said = predicted_at(predictions, threshold) == positive
    true = predictions.actual == positive
    codes = np.select([said & true, ~said & ~true, said & ~true], [TP, TN, FP], FN)
    return np.where(predictions.actual == UNKNOWN, UNKNOWN, codes).astype(np.int64)


def judge(
    predictions: Predictions,
    of_class: int | None = None,
    provenance: Provenance | None = None,
    threshold: float = USUAL_THRESHOLD,
) -> Judgement:
    """Return predictions with their outcomes and confidences; the threshold moves no confidence."""
    return Judgement(
        indices=predictions.indices,
        actual=predictions.actual,
        predicted=predicted_at(predictions, threshold),
        probabilities=np.asarray(predictions.probabilities, np.float64),
        outcomes=outcomes(predictions, of_class, threshold),
        confidence=predictions.confidence,
        classes=predictions.classes,
        of_class=predictions.positive if of_class is None else of_class,
        provenance=provenance or Provenance("outcomes", samples=predictions.samples),
        threshold=threshold,
    )


def judge_own(predictions: Predictions, provenance: Provenance | None = None) -> Judgement:
    """Return predictions with outcomes about each sample's own class: right or wrong."""
    found = judge(predictions, provenance=provenance)
    own = np.where(found.predicted == found.actual, RIGHT, WRONG)
    return replace(found, outcomes=np.where(found.actual == UNKNOWN, UNKNOWN, own).astype(np.int64))


def outcome_codes(own: bool, classes: int) -> dict[str, int]:
    """Return the codes of the outcomes that there are, by name.

    With more than two classes a condition may go from each sample's own class to one against the rest and
    back: TP and right are taken for each other then, and FN and wrong.

    Args:
        own: Whether outcomes are about each sample's own class.
        classes: Number of classes.
    """
    named = {name: code for code, name in enumerate(OUTCOME_NAMES) if (code >= RIGHT) == own}
    if own:
        return {**named, "TP": RIGHT, "FN": WRONG}
    return {**named, "right": TP, "wrong": FN} if classes > 2 else named


def named_outcomes(codes: ArrayLike) -> dict[int, str]:
    """Return the outcomes that samples may have, by code: right and wrong where one of them is there."""
    own = bool((np.asarray(codes) >= RIGHT).any())
    return {code: name for code, name in enumerate(OUTCOME_NAMES) if (code >= RIGHT) == own}


def check_probabilities(probabilities: ArrayLike) -> None:
    """Raise ModelError unless every row is finite, non-negative and sums to one within 1e-3."""
    chances = np.asarray(probabilities, np.float64)
    bad = ~np.isfinite(chances).all(axis=1)
    if bad.any():
        raise ModelError(f"probabilities must be finite; sample {int(np.argmax(bad))} has NaN or infinity")
    off = (chances < 0).any(axis=1) | (np.abs(chances.sum(axis=1) - 1) > 1e-3)
    if off.any():
        row = int(np.argmax(off))
        raise ModelError(f"probabilities must sum to one; sample {row} has {chances[row, :4].tolist()}")
