"""Groups of a run's samples that are held against each other: conditions, cohorts, outcomes, the rest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import IntArray
from core.attention.choosing import Chooser, scope_of
from core.attention.cohorts import Cohort, Scope, read_cohorts
from core.attention.fields import OF_ATTENTION
from core.attention.inputs import OUTCOME_NAMES
from core.errors import DataError, ModelError, SettingsError
from core.expressions import Column, Names, parse
from core.inference import own_axis
from core.models.family import AttentionLayer
from core.models.manifest import RunManifest

REST = ""
ATTENTION_FIELDS = frozenset({*OF_ATTENTION, "peak_at", "pattern", "cluster"})
_LABELS = (
    (re.compile(r"\s*outcome\s*==?\s*(TP|TN|FP|FN|right|wrong)\s*"), "{}"),
    (re.compile(r'\s*class\s*==?\s*"([^"]*)"\s*'), "class {}"),
    (re.compile(r'\s*cohort\s*==?\s*"([^"]*)"\s*'), "{}"),
    (re.compile(r"\s*(correct)\s*"), "right"),
    (re.compile(r"\s*(not\s+correct)\s*"), "wrong"),
)


@dataclass(frozen=True, eq=False)
class SampleGroup:
    """Some samples of a run.

    Attributes:
        name: What the group is called.
        indices: Its samples, ascending (n,).
        by_attention: Whether attention decided who belongs to it.
    """

    name: str
    indices: IntArray
    by_attention: bool = False


def group_of(chooser: Chooser, text: str, scope: Scope | None = None) -> SampleGroup:
    """Return the samples that a text means.

    Args:
        chooser: Answers for the run.
        text: An outcome, the name of a cohort, or a condition such as `outcome == FP and late > 50%`.
        scope: What an outcome or a condition is about, the test part unless given. A cohort, or a condition
            that names part, cohort, sample or id, says itself of which part its samples are.

    Raises:
        SettingsError: If the text can't be read.
        DataError: If no sample fits.
    """
    known = read_cohorts(chooser.store, chooser.manifest.id)
    cohort = next((one for one in known if one.name == text), None)
    if cohort is not None:
        found, where = chooser.of_cohort(cohort), cohort.where
    else:
        where = f"outcome == {text}" if text in OUTCOME_NAMES else text
        if not where.strip():
            raise SettingsError(
                "a group must be an outcome, the name of a cohort, or a condition; got nothing"
            )
        about = scope_of(where, scope)
        found = chooser.of_part(about.part) & chooser.meeting(where, about)
    if not found.any():
        raise DataError(f"there is no sample in {text!r:.80}")
    name = cohort.name if cohort is not None else label_of(where)
    if cohort is None and name in OUTCOME_NAMES:
        name = _called(chooser.fields(about)["outcome"], name)
    return SampleGroup(name, np.flatnonzero(found), _by_attention(where, known))


def two_groups(
    chooser: Chooser, a: SampleGroup, b: str, scope: Scope | None = None
) -> tuple[SampleGroup, tuple[str, ...]]:
    """Return the group that `a` is held against, without the samples of `a`, and what must be said of both.

    Args:
        chooser: Answers for the run.
        a: The first group.
        b: The second as `group_of` takes it; "" for the rest of the part that `scope` names.
        scope: What conditions are about.

    Raises:
        DataError: If the second group has no sample of its own.
    """
    own = np.zeros(chooser.dataset.samples, np.bool_)
    own[a.indices] = True
    cautions: list[str] = []
    alone = f"no sample is left to hold {a.name!r:.60} against: choose another"
    if b.strip() == REST:
        rest = chooser.of_part((scope or Scope()).part) & ~own
        second = SampleGroup("the rest", np.flatnonzero(rest), a.by_attention)
        if not rest.any():
            raise DataError(f"{alone} first group, since all samples are in this one")
    else:
        second = group_of(chooser, b, scope)
        shared = int(own[second.indices].sum())
        if shared:
            kept = second.indices[~own[second.indices]]
            cautions.append(f"{shared:,} samples are in both groups and count for {a.name} only.")
            second = SampleGroup(second.name, kept, second.by_attention)
    if not len(second.indices):
        raise DataError(f"{alone} second group")
    return second, (*cautions, *_said_of(chooser, a, second))


def shared_rows(chooser: Chooser, other: Chooser, indices: IntArray) -> tuple[IntArray, tuple[str, ...]]:
    """Return the samples that are of the same part under both runs, and what must be said of the others.

    Raises:
        DataError: If the runs are of different datasets, or no sample is of the same part in both.
    """
    mine, theirs = chooser.manifest, other.manifest
    if mine.dataset_sha256 != theirs.dataset_sha256:
        raise DataError(
            f"two models are held against each other on the same samples; run {mine.id} is of the dataset"
            f" {mine.dataset}, run {theirs.id} of {theirs.dataset}"
        )
    parts = [
        np.asarray(one.store.runs.array(one.manifest.id, "parts.npy"))[indices] for one in (chooser, other)
    ]
    same = parts[0] == parts[1]
    if not same.any():
        raise DataError(
            f"the runs {mine.id} and {theirs.id} were split differently: none of the {len(indices):,} samples"
            " is of the same part in both"
        )
    left = int(len(indices) - same.sum())
    if not left:
        return indices, ()
    return indices[same], (f"{left:,} samples are left out: the two runs had them in different parts.",)


def layer_named(manifest: RunManifest, name: str = "") -> AttentionLayer:
    """Return a layer that looks at the steps of the series, the first for "" and for a name it has not.

    Raises:
        ModelError: If the model has none.
    """
    layers = [layer for layer in manifest.attention_layers if own_axis(manifest, layer)]
    if not layers:
        raise ModelError(
            f"run {manifest.id} is of the model {manifest.model}, which has no attention over steps"
        )
    return next((layer for layer in layers if layer.name == name), layers[0])


def label_of(where: str) -> str:
    """Return a short name for a condition."""
    for pattern, words in _LABELS:
        found = pattern.fullmatch(where)
        if found:
            return words.format(found.group(1))
    return where


def _called(column: Column, name: str) -> str:
    """Return the first of several names of the same."""
    return column.called(name) if isinstance(column, Names) else name


def _said_of(chooser: Chooser, a: SampleGroup, b: SampleGroup) -> list[str]:
    cautions = []
    chosen = [group.name for group in (a, b) if group.by_attention]
    if chosen:
        which = chosen[0] if len(chosen) == 1 or b.name == "the rest" else " and ".join(chosen)
        cautions.append(
            f"Attention decided who belongs to {which}: a difference where the condition looks is there by"
            " choice."
        )
    entities = chooser.dataset.entities
    if entities is not None:
        rows = np.concatenate([a.indices, b.indices])
        different = len(np.unique(np.asarray(entities)[rows]))
        if different < len(rows):
            cautions.append(
                f"{len(rows):,} samples come from {different:,} entities: samples of one entity are alike, so"
                " that p is smaller than it should be."
            )
    return cautions


def length_caution(groups: Sequence[SampleGroup], lengths: IntArray, shares: bool) -> tuple[str, ...]:
    """Return what must be said where groups differ in length and steps are not shares of it."""
    medians = [float(np.median(lengths[group.indices])) for group in groups]
    if shares or max(medians) <= 1.1 * min(medians):
        return ()
    return (
        f"The groups differ in length (medians {medians[0]:g} and {medians[1]:g}): the weights of shorter"
        " samples are larger by themselves; look at shares of the length too.",
    )


def _by_attention(where: str, known: Sequence[Cohort]) -> bool:
    """Return whether a condition, or that of a cohort it names, asks for attention."""
    waiting, seen = [where], set()
    while waiting:
        text = waiting.pop()
        if not text or text in seen:
            continue
        seen.add(text)
        names = parse(text).names
        if names & ATTENTION_FIELDS:
            return True
        if "cohort" in names:
            waiting += [cohort.where for cohort in known if cohort.name in text]
    return False
