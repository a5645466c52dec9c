"""How the classes are spread over what the samples were recorded of."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.arrays import IntArray
from core.data.dataset import Dataset
from core.data.statistics import label_counts
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

MOST_ENTITIES = 200
MOST_NAMED = 20


@dataclass(frozen=True, eq=False)
class EntityBalance:
    """Samples of each class by entity, for the entities with most samples.

    Attributes:
        target: Name of the target.
        classes: Names of the classes.
        entities: Names of the entities, those with most samples first (E,).
        counts: Samples (E, K).
        total: Number of all entities.
        several: Number of entities with several samples.
        single: How many of these have samples of a single class only.
        named: Some of them, those with most samples first.
        provenance: Where the numbers come from.
    """

    target: str
    classes: tuple[str, ...]
    entities: tuple[str, ...]
    counts: IntArray
    total: int
    several: int
    single: int
    named: tuple[str, ...]
    provenance: Provenance

    def to_frame(self) -> "pd.DataFrame":
        """Return one row an entity with its samples by class."""
        import pandas as pd

        columns = {f"class {name}": self.counts[:, code] for code, name in enumerate(self.classes)}
        return pd.DataFrame({"entity": list(self.entities), **columns, "total": self.counts.sum(axis=1)})


@dataclass(frozen=True)
class StepLabels:
    """How many steps a target with a label for every step has, and how many of them have no label."""

    target: str
    steps: int
    without: int


def entity_balance(dataset: Dataset) -> dict[str, EntityBalance]:
    """Count the samples of each class by entity, for targets with one label a sample."""
    if dataset.entities is None or not dataset.window_targets:
        return {}
    places: dict[str, int] = {}
    codes = np.array([places.setdefault(name, len(places)) for name in dataset.entities.tolist()])
    names = list(places)
    return {target: _balance(dataset, target, codes, names) for target in dataset.window_targets}


def step_labels(dataset: Dataset) -> tuple[StepLabels, ...]:
    """Count the steps without a label, for targets with a label for every step."""
    found = []
    for target, codes in dataset.targets.items():
        if codes.ndim == 2:
            steps = int(np.asarray(dataset.lengths).sum())
            labelled = int(label_counts(np.asarray(codes), len(dataset.classes[target])).sum())
            found.append(StepLabels(target, steps, steps - labelled))
    return tuple(found)


def _balance(dataset: Dataset, target: str, entities: IntArray, names: list[str]) -> EntityBalance:
    codes = np.asarray(dataset.require_target(target))
    classes = len(dataset.classes[target])
    totals = np.bincount(entities, minlength=len(names))
    # By samples, then by name, so that the order of the samples changes nothing.
    order = np.array(sorted(range(len(names)), key=lambda place: (-totals[place], names[place])))
    top = order[:MOST_ENTITIES]
    rank = np.full(len(names), -1)
    rank[top] = np.arange(len(top))
    shown = rank[entities] >= 0
    counts = np.bincount(rank[entities][shown] * classes + codes[shown], minlength=len(top) * classes)
    one_class = np.zeros(len(names), np.int64)
    one_class[entities] = codes
    mixed = np.bincount(entities[codes != one_class[entities]], minlength=len(names)) > 0
    single = ~mixed & (totals > 1)
    return EntityBalance(
        target=target,
        classes=dataset.classes[target],
        entities=tuple(names[place] for place in top),
        counts=counts.reshape(len(top), classes).astype(np.int64),
        total=len(names),
        several=int((totals > 1).sum()),
        single=int(single.sum()),
        named=tuple(names[place] for place in order[single[order]][:MOST_NAMED]),
        provenance=Provenance(
            "classes by entity", data=dataset.sha256, parameters={"target": target}, samples=dataset.samples
        ),
    )
