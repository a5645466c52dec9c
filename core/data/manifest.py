"""What stands in the manifest of a stored dataset."""

from typing import Any

from pydantic import Field

from core.data.dataset import PARTS, NanPolicy
from core.store import Manifest


class DatasetManifest(Manifest):
    """What is known of a dataset without opening its arrays.

    Attributes:
        lengths: Shortest and longest sample.
        counts: Samples of each class by target name.
        parts: Samples by part of the published split: train, validation, test, none.
        origin: How it was made, and the notices of its reading.
        targets_per_step: Names of the targets that have a label for every step.
        categories: Names of the codes by categorical channel.
        nan_policy: What was done about missing values.
        metadata: Names of further columns of the samples.
        modalities: Shape (T, C) of derived further series by name.
        has_filled, has_entities, has_spans, has_timestamps, has_truth: Which arrays not every dataset has.
    """

    kind: str = "dataset"
    samples: int
    steps: int
    step_name: str = "step"
    channels: tuple[str, ...]
    classes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    counts: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    lengths: tuple[int, int]
    groups: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    parts: dict[str, int] = Field(default_factory=dict)
    sha256: str
    description: str = ""
    origin: dict[str, Any] = Field(default_factory=dict)
    targets_per_step: tuple[str, ...] = ()
    categories: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    nan_policy: NanPolicy = "reject"
    metadata: tuple[str, ...] = ()
    modalities: dict[str, tuple[int, int]] = Field(default_factory=dict)
    has_filled: bool = False
    has_entities: bool = False
    has_spans: bool = False
    has_timestamps: bool = False
    has_truth: bool = False

    @property
    def has_parts(self) -> bool:
        """Whether a split was published with the data."""
        return any(self.parts.get(name, 0) for name in PARTS)

    @property
    def labelled(self) -> bool:
        """Whether there is at least one target."""
        return bool(self.classes)

    @property
    def window_targets(self) -> tuple[str, ...]:
        """Names of the targets with one label a sample."""
        return tuple(name for name in self.classes if name not in self.targets_per_step)
