"""What a training learns from: a dataset, its split, its scalers, and the examples that come of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from core.arrays import FloatArray, IntArray
from core.augmentation.family import Augmentation, create_augmentations
from core.data import Dataset
from core.data.scaler import Scaler, ScalerSettings
from core.data.splits import Split
from core.errors import SettingsError
from core.jobs.copies import Copies
from core.jobs.modalities import groups_of
from core.jobs.streaming import Picked, Scaled
from core.models.family import AttentionLayer, InputShape, require_ports
from core.training import Examples, FitArrays

MOST_IN_MEMORY = 32_000_000  # values of training and validation that are held in memory: 128 MB
_CONTROL = 1  # keeps the shuffling of labels apart from what else the seed decides


@dataclass(frozen=True)
class Recipe:
    """What is made of a dataset for a training.

    Attributes:
        targets: What is predicted, the deciding one first.
        scaling: How channels are scaled.
        augmentations: Each {"name": ..., "settings": {...}}.
        modalities: Whether the model reads several groups of channels.
        chosen: Which groups; empty for those that the dataset names, or all channels and what was derived.
        permuted: Whether labels of training and validation are shuffled, as a control.
        seed: Decides the shuffling.
    """

    targets: tuple[str, ...]
    scaling: ScalerSettings = field(default_factory=ScalerSettings)
    augmentations: Sequence[Mapping[str, Any]] = ()
    modalities: bool = False
    chosen: tuple[str, ...] = ()
    permuted: bool = False
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Material:
    """What a training works on.

    Attributes:
        dataset: The dataset.
        split: Which samples are trained on.
        targets: What is predicted, the deciding one first.
        scalers: The scaler of the series under "", those of derived modalities under their names.
        groups: What a model of several modalities reads: channels of the series by group, none for a modality
            that was derived; empty where all is one series.
        augmentations: What makes varied copies of the training samples.
        labels: Class codes in place of the dataset's own, in a control.
    """

    dataset: Dataset
    split: Split
    targets: tuple[str, ...]
    scalers: Mapping[str, Scaler]
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    augmentations: tuple[Augmentation, ...] = ()
    labels: Mapping[str, IntArray] = field(default_factory=dict)

    def shape(self) -> InputShape:
        """Return what the model is built for."""
        return shape_of(self.dataset, self.targets, self.groups)

    def examples(self, rows: IntArray, missing: bool = False) -> Examples:
        """Return scaled examples of some samples, read from disk as they are needed where they are many.

        Args:
            rows: Which samples.
            missing: Whether missing values stay NaN; else they become 0, the mean.
        """
        groups = tuple(self.groups) or ("",)
        cells = self._cells * (len(self.split.train) + len(self.split.validation))
        examples = Examples(
            {group: Picked(self._rows(group, missing), rows) for group in groups},
            {group: np.asarray(self._lengths(group)[rows], np.int64) for group in groups},
            {target: Picked(self.codes(target), rows) for target in self.targets},
        )
        return examples if cells > MOST_IN_MEMORY else examples.take(slice(None))

    def read(self, rows: Any) -> tuple[dict[str, FloatArray], dict[str, IntArray]]:
        """Return the scaled series (n, T, C) of some samples by group, and their lengths (n,)."""
        groups = tuple(self.groups) or ("",)
        series = {group: self._rows(group)[rows] for group in groups}
        return series, {group: np.asarray(self._lengths(group)[rows], np.int64) for group in groups}

    def codes(self, target: str) -> IntArray:
        """Return the class codes (N,) or (N, T) of a target, shuffled in a control."""
        return self.labels.get(target, self.dataset.targets[target])

    def arrays(self, layers: Sequence[AttentionLayer] = ()) -> FitArrays:
        """Return what a model is fitted on.

        Args:
            layers: Attention layers whose entropy is watched.
        """
        train, validation = self.split.train, self.split.validation
        categorical = () if self.groups else self.dataset.categorical
        if not self.augmentations:
            return FitArrays(
                self.examples(train), self.examples(validation), categorical=categorical, layers=layers
            )
        copies = Copies(self.augmentations, categorical)
        return FitArrays(
            self.examples(train, missing=self.dataset.nan_policy == "mask"),
            self.examples(validation),
            copies,
            1 + sum(part.share for part in self.augmentations),
            categorical,
            layers,
        )

    @cached_property
    def _cells(self) -> int:
        """Number of values of one sample, over all groups."""
        groups = tuple(self.groups) or ("",)
        return sum(int(np.prod(self._rows(group).shape[1:])) for group in groups)

    def _rows(self, group: str, missing: bool = False) -> Scaled:
        data, columns = self.dataset, self.groups.get(group)
        if columns == ():
            derived = data.modalities[group]
            return Scaled(derived.series, derived.lengths, self.scalers[group])
        return Scaled(data.series, data.lengths, self.scalers[""], columns, missing)

    def _lengths(self, group: str) -> IntArray:
        return (
            self.dataset.modalities[group].lengths if self.groups.get(group) == () else self.dataset.lengths
        )


def make_material(dataset: Dataset, split: Split, recipe: Recipe) -> Material:
    """Return what a training works on; scalers are fitted on its training samples.

    Raises:
        DataError: If a target does not exist.
        SettingsError: If the dataset lacks groups of channels that the model needs, or a setting is wrong.
    """
    for target in recipe.targets:
        dataset.require_any_target(target)
    require_ports(recipe.targets)
    groups = groups_of(dataset, recipe.chosen) if recipe.modalities else {}
    parts = create_augmentations(recipe.augmentations)
    derived = [group for group, columns in groups.items() if not columns]
    if parts and derived:
        raise SettingsError(
            "augmentations vary the channels of a series; what was derived of it does not follow, "
            f"so they can't be used with the modality {derived[0]!r:.80}"
        )
    labels = {}
    if recipe.permuted:
        labels = {target: control_labels(dataset, split, target, recipe.seed) for target in recipe.targets}
    return Material(
        dataset,
        split,
        recipe.targets,
        {
            "": fitted_scaler(dataset, split, recipe.scaling),
            **{group: _derived_scaler(dataset, split, group, recipe.scaling) for group in derived},
        },
        groups,
        parts,
        labels,
    )


def shape_of(dataset: Dataset, targets: Sequence[str], groups: Mapping[str, tuple[int, ...]]) -> InputShape:
    """Return what a model is built for: the targets it learns, the groups of channels it reads, if any.

    Raises:
        SettingsError: If a target has a label for each step, and the first group has steps of its own.
    """
    first = next(iter(groups), "")
    if first and not groups[first] and (stepped := [name for name in targets if dataset.per_step(name)]):
        raise SettingsError(
            f"labels for each step, as of {stepped[0]!r:.80}, stand on the steps of the first modality, which"
            f" must be those of the series; name another modality before {first!r:.80}"
        )
    return InputShape(
        dataset.steps,
        dataset.channel_count,
        {target: len(dataset.classes[target]) for target in targets},
        frozenset(target for target in targets if dataset.per_step(target)),
        {} if groups else _codes(dataset),
        {
            name: (dataset.steps, len(columns)) if columns else _derived_shape(dataset, name)
            for name, columns in groups.items()
        },
    )


def _derived_shape(dataset: Dataset, name: str) -> tuple[int, int]:
    _, steps, channels = dataset.modalities[name].series.shape
    return steps, channels


def fitted_scaler(dataset: Dataset, split: Split, settings: ScalerSettings) -> Scaler:
    """Return the scaler of the training samples."""
    rows = split.train
    series: Any = Picked(dataset.series, rows)  # read chunk by chunk
    return Scaler.fit(series, dataset.lengths[rows], settings, dataset.channels, dataset.categorical)


def control_labels(dataset: Dataset, split: Split, target: str, seed: int) -> IntArray:
    """Return the class codes (N,) or (N, T) with those of training and validation shuffled, each within.

    Test labels stay, and so do the counts of each class: what a model reaches on the test part after learning
    from these is chance. Labels per step are shuffled as whole windows.
    """
    rng = np.random.default_rng((seed, _CONTROL))
    labels = np.array(dataset.require_any_target(target), dtype=np.int64)
    for rows in (split.train, split.validation):
        labels[rows] = labels[rng.permutation(rows)]
    return labels


def _derived_scaler(dataset: Dataset, split: Split, group: str, settings: ScalerSettings) -> Scaler:
    derived = dataset.modalities[group]
    series: Any = Picked(derived.series, split.train)
    return Scaler.fit(series, derived.lengths[split.train], settings.kind)


def _codes(dataset: Dataset) -> dict[int, int]:
    """Return the number of codes by index of a categorical channel."""
    names = dataset.channels
    return {place: len(dataset.categories[names[place]]) for place in dataset.categorical}
