"""Both directions of cross attention between two modalities, of samples as they are and of strangers.

Strangers are one modality of a sample beside the other modality of another sample: what their maps still
have in common does not come from what belongs together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from core.arrays import FloatArray, IntArray
from core.data.dataset import Dataset
from core.errors import ModelError, NotFoundError
from core.inference.interventions import Intervention
from core.inference.maps import CELLS_AT_ONCE, cells_of
from core.inference.runs import OpenRun
from core.models.family import AttentionLayer, port_name
from core.models.manifest import RunManifest


@dataclass(frozen=True)
class ModalityPair:
    """Two modalities that look at each other.

    Attributes:
        ab: The layer where a asks and b is looked at.
        ba: The layer where b asks and a is looked at.
    """

    ab: AttentionLayer
    ba: AttentionLayer

    @property
    def a(self) -> str:
        """Name of the first modality."""
        return self.ab.queries

    @property
    def b(self) -> str:
        """Name of the second modality."""
        return self.ab.keys


@dataclass(frozen=True, eq=False)
class PairMaps:
    """Maps of both directions in a model's own tokens.

    Attributes:
        ab: Weights of a looking at b (n, H, A, B); row = query. 0 on padding.
        ba: Weights of b looking at a (n, H, B, A).
        of_a: Number of valid tokens of a (n,).
        of_b: Number of valid tokens of b (n,).
    """

    ab: FloatArray
    ba: FloatArray
    of_a: IntArray
    of_b: IntArray


def pairs_of(manifest: RunManifest) -> tuple[ModalityPair, ...]:
    """Return the pairs of modalities that look at each other, in the order of their layers."""
    cross = [layer for layer in manifest.attention_layers if layer.kind == "cross"]
    found = []
    for place, layer in enumerate(cross):
        back = [one for one in cross[place + 1 :] if (one.queries, one.keys) == (layer.keys, layer.queries)]
        found += [ModalityPair(layer, one) for one in back[:1]]
    return tuple(found)


def pair_named(manifest: RunManifest, name: str = "") -> ModalityPair:
    """Return the pair that a layer belongs to, the first one for "".

    Raises:
        ModelError: If no two modalities of the model look at each other.
        NotFoundError: If no pair has this layer.
    """
    pairs = pairs_of(manifest)
    if not pairs:
        raise ModelError(
            f"this needs two modalities that look at each other; run {manifest.id} is of the model"
            f" {manifest.model}, which has none. Train cross-modal on data with groups of channels"
        )
    found = [pair for pair in pairs if name in {"", pair.ab.name, pair.ba.name}]
    if not found:
        known = ", ".join(layer.name for pair in pairs for layer in (pair.ab, pair.ba))
        raise NotFoundError(f"layers between modalities of this run are {known!s:.200}; got {name!r:.60}")
    return found[0]


def pair_maps(
    run: OpenRun,
    dataset: Dataset,
    pair: ModalityPair,
    rows: IntArray,
    partners: IntArray | None = None,
    interventions: Mapping[str, Intervention] | None = None,
) -> Iterator[PairMaps]:
    """Yield the maps of samples, a bounded number of weights at a time.

    Args:
        run: The run.
        dataset: Its dataset.
        pair: The modalities.
        rows: Places of the samples (n,).
        partners: Samples that modality b is taken from (n,); the same ones unless given.
        interventions: What is done to attention, by port name of a layer.

    Raises:
        ModelError: If weights are not finite or do not sum to one.
    """
    at_once = max(1, CELLS_AT_ONCE // cells_of(run.manifest.attention_layers))
    a, b = port_name(pair.a), port_name(pair.b)
    for start in range(0, len(rows), at_once):
        part = np.asarray(rows[start : start + at_once])
        series, lengths = run.inputs(dataset, part)
        if partners is not None:
            others = run.inputs(dataset, np.asarray(partners[start : start + at_once]))
            series, lengths = {**series, b: others[0][b]}, {**lengths, b: others[1][b]}
        found = run.model.predict(series, lengths, interventions).attention
        yield PairMaps(
            found[port_name(pair.ab.name)],
            found[port_name(pair.ba.name)],
            -(-np.asarray(lengths[a]) // pair.ba.patch),
            -(-np.asarray(lengths[b]) // pair.ab.patch),
        )


def strangers(lengths: IntArray, rng: np.random.Generator) -> IntArray:
    """Return for each of some samples the place of another one, of about the same length (n,).

    Args:
        lengths: Valid steps of modality b (n,), at least two samples.
        rng: Decides among samples of one length.
    """
    order = np.lexsort((rng.random(len(lengths)), np.asarray(lengths)))
    found = np.empty(len(order), np.int64)
    found[order] = np.roll(order, 1)
    return found
