"""What the page Sample asks: one sample in depth, the same after edits, and training samples near to it."""

from dataclasses import dataclass, replace

import numpy as np

from core.arrays import IntArray
from core.attention import SampleAttention
from core.data import Dataset
from core.errors import NotFoundError
from core.evaluation import Judgement
from core.inference import open_run
from core.inference.edits import edits_text, parse_edits
from core.inference.lineage import Lineage, lineage_of
from core.inference.nearest import SPACES, NearestSamples, nearest_samples
from core.inference.variants import Variant, add_variant, read_variants
from core.inference.what_if import WhatIf, what_if
from core.models.manifest import RunManifest
from core.verbs.variants import delete_variant
from dashboard.services import attention, library
from dashboard.services.attention import AttentionView
from dashboard.services.cache import AnswerCache
from dashboard.services.samples import (
    dataset_of,
    judged,
    layers_of,
    reference_class,
    select,
)
from dashboard.services.selection import Selection

ALL_DRAWN, OF_MORE = 8, 4  # channels that are drawn unless the view names some
NEIGHBOURS = 200  # samples before and after the focused one that the browser knows

_changed = AnswerCache(32)


@dataclass(frozen=True)
class SampleRequest:
    """One sample as it is looked at.

    Attributes:
        view: Which samples of which run, in which order, under which layer.
        sample: Place in the dataset; None for the first of the order.
        edits: What is changed, as `core.inference.edits` reads it.
        channels: Indices of the channels to draw; none for those that stand out most.
        pinned: Places of pinned samples; the first one is shown beside it.
        space: In which space training samples are near, "" for the series.
        overlaid: Whether channels are drawn in one panel.
    """

    view: AttentionView
    sample: int | None = None
    edits: str = ""
    channels: tuple[int, ...] = ()
    pinned: tuple[int, ...] = ()
    space: str = ""
    overlaid: bool = False


@dataclass(frozen=True)
class Place:
    """Where the sample stands among those that are walked through.

    Attributes:
        sample: Place in the dataset.
        sample_id: Name of the sample.
        rank: Place in the order from 0; None if a filter or the part leaves it out.
        total: Number of samples in the order.
        near: Samples around it in the order.
    """

    sample: int
    sample_id: str
    rank: int | None
    total: int
    near: tuple[int, ...]


@dataclass(frozen=True)
class Judged:
    """What a run said of a sample, as it is stored.

    Attributes:
        classes: Names of the classes.
        probabilities: Probability of each class.
        predicted: Code of the predicted class.
        actual: Code of the class, -1 where unknown.
        outcome: 0 TP, 1 TN, 2 FP, 3 FN, -1 where unknown.
        confidence: 0 to 1.
    """

    classes: tuple[str, ...]
    probabilities: tuple[float, ...]
    predicted: int
    actual: int
    outcome: int
    confidence: float


def place(asked: SampleRequest) -> Place:
    """Return where the sample stands in the order of the view."""
    manifest = library.run(asked.view.selection.run)
    dataset = dataset_of(manifest)
    samples = _order(asked, manifest)
    chosen = _existing(dataset, int(samples[0]) if asked.sample is None else asked.sample)
    found = np.flatnonzero(samples == chosen)
    rank = int(found[0]) if len(found) else None
    first = max(0, (rank or 0) - NEIGHBOURS)
    near = samples[first : (rank or 0) + NEIGHBOURS + 1]
    name = str(dataset.sample_ids[chosen])
    return Place(chosen, name, rank, len(samples), tuple(int(index) for index in near))


def length(asked: SampleRequest) -> int:
    """Return the number of steps of the sample."""
    lengths = dataset_of(library.run(asked.view.selection.run)).lengths
    return int(lengths[place(asked).sample])


def stored(asked: SampleRequest) -> Judged:
    """Return what the run said of the sample."""
    manifest = library.run(asked.view.selection.run)
    sample = place(asked).sample
    labels = _labels(asked, manifest)
    return Judged(
        manifest.classes,
        tuple(float(chance) for chance in labels.probabilities[sample]),
        int(labels.predicted[sample]),
        int(labels.actual[sample]),
        int(labels.outcomes[sample]),
        float(labels.confidence[sample]),
    )


