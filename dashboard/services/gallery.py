"""What the page Gallery asks: samples side by side, page by page, and how many there are of each kind."""

from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from core.arrays import IntArray
from core.attention import Gallery, GalleryView, gallery_rows
from core.attention.gallery import GALLERY_SORTS, MOST_CHANNELS, GallerySort, gallery_of
from core.attention.stored import stored_statistics
from core.data import Dataset
from core.errors import NotFoundError
from core.evaluation import OUTCOMES, Confusion, Predictions, confusion, outcome_codes
from core.expressions import without
from core.models.manifest import RunManifest
from core.results import Provenance
from dashboard.services import conditions, library
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import (
    ALL,
    EACH_ITS_OWN,
    UNKNOWN,
    RunSamples,
    Selection,
    dataset_of,
    distances,
    judged,
    layer_of,
    layers_of,
    linked_samples,
    reference_class,
    select,
    weights_of,
)

PAGE_SIZES = (24, 60)
SCROLLED = "scroll"  # instead of a page's size: one page after another comes as the reader scrolls
MOST_COMPARED = 6
NEED_DISTANCE = frozenset({"distance", "typical"})
_orders = AnswerCache(6)


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


@dataclass(frozen=True, eq=False)
class Ordered:
    """The samples asked for, on all pages.

    Attributes:
        rows: Which samples of the part are meant, in order (N,).
        sort: What they are sorted by.
        key: A text that is another one when other samples are meant, or in another order.
    """

    rows: NDArray[np.int32]
    sort: GallerySort
    key: str


def ordered(asked: GalleryRequest) -> Ordered:
    """Return which samples are asked for, in which order; kept, so that further pages cost little."""
    key = f"{library.stamp()} {asked.selection} {asked.order} {asked.layer}"
    answer: Ordered = _orders.get(key, lambda: _ordered(asked))
    return answer


def page(asked: GalleryRequest) -> Gallery:
    """Return one page of the samples asked for, in order."""
    whole = ordered(asked)
    samples = _of_part(asked.selection, asked.selection.part)
    last = (len(whole.rows) - 1) // asked.size
    offset = min(asked.page, last) * asked.size
    channels = _channels(samples.dataset, asked)
    view = GalleryView(sort=whole.sort, channels=channels, offset=offset, count=asked.size)
    told = {"layer": _layer(samples, asked), "selection": vars(asked.selection), "order": whole.key}
    rows = whole.rows[offset : offset + asked.size].astype(np.int64)
    source = samples.provenance("gallery", **told)
    return _shown(asked, samples, rows, len(whole.rows), view, source)


def compared(asked: GalleryRequest, pinned: tuple[int, ...]) -> Gallery:
    """Return samples that were picked, in the order they were picked in, whatever part they are of.

    Raises:
        NotFoundError: If none was picked, or one that the dataset does not have.
    """
    samples = _of_part(replace(asked.selection, where="", cohort=""), ALL)
    wanted = tuple(dict.fromkeys(pinned))[:MOST_COMPARED]
    if not wanted:
        raise NotFoundError('no sample is picked: press "Compare" on the tiles of those to compare')
    missing = [sample for sample in wanted if sample >= samples.dataset.samples]
    if missing:
        raise NotFoundError(f"samples are numbered 0 to {samples.dataset.samples - 1}; got {missing[0]}")
    view = GalleryView(sort="errors", channels=_channels(samples.dataset, asked), count=MOST_COMPARED)
    source = samples.provenance("samples side by side", layer=_layer(samples, asked), picked=list(wanted))
    return _shown(asked, samples, np.array(wanted), len(wanted), view, source)


def counts(asked: Selection) -> GalleryCounts:
    """Return how many of the samples that meet condition and cohort there are of each outcome."""
    manifest = library.run(asked.run)
    reference = reference_class(manifest, asked.klass)
    labels, codes = (
        linked_samples(asked).labels,
        outcome_codes(reference == EACH_ITS_OWN, len(manifest.classes)),
    )
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


def _ordered(asked: GalleryRequest) -> Ordered:
    chosen = select(asked.selection)
    part = _of_part(asked.selection, asked.selection.part).labels
    measured = _measured(chosen, np.arange(len(chosen.labels.indices)), asked)
    sort = "errors" if asked.order == "entropy" and "entropy" not in measured else asked.order
    order = gallery_rows(chosen.labels, GalleryView(sort=sort), measured)
    places = np.searchsorted(part.indices, chosen.labels.indices)  # both are in the dataset's order
    rows = places[order].astype(np.int32)
    return Ordered(rows, sort, blake2b(rows.tobytes(), digest_size=8).hexdigest())


def _of_part(asked: Selection, part: str) -> RunSamples:
    """Return all samples of a part, whatever else is asked of them."""
    manifest = library.run(asked.run)
    dataset = dataset_of(manifest)
    reference = reference_class(manifest, asked.klass)
    labels = judged(manifest, dataset, part, reference, asked.threshold)
    said = conditions.said(manifest.id, asked)
    return RunSamples(manifest, dataset, labels, reference == EACH_ITS_OWN, len(labels.indices), said)


def _shown(
    asked: GalleryRequest,
    samples: RunSamples,
    rows: IntArray,
    total: int,
    view: GalleryView,
    source: Provenance,
) -> Gallery:
    """Return some rows of samples, out of a total, as a view shows them."""
    weights = _weights(samples.manifest, asked.layer, samples.dataset.series.shape)
    measured = _measured(samples, rows, asked)
    return gallery_of(
        samples.dataset,
        samples.labels,
        weights,
        rows,
        view,
        total=total,
        measured=measured,
        source=source,
    )


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


def _measured(samples: RunSamples, rows: IntArray, asked: GalleryRequest) -> dict[str, NDArray[np.floating]]:
    """Return entropy and distance of some of the samples, as far as the order needs them."""
    indices, manifest = samples.labels.indices[rows], samples.manifest
    found: dict[str, NDArray[np.floating]] = {}
    if layers_of(manifest) and asked.order == "entropy":
        statistics = stored_statistics(library.store(), manifest, layer_of(manifest, asked.layer))
        found["entropy"] = statistics.entropy[indices]
    if asked.order in NEED_DISTANCE:
        found["distance"] = distances(manifest, samples.dataset)[indices]
    return found
