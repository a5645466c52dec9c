"""Two modalities of a run that look at each other: statistics, alignment with its nulls, groups, heads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray
from core.attention.aligned import AlignedHead, Compared, aligned_heads
from core.attention.inputs import SampleLabels, StepAxis, traced
from core.attention.modalities import SPREAD, PairGatherer, PairMeasures, likeness
from core.attention.pair_groups import CORRECTNESS, PairGroups, pair_groups
from core.attention.run_heads import LayerHeads, run_heads
from core.data import Dataset
from core.errors import DataError
from core.inference import OpenRun, key_axis
from core.inference.maps import cells_of, spread
from core.inference.pairs import ModalityPair, PairMaps, pair_maps, pair_named, strangers
from core.models.family import AttentionLayer
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

MOST_SAMPLES = 128
LEAST_SAMPLES = 8
CELLS_MEASURED = 4_000_000  # weights of both directions that are compared, some seconds of work


@dataclass(frozen=True, eq=False)
class LagProfiles:
    """Mean weight at each lag, key less query, of both directions.

    Attributes:
        lags: Lags (D,) in units of `unit`.
        ab: Weights of a looking at b (1 + H, D), the mean over heads first.
        ba: Weights of b looking at a (1 + H, D).
        unit: What a lag counts: a step's name, or "% of the length" where the modalities' axes differ.
    """

    lags: DoubleArray
    ab: DoubleArray
    ba: DoubleArray
    unit: str


@dataclass(frozen=True, eq=False)
class GroupMaps:
    """Mean maps over correct, or over incorrect predictions, the mean over heads.

    Attributes:
        name: "correct" or "incorrect".
        count: Number of samples.
        ab: Mean weights of a looking at b (A, B).
        ba: Mean weights of b looking at a (B, A).
    """

    name: str
    count: int
    ab: FloatArray
    ba: FloatArray


@dataclass(frozen=True, eq=False)
class RunModalities:
    """How two modalities of a run look at each other, over samples.

    Attributes:
        run: Id of the run.
        pair: The modalities and their layers.
        samples: Samples that were asked of the model (n,), spread over those that were meant.
        total: Number of samples that were meant.
        measures: What was measured of each sample.
        heads: The mean over heads, then each head, with both nulls.
        groups: Correct against incorrect predictions, and classes.
        lags: Lag profiles.
        ab: Heads of the layer where a looks at b, with mean maps.
        ba: Heads of the layer where b looks at a.
        by_prediction: Mean maps of correct and of incorrect predictions, those that there are.
        provenance: Where the numbers come from.
    """

    run: str
    pair: ModalityPair
    samples: IntArray
    total: int
    measures: PairMeasures
    heads: tuple[AlignedHead, ...]
    groups: PairGroups
    lags: LagProfiles
    ab: LayerHeads
    ba: LayerHeads
    by_prediction: tuple[GroupMaps, ...]
    provenance: Provenance

    @property
    def overall(self) -> AlignedHead:
        """Alignment of the mean over heads."""
        return self.heads[0]

    @property
    def axes(self) -> tuple[StepAxis, StepAxis]:
        """Labels of the tokens of a and of b."""
        return self.ab.queries, self.ab.keys

    def spread_rows(self) -> list[dict[str, Any]]:
        """Return the statistics of each direction, overall and by head, as means over samples."""
        rows = []
        means, deviations = self.measures.spread.mean(axis=0), self.measures.spread.std(axis=0)
        for direction, layer in enumerate((self.pair.ab, self.pair.ba)):
            for place in range(means.shape[1]):
                values = dict(zip(SPREAD, map(float, means[direction, place]), strict=True))
                largest = self.measures.spread[:, direction, place, SPREAD.index("max")]
                rows.append(
                    {
                        "layer": layer.name,
                        "queries": layer.queries,
                        "keys": layer.keys,
                        "head": None if place == 0 else place - 1,
                        **{name: value for name, value in values.items() if name not in {"keys", "max"}},
                        "max": float(largest.max()),
                        "keys_in_use": values["keys"],
                        "entropy_deviation": float(deviations[direction, place, SPREAD.index("entropy")]),
                    }
                )
        return rows

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a head, the mean over heads first: alignment with its nulls."""
        import pandas as pd

        return pd.DataFrame([head.row() for head in self.heads])


def run_modalities(
    run: OpenRun,
    dataset: Dataset,
    labels: SampleLabels,
    rng: np.random.Generator,
    layer: str = "",
    source: Provenance | None = None,
) -> RunModalities:
    """Ask a run for both directions of cross attention, measure them and hold them against chance.

    Args:
        run: The run, whose model has two modalities that look at each other.
        dataset: Its dataset.
        labels: The samples that are meant; of many, some spread over them are asked for.
        rng: Draws the strangers.
        layer: Name of one of the two layers; the first pair unless given.
        source: Hashes of the data and the model, for the provenance.

    Raises:
        ModelError: If no two modalities look at each other.
    """
    pair = pair_named(run.manifest, layer)
    meant = np.asarray(labels.indices)
    places = spread(np.arange(len(meant)), most_measured(pair))
    rows = meant[places]
    if not len(rows):
        raise DataError("there is no sample to look at")
    said = traced(source, "cross attention", len(rows), pair=[pair.ab.name, pair.ba.name])
    correct = _correctness(labels)[places]
    measures, compared, maps = _measured(run, dataset, pair, rows, correct, rng)
    heads = run_heads(run, dataset, rows, source)
    return RunModalities(
        run.manifest.id,
        pair,
        rows,
        len(meant),
        measures,
        aligned_heads(measures, compared),
        pair_groups(measures, _Chosen(labels, places), (pair.a, pair.b), said),
        lag_profiles(measures, pair, StepAxis.of(dataset).name),
        heads.layer(pair.ab.name),
        heads.layer(pair.ba.name),
        maps,
        said,
    )


