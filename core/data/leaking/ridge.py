"""Ridge classifiers that are cheap enough to be fitted to every channel: a probe, not a model."""

from dataclasses import dataclass
from functools import reduce
from typing import Self

import numpy as np

from core.arrays import BoolArray, FloatArray, IntArray

PENALTIES = (1e-3, 1e-1, 1.0, 10.0)  # of standardised columns, for each training sample
FOLDS = 3
FURTHEST = 30  # deviations of a test sample that count
MOST_VALUES = 8_000_000  # values that are held at once


def ridge_answers(train: FloatArray, codes: IntArray, test: FloatArray, classes: int) -> IntArray:
    """Return the classes (B, m) that ridge regression on class indicators gives test samples, batch by batch.

    The penalty is chosen within the training samples, by three folds.

    Args:
        train: Columns of the training samples, for each of B models (B, n, F).
        codes: Their class codes (n,).
        test: The same columns of the test samples (B, m, F).
        classes: How many classes there are.
    """
    batch, samples, columns = train.shape
    answers = np.zeros((batch, test.shape[1]), dtype=np.int64)
    size = max(1, MOST_VALUES // (max(samples, test.shape[1]) * max(columns, classes)))
    for start in range(0, batch, size):
        place = slice(start, start + size)
        answers[place] = _answers(*_standardised(train[place], test[place]), codes, classes)
    return answers


def _standardised(train: FloatArray, test: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return columns in deviations of the training samples; one that does not vary, in any unit, is 0."""
    wide = train.astype(np.float64)
    mean = wide.mean(axis=1, keepdims=True)
    scale = wide.std(axis=1, keepdims=True)
    scale = np.where(scale > 1e-6 * np.abs(wide).max(axis=1, keepdims=True), scale, np.inf)
    asked = np.clip((test - mean) / scale, -FURTHEST, FURTHEST)
    return ((wide - mean) / scale).astype(np.float32), asked.astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Equations:
    """The normal equations of some samples: everything that fitting to them needs.

    Attributes:
        gram, crossed, sums: Products (B, F, F) and (B, F, K) of columns with columns and with class
            indicators, and sums of columns (B, F).
        wanted: Sums of the indicators (K,).
        count: How many samples there are.
    """

    gram: FloatArray
    crossed: FloatArray
    sums: FloatArray
    wanted: FloatArray
    count: int

    @classmethod
    def of(cls, columns: FloatArray, wanted: FloatArray) -> Self:
        turned = columns.transpose(0, 2, 1)
        return cls(turned @ columns, turned @ wanted, columns.sum(axis=1), wanted.sum(axis=0), len(wanted))

    def plus(self, other: Self) -> Self:
        return type(self)(
            self.gram + other.gram,
            self.crossed + other.crossed,
            self.sums + other.sums,
            self.wanted + other.wanted,
            self.count + other.count,
        )

    def some(self, chosen: BoolArray) -> Self:
        return type(self)(self.gram[chosen], self.crossed[chosen], self.sums[chosen], self.wanted, self.count)

    def answers(self, columns: FloatArray, penalty: float) -> IntArray:
        """Return the classes (B, m) of samples after centring what the sums say is not centred."""
        base = self.wanted / self.count
        middle = self.sums / self.count  # (B, F)
        left = self.gram - self.sums[:, :, None] * middle[:, None, :]
        left = left + np.float32(penalty * self.count) * np.eye(left.shape[-1], dtype=np.float32)
        right = self.crossed - self.sums[:, :, None] * base
        weights = np.linalg.solve(left.astype(np.float64), right.astype(np.float64)).astype(np.float32)
        scores = (columns - middle[:, None, :]) @ weights + base
        found: IntArray = scores.argmax(axis=2)
        return found


def _answers(train: FloatArray, test: FloatArray, codes: IntArray, classes: int) -> IntArray:
    wanted = np.eye(classes, dtype=np.float32)[codes]  # (n, K)
    folds = [np.arange(fold, len(codes), FOLDS) for fold in range(FOLDS)]
    parts = [_Equations.of(train[:, rows], wanted[rows]) for rows in folds]
    right = np.zeros((len(PENALTIES), len(train)))
    for fold, rows in enumerate(folds):
        others = reduce(_Equations.plus, (part for place, part in enumerate(parts) if place != fold))
        for place, penalty in enumerate(PENALTIES):
            right[place] += (others.answers(train[:, rows], penalty) == codes[rows]).sum(axis=1)
    best = right.argmax(axis=0)  # the first of equals, the weakest penalty
    whole = reduce(_Equations.plus, parts)
    answers = np.zeros((len(train), test.shape[1]), dtype=np.int64)
    for place in np.unique(best):
        chosen = best == place
        answers[chosen] = whole.some(chosen).answers(test[chosen], PENALTIES[place])
    return answers
