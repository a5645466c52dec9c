"""The verb that measures attention: how it is spread, and which patterns it has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.arrays import FloatArray, IntArray
from core.attention import AttentionStatistics, StepAxis
from core.attention.channels import ChannelAttention
from core.attention.choosing import Chooser, checked_scope, judge_all
from core.attention.cohorts import Scope
from core.attention.findings import AttentionFindings
from core.attention.run_findings import (
    USUAL_GROUPS,
    GroupedAttention,
    channels_of_run,
    findings_of_run,
    groups_of_run,
)
from core.attention.stored import measured_statistics
from core.data import Dataset
from core.errors import ModelError
from core.evaluation import Judgement
from core.inference import key_axis, open_run, own_axis
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest
from core.results import Provenance
from core.store import Store
from core.verbs.opening import opened, the_dataset
from core.verbs.selection import Samples, meeting_of, selected

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_ONCE = 1024  # hidden states of so many samples are in memory at once


@dataclass(frozen=True)
class LayerAttention:
    """Statistics of one attention layer, or of one of its heads.

    Attributes:
        layer: Name of the layer.
        head: Number of the head; None for the mean over heads.
        statistics: One value a sample, in the order of the samples asked for.
        axis: Labels of the steps it looks at.
    """

    layer: str
    head: int | None
    statistics: AttentionStatistics
    axis: StepAxis


@dataclass(frozen=True)
class RunAttention:
    """How the attention of a run is spread over the steps of some samples.

    Attributes:
        run: Id of the run.
        dataset: Id of its dataset.
        samples: Indices of the samples in the dataset (N,).
        layers: Statistics by layer, and by head where a layer has several.
        axis: Labels of the steps of the series.
        groups: Averages, patterns and distributions of the groups asked for, by outcome and by class unless
            others are, of the layer asked for or the first that looks at the steps of the series; empty where
            none does.
        findings: What it shows, with intervals; None like the groups.
        channels: How far channels deviate where the model looks; None like the groups.
    """

    run: str
    dataset: str
    samples: IntArray
    layers: tuple[LayerAttention, ...]
    axis: StepAxis
    provenance: Provenance
    groups: tuple[GroupedAttention, ...] = ()
    findings: AttentionFindings | None = None
    channels: ChannelAttention | None = None

    @property
    def patterns(self) -> Mapping[str, int]:
        """Number of samples of each attention pattern in the first layer."""
        return self.layers[0].statistics.pattern_counts()

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a layer, head and sample."""
        import pandas as pd

        frames = []
        for layer in self.layers:
            frame = layer.statistics.to_frame()
            frame.insert(0, "sample", self.samples)
            frame.insert(0, "head", "mean" if layer.head is None else str(layer.head))
            frame.insert(0, "layer", layer.layer)
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)


def attend(
    run: str,
    samples: Samples = "test",
    store: Store | None = None,
    *,
    by: Sequence[str] = USUAL_GROUPS,
    shares: bool = False,
    scope: Scope | Mapping[str, Any] | None = None,
) -> RunAttention:
    """Measure how a run spreads its attention over the steps.

    Args:
        run: The run's id, the beginning of its id or its name.
        samples: A part ("train", "validation", "test"), "all", an outcome ("TP", "TN", "FP", "FN") of the
            test part, numbers of samples, as a sequence or as text like "0-9,12", or a condition like
            "outcome == FP and late > 50%" (of the test part unless it names part, cohort, sample or id).
        store: The store; the one that HEED_HOME names unless given.
        by: What the groups are: "outcome", "class", "cohort", "cluster" (of similar maps).
        shares: Whether averages of groups are by hundredths of each sample's own length and not by steps.
        scope: Layer, class (`klass`) and threshold that conditions, groups, findings and channels are about:
            with more than two classes outcomes are the class against the rest.

    Returns:
        Mean, deviation, maximum, normalised entropy, sparsity and pattern of every sample, each over the
        sample's own length; averages, patterns and distributions of groups.

    Raises:
        ModelError: If the model of the run has no attention layer.
        SettingsError: If there are no such groups, or the run has no such layer or class.
        NotFoundError: If groups are cohorts and no sample is in one.

    Example:
        >>> import core
        >>> attention = core.attend(run, samples="test")
        >>> statistics = attention.layers[0].statistics
        >>> bool(0 <= statistics.overall()["entropy"] <= 1), sum(attention.patterns.values())
        (True, 150)
    """
    place = opened(store)
    id = place.runs.resolve(run)
    manifest = place.runs.read(id, RunManifest)
    if not manifest.attention_layers:
        raise ModelError(
            f"attention needs a model with an attention layer; run {id} is of the model {manifest.model}"
        )
    dataset = the_dataset(manifest.dataset, place)
    chooser = Chooser.of(place, manifest, dataset)
    about = checked_scope(manifest, scope)
    rows = selected(samples, place.runs.array(id, "parts.npy"), meeting_of(chooser, about))
    source = Provenance(
        what="attention",
        data=manifest.dataset_sha256,
        weights={id: manifest.hashes.get("onnx", "")},
        parameters={"samples": samples if isinstance(samples, str) else [int(row) for row in rows]},
        samples=len(rows),
        versions=manifest.versions,
    )
    layers = tuple(
        LayerAttention(
            layer.name,
            head,
            measured_statistics(weights, key_axis(manifest, dataset, layer)[0][rows], id, layer.name, source),
            _axis(manifest, dataset, layer),
        )
        for layer in manifest.attention_layers
        for head, weights in _weights(place, manifest, layer, dataset, rows)
    )
    answer = RunAttention(id, manifest.dataset, rows, layers, StepAxis.of(dataset), source)
    named = (about.layer,) if about.layer else tuple(layer.name for layer in manifest.attention_layers)
    own = next(
        (one for one in manifest.attention_layers if one.name in named and own_axis(manifest, one)), None
    )
    if own is None:
        return answer
    judged, _ = judge_all(place, manifest, dataset, about.klass, about.threshold)
    labels = _of_rows(judged, rows)
    asked = (place, manifest, dataset, own, labels)
    return replace(
        answer,
        groups=groups_of_run(chooser, own, labels, by, shares),
        findings=findings_of_run(*asked),
        channels=channels_of_run(*asked),
    )


def _of_rows(labels: Judgement, rows: IntArray) -> Judgement:
    """Return the predictions of some samples."""
    return replace(
        labels,
        indices=rows,
        actual=labels.actual[rows],
        predicted=labels.predicted[rows],
        probabilities=labels.probabilities[rows],
        outcomes=labels.outcomes[rows],
        confidence=labels.confidence[rows],
    )


def _axis(manifest: RunManifest, dataset: Dataset, layer: AttentionLayer) -> StepAxis:
    if own_axis(manifest, layer):
        return StepAxis.of(dataset)
    looked = dataset.modalities[layer.keys]
    return StepAxis(looked.step_labels, looked.step_name)


def _weights(
    store: Store, manifest: RunManifest, layer: AttentionLayer, dataset: Dataset, rows: IntArray
) -> Iterator[tuple[int | None, FloatArray]]:
    """Yield what steps receive (n, T), the mean over heads, then each head's where there are several."""
    yield None, store.runs.array(manifest.id, f"attention_{layer.name}.npy")[rows]
    if layer.heads == 1:
        return
    run = open_run(store, manifest.id)
    found = np.concatenate(
        [
            run.received(run.predict_rows(dataset, few), dataset, few)[layer.name]
            for few in np.array_split(rows, -(-len(rows) // ROWS_AT_ONCE))
        ]
    )  # (n, H, T)
    for head in range(layer.heads):
        yield head, found[:, head]
