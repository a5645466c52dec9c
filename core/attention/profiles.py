"""Average attention by step for groups of samples: by class, by outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, DoubleArray, IntArray, length_mask, require_axes
from core.attention.inputs import SampleLabels, StepAxis, check_axis, slices, traced
from core.attention.rows import OrderedRows
from core.errors import SettingsError
from core.evaluation.outcomes import named_outcomes
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

Band = Literal["sd", "quantiles"]
CELLS_AT_ONCE = 400_000  # stay in the cache of a core


@dataclass(frozen=True)
class Grouping:
    """Which group each sample belongs to.

    Attributes:
        codes: Index into `names` (N,); samples of -1 belong nowhere.
        names: Names of the groups.
        by: What the groups are: "class", "outcome", "prediction".
        left_out: Number of further groups that are not looked at.
    """

    codes: IntArray
    names: tuple[str, ...]
    by: str
    left_out: int = 0


@dataclass(frozen=True)
class AttentionProfiles:
    """Mean attention of each step by group, with its spread.

    Attributes:
        mean: Mean weights (G, T) over the samples of the group that have the step; NaN where none has.
        low: Lower edge of the band (G, T): mean - SD, not below 0, or the 25 % quantile.
        high: Upper edge of the band (G, T): mean + SD or the 75 % quantile.
        counts: Number of samples of each group (G,).
        present: Number of samples behind each value (G, T); below `counts` where samples are shorter.
        names: Names of the groups.
        by: What the groups are.
        band: "sd" or "quantiles".
        axis: Labels of the steps.
        left_out: Number of further groups that were not looked at.
    """

    mean: DoubleArray
    low: DoubleArray
    high: DoubleArray
    counts: IntArray
    present: IntArray
    names: tuple[str, ...]
    by: str
    band: Band
    axis: StepAxis
    provenance: Provenance
    left_out: int = 0

    def __post_init__(self) -> None:
        sizes = require_axes(self.mean, "G T", "mean", {"G": len(self.names), "T": len(self.axis.labels)})
        for name in ("low", "high", "present"):
            require_axes(getattr(self, name), "G T", name, sizes)
        require_axes(self.counts, "G", "counts", sizes)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per group and step that has samples."""
        import pandas as pd

        groups, steps = self.mean.shape
        frame = pd.DataFrame(
            {
                self.by: np.repeat(np.array(self.names, dtype=object), steps),
                "step": np.tile(np.arange(steps), groups),
                "label": np.tile(np.array(self.axis.labels, dtype=object), groups),
                "mean": self.mean.ravel(),
                "low": self.low.ravel(),
                "high": self.high.ravel(),
                "n": self.present.ravel(),
            }
        )
        return frame[frame["n"] > 0].reset_index(drop=True)


def by_class(labels: SampleLabels) -> Grouping:
    """Group samples by their actual class."""
    return Grouping(labels.actual, tuple(labels.classes), "class")


def by_outcome(labels: SampleLabels) -> Grouping:
    """Group samples by their outcome."""
    there = named_outcomes(labels.outcomes)
    return Grouping(labels.outcomes, tuple(there.get(code, "") for code in range(max(there) + 1)), "outcome")


def all_together(samples: int) -> Grouping:
    """Put all samples into one group."""
    return Grouping(np.zeros(samples, np.int64), ("all samples",), "group")


