"""Windows whose steps have labels, looked at as one: the class that most of their steps have."""

import numpy as np
from numpy.typing import ArrayLike

from core.arrays import DoubleArray, IntArray, require_axes


def by_window(probabilities: ArrayLike, codes: ArrayLike) -> tuple[DoubleArray, IntArray]:
    """Return one prediction (N, K) and one label (N,) a window, of predictions and labels per step.

    The prediction is the mean over the labelled steps, the label the one that most of them have (the first of
    equals); a window without labels has the mean over all steps that were predicted, and -1.

    Args:
        probabilities: Class probabilities (N, T, K) of steps; or (N, K), which come back as they are.
        codes: Class codes (N, T), -1 where a step has none; or (N,).
    """
    chances, labels = np.asarray(probabilities, np.float64), np.asarray(codes, np.int64)
    if chances.ndim == 2:
        return chances, labels
    sizes = require_axes(chances, "N T K", "probabilities")
    require_axes(labels, "N T", "codes", {"N": sizes["N"], "T": sizes["T"]})
    known = labels >= 0
    counted = np.where(known.any(axis=1, keepdims=True), known, True)  # (N, T)
    means = np.einsum("ntk,nt->nk", chances, counted) / counted.sum(axis=1, keepdims=True)
    found = np.zeros((sizes["N"], sizes["K"]), np.int64)
    rows, steps = np.nonzero(known)
    np.add.at(found, (rows, labels[rows, steps]), 1)
    return means, np.where(known.any(axis=1), found.argmax(axis=1), -1)
