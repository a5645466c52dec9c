"""Verbs about changed samples that are kept with a run: list them, keep one, follow its edits, delete one."""

import numpy as np

from core.attention.choosing import Chooser
from core.attention.cohorts import read_cohorts, require_unnamed
from core.inference import open_run
from core.inference.edits import parse_edits
from core.inference.lineage import Lineage
from core.inference.lineage import lineage as followed
from core.inference.variants import Variant, add_variant, find_variant, read_variants, remove_variant
from core.models.manifest import RunManifest
from core.store import Store
from core.verbs.opening import opened, the_dataset
from core.verbs.selection import Samples, meeting_of, selected
from core.verbs.what_if import what_if


def variants(run: str, samples: Samples | None = None, store: Store | None = None) -> tuple[Variant, ...]:
    """Return the changed samples that are kept with a run, in the order in which they were saved.

    Args:
        run: The run's id, the beginning of its id or its name.
        samples: Only those made from these samples, as for `attend`: a cohort by `cohort == "name"`.
        store: The store; the one that HEED_HOME names unless given.

    Example:
        >>> import core
        >>> core.save_variant(run, "flat middle", 60, "mean@40-80").edits
        'mean@40-80'
        >>> [variant.name for variant in core.variants(run, samples=[60])]
        ['flat middle']
        >>> core.delete_variant(run, "flat middle").sample
        60
    """
    place = opened(store)
    id = place.runs.resolve(run)
    known = read_variants(place, id)
    if samples is None or not known:
        return known
    manifest = place.runs.read(id, RunManifest)
    chooser = Chooser.of(place, manifest, the_dataset(manifest.dataset, place))
    rows = selected(samples, place.runs.array(id, "parts.npy"), meeting_of(chooser))
    return tuple(one for one in known if np.isin(one.sample, rows))


def save_variant(run: str, name: str, sample: int, edits: str, store: Store | None = None) -> Variant:
    """Keep a changed sample with a run; conditions name the sample it is made from by `variant == "name"`.

    Args:
        run: The run's id, the beginning of its id or its name.
        name: What it is called, 1 to 120 characters.
        sample: Place of the sample in the run's dataset, from 0.
        edits: What is done, as for `what_if`.
        store: The store; the one that HEED_HOME names unless given.

    Raises:
        SettingsError: If there is one of this name, or the edits don't fit the sample.
        ModelError: If the run has no model to ask.

    Example:
        >>> import core
        >>> kept = core.save_variant(run, "flat", 60, "mean@40-80")
        >>> core.delete_variant(run, kept.name).name
        'flat'
    """
    place = opened(store)
    what_if(run, sample, edits, place)  # what can't be made is not kept
    return add_variant(place, place.runs.resolve(run), Variant(name=name, sample=sample, edits=edits))


def lineage(run: str, name: str, store: Store | None = None) -> Lineage:
    """Return what the model says of a kept changed sample after each of its edits.

    Args:
        run: The run's id, the beginning of its id or its name.
        name: Name of the changed sample.
        store: The store; the one that HEED_HOME names unless given.

    Raises:
        NotFoundError: If there is none of this name.

    Example:
        >>> import core
        >>> kept = core.save_variant(run, "two edits", 60, "mean@40-80;shift=3")
        >>> found = core.lineage(run, "two edits")
        >>> found.probabilities.shape, len(found.turned), core.delete_variant(run, "two edits").name
        ((3, 2), 2, 'two edits')
    """
    place = opened(store)
    id = place.runs.resolve(run)
    variant = find_variant(place, id, name)
    model = open_run(place, id)
    dataset = the_dataset(model.manifest.dataset, place)
    return followed(place, model, dataset, variant.sample, parse_edits(variant.edits))


def delete_variant(run: str, name: str, store: Store | None = None) -> Variant:
    """Delete a changed sample and return it; what it says can be saved again.

    Args:
        run: The run's id, the beginning of its id or its name.
        name: Name of the changed sample.
        store: The store; the one that HEED_HOME names unless given.

    Raises:
        NotFoundError: If there is none of this name.
        SettingsError: If the condition of a cohort names it.

    Example:
        >>> import core
        >>> kept = core.save_variant(run, "odd", 60, "mean@40-80")
        >>> core.delete_variant(run, "odd").edits
        'mean@40-80'
    """
    place = opened(store)
    id = place.runs.resolve(run)
    require_unnamed("variant", find_variant(place, id, name).name, read_cohorts(place, id), "deleted")
    return remove_variant(place, id, name)
