"""A page of samples side by side: each with its series, attention and outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, FloatArray, IntArray, require_axes
from core.attention.inputs import (
    OUTCOME_NAMES,
    SampleLabels,
    SeriesData,
    StepAxis,
    check_labels,
    names_of,
    traced,
)
from core.attention.statistics import normalised_entropy
from core.errors import NotFoundError, SettingsError
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

LARGEST_PAGE = 60
MOST_CHANNELS = 4
GallerySort = Literal["errors", "confidence", "doubt", "margin", "entropy", "distance", "typical"]
MEASURED = ("margin", "entropy", "distance")
GALLERY_SORTS: tuple[GallerySort, ...] = get_args(GallerySort)


@dataclass(frozen=True)
class GalleryView:
    """Which samples are asked for, and how they are shown; what is None does not matter.

    Attributes:
        outcome: 0 TP, 1 TN, 2 FP, 3 FN.
        actual: Code of the actual class.
        predicted: Code of the predicted class.
        sort: "errors": errors first, then right predictions, the most confident first in each; "confidence":
            the most confident first; "doubt": the least confident first; "margin": the smallest lead of the
            likeliest class first; "entropy": sharpest attention first; "distance": farthest from the mean of
            its class first, "typical": nearest first. Samples of unknown class come last in "errors", those
            without a number last in each; equals keep the dataset's order.
        channels: The channels to show, one to four.
        offset: How many samples to pass over.
        count: How many samples to show, at most 60.
    """

    outcome: int | None = None
    actual: int | None = None
    predicted: int | None = None
    sort: GallerySort = "errors"
    channels: tuple[int, ...] = (0,)
    offset: int = 0
    count: int = 24

    def __post_init__(self) -> None:
        if self.sort not in GALLERY_SORTS:
            raise SettingsError(f"sort must be one of {', '.join(GALLERY_SORTS)}; got {self.sort!r:.40}")
        if not 1 <= len(self.channels) <= MOST_CHANNELS:
            raise SettingsError(f"a tile shows 1 to {MOST_CHANNELS} channels; got {len(self.channels)}")
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
        series: Values of the channels (M, T, D); NaN beyond a sample's end.
        weights: Attention (M, T); NaN beyond a sample's end.
        channels: Names of the channels.
        actual: Class codes (M,), -1 where unknown.
        predicted: Class codes (M,).
        outcomes: Outcome codes (M,), -1 where unknown.
        confidence: Confidences (M,).
        margin: Lead of the likeliest class over the next (M,).
        entropy: Normalised entropy of the attention (M,); NaN without attention.
        distance: Distance to the mean of the actual class (M,); NaN where it was not asked for.
        sort: What they are sorted by.
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
    channels: tuple[str, ...]
    actual: IntArray
    predicted: IntArray
    outcomes: IntArray
    confidence: DoubleArray
    margin: DoubleArray
    entropy: DoubleArray
    distance: DoubleArray
    sort: GallerySort
    classes: tuple[str, ...]
    positive: int
    offset: int
    total: int
    axis: StepAxis
    provenance: Provenance

    def __post_init__(self) -> None:
        given = {"M": len(self.sample_ids), "D": len(self.channels)}
        sizes = require_axes(self.series, "M T D", "series", given)
        require_axes(self.weights, "M T", "weights", sizes)
        for name in ("samples", "actual", "predicted", "outcomes", "confidence", *MEASURED):
            require_axes(getattr(self, name), "M", name, sizes)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per sample and step within the sample's length."""
        import pandas as pd

        count, steps, _ = self.series.shape
        frame = pd.DataFrame(
            {
                "sample": np.repeat(self.samples, steps),
                "sample_id": np.repeat(np.array(self.sample_ids, dtype=object), steps),
                "outcome": np.repeat(names_of(self.outcomes, OUTCOME_NAMES), steps),
                "actual": np.repeat(names_of(self.actual, self.classes), steps),
                "predicted": np.repeat(names_of(self.predicted, self.classes), steps),
                "confidence": np.repeat(self.confidence, steps),
                **{name: np.repeat(getattr(self, name), steps) for name in MEASURED},
                "step": np.tile(np.arange(steps), count),
                **{name: self.series[:, :, place].ravel() for place, name in enumerate(self.channels)},
                "attention": self.weights.ravel(),
            }
        )
        return frame[~np.isnan(self.weights.ravel())].reset_index(drop=True)


