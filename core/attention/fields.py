"""The fields of a run's samples that conditions, sorts, colours and tables may name, made when asked for."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, DoubleArray, IntArray
from core.attention.inputs import SampleLabels
from core.attention.statistics import PATTERNS, AttentionStatistics
from core.data import PARTS
from core.evaluation import OUTCOME_NAMES, outcome_codes
from core.expressions import Column, Members, Names, Numbers, Texts, Truths, field_with_key

UNKNOWN = -1
OF_ATTENTION = ("entropy", "concentration", "sparsity", "peak", "early", "middle", "late")


class SampleData(Protocol):
    """The part of a dataset that conditions may name; `data.Dataset` is one."""

    @property
    def sample_ids(self) -> NDArray[Any]:
        """Names of the samples (N,)."""

    @property
    def lengths(self) -> IntArray:
        """Number of valid steps (N,)."""

    @property
    def entities(self) -> NDArray[Any] | None:
        """What each sample was recorded of (N,)."""

    @property
    def metadata(self) -> Mapping[str, NDArray[Any]]:
        """Further columns of the samples (N,)."""


@dataclass(frozen=True, eq=False)
class FieldSources:
    """What the fields are made from; every array is of all samples of the dataset.

    Attributes:
        labels: Predictions, outcomes and confidences.
        parts: Part of each sample (N,), an index into PARTS.
        data: Names, lengths and further columns of the samples.
        statistics: Returns how attention is spread; None where the model has none.
        cohorts: Names of the cohorts.
        members: Returns which samples belong to a cohort (N,).
        own: True if outcomes are of each sample's own class: right and wrong.
        distances: Returns how far samples lie from the means of their classes; None where that is not known.
        variants: Numbers of the samples by the names of the changed samples that are made from them.
        clusters: Returns the cluster of each attention map, 0 for the first; None without attention.
    """

    labels: SampleLabels
    parts: NDArray[Any]
    data: SampleData
    statistics: Callable[[], AttentionStatistics] | None
    cohorts: Collection[str] = ()
    members: Callable[[str], BoolArray] = lambda _: np.zeros(0, np.bool_)
    own: bool = False
    variants: Mapping[str, int] = field(default_factory=dict)
    distances: Callable[[], DoubleArray] | None = None
    clusters: Callable[[], IntArray] | None = None


class SampleFields(Mapping[str, Column]):
    """The fields by name; a field is computed when it is first asked for, and kept.

    Shares and positions are of each sample's own length: `peak_at` is the middle of the step with the largest
    weight, `early`, `middle` and `late` are the shares of weight in the thirds. `probability` is that of the
    predicted class, `probability["x"]` that of the class x; `margin` is its lead over the next. `distance` is
    that to the mean of the actual class, `cluster` the number of its cluster of attention maps, from 1 on.
    """

    def __init__(self, sources: FieldSources) -> None:
        self._sources = sources
        self._kept: dict[str, Column] = {}
        self._makers = _makers(sources)

    def __getitem__(self, name: str) -> Column:
        if name not in self._kept:
            self._kept[name] = self._makers[name]()
        return self._kept[name]

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


Maker = Callable[[], Column]


def _makers(given: FieldSources) -> dict[str, Maker]:
    labels, data = given.labels, given.data
    samples = len(labels.actual)
    found: dict[str, Maker] = {
        "sample": lambda: Numbers(np.arange(samples)),
        "id": lambda: Texts(data.sample_ids),
        "part": lambda: Names(np.asarray(given.parts), PARTS),
        "outcome": lambda: _outcomes(labels, given.own),
        "class": lambda: Names(labels.actual, labels.classes),
        "predicted": lambda: Names(labels.predicted, labels.classes),
        "correct": lambda: Truths(_correct(labels)),
        "confidence": lambda: Numbers(labels.confidence),
        "margin": lambda: Numbers(_margin(labels.probabilities)),
        "probability": lambda: Numbers(labels.probabilities[np.arange(samples), labels.predicted]),
        "length": lambda: Numbers(np.asarray(data.lengths)),
        **_of_attention(given.statistics),
        "cohort": lambda: Members(given.cohorts, given.members),
        "variant": lambda: Members(given.variants, lambda name: np.arange(samples) == given.variants[name]),
    }
    if given.distances is not None:
        distances = given.distances
        found["distance"] = lambda: Numbers(distances())
    if given.clusters is not None:
        clusters = given.clusters
        found["cluster"] = lambda: _clusters(clusters())
    if data.entities is not None:
        entities = data.entities
        found["entity"] = lambda: Texts(entities)
    for name, values in data.metadata.items():
        found[field_with_key("meta", name)] = _metadata(values)
    for code, name in enumerate(labels.classes):
        found[field_with_key("probability", name)] = _probability(labels.probabilities, code)
    return found


def _of_attention(statistics: Callable[[], AttentionStatistics] | None) -> dict[str, Maker]:
    if statistics is None:
        return {}
    asked = statistics

    def number(name: str) -> Maker:
        return lambda: Numbers(getattr(asked(), name))

    def peak_at() -> Column:
        return Numbers((asked().peak + 0.5) / asked().lengths)

    return {
        **{name: number(name) for name in OF_ATTENTION},
        "peak_at": peak_at,
        "pattern": lambda: Names(asked().pattern, PATTERNS),
    }


def _outcomes(labels: SampleLabels, own: bool) -> Column:
    """Return outcomes by name; those that can't be are not named."""
    known = outcome_codes(own, len(labels.classes))
    names = tuple(name if known.get(name) == code else "" for code, name in enumerate(OUTCOME_NAMES))
    return Names(labels.outcomes, names, {name: code for name, code in known.items() if name not in names})


def _clusters(codes: IntArray) -> Column:
    names = tuple(str(code + 1) for code in range(int(np.max(codes, initial=0)) + 1))
    return Names(codes, names, {f"cluster {name}": code for code, name in enumerate(names)})


def _correct(labels: SampleLabels) -> IntArray:
    right = (labels.predicted == labels.actual).astype(np.int64)
    return np.where(labels.actual == UNKNOWN, UNKNOWN, right)


def _margin(probabilities: DoubleArray) -> DoubleArray:
    """Return how far the likeliest class is ahead of the next (N,)."""
    ranked = np.partition(probabilities, -2, axis=1)
    lead: DoubleArray = ranked[:, -1] - ranked[:, -2]
    return lead


def _metadata(values: NDArray[Any]) -> Maker:
    return lambda: Texts(values) if values.dtype.kind in "US" else Numbers(values)


def _probability(probabilities: DoubleArray, code: int) -> Maker:
    return lambda: Numbers(probabilities[:, code])
