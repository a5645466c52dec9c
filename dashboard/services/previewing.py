"""The preview of augmentations: a bounded number of samples, scaled as training scales them.

Nothing is kept of a user: a preview follows from the dataset, the list of augmentations, the sample, the
channel and the seed of the draw.
"""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from core.arrays import DoubleArray, IntArray
from core.augmentation.family import Windows
from core.augmentation.preview import TOGETHER, preview
from core.augmentation.previewed import AugmentationPreview, PreviewNames, ValuePairs
from core.data import Dataset, open_dataset
from core.data.scaler import Scaler
from core.errors import NotFoundError
from core.results import Provenance
from dashboard.services import library
from dashboard.services.augmentation import recipe
from dashboard.services.cache import AnswerCache

POOL = 500  # samples that are looked at, spread evenly over the dataset
LEAST_POOL = 40
CELLS = 2_000_000  # of all of them
CELLS_OF_ONE = 10_000  # of wider samples some channels are left out
MARKS = 400  # of values before and after; a browser takes a second to draw 5000
AROUND = 40  # samples on either side that the keys walk through

_opened = AnswerCache(8)
_pools = AnswerCache(6)
_previews = AnswerCache(24)


class Asked(Protocol):
    """The part of a view that decides a preview."""

    @property
    def dataset(self) -> str | None:
        """Id of the dataset."""

    @property
    def target(self) -> str:
        """Name of the target whose classes count."""

    @property
    def augment(self) -> str:
        """The list of augmentations."""

    @property
    def sample(self) -> int | None:
        """Index of the sample."""

    @property
    def channel(self) -> str:
        """Name of the channel."""

    @property
    def draw(self) -> int:
        """Seed of the draw."""


@dataclass(frozen=True, eq=False)
class Pool:
    """Samples of a dataset that previews are made of, in units of each channel's spread.

    Attributes:
        windows: The samples, scaled; missing values stay missing.
        rows: Their places in the dataset, ascending.
        channels: Their channels as places in the dataset, ascending.
        mean: What was taken off (C,).
        scale: What was divided by (C,).
    """

    windows: Windows
    rows: IntArray
    channels: IntArray
    mean: DoubleArray
    scale: DoubleArray


def opened(identifier: str | None) -> Dataset:
    """Return a dataset with its arrays mapped into memory."""
    manifest = library.dataset(identifier)
    dataset: Dataset = _opened.get(manifest.id, lambda: open_dataset(library.store(), manifest.id))
    return dataset


def previewed(asked: Asked) -> AugmentationPreview:
    """Return what the augmentations of a view do to its sample and to some others.

    Raises:
        NotFoundError: If the dataset, the sample or the channel is not there.
    """
    dataset = opened(asked.dataset)
    sample, channel = sample_of(dataset, asked.sample), channel_of(dataset, asked.channel)
    wanted = recipe(asked.augment)
    target = target_of(dataset, asked.target)
    key = f"{dataset.id} {target!r} {sample} {channel} {asked.draw} {wanted.text}"

    def compute() -> AugmentationPreview:
        pool = _pool_with(dataset, target, sample, channel)
        row = int(np.searchsorted(pool.rows, sample))
        place = int(np.searchsorted(pool.channels, channel))
        called = PreviewNames(
            str(dataset.sample_ids[sample]),
            dataset.channels[channel],
            dataset.labels_of(sample),
            dataset.step_name,
        )
        made = preview(pool.windows, wanted.parts, np.random.default_rng(asked.draw), row, place, called)
        return _in_units(_alone(made), pool, place, dataset, sample)

    answer: AugmentationPreview = _previews.get(key, compute)
    return answer


