"""Windows of one record that share steps, and windows that training knows from the future."""

import numpy as np

from core.arrays import BoolArray, IntArray
from core.data.dataset import Dataset


def records_of(dataset: Dataset) -> IntArray:
    """Return which record (N,) each window was cut from: its entity, or the one of all."""
    if dataset.entities is None:
        return np.zeros(dataset.samples, dtype=np.int64)
    return np.unique(np.asarray(dataset.entities), return_inverse=True)[1].reshape(-1).astype(np.int64)


def any_overlap(dataset: Dataset, spans: IntArray) -> bool:
    """Return whether any two windows of a record share a step."""
    records = records_of(dataset)
    order = np.lexsort((spans[:, 0], records))
    same = records[order][1:] == records[order][:-1]
    return bool(np.any(same & (spans[order][1:, 0] <= spans[order][:-1, 1])))


def overlapping(records: IntArray, spans: IntArray, rows: IntArray, others: IntArray) -> BoolArray:
    """Return which of some windows share a step with any of others.

    Args:
        records: Record of each window (N,).
        spans: First and last place of each window (N, 2), inclusive.
        rows: The windows that are asked about (n,).
        others: The windows they are held against (m,).
    """
    if not len(others):
        return np.zeros(len(rows), dtype=bool)
    # Places become ranks, so that record and place fit into one number.
    ranks = np.unique(spans, return_inverse=True)[1].reshape(spans.shape).astype(np.int64)
    width = int(ranks.max()) + 1
    starts = records * width + ranks[:, 0]
    ends = records * width + ranks[:, 1]
    order = others[np.argsort(starts[others], kind="stable")]
    furthest = np.maximum.accumulate(ends[order])  # numbers of one record lie above all of those before
    before = np.searchsorted(starts[order], ends[rows], side="right")
    found = np.zeros(len(rows), dtype=bool)
    some = before > 0
    found[some] = furthest[before[some] - 1] >= starts[rows][some]
    return found


def older_than_training(
    axes: IntArray, starts: IntArray, learnt: IntArray, train: IntArray, test: IntArray
) -> BoolArray:
    """Return which test windows begin before all training windows on their axis were learnt from.

    Args:
        axes: Axis of time of each window (N,).
        starts: When each window begins (N,).
        learnt: When training on a window could begin (N,).
        train: The windows of training.
        test: The windows that are asked about.
    """
    newest = np.full(int(axes.max()) + 1, np.iinfo(np.int64).min)
    np.maximum.at(newest, axes[train], learnt[train])
    found: BoolArray = starts[test] < newest[axes[test]]
    return found