def gallery_rows(
    labels: SampleLabels,
    view: GalleryView | None = None,
    measured: Mapping[str, NDArray[Any]] | None = None,
) -> IntArray:
    """Return the rows of `labels` that a view asks for, on all its pages.

    Args:
        labels: Predictions of the samples to look through.
        view: Which of them are asked for, in which order.
        measured: "entropy" and "distance" of each (N,); needed when sorted by them.
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
    order = _order(labels, view.sort, measured or {})
    return np.asarray(order[wanted[order]], np.int64)


def gallery(
    data: SeriesData,
    labels: SampleLabels,
    weights: NDArray[Any],
    view: GalleryView | None = None,
    *,
    measured: Mapping[str, NDArray[Any]] | None = None,
    source: Provenance | None = None,
) -> Gallery:
    """Return one page of the samples asked for, the most confident errors first.

    Args:
        data: The dataset.
        labels: Predictions of the samples to look through.
        weights: Pooled attention of all samples of the dataset (N, T), memory-mapped or not.
        view: Which samples, page and channels are asked for; the first page of all unless given.
        measured: "entropy" and "distance" of each of `labels`, as far as they are known.
        source: Hashes of the data and the model, for the provenance.
    """
    view = view or GalleryView()
    check_labels(labels, len(labels.actual))
    known = dict(measured or {})
    if view.sort == "entropy" and "entropy" not in known:
        indices = np.asarray(labels.indices)
        known["entropy"] = normalised_entropy(weights[indices], np.asarray(data.lengths)[indices])
    rows = gallery_rows(labels, view, known)
    shown = rows[view.offset : view.offset + view.count]
    known = {name: np.asarray(values)[shown] for name, values in known.items()}
    return gallery_of(data, labels, weights, shown, view, total=len(rows), measured=known, source=source)


def gallery_of(  # noqa: PLR0913 - what `gallery` takes, and the rows
    data: SeriesData,
    labels: SampleLabels,
    weights: NDArray[Any],
    rows: IntArray,
    view: GalleryView,
    *,
    total: int,
    measured: Mapping[str, NDArray[Any]] | None = None,
    source: Provenance | None = None,
) -> Gallery:
    """Return the page of a view whose samples are known: it costs the same, however many others there are.

    Args:
        data: The dataset.
        labels: Predictions of samples.
        weights: Pooled attention of all samples of the dataset (N, T), memory-mapped or not.
        rows: Which of `labels` stand on the page, in order (M,).
        view: What the page shows and how many samples come before it.
        total: How many samples there are to look through.
        measured: "entropy" and "distance" of the page's samples (M,), as far as they are known.
        source: Hashes of the data and the model, for the provenance.
    """
    require_axes(weights, "N T", "attention", {"N": data.series.shape[0], "T": data.series.shape[1]})
    unfit = [channel for channel in view.channels if not 0 <= channel < len(data.channels)]
    if unfit:
        raise NotFoundError(f"channel must lie between 0 and {len(data.channels) - 1}; got {unfit[0]}")
    known = measured or {}
    samples = np.asarray(labels.indices)[rows]
    lengths = np.asarray(data.lengths)[samples]
    beyond = np.arange(data.series.shape[1])[None, :] >= lengths[:, None]  # (M, T)
    series = np.stack([data.series[samples, :, channel] for channel in view.channels], axis=2)  # (M, T, D)
    own = np.where(beyond, np.nan, weights[samples]).astype(np.float32)
    entropy = known["entropy"] if "entropy" in known else _entropy(own, lengths)
    return Gallery(
        samples=samples,
        sample_ids=tuple(str(data.sample_ids[sample]) for sample in samples),
        series=np.where(beyond[:, :, None], np.nan, series).astype(np.float32),
        weights=own,
        channels=tuple(data.channels[channel] for channel in view.channels),
        actual=labels.actual[rows],
        predicted=labels.predicted[rows],
        outcomes=labels.outcomes[rows],
        confidence=labels.confidence[rows],
        margin=margins(labels.probabilities[rows]),
        entropy=np.asarray(entropy, np.float64),
        distance=np.asarray(known.get("distance", np.full(len(rows), np.nan)), np.float64),
        sort=view.sort,
        classes=tuple(labels.classes),
        positive=labels.of_class,
        offset=view.offset,
        total=total,
        axis=StepAxis.of(data),
        provenance=traced(source, "gallery", len(rows), **vars(view)),
    )


def margins(probabilities: NDArray[Any]) -> DoubleArray:
    """Return how far the likeliest class of each sample is ahead of the next (N,)."""
    ranked = np.partition(np.asarray(probabilities, np.float64), -2, axis=1)
    lead: DoubleArray = ranked[:, -1] - ranked[:, -2]
    return lead


def _entropy(weights: FloatArray, lengths: IntArray) -> DoubleArray:
    found = np.full(len(weights), np.nan)
    looked = np.nansum(weights, axis=1) > 0
    if looked.any():
        found[looked] = normalised_entropy(weights[looked], lengths[looked])
    return found


def _order(labels: SampleLabels, sort: GallerySort, measured: Mapping[str, NDArray[Any]]) -> IntArray:
    confident_first = -np.asarray(labels.confidence)
    if sort == "errors":
        right = np.where(labels.actual < 0, 2, labels.actual == labels.predicted)
        return np.asarray(np.lexsort((confident_first, right)), np.int64)
    name = {"distance": "distance", "typical": "distance", "entropy": "entropy"}.get(sort)
    if name is not None and name not in measured:
        raise SettingsError(f"sorting by {name} needs the {name} of each sample; got none")
    if name is not None:
        key = np.asarray(measured[name], np.float64)
    else:
        key = margins(labels.probabilities) if sort == "margin" else confident_first
    key = -key if sort in {"doubt", "distance"} else key  # what is not a number stays last
    return np.asarray(np.argsort(key, kind="stable"), np.int64)
