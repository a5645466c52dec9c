"""The samples of a run that a page looks at: their labels, outcomes and confidence, filtered as it asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, IntArray
from core.attention.run_distances import run_distances
from core.data import PARTS, Dataset, open_dataset
from core.data.by_window import told_by_window
from core.errors import ModelError, NotFoundError
from core.evaluation import (
    OUTCOME_NAMES,
    USUAL_THRESHOLD,
    Judgement,
    Predictions,
    judge,
    judge_own,
    outcome_codes,
)
from core.inference import own_axis
from core.models.family import AttentionLayer, port_name
from core.models.manifest import RunManifest
from core.results import Provenance
from dashboard.services import conditions, library
from dashboard.services.cache import AnswerCache
from dashboard.services.conditions import RunConditions
from dashboard.services.selection import Selection as Selection  # noqa: PLC0414 - handed on

UNKNOWN = -1
ALL = "all"
EACH_ITS_OWN = -1  # outcomes are of each sample's own class: right and wrong

_judged = AnswerCache(24, megabytes=256)  # of a million samples each takes 56 MB
_opened = AnswerCache(16, megabytes=256)


@dataclass(frozen=True, eq=False)
class RunSamples:
    """A run with its dataset and the samples that were asked for, in the dataset's order.

    Attributes:
        manifest: What the run says of itself.
        dataset: Its dataset, memory-mapped.
        labels: Predictions, outcomes and confidences of the samples.
        own: True if outcomes are of each sample's own class: right and wrong.
        total: Number of samples of the part before filtering.
        said: What the provenance says of condition and cohort.
    """

    manifest: RunManifest
    dataset: Dataset
    labels: Judgement
    own: bool
    total: int
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lengths(self) -> IntArray:
        """Number of valid steps of each sample (N,)."""
        return np.asarray(self.dataset.lengths)[self.labels.indices]

    def provenance(self, what: str, **parameters: Any) -> Provenance:
        """Return where a result about these samples comes from."""
        manifest = self.manifest
        if self.labels.threshold != USUAL_THRESHOLD:
            parameters["threshold"] = self.labels.threshold
        return Provenance(
            what,
            data=manifest.dataset_sha256,
            weights={manifest.id: manifest.hashes.get("onnx", "")},
            parameters={**parameters, **self.said},
            samples=len(self.labels.indices),
            versions=manifest.versions,
        )


def select(asked: Selection) -> RunSamples:
    """Return the samples of a run that are asked for.

    Raises:
        NotFoundError: If there is no such run or cohort, its dataset is gone, or no sample fits.
        SettingsError: If the condition can't be understood.
    """
    linked = linked_samples(asked)
    kept = _kept(linked.manifest, linked.labels, asked)
    if not kept.any():
        raise NotFoundError(_nothing(asked, linked))
    return linked if kept.all() else replace(linked, labels=subset(linked.labels, np.flatnonzero(kept)))


def linked_samples(asked: Selection) -> RunSamples:
    """Return the samples that meet condition and cohort, whatever their outcome and class; there may be none.

    Raises:
        NotFoundError: If there is no such run or cohort, or its dataset is gone.
        SettingsError: If the condition can't be understood.
    """
    manifest = library.run(asked.run)
    dataset = dataset_of(manifest)
    reference = reference_class(manifest, asked.klass)
    labels = judged(manifest, dataset, asked.part, reference, asked.threshold)
    total = len(labels.indices)
    met = conditions_of(manifest, dataset).met(asked)
    if met is None:
        return RunSamples(manifest, dataset, labels, reference == EACH_ITS_OWN, total)
    rows = np.flatnonzero(met[labels.indices])
    chosen = labels if len(rows) == total else subset(labels, rows)
    said = conditions.said(manifest.id, asked)
    return RunSamples(manifest, dataset, chosen, reference == EACH_ITS_OWN, total, said)


def conditions_of(manifest: RunManifest, dataset: Dataset | None = None) -> RunConditions:
    """Return what answers conditions on the samples of a run, and gives their fields."""
    data = dataset_of(manifest) if dataset is None else dataset

    def all_judged(klass: str, threshold: float) -> tuple[Judgement, bool]:
        reference = reference_class(manifest, klass)
        return judged(manifest, data, ALL, reference, threshold), reference == EACH_ITS_OWN

    return RunConditions(manifest, data, all_judged)


def dataset_of(manifest: RunManifest) -> Dataset:
    """Return the dataset of a run, opened once; NotFoundError if it was deleted."""
    library.dataset(manifest.dataset)
    dataset: Dataset = _opened.get(manifest.dataset, lambda: open_dataset(library.store(), manifest.dataset))
    return dataset


def reference_class(manifest: RunManifest, klass: str = "") -> int:
    """Return the class that outcomes are about: its code, or EACH_ITS_OWN where several have equal rights."""
    if len(manifest.classes) == 2:
        return manifest.positive
    return manifest.classes.index(klass) if klass in manifest.classes else EACH_ITS_OWN


def judged(
    manifest: RunManifest,
    dataset: Dataset,
    part: str,
    reference: int,
    threshold: float = USUAL_THRESHOLD,
) -> Judgement:
    """Return all samples of a part with their outcomes, computed once; a threshold is of two classes."""
    if threshold != USUAL_THRESHOLD and len(manifest.classes) == 2:
        key = f"{manifest.id} {part} {reference} {threshold}"
        usual = judged(manifest, dataset, part, reference)
        moved: Judgement = _judged.get(key, lambda: _moved(usual, manifest.positive, threshold))
        return moved
    key = f"{manifest.id} {part} {reference}"
    answer: Judgement = _judged.get(key, lambda: _judge(manifest, dataset, part, reference))
    return answer


def subset(labels: Judgement, rows: IntArray) -> Judgement:
    """Return some rows of predictions, in the order of `rows`."""
    return replace(
        labels,
        indices=labels.indices[rows],
        actual=labels.actual[rows],
        predicted=labels.predicted[rows],
        probabilities=labels.probabilities[rows],
        outcomes=labels.outcomes[rows],
        confidence=labels.confidence[rows],
    )


def layer_of(manifest: RunManifest, name: str = "") -> AttentionLayer:
    """Return the attention layer of a name, the first one for "" and for a name that another run has.

    Raises:
        ModelError: If the model has no attention.
    """
    layers = layers_of(manifest)
    if not layers:
        raise ModelError(f"this run is of the model {manifest.model}, which has no attention to look at")
    found = [layer for layer in layers if layer.name == name]
    return found[0] if found else layers[0]


def layers_of(manifest: RunManifest) -> tuple[AttentionLayer, ...]:
    """Return the attention layers that look at the steps of the series, not of a derived modality."""
    return tuple(layer for layer in manifest.attention_layers if own_axis(manifest, layer))


def weights_of(manifest: RunManifest, layer: AttentionLayer) -> NDArray[np.float32]:
    """Return the stored attention of all samples of the dataset (N, T), mapped from disk."""
    return library.store().runs.array(manifest.id, f"attention_{layer.name}.npy")


def rows_of(weights: NDArray[np.float32], indices: IntArray) -> NDArray[np.float32]:
    """Return the weights of some samples; the mapped array itself where all are meant."""
    everything = len(indices) == len(weights) and bool((np.diff(indices) == 1).all())
    return weights if everything else weights[indices]


def part_size(manifest: RunManifest, part: str) -> int:
    """Return how many samples a part of a run has, or all parts and what is in none."""
    parts = np.asarray(library.store().runs.array(manifest.id, "parts.npy"))
    return len(parts) if part == ALL else int(np.count_nonzero(parts == PARTS.index(part)))


def distances(manifest: RunManifest, dataset: Dataset) -> DoubleArray:
    """Return the distance of every sample of the dataset to the mean of its class (N,)."""
    everything = judged(manifest, dataset, ALL, reference_class(manifest))
    return run_distances(library.store(), manifest, dataset, everything.actual)


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    conditions.forget()
    _judged.clear()
    _opened.clear()


def _judge(manifest: RunManifest, dataset: Dataset, part: str, reference: int) -> Judgement:
    probabilities = library.store().runs.array(manifest.id, f"probabilities_{port_name(manifest.target)}.npy")
    rows = np.arange(dataset.samples)
    if part != ALL:
        parts = np.asarray(library.store().runs.array(manifest.id, "parts.npy"))
        rows = np.flatnonzero(parts == PARTS.index(part))
    chances, known = told_by_window(dataset, manifest.target, probabilities[rows], rows)
    predictions = Predictions(known, chances, manifest.classes, manifest.positive, rows)
    if not len(rows):
        raise NotFoundError(
            f"the {part} part of this run has no samples: choose another part in the bar above"
        )
    return judge_own(predictions) if reference == EACH_ITS_OWN else judge(predictions, reference)


def _moved(usual: Judgement, positive: int, threshold: float) -> Judgement:
    """Return a judgement at another threshold; the arrays it does not change are shared."""
    predictions = Predictions(usual.actual, usual.probabilities, usual.classes, positive, usual.indices)
    return judge(predictions, usual.of_class, usual.provenance, threshold)


def _kept(manifest: RunManifest, labels: Judgement, asked: Selection) -> NDArray[np.bool_]:
    kept = np.ones(len(labels.indices), dtype=bool)
    if asked.outcome in OUTCOME_NAMES:
        own = reference_class(manifest, asked.klass) == EACH_ITS_OWN
        kept &= labels.outcomes == outcome_codes(own, len(manifest.classes)).get(asked.outcome, UNKNOWN - 1)
    if asked.klass in manifest.classes and len(manifest.classes) == 2:
        kept &= labels.actual == manifest.classes.index(asked.klass)
    if asked.predicted in manifest.classes:
        kept &= labels.predicted == manifest.classes.index(asked.predicted)
    return kept if asked.against is None else kept & _right_against(manifest, labels, asked)


def _right_against(manifest: RunManifest, labels: Judgement, asked: Selection) -> NDArray[np.bool_]:
    """Return which samples the run gets right and the other run wrong; what that one lacks is left out."""
    other = library.run(asked.against)
    if other.dataset_sha256 != manifest.dataset_sha256:
        raise NotFoundError(f"run {other.id} is of another dataset: choose a run of the same one")
    theirs = judged(other, dataset_of(other), asked.part, other.positive, asked.threshold)
    wrong = theirs.indices[theirs.correct == 0]
    won: NDArray[np.bool_] = (labels.correct == 1) & np.isin(labels.indices, wrong)
    return won


def _nothing(asked: Selection, linked: RunSamples) -> str:
    of_class = asked.klass if len(linked.manifest.classes) == 2 else ""
    filters = [("outcome", asked.outcome), ("class", of_class), ("prediction", asked.predicted)]
    filters += [("an advantage over run", asked.against or "")]
    named = [f"{what} {value:.60}" for what, value in filters if value]
    has = f" has {' and '.join(named)}" if named else ""
    within = f" of the cohort {asked.cohort:.60}" if asked.cohort else ""
    meets = f"{' and' if has else ''} meets {asked.where:.200}" if asked.where else ""
    part = f" (only {asked.part} samples are looked at)" if asked.part != ALL else ""
    fits = f"{has}{meets}" or " is there"
    return f"none of the {linked.total:,} samples{within}{fits}{part}: choose another filter"
