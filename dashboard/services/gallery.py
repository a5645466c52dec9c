"""What the page Gallery asks: samples side by side, page by page, and how many there are of each kind."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray
from core.attention import Gallery, GalleryView, gallery
from core.attention.gallery import GALLERY_SORTS, MOST_CHANNELS, GallerySort, gallery_of
from core.attention.stored import stored_statistics
from core.attention.typical import class_distances
from core.data import PARTS, Dataset
from core.data.scaler import Scaler
from core.errors import NotFoundError
from core.evaluation import OUTCOMES, Confusion, Predictions, confusion, outcome_codes
from core.expressions import without
from core.models.manifest import RunManifest
from dashboard.services import library
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import (
    ALL,
    EACH_ITS_OWN,
    UNKNOWN,
    RunSamples,
    Selection,
    dataset_of,
    judged,
    layer_of,
    layers_of,
    linked_samples,
    reference_class,
    select,
    subset,
    weights_of,
)

PAGE_SIZES = (24, 60)
MOST_COMPARED = 6
NEED_DISTANCE = frozenset({"distance", "typical"})
_distances = AnswerCache(4)


@dataclass(frozen=True)
class GalleryRequest:
    """One page of samples.

    Attributes:
        selection: Which samples of which run.
        sort: A name out of GALLERY_SORTS; "" for the usual one.
        layer: Name of the attention layer; "" for the first.
        channel: Name of the channel to show; "" for the first.
        channels: Indices of the channels to show instead, of more than four the first four.
        page: Page from 0; one beyond the last shows the last.
        size: Samples a page.
    """

    selection: Selection
    sort: str = ""
    layer: str = ""
    channel: str = ""
    page: int = 0
    size: int = PAGE_SIZES[0]
    channels: tuple[int, ...] = ()

    @property
    def order(self) -> GallerySort:
        """The sort key that is meant; an unknown one is taken for the usual one."""
        return self.sort if self.sort in GALLERY_SORTS else "errors"


@dataclass(frozen=True)
class GalleryCounts:
    """How many samples there are to look through.

    Attributes:
        outcomes: Number of samples by outcome, in the order of OUTCOMES; TP is right, FN wrong if own.
        classes: Names of the classes.
        reference: Code of the class that outcomes are about; EACH_ITS_OWN where it is each sample's own.
        positive: Code of the class that counts as positive.
        total: Number of samples.
        unlabelled: Number of samples without a label.
    """

    outcomes: tuple[int, ...]
    classes: tuple[str, ...]
    reference: int
    positive: int
    total: int
    unlabelled: int

    @property
    def own(self) -> bool:
        """True if outcomes are of each sample's own class: TP is right, FN is wrong."""
        return self.reference == EACH_ITS_OWN


def page(asked: GalleryRequest) -> Gallery:
    """Return one page of the samples asked for, in order."""
    samples = select(asked.selection)
    weights = _weights(samples.manifest, asked.layer, samples.dataset.series.shape)
    measured = _measured(samples, asked)
    sort = "errors" if asked.order == "entropy" and "entropy" not in measured else asked.order
    last = (len(samples.labels.indices) - 1) // asked.size
    offset = min(asked.page, last) * asked.size
    view = GalleryView(sort=sort, channels=_channels(samples.dataset, asked), offset=offset, count=asked.size)
    source = samples.provenance("gallery", layer=_layer(samples, asked), selection=vars(asked.selection))
    return gallery(samples.dataset, samples.labels, weights, view, measured=measured, source=source)


def compared(asked: GalleryRequest, pinned: tuple[int, ...]) -> Gallery:
    """Return samples that were picked, in the order they were picked in, whatever part they are of.

    Raises:
        NotFoundError: If none was picked, or one that the dataset does not have.
    """
    manifest = library.run(asked.selection.run)
    wanted = tuple(dict.fromkeys(pinned))[:MOST_COMPARED]
    if not wanted:
        raise NotFoundError('no sample is picked: press "Compare" on the tiles of those to compare')
    dataset = dataset_of(manifest)
    missing = [sample for sample in wanted if sample >= dataset.samples]
    if missing:
        raise NotFoundError(f"samples are numbered 0 to {dataset.samples - 1}; got {missing[0]}")
    reference = reference_class(manifest, asked.selection.klass)
    everything = judged(manifest, dataset, ALL, reference, asked.selection.threshold)
    labels = subset(everything, np.asarray(wanted))
    samples = RunSamples(manifest, dataset, labels, reference == EACH_ITS_OWN, len(wanted))
    measured = _measured(samples, asked)
    view = GalleryView(sort="errors", channels=_channels(dataset, asked), count=MOST_COMPARED)
    source = samples.provenance("samples side by side", layer=_layer(samples, asked), picked=list(wanted))
    weights = _weights(manifest, asked.layer, dataset.series.shape)
    rows = np.arange(len(wanted))
    return gallery_of(dataset, labels, weights, rows, view, measured=measured, source=source)


