"""Cohorts as pages make them: from what a view shows, from picked samples; renamed, deleted, brought back."""

from collections.abc import Collection

import numpy as np

from core.arrays import IntArray
from core.attention.cohorts import (
    Cohort,
    Scope,
    add_cohort,
    change_cohort,
    remove_cohort,
    restore_cohort,
)
from core.attention.packing import packed
from core.errors import SettingsError
from core.evaluation import OUTCOME_NAMES
from core.expressions import LONGEST, in_quotes, joined, narrowed, one_of
from core.models.manifest import RunManifest
from core.verbs.cohorts import counted
from dashboard.services import conditions, library
from dashboard.services.samples import conditions_of, dataset_of, select
from dashboard.services.selection import Selection

MOST_LISTED = 200  # samples that a condition lists; more become a cohort


def save_selection(asked: Selection, name: str, note: str = "") -> Cohort:
    """Save the samples that a selection holds under a name.

    What filters say becomes part of the condition; where no condition can say it, the samples are listed.

    Raises:
        NotFoundError: If no sample fits.
        SettingsError: If the name or the condition may not be.
    """
    manifest = library.run(asked.run)
    samples = select(asked)
    where = "" if asked.against else whole_condition(manifest, asked)
    if asked.against or len(where) > LONGEST:
        return save_samples(asked, samples.labels.indices, name, note)
    scope = conditions.scope_of(manifest, asked)
    cohort = Cohort(name=name, note=note, where=where, scope=scope)
    chooser = conditions_of(manifest).chooser()
    return add_cohort(library.store(), manifest.id, counted(chooser, cohort))


def save_samples(asked: Selection, samples: IntArray, name: str = "", note: str = "") -> Cohort:
    """Save some samples of a run under a name."""
    manifest = library.run(asked.run)
    text = packed(samples, dataset_of(manifest).samples)
    cohort = Cohort(name=name, note=note, samples=text, scope=Scope(part="all"), count=len(samples))
    return add_cohort(library.store(), manifest.id, cohort)


def whole_condition(manifest: RunManifest, asked: Selection) -> str:
    """Return one condition that says what condition, cohort and filters of a selection say together."""
    parts = [asked.where]
    if asked.cohort:
        parts.append(f"cohort == {in_quotes(asked.cohort)}")
    if asked.outcome in OUTCOME_NAMES:
        parts.append(one_of("outcome", [asked.outcome]))
    if asked.klass in manifest.classes and len(manifest.classes) == 2:
        parts.append(f"class == {in_quotes(asked.klass)}")
    if asked.predicted in manifest.classes:
        parts.append(f"predicted == {in_quotes(asked.predicted)}")
    return joined(*parts)


def with_samples(asked: Selection, samples: Collection[int]) -> str:
    """Return a selection's condition narrowed to some samples."""
    numbers = [str(number) for number in sorted(samples)]
    return narrowed(asked.where, f"sample in ({', '.join(numbers)})")


def rename(run: str, name: str, new_name: str, note: str | None = None) -> Cohort:
    """Give a cohort another name."""
    return change_cohort(library.store(), run, name, new_name, note)


def delete(run: str, name: str) -> Cohort:
    """Delete a cohort; `restore` brings it back."""
    return remove_cohort(library.store(), run, name)


def restore(run: str, name: str) -> Cohort:
    """Bring a deleted cohort back."""
    return restore_cohort(library.store(), run, name)


def rows_of(text: str, samples: int) -> IntArray:
    """Return the numbers of a text like "0-9,12"; SettingsError for any other, or one without a sample."""
    found = np.zeros(samples, np.bool_)
    for piece in text.split(","):
        first, sign, last = piece.partition("-")
        ends = (first, last if sign else first)
        if not all(end.isascii() and end.isdecimal() and len(end) < 10 for end in ends):
            raise SettingsError(f"samples must be numbers like 0-9,12; got {piece!r:.40}")
        if int(ends[1]) >= samples or int(ends[0]) > int(ends[1]):
            raise SettingsError(f"samples are numbered 0 to {samples - 1}; got {piece!r:.40}")
        found[int(ends[0]) : int(ends[1]) + 1] = True
    return np.flatnonzero(found)


def free_name(run: str, stem: str) -> str:
    """Return the first of "Lasso 1", "Lasso 2", ... that no cohort of a run has."""
    known = {cohort.name for cohort in conditions.cohorts(run)}
    number = 1
    while f"{stem} {number}" in known:
        number += 1
    return f"{stem} {number}"
