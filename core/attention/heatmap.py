"""Attention of many samples as one picture: rows in order, drawn together where too many."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, FloatArray, IntArray, require_axes
from core.attention.clusters import attention_clusters
from core.attention.heatmap_view import HeatmapView, Span
from core.attention.inputs import (
    OUTCOME_NAMES,
    SampleLabels,
    StepAxis,
    check_axis,
    check_labels,
    check_weights,
    names_of,
    traced,
)
from core.attention.ordering import RowValues, SampleOrder, row_values, sample_order
from core.attention.pyramid import Cells, Pyramid, pyramid_of
from core.attention.rows import OrderedRows, share_axis
from core.attention.statistics import attention_statistics
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class AttentionHeatmap:
    """Attention over samples and steps, ready to draw.

    Attributes:
        means: Mean weight of what is drawn together (R, S); NaN beyond a sample's end.
        maxima: Largest weight of the same (R, S).
        edges: Place of the order where each row begins, and where the last ends (R + 1,).
        samples: Position in the dataset of the row's sample, or of the first of several (R,).
        actual: Most frequent class of the row (R,), -1 where unknown.
        outcomes: Most frequent outcome of the row (R,), -1 where unknown.
        confidence: Mean confidence of the row (R,).
        groups: Code of the group of the order that the row belongs to (R,).
        first_steps: First step of each column (S,), or hundredth of the length.
        last_step: The step behind the last column.
        largest: Largest single weight of all samples.
        total: Number of samples in the order, shown or not.
        names: Names of the groups; empty where the order has none.
        how: The order in words.
        classes: Names of the classes.
        positive: Code of the class that counts as positive.
        view: The order and the limits asked for.
        axis: Labels of the columns' steps.
        values: What the rows have of the sort key; None where they tell it already.
    """

    means: FloatArray
    maxima: FloatArray
    edges: IntArray
    samples: IntArray
    actual: IntArray
    outcomes: IntArray
    confidence: DoubleArray
    groups: IntArray
    first_steps: IntArray
    last_step: int
    largest: float
    total: int
    names: tuple[str, ...]
    how: str
    classes: tuple[str, ...]
    positive: int
    view: HeatmapView
    axis: StepAxis
    provenance: Provenance
    values: RowValues | None = None

    def __post_init__(self) -> None:
        sizes = require_axes(self.means, "R S", "means")
        require_axes(self.maxima, "R S", "maxima", sizes)
        for name in ("samples", "actual", "outcomes", "confidence", "groups"):
            require_axes(getattr(self, name), "R", name, sizes)
        require_axes(self.edges, "E", "edges", {"E": sizes["R"] + 1})
        require_axes(self.first_steps, "S", "first_steps", sizes)

    @property
    def cells(self) -> FloatArray:
        """What is drawn: mean or largest weight of what is drawn together (R, S)."""
        return self.maxima if self.view.show == "max" else self.means

    @property
    def counts(self) -> IntArray:
        """Number of samples a row stands for (R,)."""
        return np.diff(self.edges)

    @property
    def shown(self) -> Span:
        """The first place of the order that is shown and the one behind the last."""
        return int(self.edges[0]), int(self.edges[-1])

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
                "outcome": names_of(self.outcomes, OUTCOME_NAMES),
                "confidence": self.confidence,
            }
        )
        if self.values is not None:
            frame["sort_from"], frame["sort_to"] = self.values.first, self.values.last
        columns = [f"{'percent' if self.view.shares else 'step'} {step}" for step in self.first_steps]
        return pd.concat([frame, pd.DataFrame(self.cells, columns=columns)], axis=1)


@dataclass(frozen=True, eq=False)
class OrderedAttention:
    """The attention of some samples in an order, with what stands beside its rows; any zoom is drawn from it.

    Attributes:
        order: Who is in which place, and the groups.
        pyramid: Their weights.
        samples: Position in the dataset of each place (N,).
        actual: Class codes (N,).
        outcomes: Outcome codes (N,).
        confidence: Confidences (N,).
        classes: Names of the classes.
        positive: Code of the class that counts as positive.
    """

    order: SampleOrder
    pyramid: Pyramid
    samples: IntArray
    actual: IntArray
    outcomes: IntArray
    confidence: FloatArray
    classes: tuple[str, ...]
    positive: int


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

    Samples of different outcome (or class, or another group) never share a row when sorted by it, as long as
    there are at least as many rows as groups.

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
    statistics = attention_statistics(weights, lengths)
    everything = OrderedRows.of(weights, np.arange(sizes["N"]), lengths)
    if view.sort == "cluster":
        order = attention_clusters(everything, statistics).order
    else:
        order = sample_order(labels, view.sort, statistics)
    rows = OrderedRows.of(weights, order.places, np.asarray(lengths)[order.places], view.shares)
    largest = float(statistics.max.max(initial=0.0))
    return heatmap_of(in_order(rows, order, labels, largest), view, axis, source)


def in_order(rows: OrderedRows, order: SampleOrder, labels: SampleLabels, largest: float) -> OrderedAttention:
    """Bring weights and what is known of their samples into an order, ready to be drawn at any zoom.

    Args:
        rows: The weights in the order.
        order: The order of the samples of `labels`.
        labels: Prediction, outcome and confidence of each sample.
        largest: The largest weight of them.
    """
    places = order.places
    scale = 1.0 if rows.shares else largest or 1.0
    return OrderedAttention(
        order=order,
        pyramid=pyramid_of(rows, order.bounds, scale),
        samples=np.asarray(labels.indices)[places],
        actual=np.asarray(labels.actual)[places],
        outcomes=np.asarray(labels.outcomes)[places],
        confidence=np.asarray(labels.confidence, np.float32)[places],
        classes=tuple(labels.classes),
        positive=labels.of_class,
    )


def heatmap_of(
    ordered: OrderedAttention, view: HeatmapView, axis: StepAxis, source: Provenance | None = None
) -> AttentionHeatmap:
    """Draw a zoom of samples in their order.

    Args:
        ordered: The samples in the order that the view asks for.
        view: Zoom and size of the picture; what lies outside is cut off.
        axis: Labels of the steps.
        source: Hashes of the data and the model, for the provenance.
    """
    rows = ordered.pyramid.rows
    places, span = _within(view.places, len(rows)), _within(view.span, rows.columns)
    drawn = ordered.pyramid.cells(places, span, (view.rows, view.steps))
    part, edges = slice(int(drawn.edges[0]), int(drawn.edges[-1])), drawn.edges
    row_of_place = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    sure = np.bincount(row_of_place, ordered.confidence[part], len(edges) - 1)
    return AttentionHeatmap(
        means=drawn.mean,
        maxima=drawn.largest,
        edges=edges,
        samples=np.asarray(ordered.samples[edges[:-1]], np.int64),
        actual=_most_frequent(ordered.actual[part], row_of_place, len(edges) - 1),
        outcomes=_most_frequent(ordered.outcomes[part], row_of_place, len(edges) - 1),
        confidence=sure / np.maximum(1, np.diff(edges)),
        groups=ordered.order.groups[edges[:-1]],
        first_steps=drawn.columns,
        last_step=span[1],
        largest=_largest(ordered.pyramid, drawn),
        total=len(rows),
        names=ordered.order.names,
        how=ordered.order.how,
        classes=ordered.classes,
        positive=ordered.positive,
        view=view,
        axis=share_axis() if view.shares else axis,
        provenance=traced(source, "attention heatmap", len(row_of_place), **vars(view)),
        values=row_values(ordered.order, edges),
    )


def _within(asked: Span | None, count: int) -> Span:
    """Return the first place that is meant and the one behind the last; at least one if there is any."""
    if asked is None or not count:
        return 0, count
    first = min(max(0, asked[0]), count - 1)
    return first, max(first, min(asked[1], count - 1)) + 1


def _largest(pyramid: Pyramid, drawn: Cells) -> float:
    if not pyramid.rows.shares:
        return pyramid.scale if len(pyramid.rows) else 0.0
    if pyramid.levels:
        return float(pyramid.levels[-1].largest.max()) * pyramid.scale
    return float(np.nanmax(drawn.largest)) if drawn.largest.size else 0.0


def _most_frequent(codes: IntArray, row_of_place: IntArray, rows: int) -> IntArray:
    """Return the most frequent code of each row (R,), the smallest of equals."""
    kinds = int(np.max(codes, initial=-1)) + 2
    cells = np.bincount(row_of_place * kinds + np.asarray(codes) + 1, minlength=rows * kinds)
    return np.asarray(cells.reshape(rows, kinds).argmax(axis=1) - 1, np.int64)
