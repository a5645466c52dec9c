"""What the readings of a run's attention say of each step: received, rollout, flow, norm-weighted."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray, length_mask
from core.attention.flow import attention_flow
from core.attention.inputs import StepAxis, traced
from core.attention.readings import Reading, pooling_of, readings
from core.attention.rollout import attention_rollout, read_by_head
from core.attention.tokens import steps_of
from core.data import Dataset
from core.errors import ModelError
from core.inference import OpenRun, key_axis, received_by_head
from core.inference.maps import MapBlock, map_blocks, most_samples, spread
from core.models.family import AttentionLayer
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

ONE_SAMPLE = "it is of one sample at a time: choose one"


@dataclass(frozen=True, eq=False)
class ReadingProfile:
    """What one reading says of each step (T,): of a sample it sums to 1; the mean over those that have it."""

    reading: Reading
    values: DoubleArray


@dataclass(frozen=True)
class Position:
    """A step by its rank in a reading, 1 for the largest weight."""

    rank: int
    step: int
    label: str
    weight: float


@dataclass(frozen=True, eq=False)
class RunReadings:
    """The readings of a run beside each other.

    Attributes:
        run: Id of the run.
        layer: Layer that attention received and norms are of; rollout and flow go through all.
        head: Head they are of; None for the mean over heads.
        axis: Labels of the steps that are looked at.
        profiles: Readings that are valid, with their numbers.
        refused: Readings that are not, with the reason.
        samples: Samples that were asked of the model (n,), spread over those that were meant.
        total: Number of samples that were meant.
        provenance: Where they come from.
    """

    run: str
    layer: AttentionLayer
    head: int | None
    axis: StepAxis
    profiles: tuple[ReadingProfile, ...]
    refused: tuple[Reading, ...]
    samples: IntArray
    total: int
    provenance: Provenance

    def ranked(self, key: str, most: int = 10, least: float = 0.0) -> tuple[Position, ...]:
        """Return the steps that matter most in a reading: at most so many, of at least so much weight.

        Raises:
            ModelError: If the reading is not valid for this model.
        """
        values = next((one.values for one in self.profiles if one.reading.key == key), None)
        if values is None:
            why = next((one.reason for one in self.refused if one.key == key), "there is no such reading")
            raise ModelError(f"{key:.40} is not offered: {why}")
        order = [step for step in np.argsort(-values, kind="stable")[:most] if values[step] >= least]
        return tuple(
            Position(rank, int(step), self.axis.labels[step], float(values[step]))
            for rank, step in enumerate(order, start=1)
        )

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a step, one column a reading."""
        import pandas as pd

        steps = len(self.axis.labels)
        columns = {profile.reading.key: profile.values for profile in self.profiles}
        return pd.DataFrame({"step": np.arange(steps), "label": self.axis.labels, **columns})


def run_readings(
    run: OpenRun,
    dataset: Dataset,
    rows: IntArray,
    layer: AttentionLayer,
    head: int | None = None,
    source: Provenance | None = None,
) -> RunReadings:
    """Read the attention of samples in every way that is valid for the model.

    Args:
        run: The run.
        dataset: Its dataset.
        rows: Places of the samples that are meant; of many, some spread over them are asked for.
        layer: Layer that attention received and norms are of.
        head: Head they are of; None for the mean over heads.
        source: Hashes of the data and the model, for the provenance.

    Raises:
        ModelError: If the layer has no such head.
    """
    if head is not None and not 0 <= head < layer.heads:
        raise ModelError(f"heads of {layer.name} are numbered 0 to {layer.heads - 1}; got {head}")
    chosen = spread(rows, most_samples(run.manifest.attention_layers))
    offered = {one.key: one for one in readings(run.manifest, run.model.normed)}
    if len(chosen) > 1 and offered["flow"].valid:
        offered["flow"] = replace(offered["flow"], valid=False, reason=ONE_SAMPLE)
    offered.pop("map")
    lengths, steps = key_axis(run.manifest, dataset, layer)
    total = {key: np.zeros(steps) for key, one in offered.items() if one.valid}
    for block in map_blocks(run, dataset, chosen, norms="norms" in total):
        for key, tokens in _by_token(run, block, layer, head, tuple(total)).items():
            whole = layer.model_copy(update={"extra": 0})  # tokens in front are left out already
            found = received_by_head(tokens[:, None, layer.extra :], whole, lengths[block.rows], steps)[:, 0]
            total[key] += (found / np.maximum(found.sum(axis=1, keepdims=True), 1e-12)).sum(axis=0)
    if len(chosen) == 1:
        steps = int(lengths[chosen[0]])
    axis = steps_of(run.manifest, dataset, layer.keys, chosen)
    having = np.maximum(1, length_mask(lengths[chosen], steps).sum(axis=0))
    return RunReadings(
        run.manifest.id,
        layer,
        head,
        StepAxis(axis.labels[:steps], axis.name),
        tuple(ReadingProfile(offered[key], values[:steps] / having) for key, values in total.items()),
        tuple(one for one in offered.values() if not one.valid),
        chosen,
        len(rows),
        traced(source, "attention readings", len(chosen), layer=layer.name, head=head),
    )


def _by_token(
    run: OpenRun, block: MapBlock, layer: AttentionLayer, head: int | None, wanted: tuple[str, ...]
) -> dict[str, FloatArray]:
    """Return what each reading says of the tokens of some samples (n, S)."""
    weights = block.weights[layer.name]
    asking = np.maximum(1, weights.any(axis=3).sum(axis=2))[:, :, None] if weights.ndim == 4 else None
    received = weights if asking is None else weights.sum(axis=2) / asking  # (n, H, S)
    heads = slice(None) if head is None else slice(head, head + 1)
    found = {"received": received[:, heads].mean(axis=1)}
    if "norms" in wanted:
        added = received * block.norms[layer.name]  # (n, H, S)
        found["norms"] = added[:, heads].mean(axis=1)
    if "rollout" in wanted:
        layers = [block.weights[one.name] for one in run.manifest.attention_layers]
        tokens = block.tokens[layer.name]
        read = read_by_head(pooling_of(run.manifest), tokens, weights.shape[-1], layer.extra)
        found["rollout"] = np.einsum("nq,nqs->ns", read, attention_rollout(layers)).astype(np.float32)
        if "flow" in wanted:
            flow = [attention_flow([one[place] for one in layers], read[place]) for place in range(len(read))]
            found["flow"] = np.array(flow, np.float32)
    return found