def values(asked: Asked) -> ValuePairs:
    """Return the values before and after; NotFoundError while there is no augmentation to compare."""
    pairs: ValuePairs = previewed(asked).pairs
    if not pairs.names:
        raise NotFoundError("values are compared once there is an augmentation: add one to the list")
    every = -(-len(pairs.made_by) // MARKS)
    return replace(
        pairs,
        original=pairs.original[::every],
        augmented=pairs.augmented[::every],
        made_by=pairs.made_by[::every],
    )


def sample_of(dataset: Dataset, sample: int | None) -> int:
    """Return the sample that is shown, the first unless one is named; NotFoundError for a stranger."""
    chosen = sample or 0
    if not 0 <= chosen < dataset.samples:
        raise NotFoundError(f"samples are numbered 0 to {dataset.samples - 1}; got {chosen}")
    return chosen


def channel_of(dataset: Dataset, channel: str) -> int:
    """Return the channel that is shown, the first unless one is named; NotFoundError for a stranger."""
    if channel and channel not in dataset.channels:
        raise NotFoundError(f"the dataset has no channel {channel!r:.60}")
    return dataset.channels.index(channel) if channel else 0


def target_of(dataset: Dataset, target: str) -> str:
    """Return the target whose classes count: the first with one label a sample unless one is named."""
    known = dataset.window_targets
    return target if target in known else next(iter(known), "")


def neighbours(dataset: Dataset, sample: int) -> list[int]:
    """Return the samples around one, which the keys walk through."""
    return list(range(max(0, sample - AROUND), min(dataset.samples, sample + AROUND + 1)))


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    for cache in (_opened, _pools, _previews):
        cache.clear()


def _pool_with(dataset: Dataset, target: str, sample: int, channel: int) -> Pool:
    """Return the pool of a dataset with one sample and one channel certainly in it."""
    channels = _spread(dataset.channel_count, _channels_of(dataset), channel)
    key = f"{dataset.id} {target!r} {channels.tolist()}"
    pool: Pool = _pools.get(key, lambda: _pool(dataset, target, channels))
    place = int(np.searchsorted(pool.rows, sample))
    if place < len(pool.rows) and pool.rows[place] == sample:
        return pool
    rows = pool.rows.copy()
    rows[min(place, len(rows) - 1)] = sample  # it takes the place of its neighbour
    fresh = _windows(dataset, target, np.array([sample]), channels, pool.mean, pool.scale)
    at = min(place, len(rows) - 1)
    series, lengths = pool.windows.series.copy(), pool.windows.lengths.copy()
    labels = pool.windows.labels.copy()
    series[at], lengths[at], labels[at] = fresh.series[0], fresh.lengths[0], fresh.labels[0]
    return replace(
        pool, rows=rows, windows=replace(pool.windows, series=series, lengths=lengths, labels=labels)
    )


def _pool(dataset: Dataset, target: str, channels: IntArray) -> Pool:
    cells = dataset.steps * len(channels)
    count = min(dataset.samples, POOL, max(LEAST_POOL, CELLS // max(1, cells)))
    rows = np.unique(np.linspace(0, dataset.samples - 1, count).astype(np.int64))
    raw = _windows(dataset, target, rows, channels)
    scaler = Scaler.fit(raw.series, raw.lengths, categorical=raw.categorical)
    scaled = _scaled(raw, scaler.mean, scaler.scale)
    return Pool(scaled, rows, channels, scaler.mean, scaler.scale)


def _channels_of(dataset: Dataset) -> int:
    return max(1, min(dataset.channel_count, CELLS_OF_ONE // max(1, dataset.steps)))


def _spread(total: int, count: int, chosen: int) -> IntArray:
    """Return so many places spread evenly, one of them certainly."""
    places = np.unique(np.linspace(0, total - 1, count).astype(np.int64))
    if chosen not in places:
        places[np.abs(places - chosen).argmin()] = chosen
    return np.sort(places)


def _windows(
    dataset: Dataset,
    target: str,
    rows: IntArray,
    channels: IntArray,
    mean: DoubleArray | None = None,
    scale: DoubleArray | None = None,
) -> Windows:
    """Return some samples of a dataset, scaled where it is said how."""
    codes = dataset.targets.get(target)
    everything = len(channels) == dataset.channel_count
    block = np.asarray(dataset.series[rows], np.float32)
    windows = Windows(
        block if everything else np.ascontiguousarray(block[:, :, channels]),
        np.asarray(dataset.lengths[rows], np.int64),
        np.full(len(rows), -1) if codes is None else np.asarray(codes[rows], np.int64),
        categorical=tuple(int(p) for p in np.flatnonzero(np.isin(channels, dataset.categorical))),
    )
    return windows if mean is None or scale is None else _scaled(windows, mean, scale)


def _scaled(windows: Windows, mean: DoubleArray, scale: DoubleArray) -> Windows:
    series = ((windows.series - mean) / scale).astype(np.float32)
    series[windows.padding(slice(None))] = 0
    return windows.with_series(series)


def _alone(made: AugmentationPreview) -> AugmentationPreview:
    """Leave out what all augmentations do one after the other: training makes no such copy."""
    if TOGETHER not in made.lines.names:
        return made
    lines, pairs, spectra, apart = made.lines, made.pairs, made.spectra, made.separability
    kept = pairs.made_by != pairs.names.index(TOGETHER)
    return replace(
        made,
        lines=replace(lines, names=lines.names[:-1], values=lines.values[:-1]),
        pairs=replace(
            pairs,
            names=pairs.names[:-1],
            original=pairs.original[kept],
            augmented=pairs.augmented[kept],
            made_by=pairs.made_by[kept],
        ),
        spectra=replace(spectra, lines=spectra.lines[:-1]),
        separability=replace(apart, names=apart.names[:-1], right=apart.right[:-1]),
    )


def _in_units(
    made: AugmentationPreview, pool: Pool, place: int, dataset: Dataset, sample: int
) -> AugmentationPreview:
    """Return a preview in the dataset's own units, with its origin."""
    mean, scale = np.float32(pool.mean[place]), np.float32(pool.scale[place])

    def of(provenance: Provenance) -> Provenance:
        said = {**provenance.parameters, "sample": sample, "channel": dataset.channels[pool.channels[place]]}
        return replace(provenance, data=dataset.sha256, parameters=said)

    lines = replace(made.lines, values=made.lines.values * scale + mean, provenance=of(made.lines.provenance))
    pairs = replace(
        made.pairs,
        original=made.pairs.original * scale + mean,
        augmented=made.pairs.augmented * scale + mean,
        provenance=of(made.pairs.provenance),
    )
    spectra = replace(
        made.spectra,
        lines=tuple(replace(line, amplitudes=line.amplitudes * float(scale)) for line in made.spectra.lines),
        provenance=of(made.spectra.provenance),
    )
    separability = replace(made.separability, provenance=of(made.separability.provenance))
    return replace(
        made, sample=sample, lines=lines, pairs=pairs, spectra=spectra, separability=separability,
        provenance=of(made.provenance),
    )  # fmt: skip