def most_measured(pair: ModalityPair) -> int:
    """Return how many samples are asked for at most, fewer where their maps are large."""
    return max(LEAST_SAMPLES, min(MOST_SAMPLES, CELLS_MEASURED // cells_of((pair.ab, pair.ba))))


def gatherer_of(run: OpenRun, dataset: Dataset, pair: ModalityPair) -> PairGatherer:
    """Return what measures maps of a pair: on the modalities' own tokens where they have one axis."""
    of_a, of_b = pair.ab.shape[1], pair.ab.shape[2]
    first, second = (key_axis(run.manifest, dataset, layer)[0] for layer in (pair.ba, pair.ab))
    alike = of_a == of_b and pair.ab.patch == pair.ba.patch and np.array_equal(first, second)
    return PairGatherer((of_a, of_b), alike)


def lag_profiles(measures: PairMeasures, pair: ModalityPair, step: str) -> LagProfiles:
    """Return the lag profiles of a pair in steps, or in hundredths of the length."""
    grid = (measures.lags.shape[2] + 1) // 2
    scale, unit = (pair.ab.patch, step) if measures.own_grid else (100 / grid, "% of the length")
    lags = scale * np.arange(1 - grid, grid, dtype=np.float64)
    return LagProfiles(lags, measures.lags[0], measures.lags[1], unit)


@dataclass(frozen=True, eq=False)
class _Chosen:
    """Some rows of labels, no more than groups need."""

    labels: SampleLabels
    places: IntArray

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.labels, name)
        return value if name in {"classes", "of_class"} else value[self.places]


def _correctness(labels: SampleLabels) -> IntArray:
    """Return 0 for correct, 1 for incorrect predictions, -1 where the class is unknown (N,)."""
    actual = np.asarray(labels.actual)
    wrong = (np.asarray(labels.predicted) != actual).astype(np.int64)
    return np.where(actual < 0, -1, wrong)


def _measured(
    run: OpenRun,
    dataset: Dataset,
    pair: ModalityPair,
    rows: IntArray,
    correct: IntArray,
    rng: np.random.Generator,
) -> tuple[PairMeasures, Compared | None, tuple[GroupMaps, ...]]:
    own, other = (gatherer_of(run, dataset, pair) for _ in (0, 1))
    sums = _MapSums(pair)
    if len(rows) < 2:
        for maps in pair_maps(run, dataset, pair, rows):
            own.add(maps)
            sums.add(maps, correct)
        return own.measures(), None, sums.means()
    partners = rows[strangers(key_axis(run.manifest, dataset, pair.ab)[0][rows], rng)]
    alike, start = [], 0
    both = zip(
        pair_maps(run, dataset, pair, rows), pair_maps(run, dataset, pair, rows, partners), strict=True
    )
    for maps, strange in both:
        own.add(maps)
        other.add(strange)
        sums.add(maps, correct[start : start + len(maps.ab)])
        alike.append(likeness(maps, strange))
        start += len(maps.ab)
    return own.measures(), Compared(other.measures(), np.concatenate(alike)), sums.means()


class _MapSums:
    """Sums of the mean maps over heads of correct and of incorrect predictions."""

    def __init__(self, pair: ModalityPair) -> None:
        shapes: Mapping[str, AttentionLayer] = {"ab": pair.ab, "ba": pair.ba}
        self._totals = {
            name: np.zeros((len(CORRECTNESS), *layer.shape[1:])) for name, layer in shapes.items()
        }
        self._queries = {
            name: np.zeros((len(CORRECTNESS), layer.shape[1], 1)) for name, layer in shapes.items()
        }
        self._counts = [0] * len(CORRECTNESS)

    def add(self, maps: PairMaps, correct: IntArray) -> None:
        """Count the samples of a block in."""
        for code in range(len(CORRECTNESS)):
            rows = np.flatnonzero(correct == code)
            self._counts[code] += len(rows)
            for name, weights, lengths in (("ab", maps.ab, maps.of_a), ("ba", maps.ba, maps.of_b)):
                self._totals[name][code] += weights[rows].mean(axis=1).sum(axis=0)
                own = np.arange(weights.shape[2])[:, None] < lengths[rows]
                self._queries[name][code] += own.sum(axis=1, keepdims=True)

    def means(self) -> tuple[GroupMaps, ...]:
        """Return the mean maps of the groups that have samples."""
        means = {
            name: (total / np.maximum(1, self._queries[name])).astype(np.float32)
            for name, total in self._totals.items()
        }
        return tuple(
            GroupMaps(name, self._counts[code], means["ab"][code], means["ba"][code])
            for code, name in enumerate(CORRECTNESS)
            if self._counts[code]
        )
