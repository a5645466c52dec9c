"""Attention of many samples as one picture: rows in order, drawn together where too many."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, FloatArray, IntArray, require_axes
from core.attention.inputs import (
    OUTCOMES,
    SampleLabels,
    StepAxis,
    check_axis,
    check_labels,
    check_weights,
    names_of,
    slices,
    traced,
)
from core.attention.statistics import normalised_entropy, peaks
from core.errors import SettingsError
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

Sort = Literal["outcome", "confidence", "entropy", "peak", "class", "sample"]
Show = Literal["mean", "max"]
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True)
class HeatmapView:
    """How the samples are laid out.

    Attributes:
        sort: "outcome": TP, TN, FP, FN, then unknown, the most confident first in each; "class": by actual
            class, the most confident first in each; "confidence": most confident first; "entropy": sharpest
            first; "peak": earliest peak first; "sample": as in the dataset. Equals keep the dataset's order.
        rows: Most rows of the picture; more samples are drawn together.
        steps: Most columns; more steps are drawn together.
        show: What a cell shows of the weights drawn together: their "mean" or their "max".
    """

    sort: Sort = "outcome"
    rows: int = 400
    steps: int = 400
    show: Show = "mean"

    def __post_init__(self) -> None:
        if self.sort not in SORTS:
            raise SettingsError(f"sort must be one of {', '.join(SORTS)}; got {self.sort!r:.40}")
        if self.show not in get_args(Show):
            raise SettingsError(f"show must be mean or max; got {self.show!r:.40}")
        if self.rows < 1 or self.steps < 1:
            raise SettingsError(f"rows and steps must be at least 1; got {self.rows} and {self.steps}")


@dataclass(frozen=True)
class AttentionHeatmap:
    """Attention over samples and steps, ready to draw.

    Attributes:
        cells: Mean or largest weight of what is drawn together (R, S); NaN beyond a sample's end.
        samples: Position in the dataset of the row's sample, or of the first of several (R,).
        counts: Number of samples a row stands for (R,).
        actual: Most frequent class of the row (R,), -1 where unknown.
        outcomes: Most frequent outcome of the row (R,), -1 where unknown.
        confidence: Mean confidence of the row (R,).
        first_steps: First step of each column (S,).
        largest: Largest single weight of all.
        total: Number of samples.
        classes: Names of the classes.
        positive: Code of the class that counts as positive.
        view: The order and the limits asked for.
        axis: Labels of the steps.
    """

    cells: FloatArray
    samples: IntArray
    counts: IntArray
    actual: IntArray
    outcomes: IntArray
    confidence: DoubleArray
    first_steps: IntArray
    largest: float
    total: int
    classes: tuple[str, ...]
    positive: int
    view: HeatmapView
    axis: StepAxis
    provenance: Provenance

    def __post_init__(self) -> None:
        sizes = require_axes(self.cells, "R S", "cells")
        for name in ("samples", "counts", "actual", "outcomes", "confidence"):
            require_axes(getattr(self, name), "R", name, sizes)
        require_axes(self.first_steps, "S", "first_steps", sizes)

    @property
    def aggregated(self) -> bool:
        """True if a row stands for several samples."""
        return bool((self.counts > 1).any())

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a row of the picture: sample, class, outcome, confidence, then one column a step."""
        import pandas as pd

        frame = pd.DataFrame(
            {
                "sample": self.samples,
                "n": self.counts,
                "actual": names_of(self.actual, self.classes),
                "outcome": names_of(self.outcomes, OUTCOMES),
                "confidence": self.confidence,
            }
        )
        columns = [f"step {step}" for step in self.first_steps]
        return pd.concat([frame, pd.DataFrame(self.cells, columns=columns)], axis=1)


def attention_heatmap(
    weights: NDArray[Any],
    lengths: NDArray[Any],
    labels: SampleLabels,
    axis: StepAxis,
    *,
    view: HeatmapView | None = None,
    source: Provenance | None = None,
) -> AttentionHeatmap:
    """Lay the attention of many samples out as rows in a chosen order.

    Samples of different outcome (or class) never share a row when sorted by it, as long as there are at least
    as many rows as groups.

    Args:
        weights: Pooled attention of the samples of `labels`, in their order (N, T).
        lengths: Number of valid steps (N,).
        labels: Prediction, outcome and confidence of each sample.
        axis: Labels of the steps.
        view: Order and size of the picture.
        source: Hashes of the data and the model, for the provenance.
    """
    view = view or HeatmapView()
    sizes = check_weights(weights, lengths)
    check_labels(labels, sizes["N"])
    check_axis(axis, sizes["T"])
    order = row_order(weights, lengths, labels, view.sort)
    row_of_ranked = _rows(_groups(labels, view.sort)[order], view.rows)
    row_of_sample = np.empty(sizes["N"], np.int64)
    row_of_sample[order] = row_of_ranked
    rows = int(row_of_ranked[-1]) + 1 if sizes["N"] else 0
    first_steps = _first_of_runs(sizes["T"], view.steps)
    cells, largest = _cells(weights, lengths, row_of_sample, first_steps, view.show)
    firsts = np.searchsorted(row_of_ranked, np.arange(rows))
    counts = np.bincount(row_of_sample, minlength=rows).astype(np.int64)
    return AttentionHeatmap(
        cells=cells,
        samples=np.asarray(labels.indices)[order][firsts],
        counts=counts,
        actual=_most_frequent(labels.actual, row_of_sample, rows),
        outcomes=_most_frequent(labels.outcomes, row_of_sample, rows),
        confidence=np.bincount(row_of_sample, labels.confidence, rows) / np.maximum(counts, 1),
        first_steps=first_steps,
        largest=largest,
        total=sizes["N"],
        classes=tuple(labels.classes),
        positive=labels.of_class,
        view=view,
        axis=axis,
        provenance=traced(source, "attention heatmap", sizes["N"], **vars(view)),
    )


