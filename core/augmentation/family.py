"""The family of augmentations: what they take, what they give, and how copies come beside the originals."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.arrays import BoolArray, FloatArray, IntArray, length_mask, require_axes
from core.errors import SettingsError, ShapeError
from core.registry import Part, Registry

ORIGINAL = -1
CELLS_AT_ONCE = 250_000  # what a transform holds beside its result


@dataclass(frozen=True, eq=False)
class Windows:
    """Samples as augmentations take and give them.

    Attributes:
        series: Values (N, T, C), float32, 0 after a sample's end; NaN is a missing value.
        lengths: Valid steps (N,), from 1 to T.
        labels: Class codes (N,), -1 where unknown.
        truth: The cells that decide the class (N, T, C), where they are known.
        step_targets: A class code per step (N, T), -1 where there is none.
        categorical: Channels that hold codes: moved in time, never scaled, mixed or noised.
    """

    series: FloatArray
    lengths: IntArray
    labels: IntArray
    truth: BoolArray | None = None
    step_targets: IntArray | None = None
    categorical: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check axes, lengths and channel indices; values are as they came."""
        sizes = require_axes(self.series, "N T C", "series")
        require_axes(self.lengths, "N", "lengths", sizes)
        require_axes(self.labels, "N", "labels", sizes)
        if self.truth is not None:
            require_axes(self.truth, "N T C", "truth", sizes)
        if self.step_targets is not None:
            require_axes(self.step_targets, "N T", "step targets", sizes)
        if sizes["N"] and (np.min(self.lengths) < 1 or np.max(self.lengths) > sizes["T"]):
            raise ShapeError(
                f"lengths must lie between 1 and {sizes['T']};"
                f" got {np.min(self.lengths)} to {np.max(self.lengths)}"
            )
        if not set(self.categorical) <= set(range(sizes["C"])):
            raise ShapeError(
                f"categorical channels must lie between 0 and {sizes['C'] - 1}; got {self.categorical!r:.200}"
            )

    @property
    def samples(self) -> int:
        """Number of samples."""
        return int(self.series.shape[0])

    @property
    def steps(self) -> int:
        """Number of steps of the longest sample."""
        return int(self.series.shape[1])

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.series.shape[2])

    @property
    def continuous(self) -> IntArray:
        """Channels that hold measured values, not codes."""
        return np.setdiff1d(np.arange(self.channels), np.asarray(self.categorical, np.int64))

    def chunks(self) -> Iterator[slice]:
        """Yield slices over the samples that keep what is held beside the result small."""
        rows = max(1, CELLS_AT_ONCE // max(1, self.steps * self.channels))
        for start in range(0, self.samples, rows):
            yield slice(start, min(start + rows, self.samples))

    def padding(self, rows: slice) -> BoolArray:
        """Return the mask (n, T) of what lies after the ends of some samples."""
        return ~length_mask(self.lengths[rows], self.steps)

    def take(self, rows: NDArray[np.integer]) -> "Windows":
        """Return some samples, copied."""
        return replace(
            self,
            series=np.asarray(self.series[rows], np.float32),
            lengths=self.lengths[rows],
            labels=self.labels[rows],
            truth=None if self.truth is None else self.truth[rows],
            step_targets=None if self.step_targets is None else self.step_targets[rows],
        )

    def with_series(self, series: FloatArray) -> "Windows":
        """Return the same samples with other values; lengths, truth and targets stay."""
        return replace(self, series=series)


class Augmentation(Part):
    """Makes varied copies of training samples."""

    share: float = Field(
        1.0, gt=0, le=1, title="Share", description="share of the training samples that get a copy"
    )

    @abstractmethod
    def apply(self, windows: Windows, rng: np.random.Generator) -> Windows:
        """Return a varied copy of each sample.

        Args:
            windows: The samples; they stay as they are.
            rng: All randomness.

        Returns:
            As many samples of the same size: float32, 0 after a sample's end, missing values still missing;
            truth and step targets stand where their steps went.
        """


AUGMENTATIONS: Registry[Augmentation] = Registry("augmentation", "core.augmentation.transforms")


@dataclass(frozen=True, eq=False)
class Augmented:
    """Originals and their copies in random order.

    Attributes:
        windows: The samples (M).
        sources: Index (M,) of the original that each sample is or was made of.
        made_by: Index (M,) of the augmentation that made it; -1 for an original.
    """

    windows: Windows
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


def augment(windows: Windows, parts: Sequence[Augmentation], rng: np.random.Generator) -> Augmented:
    """Return the originals and a copy of each share of them per augmentation, shuffled together.

    Give training samples only; every augmentation starts from the originals. Copies are written to their
    places as they are made: beside the result, no more than one augmentation's copies are held.

    Raises:
        ShapeError: If an augmentation returns samples of another number or size.
    """
    chosen = [np.arange(windows.samples), *(_chosen(windows.samples, part.share, rng) for part in parts)]
    sources = np.concatenate(chosen)
    made_by = np.repeat(np.arange(ORIGINAL, len(parts)), [len(rows) for rows in chosen])
    order = rng.permutation(len(sources))
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    whole = _room(windows, len(sources))
    _put(windows, whole, places[: windows.samples])
    for index, (part, rows) in enumerate(zip(parts, chosen[1:], strict=True)):
        originals = windows if len(rows) == windows.samples else windows.take(rows)
        _put(_checked(part.apply(originals, rng), originals, part), whole, places[made_by == index])
    return Augmented(Windows(**whole, categorical=windows.categorical), sources[order], made_by[order])


def _chosen(samples: int, share: float, rng: np.random.Generator) -> IntArray:
    count = max(1, round(share * samples)) if samples else 0
    return np.sort(rng.permutation(samples)[:count])


def _arrays(windows: Windows) -> dict[str, NDArray[Any]]:
    names = ("series", "lengths", "labels", "truth", "step_targets")
    held = {name: getattr(windows, name) for name in names}
    return {name: array for name, array in held.items() if array is not None}


def _room(windows: Windows, samples: int) -> dict[str, Any]:
    room = {
        name: np.empty((samples, *array.shape[1:]), array.dtype) for name, array in _arrays(windows).items()
    }
    return {**room, "series": np.empty((samples, windows.steps, windows.channels), np.float32)}


def _put(made: Windows, whole: Mapping[str, NDArray[Any]], places: IntArray) -> None:
    for name, array in _arrays(made).items():
        whole[name][places] = array


def _checked(made: Windows, originals: Windows, part: Augmentation) -> Windows:
    sizes = require_axes(originals.series, "N T C")
    require_axes(made.series, "N T C", f"what {type(part).__name__} returns", sizes)
    if _arrays(made).keys() != _arrays(originals).keys():
        raise ShapeError(f"{type(part).__name__} must return truth and step targets where it is given them")
    return made
