"""What the page Gallery asks: samples side by side, page by page, and how many there are of each kind."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.attention import Gallery, GalleryView, gallery
from core.attention.gallery import GALLERY_SORTS, GallerySort
from core.errors import NotFoundError
from core.evaluation import OUTCOMES, Confusion, Predictions, confusion
from core.expressions import without
from core.models.manifest import RunManifest
from dashboard.services import library
from dashboard.services.samples import (
    EACH_ITS_OWN,
    UNKNOWN,
    Selection,
    layer_of,
    layers_of,
    linked_samples,
    reference_class,
    select,
    weights_of,
)

PAGE_SIZES = (24, 48)


@dataclass(frozen=True)
class GalleryRequest:
    """One page of samples.

    Attributes:
        selection: Which samples of which run.
        sort: A name out of GALLERY_SORTS; "" for the usual one.
        layer: Name of the attention layer; "" for the first.
        channel: Name of the channel to show; "" for the first.
        page: Page from 0; one beyond the last shows the last.
        size: Samples a page.
    """

    selection: Selection
    sort: str = ""
    layer: str = ""
    channel: str = ""
    page: int = 0
    size: int = PAGE_SIZES[0]

    @property
    def order(self) -> GallerySort:
        """The sort key that is meant; an unknown one is taken for the usual one."""
        return self.sort if self.sort in GALLERY_SORTS else "errors"


@dataclass(frozen=True)
class GalleryCounts:
    """How many samples there are to look through.

    Attributes:
        outcomes: Number of samples by outcome, in the order of OUTCOMES.
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
    manifest, dataset = samples.manifest, samples.dataset
    if asked.channel and asked.channel not in dataset.channels:
        raise NotFoundError(f"the dataset has no channel {asked.channel!r:.60}")
    channel = dataset.channels.index(asked.channel) if asked.channel else 0
    layer = layer_of(manifest, asked.layer).name if layers_of(manifest) else ""
    weights = _weights(manifest, asked.layer, dataset.series.shape)
    last = (len(samples.labels.indices) - 1) // asked.size
    sort = "errors" if asked.order == "entropy" and not layer else asked.order
    view = GalleryView(
        sort=sort, channel=channel, offset=min(asked.page, last) * asked.size, count=asked.size
    )
    source = samples.provenance("gallery", layer=layer, selection=vars(asked.selection))
    return gallery(dataset, samples.labels, weights, view, source=source)


def counts(asked: Selection) -> GalleryCounts:
    """Return how many of the samples that meet condition and cohort there are of each outcome."""
    manifest = library.run(asked.run)
    reference = reference_class(manifest, asked.klass)
    labels = linked_samples(asked).labels
    return GalleryCounts(
        outcomes=tuple(int(np.sum(labels.outcomes == code)) for code in range(len(OUTCOMES))),
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
