"""The samples of a run that a page looks at: their labels, outcomes and confidence, filtered as it asks."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.arrays import IntArray
from core.data import PARTS, Dataset, open_dataset
from core.errors import ModelError, NotFoundError
from core.evaluation import OUTCOMES, USUAL_THRESHOLD, Judgement, Predictions, judge
from core.evaluation.windows import by_window
from core.inference import own_axis
from core.models.family import AttentionLayer, port_name
from core.models.manifest import RunManifest
from core.results import Provenance
from dashboard.services import library
from dashboard.services.cache import AnswerCache

TP, FN, UNKNOWN = 0, 3, -1
ALL = "all"
EACH_ITS_OWN = -1  # outcomes of each sample's own class against the rest: TP is right, FN is wrong

_judged = AnswerCache(24)
_opened = AnswerCache(16)


class Looked(Protocol):
    """The part of a view that says which samples are meant."""

    @property
    def run(self) -> str | None:
        """Id of the run."""

    @property
    def part(self) -> str:
        """Name of the part, or "all"."""

    @property
    def klass(self) -> str:
        """Name of the class looked at."""

    @property
    def outcome(self) -> str:
        """TP, TN, FP, FN, or "" for all."""

    @property
    def predicted(self) -> str:
        """Name of the predicted class."""

    @property
    def against(self) -> str | None:
        """Id of another run: only samples that the run gets right and this one wrong."""

    @property
    def threshold(self) -> float:
        """Probability of the positive class of two from which it is predicted."""


@dataclass(frozen=True)
class Selection:
    """Which samples of which run.

    Attributes:
        run: Id of the run.
        part: "train", "validation", "test", or "all".
        klass: Name of the class looked at. With two classes: of samples that are of this class. With more:
            outcomes are this class against the rest, and without an outcome only its samples are meant.
        outcome: "TP", "TN", "FP", "FN", or "" for all.
        predicted: Name of the predicted class, "" for all.
        threshold: Probability of the positive class of two from which it is predicted; with more classes
            it changes nothing.
        against: Id of another run: only samples that the run gets right and this one wrong; None for all.
    """

    run: str | None
    part: str = "test"
    klass: str = ""
    outcome: str = ""
    predicted: str = ""
    threshold: float = USUAL_THRESHOLD
    against: str | None = None

    @classmethod
    def of(cls, view: Looked) -> "Selection":
        """Return the selection that a view means."""
        chosen = (view.klass, view.outcome, view.predicted, view.threshold, view.against)
        return cls(view.run, view.part, *chosen)


@dataclass(frozen=True, eq=False)
class RunSamples:
    """A run with its dataset and the samples that were asked for, in the dataset's order.

    Attributes:
        manifest: What the run says of itself.
        dataset: Its dataset, memory-mapped.
        labels: Predictions, outcomes and confidences of the samples.
        own: True if outcomes are of each sample's own class: TP means right, FN wrong.
        total: Number of samples of the part before filtering.
    """

    manifest: RunManifest
    dataset: Dataset
    labels: Judgement
    own: bool
    total: int

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
            parameters=parameters,
            samples=len(self.labels.indices),
            versions=manifest.versions,
        )


def select(asked: Selection) -> RunSamples:
    """Return the samples of a run that are asked for.

    Raises:
        NotFoundError: If there is no such run, its dataset is gone, or no sample fits.
    """
    manifest = library.run(asked.run)
    dataset = dataset_of(manifest)
    reference = reference_class(manifest, asked.klass)
    labels = judged(manifest, dataset, asked.part, reference, asked.threshold)
    kept = _kept(manifest, labels, asked)
    if not kept.any():
        raise NotFoundError(_nothing(asked, len(labels.indices)))
    chosen = labels if kept.all() else subset(labels, np.flatnonzero(kept))
    return RunSamples(manifest, dataset, chosen, reference == EACH_ITS_OWN, len(labels.indices))


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


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    _judged.clear()
    _opened.clear()


def _judge(manifest: RunManifest, dataset: Dataset, part: str, reference: int) -> Judgement:
    probabilities = library.store().runs.array(manifest.id, f"probabilities_{port_name(manifest.target)}.npy")
    codes = dataset.targets.get(manifest.target)
    unknown = probabilities.shape[:-1]  # (N,), or (N, T) with labels per step
    actual = np.full(unknown, UNKNOWN) if codes is None else np.asarray(codes)
    rows = np.arange(dataset.samples)
    if part != ALL:
        parts = np.asarray(library.store().runs.array(manifest.id, "parts.npy"))
        rows = np.flatnonzero(parts == PARTS.index(part))
    chances, known = by_window(np.asarray(probabilities[rows], np.float64), actual[rows])
    predictions = Predictions(known, chances, manifest.classes, manifest.positive, rows)
    if not len(rows):
        raise NotFoundError(
            f"the {part} part of this run has no samples: choose another part in the bar above"
        )
    if reference != EACH_ITS_OWN:
        return judge(predictions, reference)
    found = judge(predictions)
    right = np.where(found.predicted == found.actual, TP, FN)
    return replace(found, outcomes=np.where(found.actual == UNKNOWN, UNKNOWN, right))


def _moved(usual: Judgement, positive: int, threshold: float) -> Judgement:
    """Return a judgement at another threshold; the arrays it does not change are shared."""
    predictions = Predictions(usual.actual, usual.probabilities, usual.classes, positive, usual.indices)
    return judge(predictions, usual.of_class, usual.provenance, threshold)


def _kept(manifest: RunManifest, labels: Judgement, asked: Selection) -> NDArray[np.bool_]:
    kept = np.ones(len(labels.indices), dtype=bool)
    if asked.outcome in OUTCOMES:
        kept &= labels.outcomes == OUTCOMES.index(asked.outcome)
    against_rest = len(manifest.classes) > 2 and asked.outcome in OUTCOMES
    if asked.klass in manifest.classes and not against_rest:
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


def _nothing(asked: Selection, total: int) -> str:
    filters = [("outcome", asked.outcome), ("class", asked.klass), ("prediction", asked.predicted)]
    filters += [("an advantage over run", asked.against or "")]
    named = " and ".join(f"{what} {value}" for what, value in filters if value)
    return f"none of the {total} samples has {named:.120}: choose another filter"
