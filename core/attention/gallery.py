"""A page of samples side by side: each with its series, attention and outcome."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, FloatArray, IntArray, require_axes
from core.attention.inputs import OUTCOMES, SampleLabels, SeriesData, StepAxis, check_labels, names_of, traced
from core.attention.statistics import normalised_entropy
from core.errors import NotFoundError, SettingsError
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

LARGEST_PAGE = 60
GallerySort = Literal["errors", "confidence", "doubt", "entropy"]
GALLERY_SORTS: tuple[GallerySort, ...] = get_args(GallerySort)


@dataclass(frozen=True)
class GalleryView:
    """Which samples are asked for, and how they are shown; what is None does not matter.

    Attributes:
        outcome: 0 TP, 1 TN, 2 FP, 3 FN.
        actual: Code of the actual class.
        predicted: Code of the predicted class.
        sort: "errors": errors first, then right predictions, the most confident first in each; "confidence":
            the most confident first; "doubt": the least confident first; "entropy": sharpest attention first.
            Samples of unknown class come last in "errors"; equals keep the dataset's order.
        channel: The channel to show.
        offset: How many samples to pass over.
        count: How many samples to show, at most 60.
    """

    outcome: int | None = None
    actual: int | None = None
    predicted: int | None = None
    sort: GallerySort = "errors"
    channel: int = 0
    offset: int = 0
    count: int = 24

    def __post_init__(self) -> None:
        if self.sort not in GALLERY_SORTS:
            raise SettingsError(f"sort must be one of {', '.join(GALLERY_SORTS)}; got {self.sort!r:.40}")
        if self.offset < 0 or not 1 <= self.count <= LARGEST_PAGE:
            raise SettingsError(
                f"a page must start at 0 or later and hold 1 to {LARGEST_PAGE} samples;"
                f" got {self.offset} and {self.count}"
            )


@dataclass(frozen=True)
class Gallery:
    """Some samples, in order, with what a small picture of each needs.

    Attributes:
        samples: Positions in the dataset (M,).
        sample_ids: Names of the samples.
        series: Values of one channel (M, T); NaN beyond a sample's end.
        weights: Attention (M, T); NaN beyond a sample's end.
        channel: Name of the channel.
        actual: Class codes (M,), -1 where unknown.
        predicted: Class codes (M,).
        outcomes: Outcome codes (M,), -1 where unknown.
        confidence: Confidences (M,).
        classes: Names of the classes.
        positive: Code of the class that counts as positive.
        offset: How many samples come before these in the same order.
        total: How many samples there are to look through.
        axis: Labels of the steps.
    """

    samples: IntArray
    sample_ids: tuple[str, ...]
    series: FloatArray
    weights: FloatArray
    channel: str
    actual: IntArray
    predicted: IntArray
    outcomes: IntArray
    confidence: DoubleArray
    classes: tuple[str, ...]
    positive: int
    offset: int
    total: int
    axis: StepAxis
    provenance: Provenance

    def __post_init__(self) -> None:
        sizes = require_axes(self.series, "M T", "series", {"M": len(self.sample_ids)})
        require_axes(self.weights, "M T", "weights", sizes)
        for name in ("samples", "actual", "predicted", "outcomes", "confidence"):
            require_axes(getattr(self, name), "M", name, sizes)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per sample and step within the sample's length."""
        import pandas as pd

        count, steps = self.series.shape
        frame = pd.DataFrame(
            {
                "sample": np.repeat(self.samples, steps),
                "sample_id": np.repeat(np.array(self.sample_ids, dtype=object), steps),
                "outcome": np.repeat(names_of(self.outcomes, OUTCOMES), steps),
                "actual": np.repeat(names_of(self.actual, self.classes), steps),
                "predicted": np.repeat(names_of(self.predicted, self.classes), steps),
                "confidence": np.repeat(self.confidence, steps),
                "step": np.tile(np.arange(steps), count),
                self.channel: self.series.ravel(),
                "attention": self.weights.ravel(),
            }
        )
        return frame[~np.isnan(self.weights.ravel())].reset_index(drop=True)


def gallery_rows(
    labels: SampleLabels, view: GalleryView | None = None, entropy: DoubleArray | None = None
) -> IntArray:
    """Return the rows of `labels` that a view asks for, on all its pages.

    Args:
        labels: Predictions of the samples to look through.
        view: Which of them are asked for, in which order.
        entropy: Normalised entropy of each one's attention (N,); needed when sorted by it.
    """
    view = view or GalleryView()
    wanted = np.ones(len(labels.actual), dtype=bool)
    for code, values in (
        (view.outcome, labels.outcomes),
        (view.actual, labels.actual),
        (view.predicted, labels.predicted),
    ):
        if code is not None:
            wanted &= np.asarray(values) == code
    order = _order(labels, view.sort, entropy)
    return np.asarray(order[wanted[order]], np.int64)


def gallery(
    data: SeriesData,
    labels: SampleLabels,
    weights: NDArray[Any],
    view: GalleryView | None = None,
    *,
    source: Provenance | None = None,
) -> Gallery:
    """Return one page of the samples asked for, the most confident errors first.

    Args:
        data: The dataset.
        labels: Predictions of the samples to look through.
        weights: Pooled attention of all samples of the dataset (N, T), memory-mapped or not.
        view: Which samples, page and channel are asked for; the first page of all unless given.
        source: Hashes of the data and the model, for the provenance.
    """
    view = view or GalleryView()
    require_axes(weights, "N T", "attention", {"N": data.series.shape[0], "T": data.series.shape[1]})
    check_labels(labels, len(labels.actual))
    if not 0 <= view.channel < len(data.channels):
        raise NotFoundError(f"channel must lie between 0 and {len(data.channels) - 1}; got {view.channel}")
    entropy = None
    if view.sort == "entropy":
        indices = np.asarray(labels.indices)
        entropy = normalised_entropy(weights[indices], np.asarray(data.lengths)[indices])
    rows = gallery_rows(labels, view, entropy)
    shown = rows[view.offset : view.offset + view.count]
    samples = np.asarray(labels.indices)[shown]
    beyond = np.arange(data.series.shape[1])[None, :] >= np.asarray(data.lengths)[samples][:, None]  # (M, T)
    return Gallery(
        samples=samples,
        sample_ids=tuple(str(data.sample_ids[sample]) for sample in samples),
        series=np.where(beyond, np.nan, data.series[samples, :, view.channel]).astype(np.float32),
        weights=np.where(beyond, np.nan, weights[samples]).astype(np.float32),
        channel=data.channels[view.channel],
        actual=labels.actual[shown],
        predicted=labels.predicted[shown],
        outcomes=labels.outcomes[shown],
        confidence=labels.confidence[shown],
        classes=tuple(labels.classes),
        positive=labels.of_class,
        offset=view.offset,
        total=len(rows),
        axis=StepAxis.of(data),
        provenance=traced(source, "gallery", len(shown), **vars(view)),
    )


def _order(labels: SampleLabels, sort: GallerySort, entropy: DoubleArray | None) -> IntArray:
    confident_first = -np.asarray(labels.confidence)
    if sort == "entropy":
        if entropy is None:
            raise SettingsError("sorting by entropy needs the entropy of each sample; got none")
        return np.asarray(np.argsort(entropy, kind="stable"), np.int64)
    if sort == "errors":
        right = np.where(labels.actual < 0, 2, labels.actual == labels.predicted)
        return np.asarray(np.lexsort((confident_first, right)), np.int64)
    order = np.argsort(confident_first if sort == "confidence" else -confident_first, kind="stable")
    return np.asarray(order, np.int64)