def words(asked: SampleRequest) -> SampleAttention | None:
    """Return the analysis of the sample's attention; None where the model has none."""
    manifest = library.run(asked.view.selection.run)
    if not layers_of(manifest):
        return None
    return attention.sample(asked.view, place(asked).sample)


def change(asked: SampleRequest) -> WhatIf:
    """Return what the model says of the sample before and after the edits of the view.

    Raises:
        SettingsError: If the edits can't be read or don't fit.
        ModelError: If the run has no model to ask, or not the attention to change.
    """
    manifest = library.run(asked.view.selection.run)
    sample = place(asked).sample
    edits = parse_edits(asked.edits)
    key = f"{library.stamp()} {manifest.id} {sample} {asked.edits}"

    def ask() -> WhatIf:
        store = library.store()
        return what_if(store, open_run(store, manifest.id), dataset_of(manifest), sample, edits)

    answer: WhatIf = _changed.get(key, ask)
    return answer


def steps(asked: SampleRequest) -> Lineage:
    """Return what the model says after each of the view's edits; there is at least one.

    Raises:
        HeedError: As `change` does.
    """
    edits = parse_edits(asked.edits)
    texts = [edits_text(edits[: count + 1]) for count in range(len(edits) - 1)]
    return lineage_of([change(replace(asked, edits=text)) for text in [*texts, asked.edits]])


def nearest(asked: SampleRequest) -> NearestSamples:
    """Return the training samples of each class that are nearest to the sample."""
    manifest = library.run(asked.view.selection.run)
    store, sample = library.store(), place(asked).sample
    space = asked.space if asked.space in SPACES else SPACES[0]
    found = nearest_samples(store, open_run(store, manifest.id), dataset_of(manifest), sample, space)
    return replace(found, channel=_ranked_channels(asked, dataset_of(manifest), words(asked))[0])


def variants(run: str | None, of: Selection | None = None) -> tuple[Variant, ...]:
    """Return the changed samples that are kept with a run; of a selection those made from its samples."""
    known = read_variants(library.store(), library.run(run).id)
    if of is None or not known:
        return known
    there = np.isin([one.sample for one in known], select(of).labels.indices)
    return tuple(one for one, held in zip(known, there, strict=True) if held)


def keep(asked: SampleRequest, name: str) -> Variant:
    """Keep the sample with its edits by a name.

    Raises:
        SettingsError: If the name is empty or taken, or there are no edits.
    """
    change(asked)  # what can't be made is not kept
    run = library.run(asked.view.selection.run).id
    variant = Variant(name=name, sample=place(asked).sample, edits=asked.edits)
    return add_variant(library.store(), run, variant)


def let_go(run: str | None, name: str) -> Variant:
    """Delete a changed sample and return it.

    Raises:
        NotFoundError: If there is none of this name.
        SettingsError: If the condition of a cohort names it.
    """
    return delete_variant(library.run(run).id, name, library.store())


def drawn_channels(asked: SampleRequest, dataset: Dataset, found: SampleAttention | None) -> tuple[int, ...]:
    """Return the channels to draw: those named, else all where few, else those that vary most."""
    ranked = _ranked_channels(asked, dataset, found)
    if len(ranked) < dataset.channel_count:
        return ranked
    return tuple(sorted(ranked)) if len(ranked) <= ALL_DRAWN else ranked[:OF_MORE]


def _ranked_channels(
    asked: SampleRequest, dataset: Dataset, found: SampleAttention | None
) -> tuple[int, ...]:
    """Return the channels that are named, else all, those first that vary most where the model looks."""
    named = tuple(channel for channel in asked.channels if channel < dataset.channel_count)
    if named:
        return named
    ranked = range(dataset.channel_count) if found is None else found.ranked_channels
    return tuple(int(channel) for channel in ranked)


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    _changed.clear()


def _order(asked: SampleRequest, manifest: RunManifest) -> IntArray:
    if layers_of(manifest):
        return attention.order(asked.view)
    return select(asked.view.selection).labels.indices


def _existing(dataset: Dataset, sample: int) -> int:
    if not 0 <= sample < dataset.samples:
        raise NotFoundError(f"samples are numbered 0 to {dataset.samples - 1}; got {sample}")
    return sample


def _labels(asked: SampleRequest, manifest: RunManifest) -> Judgement:
    selection = asked.view.selection
    reference = reference_class(manifest, selection.klass)
    return judged(manifest, dataset_of(manifest), "all", reference, selection.threshold)