def row_order(weights: NDArray[Any], lengths: NDArray[Any], labels: SampleLabels, sort: Sort) -> IntArray:
    """Return the positions of the samples in the order of a sort key (N,), see `HeatmapView`."""
    sure_first = -np.asarray(labels.confidence)
    if sort == "sample":
        return np.arange(len(sure_first))
    if sort == "entropy":
        return np.argsort(normalised_entropy(weights, lengths), kind="stable")
    if sort == "peak":
        return np.argsort(peaks(weights, lengths), kind="stable")
    order: IntArray = np.lexsort((sure_first, _groups(labels, sort)))
    return order


def _groups(labels: SampleLabels, sort: Sort) -> IntArray:
    """Return the group of each sample that should not share rows with another (N,); unknown comes last."""
    if sort not in {"outcome", "class"}:
        return np.zeros(len(labels.actual), np.int64)
    codes = np.asarray(labels.outcomes if sort == "outcome" else labels.actual)
    groups: IntArray = np.where(codes < 0, np.iinfo(np.int64).max, codes)
    return groups


def _rows(groups: IntArray, limit: int) -> IntArray:
    """Return the row of each ranked sample: its rank, or that of the samples it is drawn together with."""
    samples = len(groups)
    if samples <= limit:
        return np.arange(samples)
    _, firsts, counts = np.unique(groups, return_index=True, return_counts=True)
    if len(firsts) > limit:
        return np.arange(samples) * limit // samples
    spare = limit - len(firsts)
    rows_of_group = np.minimum(1 + (spare * counts) // samples, counts)
    row = np.empty(samples, np.int64)
    start = 0
    for first, count, rows in zip(firsts, counts, rows_of_group, strict=True):
        row[first : first + count] = start + np.arange(count) * rows // count
        start += int(rows)
    return row


def _first_of_runs(steps: int, limit: int) -> IntArray:
    columns = min(steps, limit)
    return (np.arange(columns, dtype=np.int64) * steps) // max(1, columns)


def _cells(
    weights: NDArray[Any],
    lengths: NDArray[Any],
    row_of_sample: IntArray,
    first_steps: IntArray,
    show: Show,
) -> tuple[FloatArray, float]:
    shape = (int(row_of_sample.max(initial=-1)) + 1, len(first_steps))
    total, present, largest = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for part, block, mask in slices(weights, lengths):
        rank = np.argsort(row_of_sample[part], kind="stable")
        ranked = row_of_sample[part][rank]
        firsts = np.flatnonzero(np.diff(ranked, prepend=-1))
        rows = ranked[firsts]
        present[rows] += _drawn_together(np.add, mask[rank].astype(np.float64), firsts, first_steps)
        if show == "mean":
            total[rows] += _drawn_together(np.add, block[rank], firsts, first_steps)
        top = _drawn_together(np.maximum, block[rank], firsts, first_steps)
        largest[rows] = np.maximum(largest[rows], top)
    filled = largest if show == "max" else total / np.maximum(present, 1)
    cells = np.where(present > 0, filled, np.nan).astype(np.float32)
    return cells, float(largest.max(initial=0.0))


def _drawn_together(how: np.ufunc, block: DoubleArray, rows: IntArray, columns: IntArray) -> DoubleArray:
    joined: DoubleArray = how.reduceat(how.reduceat(block, columns, axis=1), rows, axis=0)
    return joined


def _most_frequent(codes: IntArray, row_of_sample: IntArray, rows: int) -> IntArray:
    """Return the most frequent code of each row (R,), the smallest of equals."""
    kinds = int(np.max(codes, initial=-1)) + 2
    cells = np.bincount(row_of_sample * kinds + np.asarray(codes) + 1, minlength=rows * kinds)
    return np.asarray(cells.reshape(rows, kinds).argmax(axis=1) - 1, np.int64)
