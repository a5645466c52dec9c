"""What the sections Contrast and Two models ask: two groups of samples, or two runs, compared."""

from dataclasses import dataclass, replace

import numpy as np

from core.attention import (
    AttentionHeatmap,
    OrderedRows,
    heatmap_of,
    in_order,
    sample_order,
    stored_statistics,
)
from core.attention.beside import AttentionBeside
from core.attention.choosing import Chooser
from core.attention.contrast import AttentionContrast
from core.attention.contrasting import (
    RIGHT,
    ContrastQuestion,
    axis_of,
    beside_models,
    contrast_groups,
    contrast_models,
    usual_group,
)
from core.attention.groups import SampleGroup, group_of, label_of, shared_rows
from core.errors import HeedError, NotFoundError
from core.expressions import in_quotes
from core.models.manifest import RunManifest
from dashboard.services import attention, conditions, library
from dashboard.services.attention_view import AttentionView, filters_of
from dashboard.services.cache import AnswerCache
from dashboard.services.cohorts import whole_condition
from dashboard.services.samples import (
    conditions_of,
    layer_of,
    reference_class,
    select,
    subset,
    weights_of,
)

EVERYONE = "all shown"

_contrasts = AnswerCache(24)
_agreements = AnswerCache(6)  # of a million samples each takes 100 MB


@dataclass(frozen=True)
class ContrastView:
    """What is asked about two groups, or two runs.

    Attributes:
        attention: Which samples of which run, their layer, order and axis.
        among: The first group: the name of a cohort or a condition; "" for the samples that are shown, and
            where nothing narrows these for the usual group.
        versus: The second group alike; "" for the rest of the part.
        other: Id of the second run.
    """

    attention: AttentionView
    among: str = ""
    versus: str = ""
    other: str | None = None


def groups(asked: ContrastView) -> AttentionContrast:
    """Return two groups of samples against each other.

    Raises:
        HeedError: If a group can't be read or has no sample of its own.
    """
    key = f"{library.stamp()} {replace(asked, attention=_unordered(asked), other=None)!r}"
    found: AttentionContrast = _contrasts.get(key, lambda: _groups(asked))
    library.run(asked.attention.selection.run)
    return found


def models(asked: ContrastView) -> AttentionContrast:
    """Return the run against the other one on the samples that are shown, in pairs.

    Raises:
        HeedError: If there is no other run, or it is of another dataset or split.
    """
    key = f"{library.stamp()} models {replace(asked, attention=_unordered(asked), among='', versus='')!r}"
    found: AttentionContrast = _contrasts.get(
        key, lambda: contrast_models(*_two(asked), _question(asked, ""), _shown(asked))
    )
    return found


def agreement(asked: ContrastView) -> AttentionBeside:
    """Return the run beside the other one, sample by sample.

    Raises:
        HeedError: If there is no other run, or it is of another dataset or split.
    """
    place = replace(_unordered(asked), axis="")
    key = f"{library.stamp()} {replace(asked, attention=place, among='', versus='')!r}"
    found: AttentionBeside = _agreements.get(
        key, lambda: beside_models(*_two(asked), _question(asked, ""), _shown(asked))
    )
    return found


def _unordered(asked: ContrastView) -> AttentionView:
    """Return what is asked about attention without what changes its picture only."""
    return replace(asked.attention, sort="", rows="", steps="", show="")


def other_heatmap(asked: ContrastView) -> AttentionHeatmap:
    """Return the other run's attention on the samples that are shown, in the order that they have."""
    view = asked.attention
    mine, theirs = _two(asked)
    samples = attention.order(view)
    shared_rows(mine, theirs, samples)
    layer = layer_of(theirs.manifest, view.layer)
    labels = subset(theirs.judged(view.selection.klass, view.selection.threshold)[0], samples)
    largest = float(stored_statistics(library.store(), theirs.manifest, layer).max[samples].max())
    lengths = np.asarray(theirs.dataset.lengths)[samples]
    rows = OrderedRows.of(weights_of(theirs.manifest, layer), samples, lengths, view.shares)
    order = replace(sample_order(labels, "sample"), how="in the order of the first run")
    picture = replace(view.picture, sort="sample")
    weights = {one.manifest.id: one.manifest.hashes.get("onnx", "") for one in (mine, theirs)}
    source = replace(
        select(view.selection).provenance("attention heatmap", layer=layer.name, **filters_of(view)),
        weights=weights,
    )
    return heatmap_of(in_order(rows, order, labels, largest), picture, axis_of(theirs, False), source)


def offered_groups(run: str | None, klass: str = "") -> list[tuple[str, str]]:
    """Return what can be chosen as a group, values with their titles: cohorts, outcomes, classes."""
    manifest = library.run(run)
    found = [(cohort.name, f"cohort {cohort.name}") for cohort in conditions.cohorts(manifest.id)]
    found += [(RIGHT, "right"), (f"not {RIGHT}", "wrong")]
    if reference_class(manifest, klass) >= 0:
        found += [(f"outcome == {name}", name) for name in ("TP", "TN", "FP", "FN")]
    return found + [(f"class == {in_quotes(name)}", f"class {name}") for name in manifest.classes]


def offered_runs(run: str | None) -> list[RunManifest]:
    """Return the other runs on the same dataset that have attention, newest first."""
    manifest = library.run(run)
    return [
        other
        for other in library.runs(manifest.dataset).entries
        if other.id != manifest.id
        and other.dataset_sha256 == manifest.dataset_sha256
        and attention.has_attention(other)
    ]


def first_name(asked: ContrastView) -> str:
    """Return what the first group is called where none is chosen."""
    try:
        shown = _shown(asked)
        if shown.name != EVERYONE:
            return f"shown: {shown.name}"
        question = _question(asked, "")
        return label_of(usual_group(_chooser(asked.attention.selection.run), question.scope))
    except HeedError:
        return "what is shown"


def forget() -> None:
    """Forget what was computed; for tests that change the store."""
    _contrasts.clear()
    _agreements.clear()


def _groups(asked: ContrastView) -> AttentionContrast:
    chooser = _chooser(asked.attention.selection.run)
    among = asked.among.strip()
    if among:
        return contrast_groups(chooser, _question(asked, among))
    shown = _shown(asked)
    if shown.name == EVERYONE:
        return contrast_groups(chooser, _question(asked, ""))
    where = whole_condition(chooser.manifest, asked.attention.selection)
    return contrast_groups(chooser, _question(asked, where), shown)


def _shown(asked: ContrastView) -> SampleGroup:
    """Return the samples that are shown, named by what narrows them."""
    selection = asked.attention.selection
    samples = select(selection)
    indices = samples.labels.indices
    where = whole_condition(samples.manifest, selection)
    if not where:
        name = EVERYONE if selection.against is None else "right here alone"
        return SampleGroup(name, indices)
    named = group_of(_chooser(selection.run), where, conditions.scope_of(samples.manifest, selection))
    return replace(named, indices=indices)


def _question(asked: ContrastView, a: str) -> ContrastQuestion:
    view = asked.attention
    manifest = library.run(view.selection.run)
    scope = conditions.scope_of(manifest, replace(view.selection, layer=view.layer))
    return ContrastQuestion(a, asked.versus, scope, view.shares)


def _two(asked: ContrastView) -> tuple[Chooser, Chooser]:
    run = asked.attention.selection.run
    if asked.other is None:
        raise NotFoundError("no second run is chosen: choose one above")
    return _chooser(run), _chooser(asked.other)


def _chooser(run: str | None) -> Chooser:
    return conditions_of(library.run(run)).chooser()
