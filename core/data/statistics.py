"""Statistics of a dataset: computed once when it is published, read instantly afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray, length_mask
from core.data.dataset import NO_PART, PARTS, Dataset, row_chunks, spread_rows
from core.data.scaler import channel_moments
from core.results import Provenance
from core.store import Store

if TYPE_CHECKING:
    import pandas as pd

PART_COLUMNS = (*PARTS, "none")
QUARTILE_VALUES = 2_000_000  # of a longer channel, evenly spaced samples stand for all
CLASS_MEAN_CELLS = 20_000_000  # above this no class means are kept
LENGTH_BINS = 30


@dataclass(frozen=True, eq=False)
class LengthStatistics:
    """How long the samples are: extremes and a histogram with counts between edges."""

    minimum: int
    maximum: int
    mean: float
    edges: DoubleArray
    counts: IntArray


@dataclass(frozen=True, eq=False)
class ClassStatistics:
    """One target: how many samples each class has, and its mean series.

    Attributes:
        names: Names of the classes.
        counts: Samples (K, 4) by part: train, validation, test, none.
        means: Mean of the class (K, T, C) over the samples that reach a step, NaN where none does; empty
            along K when the means would be too large to keep.
        behind: Samples (K, T) behind each step of the means.
    """

    names: tuple[str, ...]
    counts: IntArray
    means: FloatArray
    behind: IntArray

    @property
    def totals(self) -> IntArray:
        """Samples (K,) of each class in all parts."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.int64)

    @property
    def majority_rate(self) -> float:
        """Share of the largest class."""
        return float(self.totals.max() / max(1, self.totals.sum()))


