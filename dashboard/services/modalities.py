"""What the page Modalities asks: both directions of attention between two modalities, and one sample."""

from dataclasses import dataclass

import numpy as np

from core.attention.contributions import HeadContributions, head_contributions
from core.attention.pair_guide import read_sample
from core.attention.pair_reports import describe_modalities, describe_sample
from core.attention.run_modalities import RunModalities, run_modalities
from core.attention.sample_modalities import (
    CrossMaps,
    SampleModalities,
    mean_maps,
    sample_modalities,
)
from core.errors import NotFoundError
from core.inference import OpenRun, open_run
from core.inference.pairs import ModalityPair, pair_named, pairs_of
from core.models.manifest import RunManifest
from core.verbs.modalities import ReadSample
from dashboard.services import library
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import dataset_of, judged, reference_class, select
from dashboard.services.selection import Selection

NEIGHBOURS = 200  # samples before and after the one in view that the browser knows
SEED = 0

_answers = AnswerCache(24)


@dataclass(frozen=True)
class ModalitiesRequest:
    """What is looked at.

    Attributes:
        selection: Which samples of which run.
        layer: One of the pair's two layers, or any other name for the first pair.
        sample: Place of the sample in view; None for the first of the selection.
        head: Number of the head that is drawn; "" for the mean over heads.
        show: "mean" for the mean over the selection in place of the sample in view.
    """

    selection: Selection
    layer: str = ""
    sample: int | None = None
    head: str = ""
    show: str = ""


@dataclass(frozen=True)
class Place:
    """Where the sample in view stands in the selection.

    Attributes:
        sample: Place in the dataset.
        sample_id: Its name.
        rank: Place in the selection from 0; None if it is not in it.
        total: Number of samples in the selection.
        near: Samples around it.
    """

    sample: int
    sample_id: str
    rank: int | None
    total: int
    near: tuple[int, ...]


def pairs(manifest: RunManifest) -> tuple[ModalityPair, ...]:
    """Return the pairs of modalities of a run; none where it has no such attention."""
    return pairs_of(manifest)


def measured(asked: ModalitiesRequest) -> RunModalities:
    """Return what is measured of the selection.

    Raises:
        ModelError: If no two modalities of the model look at each other.
    """
    chosen = select(asked.selection)
    layer = _layer(asked, chosen.manifest)
    key = f"all {library.stamp()} {asked.selection} {layer}"

    def ask() -> RunModalities:
        source = chosen.provenance("cross attention", part=asked.selection.part)
        rng = np.random.default_rng(SEED)
        return run_modalities(_open(chosen.manifest), chosen.dataset, chosen.labels, rng, layer, source)

    answer: RunModalities = _answers.get(key, ask)
    return answer


def report(asked: ModalitiesRequest) -> str:
    """Return the report of the selection as plain text."""
    return describe_modalities(measured(asked))


def place(asked: ModalitiesRequest) -> Place:
    """Return where the sample in view stands."""
    chosen = select(asked.selection)
    samples = chosen.labels.indices
    sample = int(samples[0]) if asked.sample is None else asked.sample
    if not 0 <= sample < chosen.dataset.samples:
        raise NotFoundError(f"samples are numbered 0 to {chosen.dataset.samples - 1}; got {sample}")
    found = np.flatnonzero(samples == sample)
    rank = int(found[0]) if len(found) else None
    first = max(0, (rank or 0) - NEIGHBOURS)
    near = samples[first : (rank or 0) + NEIGHBOURS + 1]
    name = str(chosen.dataset.sample_ids[sample])
    return Place(sample, name, rank, len(samples), tuple(int(index) for index in near))


def one(asked: ModalitiesRequest) -> SampleModalities:
    """Return the sample in view."""
    manifest, sample = library.run(asked.selection.run), place(asked).sample
    layer = _layer(asked, manifest)
    key = f"one {library.stamp()} {manifest.id} {layer} {sample}"

    def ask() -> SampleModalities:
        source = select(asked.selection).provenance("cross attention")
        return sample_modalities(_open(manifest), dataset_of(manifest), sample, layer, source)

    answer: SampleModalities = _answers.get(key, ask)
    return answer


def maps(asked: ModalitiesRequest) -> CrossMaps:
    """Return both maps as they are drawn: of the sample in view, or the mean over the selection."""
    manifest = library.run(asked.selection.run)
    heads = pair_named(manifest, _layer(asked, manifest)).ab.heads
    head = int(asked.head) if asked.head.isdecimal() and int(asked.head) < heads else None
    if asked.show == "mean":
        return mean_maps(_open(manifest), dataset_of(manifest), measured(asked), head)
    return one(asked).maps(head)


def reading(asked: ModalitiesRequest) -> ReadSample:
    """Return how the sample in view reads, held against the selection."""
    manifest, sample = library.run(asked.selection.run), one(asked)
    reference = reference_class(manifest, asked.selection.klass)
    labels = judged(manifest, dataset_of(manifest), "all", reference, asked.selection.threshold)
    actual, predicted = int(labels.actual[sample.sample]), int(labels.predicted[sample.sample])
    confidence = float(labels.confidence[sample.sample])
    guide = read_sample(sample, measured(asked), actual, predicted, confidence)
    return ReadSample(sample, guide, describe_sample(sample, guide, manifest.classes, actual))


def contributions(asked: ModalitiesRequest) -> HeadContributions:
    """Return what changes when heads are closed, over the selection."""
    chosen = select(asked.selection)
    layer = _layer(asked, chosen.manifest)
    source = chosen.provenance("heads of modalities closed", part=asked.selection.part)
    return head_contributions(_open(chosen.manifest), chosen.dataset, chosen.labels.indices, layer, source)


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    _answers.clear()


def _open(manifest: RunManifest) -> OpenRun:
    return open_run(library.store(), manifest.id)


def _layer(asked: ModalitiesRequest, manifest: RunManifest) -> str:
    """Return the pair's first layer, whichever of its layers, or of another page, the view names."""
    found = pairs_of(manifest)
    named = [pair for pair in found if asked.layer in {pair.ab.name, pair.ba.name}]
    return (named or list(found))[0].ab.name if found else ""
