"""Verbs about cohorts: list those of a run, save one, change one, delete one and bring it back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from core.arrays import IntArray
from core.attention.choosing import Chooser, checked_scope, scope_of
from core.attention.cohorts import (
    Cohort,
    Scope,
    add_cohort,
    change_cohort,
    read_cohorts,
    remove_cohort,
)
from core.attention.cohorts import restore_cohort as bring_back
from core.attention.packing import packed
from core.data import PARTS
from core.errors import DataError
from core.expressions import parse
from core.models.manifest import RunManifest
from core.store import Store
from core.verbs.opening import opened, the_dataset
from core.verbs.selection import Samples, is_condition, meeting_of, selected


def cohorts(run: str, store: Store | None = None) -> tuple[Cohort, ...]:
    """Return the cohorts of a run, in the order in which they were saved.

    Args:
        run: The run's id, the beginning of its id or its name.
        store: The store; the one that HEED_HOME names unless given.

    Example:
        >>> import core
        >>> core.save_cohort(run, "sure", "confidence >= 0%").where
        'confidence >= 0%'
        >>> [cohort.name for cohort in core.cohorts(run)]
        ['sure']
        >>> core.delete_cohort(run, "sure").name
        'sure'
    """
    place = opened(store)
    return read_cohorts(place, place.runs.resolve(run))


def save_cohort(
    run: str,
    name: str,
    samples: Samples,
    note: str = "",
    scope: Scope | Mapping[str, Any] | None = None,
    store: Store | None = None,
) -> Cohort:
    """Save a named selection of samples with a run.

    Args:
        run: The run's id, the beginning of its id or its name.
        name: What it is called, 1 to 120 characters.
        samples: A condition, or what else `attend` takes: a part, an outcome, numbers.
        note: What there is to say of it.
        scope: Part, layer, class (`klass`) and threshold that a condition is about; the test part unless
            given.
        store: The store; the one that HEED_HOME names unless given.

    Raises:
        SettingsError: If the samples can't be understood, the run has no such part, layer or class, or a
            cohort of this name.
        DataError: If no sample fits.

    Example:
        >>> import core
        >>> core.save_cohort(run, "first three", [0, 1, 2]).count
        3
        >>> core.delete_cohort(run, "first three").count
        3
    """
    place = opened(store)
    id = place.runs.resolve(run)
    manifest = place.runs.read(id, RunManifest)
    dataset = the_dataset(manifest.dataset, place)
    cohort, chooser = Cohort(name=name, note=note), Chooser.of(place, manifest, dataset)
    if isinstance(samples, str) and (is_condition(samples) or samples in {*PARTS, "all"}):
        cohort = cohort.model_copy(update=_said(samples, checked_scope(manifest, scope)))
    else:
        rows: IntArray = selected(samples, place.runs.array(id, "parts.npy"), meeting_of(chooser))
        listed = {"samples": packed(rows, dataset.samples), "scope": Scope(part="all")}
        cohort = cohort.model_copy(update=listed)
    return add_cohort(place, id, counted(chooser, cohort))


def rename_cohort(
    run: str, name: str, new_name: str | None = None, note: str | None = None, store: Store | None = None
) -> Cohort:
    """Give a cohort another name or note; what is None stays.

    Args:
        run: The run's id, the beginning of its id or its name.
        name: Name of the cohort.
        new_name: What it is to be called.
        note: What is to be said of it.
        store: The store; the one that HEED_HOME names unless given.

    Example:
        >>> import core
        >>> made = core.save_cohort(run, "odd", "correct")
        >>> core.rename_cohort(run, "odd", "right").name
        'right'
        >>> core.delete_cohort(run, "right").name
        'right'
    """
    place = opened(store)
    return change_cohort(place, place.runs.resolve(run), name, new_name, note)


def delete_cohort(run: str, name: str, store: Store | None = None) -> Cohort:
    """Delete a cohort and return it; `restore_cohort` brings it back for seven days.

    Args:
        run: The run's id, the beginning of its id or its name.
        name: Name of the cohort.
        store: The store; the one that HEED_HOME names unless given.

    Example:
        >>> import core
        >>> made = core.save_cohort(run, "odd", "correct")
        >>> core.delete_cohort(run, "odd").name
        'odd'
    """
    place = opened(store)
    return remove_cohort(place, place.runs.resolve(run), name)


def restore_cohort(run: str, name: str, store: Store | None = None) -> Cohort:
    """Bring a deleted cohort back.

    Args:
        run: The run's id, the beginning of its id or its name.
        name: Name of the cohort.
        store: The store; the one that HEED_HOME names unless given.

    Example:
        >>> import core
        >>> gone = core.delete_cohort(run, core.save_cohort(run, "odd", "correct").name)
        >>> core.restore_cohort(run, "odd").name, core.delete_cohort(run, "odd").name
        ('odd', 'odd')
    """
    place = opened(store)
    return bring_back(place, place.runs.resolve(run), name)


def counted(chooser: Chooser, cohort: Cohort) -> Cohort:
    """Return a cohort with the number of its samples; DataError if there is none."""
    count = int(np.count_nonzero(replace(chooser, within=(cohort.name,)).of_cohort(cohort)))
    if not count:
        raise DataError(f"a cohort must hold at least one sample; none meets {cohort.where!r:.120}")
    return cohort.model_copy(update={"count": count})


def _said(samples: str, scope: Scope) -> dict[str, object]:
    if samples in PARTS or samples == "all":
        return {"scope": scope.model_copy(update={"part": samples})}
    return {"where": parse(samples).text, "scope": scope_of(samples, scope)}