@dataclass(frozen=True, eq=False)
class Statistics:
    """What a dataset holds, over valid steps only.

    Attributes:
        channels: Names of the channels.
        moments: Mean, std, minimum, lower quartile, median, upper quartile, maximum, each (C,), by name.
        missing: Missing values (C,).
        lengths: How long the samples are.
        targets: Class statistics by target name.
        parts: Samples by part of the published split: train, validation, test, none.
        provenance: Where the numbers come from.
    """

    channels: tuple[str, ...]
    moments: Mapping[str, DoubleArray]
    missing: IntArray
    lengths: LengthStatistics
    targets: Mapping[str, ClassStatistics]
    parts: Mapping[str, int]
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a channel."""
        import pandas as pd  # takes half a second, which the child that parses a file need not wait

        return pd.DataFrame({"channel": list(self.channels), **self.moments, "missing": self.missing})

    def class_frame(self, target: str = "label") -> "pd.DataFrame":
        """Return one row a class with its samples by part."""
        import pandas as pd

        found = self.targets[target]
        columns = {name: found.counts[:, place] for place, name in enumerate(PART_COLUMNS)}
        return pd.DataFrame({"class": list(found.names), **columns, "total": found.totals})


def compute_statistics(dataset: Dataset) -> Statistics:
    """Compute the statistics of a sound dataset."""
    mean, deviation = channel_moments(dataset.series, dataset.lengths)
    least, most = _extremes(dataset)
    quartiles = _quartiles(dataset)
    return Statistics(
        channels=dataset.channels,
        moments={
            "mean": mean,
            "std": deviation,
            "minimum": least,
            "lower quartile": quartiles[0],
            "median": quartiles[1],
            "upper quartile": quartiles[2],
            "maximum": most,
        },
        missing=_missing(dataset),
        lengths=_lengths(np.asarray(dataset.lengths)),
        targets={name: _classes(dataset, name) for name in dataset.targets},
        parts=part_counts(dataset),
        provenance=_provenance(dataset.sha256, dataset.samples),
    )


def dataset_statistics(store: Store, dataset_id: str) -> Statistics:
    """Return the statistics that were computed when a dataset was published."""
    shelf = store.datasets
    plain = shelf.json(dataset_id, "statistics.json")
    means = {
        row["target"]: (
            shelf.array(dataset_id, f"class_means_{place}.npy"),
            shelf.array(dataset_id, f"class_behind_{place}.npy"),
        )
        for place, row in enumerate(plain["targets"])
    }
    return statistics_from_plain(plain, means)


def part_counts(dataset: Dataset) -> dict[str, int]:
    """Return how many samples each part of the published split has, and how many are in none."""
    codes = np.where(dataset.parts == NO_PART, len(PARTS), dataset.parts).astype(np.int64)
    counts = np.bincount(codes, minlength=len(PART_COLUMNS))
    return {name: int(count) for name, count in zip(PART_COLUMNS, counts, strict=True)}


def statistics_plain(statistics: Statistics) -> dict[str, Any]:
    """Return everything but the class means as plain values for JSON."""
    lengths = statistics.lengths
    return {
        "channels": list(statistics.channels),
        "moments": {name: values.tolist() for name, values in statistics.moments.items()},
        "missing": statistics.missing.tolist(),
        "lengths": {
            "minimum": lengths.minimum,
            "maximum": lengths.maximum,
            "mean": lengths.mean,
            "edges": lengths.edges.tolist(),
            "counts": lengths.counts.tolist(),
        },
        "targets": [
            {"target": name, "names": list(found.names), "counts": found.counts.tolist()}
            for name, found in statistics.targets.items()
        ],
        "parts": dict(statistics.parts),
        "sha256": statistics.provenance.data,
        "samples": statistics.provenance.samples,
    }


def statistics_from_plain(
    plain: Mapping[str, Any], means: Mapping[str, tuple[FloatArray, IntArray]]
) -> Statistics:
    """Return the statistics that `statistics_plain` described.

    Args:
        plain: The plain values.
        means: Class means and the samples behind them by target name.
    """
    lengths = plain["lengths"]
    return Statistics(
        channels=tuple(plain["channels"]),
        moments={name: np.asarray(values, np.float64) for name, values in plain["moments"].items()},
        missing=np.asarray(plain["missing"], np.int64),
        lengths=LengthStatistics(
            lengths["minimum"],
            lengths["maximum"],
            lengths["mean"],
            np.asarray(lengths["edges"], np.float64),
            np.asarray(lengths["counts"], np.int64),
        ),
        targets={
            row["target"]: ClassStatistics(
                tuple(row["names"]), np.asarray(row["counts"], np.int64), *means[row["target"]]
            )
            for row in plain["targets"]
        },
        parts=plain["parts"],
        provenance=_provenance(plain["sha256"], plain["samples"]),
    )


def _provenance(sha256: str, samples: int) -> Provenance:
    return Provenance("dataset statistics", data=sha256, samples=samples)


def _extremes(dataset: Dataset) -> tuple[DoubleArray, DoubleArray]:
    least = np.full(dataset.channel_count, np.inf)
    most = np.full(dataset.channel_count, -np.inf)
    for rows in row_chunks(dataset.samples, dataset.steps * dataset.channel_count):
        valid = length_mask(dataset.lengths[rows], dataset.steps)[:, :, None]
        chunk = np.asarray(dataset.series[rows])
        known = valid & ~np.isnan(chunk)
        least = np.minimum(least, np.where(known, chunk, np.inf).min(axis=(0, 1)))
        most = np.maximum(most, np.where(known, chunk, -np.inf).max(axis=(0, 1)))
    empty = np.isinf(least)  # a channel without any value
    return np.where(empty, np.nan, least), np.where(empty, np.nan, most)


def _quartiles(dataset: Dataset) -> DoubleArray:
    rows = spread_rows(dataset.samples, QUARTILE_VALUES // max(1, dataset.steps))
    series = dataset.series[rows]
    valid = length_mask(np.asarray(dataset.lengths)[rows], dataset.steps)  # (n, T)
    shares = (0.25, 0.5, 0.75)
    columns = [_shares_of(series[:, :, c][valid], shares) for c in range(dataset.channel_count)]
    return np.stack(columns, axis=1).astype(np.float64)  # (3, C)


def _shares_of(values: FloatArray, shares: tuple[float, ...]) -> DoubleArray:
    known = values[~np.isnan(values)]
    return np.quantile(known.astype(np.float64), shares) if known.size else np.full(len(shares), np.nan)


def _missing(dataset: Dataset) -> IntArray:
    """Return how many values of each channel (C,) were missing when they came, filled or not."""
    if dataset.filled is not None:
        return np.asarray(dataset.filled.sum(axis=0), np.int64)
    missing = np.zeros(dataset.channel_count, dtype=np.int64)
    if dataset.nan_policy == "mask":
        for rows in row_chunks(dataset.samples, dataset.steps * dataset.channel_count):
            missing += np.isnan(dataset.series[rows]).sum(axis=(0, 1))
    return missing


def _lengths(lengths: IntArray) -> LengthStatistics:
    least, most = int(lengths.min()), int(lengths.max())
    # Bins of whole steps: of others, some would hold one length more than their neighbours.
    width = -(-(most - least + 1) // LENGTH_BINS)
    edges = np.arange(least, most + 1 + width, width, dtype=np.float64) - 0.5
    edges = edges[: np.searchsorted(edges, most) + 1]
    counts, _ = np.histogram(lengths, bins=edges)
    return LengthStatistics(least, most, float(lengths.mean()), edges, counts.astype(np.int64))


def label_counts(codes: IntArray, classes: int) -> IntArray:
    """Return how many samples, or steps, have each class (K,); what has no label is not counted."""
    flat = np.asarray(codes).reshape(-1)
    return np.bincount(flat[flat >= 0], minlength=classes).astype(np.int64)


def _classes(dataset: Dataset, target: str) -> ClassStatistics:
    names = dataset.classes[target]
    codes = np.asarray(dataset.targets[target])
    parts = np.where(dataset.parts == NO_PART, len(PARTS), dataset.parts).astype(np.int64)
    counts = np.stack(
        [label_counts(codes[parts == part], len(names)) for part in range(len(PART_COLUMNS))], axis=1
    )  # (K, 4)
    if codes.ndim == 2 or len(names) * dataset.steps * dataset.channel_count > CLASS_MEAN_CELLS:
        empty = np.zeros((0, dataset.steps, dataset.channel_count), np.float32)
        return ClassStatistics(names, counts, empty, np.zeros((0, dataset.steps), np.int64))
    return ClassStatistics(names, counts, *_class_means(dataset, codes, len(names)))


def _class_means(dataset: Dataset, codes: IntArray, classes: int) -> tuple[FloatArray, IntArray]:
    totals = np.zeros((classes, dataset.steps, dataset.channel_count))
    behind = np.zeros((classes, dataset.steps), dtype=np.int64)
    unknown = np.zeros(totals.shape, dtype=np.int32)
    for rows in row_chunks(dataset.samples, dataset.steps * dataset.channel_count):
        order = np.argsort(codes[rows], kind="stable")
        present, starts = np.unique(codes[rows][order], return_index=True)
        # Padding is 0 in a sound dataset, so it adds nothing to the totals; nor does a missing value.
        values = dataset.series[rows][order].astype(np.float64)
        missing = np.isnan(values)
        if missing.any():
            unknown[present] += np.add.reduceat(missing.astype(np.int32), starts, axis=0)
        totals[present] += np.add.reduceat(np.where(missing, 0.0, values), starts, axis=0)
        valid = length_mask(np.asarray(dataset.lengths)[rows][order], dataset.steps)
        behind[present] += np.add.reduceat(valid.astype(np.int64), starts, axis=0)
    means = np.full(totals.shape, np.nan)
    known = behind[:, :, None] - unknown  # (K, T, C)
    np.divide(totals, known, out=means, where=known > 0)
    return means.astype(np.float32), behind