def attention_profiles(
    weights: NDArray[Any] | OrderedRows,
    lengths: NDArray[Any],
    grouping: Grouping,
    axis: StepAxis,
    *,
    band: Band = "sd",
    source: Provenance | None = None,
) -> AttentionProfiles:
    """Average attention by step within each group.

    Args:
        weights: Pooled attention (N, T), or rows of weights that were checked, which is faster, and may be
            laid out by hundredths of each sample's own length.
        lengths: Number of valid steps (N,); a sample counts at its own steps only.
        grouping: Which group each sample belongs to.
        axis: Labels of the steps.
        band: "sd" for mean - SD to mean + SD, "quantiles" for the middle half of the samples.
        source: Hashes of the data and the model, for the provenance.
    """
    if isinstance(weights, OrderedRows):
        sizes = {"N": len(weights), "T": weights.columns}
    else:
        sizes = require_axes(weights, "N T", "attention")
    require_axes(grouping.codes, "N", "groups", sizes)
    check_axis(axis, sizes["T"])
    if band not in {"sd", "quantiles"}:
        raise SettingsError(f"band must be sd or quantiles; got {band!r:.40}")
    shares = isinstance(weights, OrderedRows) and weights.shares
    mean, deviation, present = _moments(weights, lengths, grouping)
    low, high = np.maximum(mean - deviation, 0.0), mean + deviation
    if band == "quantiles":
        if isinstance(weights, OrderedRows):
            weights, mask = weights.read(0, len(weights))
            lengths = lengths if mask is not None else np.full(sizes["N"], sizes["T"])
        low, high = _quantiles(weights, lengths, grouping)
    counts = np.array([np.sum(grouping.codes == code) for code in range(len(grouping.names))], np.int64)
    return AttentionProfiles(
        mean=mean,
        low=low,
        high=high,
        counts=counts,
        present=present,
        names=grouping.names,
        by=grouping.by,
        band=band,
        axis=axis,
        provenance=traced(
            source, "attention profile", int(counts.sum()), by=grouping.by, band=band,
            **({"axis": "share of own length"} if shares else {}),
        ),
        left_out=grouping.left_out,
    )  # fmt: skip


def _moments(
    weights: NDArray[Any] | OrderedRows, lengths: NDArray[Any], grouping: Grouping
) -> tuple[DoubleArray, DoubleArray, IntArray]:
    """Return mean, standard deviation and number of samples by group and step, each (G, T)."""
    steps = weights.columns if isinstance(weights, OrderedRows) else weights.shape[1]
    shape = (len(grouping.names), steps)
    total, square, present = np.zeros(shape), np.zeros(shape), np.zeros(shape, np.int64)
    blocks = _read(weights) if isinstance(weights, OrderedRows) else slices(weights, lengths)
    for part, block, mask in blocks:
        member = (grouping.codes[part][None, :] == np.arange(shape[0])[:, None]).astype(block.dtype)  # (G, n)
        total += member @ block
        square += member @ block**2
        counted = member.sum(axis=1, keepdims=True) if mask is None else member @ mask.astype(block.dtype)
        present += np.rint(counted).astype(np.int64)
    known = np.where(present > 0, present, np.nan)
    mean = total / known
    return mean, np.sqrt(np.maximum(square / known - mean**2, 0.0)), present


def _read(rows: OrderedRows) -> Iterator[tuple[slice, NDArray[Any], BoolArray | None]]:
    at_once = max(1, CELLS_AT_ONCE // max(1, rows.columns))
    for start in range(0, len(rows), at_once):
        part = slice(start, min(start + at_once, len(rows)))
        yield part, *rows.read(part.start, part.stop)


def _quantiles(
    weights: NDArray[Any], lengths: NDArray[Any], grouping: Grouping
) -> tuple[DoubleArray, DoubleArray]:
    edges = np.full((2, len(grouping.names), weights.shape[1]), np.nan)
    for code in range(len(grouping.names)):
        rows = np.flatnonzero(grouping.codes == code)
        if not len(rows):
            continue
        block = np.asarray(weights[rows], np.float64)
        mask = length_mask(np.asarray(lengths)[rows], weights.shape[1])
        for steps in _alike(mask):
            edges[:, code, steps] = np.quantile(block[mask[:, steps[0]]][:, steps], [0.25, 0.75], axis=0)
    return edges[0], edges[1]


def _alike(mask: NDArray[np.bool_]) -> Sequence[IntArray]:
    """Return runs of steps that the same samples have, without those that none has."""
    counts = mask.sum(axis=0)
    steps = np.flatnonzero(counts)
    return np.split(steps, np.flatnonzero(np.diff(counts[steps])) + 1)
