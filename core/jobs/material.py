"""What a training learns from: a dataset, its split, its scaler, and the examples that come of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.arrays import IntArray
from core.augmentation.family import Windows, augment, create_augmentations
from core.data import Dataset
from core.data.scaler import Scaler, ScalerSettings
from core.data.splits import Split
from core.models.family import InputShape
from core.training import Examples

_CONTROL = 1  # keeps the shuffling of labels apart from what else the seed decides


@dataclass(frozen=True, eq=False)
class Material:
    """What a training works on, and the id its run will have."""

    run_id: str
    dataset: Dataset
    split: Split
    scaler: Scaler
    labels: IntArray | None = None  # in place of the dataset's own, in a control

    def examples(self, rows: Any, target: str) -> Examples:
        """Return scaled examples of some samples."""
        lengths = np.asarray(self.dataset.lengths[rows], np.int64)
        series = self.scaler.transform(self.dataset.series[rows], lengths)
        labels = self.dataset.targets[target] if self.labels is None else self.labels
        return Examples(series, lengths, np.asarray(labels[rows], np.int64))

    def augmented(self, target: str, wishes: Sequence[Mapping[str, Any]], seed: int) -> Examples:
        """Return the scaled training samples with their copies; what is missing stays so in a copy."""
        examples = self.examples(self.split.train, target)
        parts = create_augmentations(wishes)
        if not parts:
            return examples
        series = examples.series
        if self.dataset.nan_policy == "mask":
            series = np.where(np.isnan(self.dataset.series[self.split.train]), np.float32(np.nan), series)
        windows = Windows(series, examples.lengths, examples.targets, categorical=self.dataset.categorical)
        made = augment(windows, parts, np.random.default_rng(seed)).windows
        return Examples(np.nan_to_num(made.series, copy=False, nan=0.0), made.lengths, made.labels)

    def shape(self, target: str) -> InputShape:
        """Return what the model is built for."""
        return InputShape(
            self.dataset.steps, self.dataset.channel_count, {target: len(self.dataset.classes[target])}
        )


def fitted_scaler(dataset: Dataset, split: Split, settings: ScalerSettings) -> Scaler:
    """Return the scaler of the training samples."""
    rows = split.train
    return Scaler.fit(
        dataset.series[rows], dataset.lengths[rows], settings, dataset.channels, dataset.categorical
    )


def control_labels(dataset: Dataset, split: Split, target: str, seed: int) -> IntArray:
    """Return the class codes (N,) with those of the training and the validation part shuffled, each within.

    Test labels stay, and so do the counts of each class: what a model reaches on the test part after learning
    from these is chance.
    """
    rng = np.random.default_rng((seed, _CONTROL))
    labels = np.array(dataset.require_target(target), dtype=np.int64)
    for rows in (split.train, split.validation):
        labels[rows] = labels[rng.permutation(rows)]
    return labels
