"""One sample of two modalities: both maps with the signals they stand over, and its own alignment."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray, FloatArray
from core.attention.heads import Pair, top_pairs
from core.attention.inputs import StepAxis, traced
from core.attention.modalities import PairMeasures
from core.attention.run_modalities import RunModalities, gatherer_of
from core.attention.tokens import token_axes
from core.data import Dataset
from core.errors import NotFoundError
from core.inference import OpenRun
from core.inference.pairs import ModalityPair, pair_maps, pair_named
from core.models.family import port_name
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

MOST_LINES = 3


@dataclass(frozen=True, eq=False)
class Signal:
    """What stands along the margin of a map.

    Attributes:
        modality: Name of the modality.
        values: Scaled values of the channels that vary most (T, c), of one sample or the mean over several.
        channels: Their names.
        patch: Steps that a token covers.
    """

    modality: str
    values: FloatArray
    channels: tuple[str, ...]
    patch: int


@dataclass(frozen=True, eq=False)
class CrossMaps:
    """Both directions of attention as they are drawn, of one sample or the mean over several.

    Attributes:
        pair: The modalities.
        head: Number of the head; None for the mean over heads.
        ab: Weights of a looking at b (A, B); row = query.
        ba: Weights of b looking at a (B, A).
        axes: Labels of the tokens of a and of b.
        signals: What stands along the margins.
        sample_id: Name of the sample; "" for the mean over samples.
        count: Number of samples.
        provenance: Where they come from.
    """

    pair: ModalityPair
    head: int | None
    ab: FloatArray
    ba: FloatArray
    axes: tuple[StepAxis, StepAxis]
    signals: tuple[Signal, Signal]
    sample_id: str
    count: int
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a weight: direction, query, key."""
        import pandas as pd

        frames = []
        for layer, weights, asking, looked in (
            (self.pair.ab, self.ab, self.axes[0], self.axes[1]),
            (self.pair.ba, self.ba, self.axes[1], self.axes[0]),
        ):
            queries, keys = np.indices(weights.shape)
            frames.append(
                pd.DataFrame(
                    {
                        "layer": layer.name,
                        "query": queries.ravel(),
                        "key": keys.ravel(),
                        "query_label": np.array(asking.labels, dtype=object)[queries.ravel()],
                        "key_label": np.array(looked.labels, dtype=object)[keys.ravel()],
                        "weight": weights.ravel(),
                    }
                )
            )
        return pd.concat(frames, ignore_index=True)


@dataclass(frozen=True, eq=False)
class SampleModalities:
    """How two modalities of one sample look at each other.

    Attributes:
        run: Id of the run.
        pair: The modalities and their layers.
        sample: Place in the dataset.
        sample_id: Its name.
        ab: Weights of a looking at b (H, A, B), valid tokens alone; row = query.
        ba: Weights of b looking at a (H, B, A).
        measures: What is measured of it, as of one sample.
        top: Query and key with the largest weights of each direction, by head.
        axes: Labels of the tokens of a and of b.
        signals: Scaled series of both modalities.
        probabilities: Class probabilities (K,).
        provenance: Where the numbers come from.
    """

    run: str
    pair: ModalityPair
    sample: int
    sample_id: str
    ab: FloatArray
    ba: FloatArray
    measures: PairMeasures
    top: tuple[tuple[tuple[Pair, ...], ...], tuple[tuple[Pair, ...], ...]]
    axes: tuple[StepAxis, StepAxis]
    signals: tuple[Signal, Signal]
    probabilities: DoubleArray
    provenance: Provenance

    def alignment(self, head: int | None = None) -> float:
        """Return Pearson's correlation of both directions; NaN where a map is even."""
        return float(self.measures.values("pearson", head)[0])

    def by_chance(self, head: int | None = None) -> float:
        """Return the share of circular shifts that reach as much."""
        return float(self.measures.by_chance[0, 0 if head is None else head + 1])

    def maps(self, head: int | None = None) -> CrossMaps:
        """Return what is drawn: a head, or the mean over heads."""
        ab = self.ab.mean(axis=0) if head is None else self.ab[head]
        ba = self.ba.mean(axis=0) if head is None else self.ba[head]
        source = traced(self.provenance, "cross attention of a sample", 1, head=head)
        return CrossMaps(self.pair, head, ab, ba, self.axes, self.signals, self.sample_id, 1, source)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a weight of the mean over heads."""
        return self.maps().to_frame()


def sample_modalities(
    run: OpenRun, dataset: Dataset, sample: int, layer: str = "", source: Provenance | None = None
) -> SampleModalities:
    """Ask a run for both directions of cross attention of one sample.

    Raises:
        ModelError: If no two modalities of the model look at each other.
        NotFoundError: If there is no such sample.
    """
    pair = pair_named(run.manifest, layer)
    if not 0 <= sample < dataset.samples:
        raise NotFoundError(f"samples are numbered 0 to {dataset.samples - 1}; got {sample}")
    rows = np.array([sample])
    (maps,) = pair_maps(run, dataset, pair, rows)
    gatherer = gatherer_of(run, dataset, pair)
    gatherer.add(maps)
    of_a, of_b = int(maps.of_a[0]), int(maps.of_b[0])
    ab, ba = maps.ab[0, :, :of_a, :of_b], maps.ba[0, :, :of_b, :of_a]
    asking, looked = token_axes(run.manifest, dataset, pair.ab, rows)
    chances = run.told(run.predict_rows(dataset, rows), dataset, rows)
    return SampleModalities(
        run.manifest.id,
        pair,
        sample,
        str(dataset.sample_ids[sample]),
        ab,
        ba,
        gatherer.measures(),
        (tuple(map(top_pairs, ab)), tuple(map(top_pairs, ba))),
        (_first(asking, of_a), _first(looked, of_b)),
        signals_of(run, dataset, pair, rows),
        chances[0],
        traced(source, "cross attention of a sample", 1, sample=sample, pair=[pair.ab.name, pair.ba.name]),
    )


def mean_maps(run: OpenRun, dataset: Dataset, found: RunModalities, head: int | None = None) -> CrossMaps:
    """Return both directions as they are drawn, the mean over samples, with the mean signals."""
    ab, ba = found.ab.map_of(head), found.ba.map_of(head)
    signals = signals_of(run, dataset, found.pair, found.samples)
    source = traced(found.provenance, "mean cross attention", len(found.samples), head=head)
    return CrossMaps(found.pair, head, ab, ba, found.axes, signals, "", len(found.samples), source)


def signals_of(run: OpenRun, dataset: Dataset, pair: ModalityPair, rows: np.ndarray) -> tuple[Signal, Signal]:
    """Return the scaled series of both modalities, the mean over samples that have the step."""
    series, lengths = run.inputs(dataset, rows)
    found = []
    for name, patch in ((pair.a, pair.ba.patch), (pair.b, pair.ab.patch)):
        values, valid = series[port_name(name)], lengths[port_name(name)]
        there = np.arange(values.shape[1])[None, :] < np.asarray(valid)[:, None]
        steps = int(np.max(valid))
        total = np.where(there[:, :, None], values, 0.0).sum(axis=0)
        mean = (total / np.maximum(1, there.sum(axis=0))[:, None])[:steps]
        shown = np.sort(np.argsort(-mean.std(axis=0), kind="stable")[:MOST_LINES])
        names = run.manifest.modalities[name].channels
        found.append(
            Signal(name, mean[:, shown].astype(np.float32), tuple(names[one] for one in shown), patch)
        )
    return found[0], found[1]


def _first(axis: StepAxis, count: int) -> StepAxis:
    return StepAxis(axis.labels[:count], axis.name)
