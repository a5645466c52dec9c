"""The family of augmentations, and the one function that puts their copies beside the originals."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from core.arrays import FloatArray, IntArray, length_mask, require_axes
from core.errors import SettingsError
from core.registry import Part, Registry

ORIGINAL = -1


class Augmentation(Part):
    """Makes varied copies of training samples."""

    share: float = Field(1.0, gt=0, le=1, description="share of the training samples that get a copy")

    @abstractmethod
    def apply(self, series: FloatArray, lengths: IntArray, rng: np.random.Generator) -> FloatArray:
        """Return a varied copy of each series (N, T, C), float32, padding left at 0."""


AUGMENTATIONS: Registry[Augmentation] = Registry("augmentation", "core.augmentation.transforms")


@dataclass(frozen=True, eq=False)
class Augmented:
    """Originals and their copies in random order.

    Attributes:
        series: Values (M, T, C).
        lengths: Valid steps (M,).
        labels: Class codes (M,).
        sources: Index (M,) of the original that each sample is or was made of.
        made_by: Index (M,) of the augmentation that made it; -1 for an original.
    """

    series: FloatArray
    lengths: IntArray
    labels: IntArray
    sources: IntArray
    made_by: IntArray


def create_augmentations(wishes: Sequence[Mapping[str, Any]]) -> tuple[Augmentation, ...]:
    """Return augmentations from plain values, each {"name": ..., "settings": {...}}.

    Raises:
        SettingsError: If a name or a setting is wrong.
    """
    for wish in wishes:
        if not set(wish) <= {"name", "settings"} or "name" not in wish:
            raise SettingsError(f"an augmentation must have a name and settings; got {dict(wish)!r:.200}")
    return tuple(AUGMENTATIONS.create(str(wish["name"]), wish.get("settings") or {}) for wish in wishes)


def augment(
    series: FloatArray,
    lengths: IntArray,
    labels: IntArray,
    parts: Sequence[Augmentation],
    rng: np.random.Generator,
) -> Augmented:
    """Return the originals and a copy of each share of them per augmentation, shuffled together.

    Give training samples only; every augmentation starts from the originals.
    """
    sizes = require_axes(series, "N T C", "series")
    require_axes(lengths, "N", "lengths", sizes)
    require_axes(labels, "N", "labels", sizes)
    chosen = [np.arange(sizes["N"]), *(_chosen(sizes["N"], part.share, rng) for part in parts)]
    sources = np.concatenate(chosen)
    made_by = np.repeat(np.arange(ORIGINAL, len(parts)), [len(indices) for indices in chosen])
    values = np.empty((len(sources), sizes["T"], sizes["C"]), dtype=np.float32)
    values[: sizes["N"]] = series
    for place, part in enumerate(parts):
        rows = chosen[place + 1]
        values[made_by == place] = part.apply(series[rows], lengths[rows], rng)
    order = rng.permutation(len(sources))
    sources = sources[order]
    return Augmented(values[order], lengths[sources], labels[sources], sources, made_by[order])


def within_lengths(series: FloatArray, lengths: IntArray) -> FloatArray:
    """Return series as float32 with everything after the last valid step set to 0."""
    valid = length_mask(lengths, series.shape[1])[:, :, None]  # (N, T, 1)
    return np.where(valid, series, 0).astype(np.float32)


def _chosen(samples: int, share: float, rng: np.random.Generator) -> IntArray:
    count = max(1, round(share * samples)) if samples else 0
    return np.sort(rng.permutation(samples)[:count])
