"""Samples in a plane with what is known of them: prediction, colour, selection, centres of groups."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray
from core.attention.embedding import Embedding
from core.attention.inputs import OUTCOME_NAMES, SampleLabels
from core.errors import SettingsError
from core.expressions import Column, Members, Names, Numbers, Texts, Truths
from core.expressions.columns import unknown
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

Palette = Literal["outcome", "class", "number"]
MOST_GROUPS = 12  # that have a colour and a line in the legend each; the rest are others
REST, NO_NAME, NO_COHORT = "other", "unknown", "in no cohort"
MUTED = -1


@dataclass(frozen=True, eq=False)
class Group:
    """Samples of one name.

    Attributes:
        name: The name.
        colour: Code of the class or outcome whose colour they have, -1 for none of its own.
        count: How many of the selected samples there are.
        centre: Mean of their places (2,).
    """

    name: str
    colour: int
    count: int = 0
    centre: DoubleArray = field(default_factory=lambda: np.zeros(2))


@dataclass(frozen=True, eq=False)
class Colouring:
    """What samples are coloured by.

    Attributes:
        name: Name of the field.
        palette: Which colours: of outcomes, of classes (any other names too), or a scale of numbers.
        groups: The names there are; of a number the classes, which only their centres name.
        codes: Group of each sample (n,).
        values: The numbers (n,), not-a-number where there is none; empty for names.
    """

    name: str
    palette: Palette
    groups: tuple[Group, ...]
    codes: IntArray
    values: DoubleArray = field(default_factory=lambda: np.zeros(0))

    @property
    def texts(self) -> list[str]:
        """Name of each sample's group (n,)."""
        names = [group.name for group in self.groups]
        return [names[code] for code in self.codes]


@dataclass(frozen=True, eq=False)
class SampleMap:
    """Samples of a run in a plane, with what is known of each.

    Attributes:
        embedding: Where they lie.
        labels: Predictions of all samples of the dataset.
        colouring: What they are coloured by.
        selected: Which of them are selected (n,).
        provenance: Where it comes from.
    """

    embedding: Embedding
    labels: SampleLabels
    colouring: Colouring
    selected: BoolArray
    provenance: Provenance

    @property
    def positions(self) -> FloatArray:
        """Two coordinates a sample (n, 2)."""
        return self.embedding.positions

    @property
    def actual(self) -> IntArray:
        """Class of each sample (n,), -1 where it is not known."""
        found: IntArray = self.labels.actual[self.embedding.samples]
        return found

    @property
    def predicted(self) -> IntArray:
        """Predicted class of each sample (n,)."""
        found: IntArray = self.labels.predicted[self.embedding.samples]
        return found

    @property
    def confidence(self) -> DoubleArray:
        """Confidence of each prediction (n,)."""
        found: DoubleArray = self.labels.confidence[self.embedding.samples]
        return found

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a sample: its place, what it is and was taken for, its colour, if it is selected."""
        frame = self.embedding.to_frame()
        classes = np.array([*self.labels.classes, ""], dtype=object)
        outcomes = np.array([*OUTCOME_NAMES, ""], dtype=object)
        frame["class"] = classes[self.actual]
        frame["predicted"] = classes[self.predicted]
        frame["outcome"] = outcomes[self.labels.outcomes[self.embedding.samples]]
        frame["confidence"] = self.confidence
        if self.colouring.name not in frame.columns:
            values = self.colouring.values
            frame[self.colouring.name] = values if len(values) else self.colouring.texts
        frame["selected"] = self.selected
        return frame


def sample_map(
    embedding: Embedding,
    labels: SampleLabels,
    fields: Mapping[str, Column],
    colour: str = "class",
    selected: BoolArray | None = None,
) -> SampleMap:
    """Return samples in a plane with what is known of them.

    Args:
        embedding: Where they lie.
        labels: Predictions of all samples of the dataset.
        fields: Fields of all samples, as `core.attention.fields` makes them.
        colour: Name of the field they are coloured by.
        selected: Which of all samples of the dataset are selected (N,); all unless given.

    Raises:
        SettingsError: If there is no such field.
    """
    if colour not in fields:
        raise SettingsError(unknown("colour", colour, fields))
    rows = embedding.samples
    chosen = np.ones(len(rows), np.bool_) if selected is None else np.asarray(selected)[rows]
    found = colouring(fields[colour], colour, rows)
    if len(found.values):
        by_class = colouring(fields["class"], "class", rows)
        found = replace(found, groups=by_class.groups, codes=by_class.codes)
    found = _with_centres(found, embedding.positions, chosen)
    source = embedding.provenance
    said = {**source.parameters, "colour": colour, "selected": int(chosen.sum())}
    return SampleMap(embedding, labels, found, chosen, replace(source, parameters=said))


def colouring(column: Column, name: str, rows: IntArray) -> Colouring:
    """Return what samples are coloured by, for the samples of some rows; groups without their centres."""
    none = np.zeros(len(rows), np.int64)
    match column:
        case Numbers(values):
            return Colouring(name, "number", (), none, np.asarray(values[rows], np.float64))
        case Truths(codes):
            return _grouped(name, np.asarray(codes)[rows], ("no", "yes"))
        case Names(codes, names):
            return _grouped(name, np.asarray(codes)[rows], names)
        case Texts(values):
            texts, places = np.unique(np.asarray(values)[rows], return_inverse=True)
            return _grouped(name, places.reshape(-1), tuple(str(each) for each in texts))
        case Members():
            return _by_cohort(column, name, rows)


def _by_cohort(column: Members, name: str, rows: IntArray) -> Colouring:
    """Colour by the first of the cohorts, or whatever else it is, that a sample belongs to."""
    names = tuple(column.names)
    codes = np.full(len(rows), -1, np.int64)
    for code, cohort in enumerate(names):
        codes[(codes < 0) & column.of(cohort)[rows]] = code
    return _grouped(name, codes, names, NO_COHORT if name == "cohort" else f"no {name}")


def _grouped(name: str, codes: NDArray[Any], names: tuple[str, ...], nobody: str = NO_NAME) -> Colouring:
    """Keep names that occur, the most frequent of many, and gather the rest."""
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    there = np.flatnonzero(counts)
    if len(there) > MOST_GROUPS:
        there = np.sort(np.argsort(-counts, kind="stable")[: MOST_GROUPS - 1])
    new = np.full(len(names) + 1, -2, np.int64)  # the last stands for code -1
    new[there] = np.arange(len(there))
    new[-1] = -1
    placed = new[np.asarray(codes, np.int64)]
    groups = [Group(names[code], int(code)) for code in there]
    for code, word in ((-2, REST), (-1, nobody)):
        if (placed == code).any():
            placed[placed == code] = len(groups)
            groups.append(Group(word, MUTED))
    return Colouring(name, "outcome" if name == "outcome" else "class", tuple(groups), placed)


def _with_centres(found: Colouring, positions: FloatArray, selected: BoolArray) -> Colouring:
    """Count the selected samples of each group and find their centre; without any, of all."""
    counts = np.bincount(found.codes[selected], minlength=len(found.groups))
    groups = []
    for code, group in enumerate(found.groups):
        own = found.codes == code
        of = own & selected if counts[code] else own
        centre = positions[of].mean(axis=0, dtype=np.float64)
        groups.append(replace(group, count=int(counts[code]), centre=centre))
    return replace(found, groups=tuple(groups))
