"""Windows whose steps have labels, looked at as one: the class that most of their steps have."""

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import DoubleArray, IntArray, length_mask, require_axes
from core.data.dataset import Dataset


def told_by_window(
    dataset: Dataset, target: str, probabilities: ArrayLike, rows: IntArray | slice = slice(None)
) -> tuple[DoubleArray, IntArray]:
    """Return one prediction (n, K) and one label (n,) for each of some samples, -1 where there is none.

    Args:
        dataset: The dataset.
        target: What is predicted; the dataset need not have labels of it.
        probabilities: Class probabilities of these samples (n, K), or of their steps (n, T, K).
        rows: Places of the samples; all unless given.
    """
    chances, lengths = np.asarray(probabilities, np.float64), np.asarray(dataset.lengths)[rows]
    codes = dataset.targets.get(target)
    known = np.full(chances.shape[:-1], -1) if codes is None else np.asarray(codes[rows], np.int64)
    return means_by_window(chances, known, lengths), codes_by_window(known)


def means_by_window(probabilities: ArrayLike, codes: ArrayLike, lengths: ArrayLike) -> DoubleArray:
    """Return one prediction a window (N, K): the mean over the labelled steps.

    A window without labels has the mean over its own steps.

    Args:
        probabilities: Class probabilities (N, T, K) of steps; or (N, K), which come back as they are.
        codes: Class codes (N, T), -1 where a step has none; or (N,).
        lengths: Number of valid steps (N,).
    """
    chances, labels = np.asarray(probabilities, np.float64), np.asarray(codes)
    if chances.ndim == 2:
        return chances
    sizes = require_axes(chances, "N T K", "probabilities")
    require_axes(labels, "N T", "codes", {"N": sizes["N"], "T": sizes["T"]})
    known = labels >= 0
    own = length_mask(np.asarray(lengths), sizes["T"])
    counted = np.where(known.any(axis=1, keepdims=True), known, own)  # (N, T)
    means: DoubleArray = np.einsum("ntk,nt->nk", chances, counted) / counted.sum(axis=1, keepdims=True)
    return means


def codes_by_window(codes: ArrayLike) -> IntArray:
    """Return one label a window (N,), the one that most steps have (the first of equals), -1 without labels.

    Args:
        codes: Class codes (N, T), -1 where a step has none; or (N,), which come back as they are.
    """
    labels = np.asarray(codes, np.int64)
    if labels.ndim == 1:
        return labels
    require_axes(labels, "N T", "codes")
    known = labels >= 0
    found = np.zeros((len(labels), int(labels.max(initial=0)) + 1), np.int64)
    rows, steps = np.nonzero(known)
    np.add.at(found, (rows, labels[rows, steps]), 1)
    return np.where(known.any(axis=1), found.argmax(axis=1), -1)
