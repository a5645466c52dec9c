"""What stands in the manifest of a stored dataset."""

from typing import Any

from pydantic import Field

from core.data.dataset import PARTS
from core.store import Manifest


class DatasetManifest(Manifest):
    """What is known of a dataset without opening its arrays.

    Attributes:
        lengths: Shortest and longest sample.
        counts: Samples of each class by target name.
        parts: Samples by part of the published split: train, validation, test, none.
        origin: How it was made, and the notices of its reading.
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

    @property
    def has_parts(self) -> bool:
        """Whether a split was published with the data."""
        return any(self.parts.get(name, 0) for name in PARTS)

    @property
    def labelled(self) -> bool:
        """Whether there is at least one target."""
        return bool(self.classes)