def distances(manifest: RunManifest, dataset: Dataset) -> DoubleArray:
    """Return the distance of every sample to the mean of its class (N,), measured once a process."""
    answer: DoubleArray = _distances.get(manifest.id, lambda: _distances_of(manifest, dataset))
    return answer


def counts(asked: Selection) -> GalleryCounts:
    """Return how many of the samples that meet condition and cohort there are of each outcome."""
    manifest = library.run(asked.run)
    reference = reference_class(manifest, asked.klass)
    labels, codes = linked_samples(asked).labels, outcome_codes(reference == EACH_ITS_OWN)
    return GalleryCounts(
        outcomes=tuple(int(np.sum(labels.outcomes == codes.get(name, UNKNOWN - 1))) for name in OUTCOMES),
        classes=manifest.classes,
        reference=reference,
        positive=manifest.positive,
        total=len(labels.indices),
        unlabelled=int(np.sum(labels.actual == UNKNOWN)),
    )


def shown(asked: Selection) -> int:
    """Return how many samples a selection holds."""
    return len(select(asked).labels.indices)


def confused(asked: Selection) -> Confusion:
    """Return how often each class was taken for each, whatever the condition says of classes."""
    where = without(without(asked.where, "class"), "predicted")
    whole = linked_samples(replace(asked, where=where, klass=""))
    labels, manifest = whole.labels, whole.manifest
    predictions = Predictions(
        labels.actual, labels.probabilities, labels.classes, manifest.positive, labels.indices
    )
    return confusion(predictions, whole.provenance("confusion matrix", part=asked.part), labels.threshold)


def _weights(manifest: RunManifest, layer: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return the attention of all samples (N, T); zeros where the model has none, which draws as nothing."""
    if not layers_of(manifest):
        return np.broadcast_to(np.float32(0), shape[:2])
    return weights_of(manifest, layer_of(manifest, layer))


def _layer(samples: RunSamples, asked: GalleryRequest) -> str:
    manifest = samples.manifest
    return layer_of(manifest, asked.layer).name if layers_of(manifest) else ""


def _channels(dataset: Dataset, asked: GalleryRequest) -> tuple[int, ...]:
    if asked.channels:
        return tuple(dict.fromkeys(asked.channels))[:MOST_CHANNELS]
    if asked.channel and asked.channel not in dataset.channels:
        raise NotFoundError(f"the dataset has no channel {asked.channel!r:.60}")
    return (dataset.channels.index(asked.channel) if asked.channel else 0,)


def _measured(samples: RunSamples, asked: GalleryRequest) -> dict[str, NDArray[np.floating]]:
    """Return entropy and distance of samples, as far as the order needs them or they are at hand."""
    indices, manifest = samples.labels.indices, samples.manifest
    found: dict[str, NDArray[np.floating]] = {}
    if layers_of(manifest) and asked.order == "entropy":
        statistics = stored_statistics(library.store(), manifest, layer_of(manifest, asked.layer))
        found["entropy"] = statistics.entropy[indices]
    if asked.order in NEED_DISTANCE:
        found["distance"] = distances(manifest, samples.dataset)[indices]
    return found


def _distances_of(manifest: RunManifest, dataset: Dataset) -> DoubleArray:
    runs = library.store().runs
    scaler = Scaler.from_plain(runs.json(manifest.id, "scaler.json"))
    training = np.flatnonzero(np.asarray(runs.array(manifest.id, "parts.npy")) == PARTS.index("train"))
    everything = judged(manifest, dataset, ALL, manifest.positive)
    codes = np.full(dataset.samples, UNKNOWN)
    codes[everything.indices] = everything.actual
    return class_distances(dataset, codes, training, scaler)
