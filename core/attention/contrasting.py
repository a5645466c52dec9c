"""What a contrast is asked about a stored run: the groups, the second run, the layer, the axis."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from core.arrays import IntArray
from core.attention.beside import AttentionBeside, ModelSide, beside
from core.attention.choosing import Chooser
from core.attention.cohorts import Scope
from core.attention.contrast import AttentionContrast, ContrastGroup, contrast
from core.attention.groups import (
    SampleGroup,
    group_of,
    layer_named,
    length_caution,
    shared_rows,
    two_groups,
)
from core.attention.inputs import StepAxis
from core.attention.rows import OrderedRows, share_axis
from core.attention.spreads import GroupSpread
from core.attention.stored import stored_statistics
from core.expressions import in_quotes
from core.expressions.columns import clipped
from core.models.family import AttentionLayer
from core.results import Provenance

RIGHT = "correct"
FIRST, SECOND = "this run", "the other run"
NAME = 24  # signs of a run's name beside another one


@dataclass(frozen=True)
class ContrastQuestion:
    """Which groups are held against each other.

    Attributes:
        a: The first group: an outcome, the name of a cohort, or a condition; "" for the usual one.
        b: The second one; "" for the rest of the part. A second run needs none.
        scope: What conditions are about: part, layer, class, threshold.
        shares: Whether steps are hundredths of each sample's own length.
        seed: Of the draws.
    """

    a: str = ""
    b: str = ""
    scope: Scope = field(default_factory=Scope)
    shares: bool = False
    seed: int = 0


def contrast_groups(
    chooser: Chooser, asked: ContrastQuestion, chosen: SampleGroup | None = None
) -> AttentionContrast:
    """Contrast two groups of a run's samples.

    Args:
        chooser: Answers for the run.
        asked: The groups.
        chosen: The first group where it is known already.

    Raises:
        SettingsError: If a condition can't be read.
        DataError: If a group has no sample.
        ModelError: If the model has no attention.
    """
    layer = layer_named(chooser.manifest, asked.scope.layer)
    asked = replace(asked, a=asked.a or usual_group(chooser, asked.scope))
    first = chosen or group_of(chooser, asked.a, asked.scope)
    second, cautions = two_groups(chooser, first, asked.b, asked.scope)
    lengths = np.asarray(chooser.dataset.lengths)
    return contrast(
        [side(chooser, layer, group, asked) for group in (first, second)],
        axis_of(chooser, asked.shares),
        np.random.default_rng(asked.seed),
        source_of([chooser], [layer], asked),
        cautions=(*cautions, *length_caution((first, second), lengths, asked.shares)),
    )


def usual_group(chooser: Chooser, scope: Scope) -> str:
    """Return the first group where none is named: the right samples; a class where all or none are right."""
    there = chooser.of_part(scope.part)
    right = chooser.meeting(RIGHT, scope)[there]
    labels, _ = chooser.judged(scope.klass, scope.threshold)
    classes = np.unique(np.asarray(labels.actual)[there])
    known = classes[classes >= 0]
    if (right.any() and not right.all()) or len(known) < 2:
        return RIGHT
    return f"class == {in_quotes(labels.classes[known[0]])}"


def contrast_models(
    chooser: Chooser, other: Chooser, asked: ContrastQuestion, chosen: SampleGroup | None = None
) -> AttentionContrast:
    """Contrast a run with another run on the same samples, in pairs.

    Args:
        chooser: Answers for the first run; it says which samples are meant.
        other: Answers for the second run.
        asked: The group, the right samples for ""; its `b` is not read.
        chosen: The group where it is known already.

    Raises:
        DataError: If the runs are of different datasets, or share no sample of the same part.
        ModelError: If a model has no attention.
    """
    asked = replace(asked, a=asked.a or RIGHT)
    group, rows, cautions = _shared(chooser, other, asked, chosen)
    layers, names = _layers(chooser, other, asked), model_names(chooser, other)
    cautions = (*cautions, *_unlike(layers))
    sides = [
        side(one, layer, SampleGroup(name, rows), asked)
        for one, layer, name in zip((chooser, other), layers, names, strict=True)
    ]
    if group.by_attention:
        cautions = (*cautions, f"Attention of {FIRST} decided who belongs to {group.name}.")
    return contrast(
        sides,
        axis_of(chooser, asked.shares),
        np.random.default_rng(asked.seed),
        source_of([chooser, other], layers, asked, group=group.name),
        paired=True,
        cautions=cautions,
    )


def _layers(chooser: Chooser, other: Chooser, asked: ContrastQuestion) -> list[AttentionLayer]:
    """Return the attention layer of each of two runs that a question is about."""
    return [layer_named(one.manifest, asked.scope.layer) for one in (chooser, other)]


def _unlike(layers: list[AttentionLayer]) -> tuple[str, ...]:
    """Return what must be said where the layers of two runs have different names."""
    first, second = (layer.name for layer in layers)
    if first == second:
        return ()
    return (f"The layers differ in name: {first} of {FIRST} is held against {second} of {SECOND}.",)


def _shared(
    chooser: Chooser, other: Chooser, asked: ContrastQuestion, chosen: SampleGroup | None
) -> tuple[SampleGroup, IntArray, tuple[str, ...]]:
    """Return the group, those of its samples that both runs have in the same part, and what to mind."""
    group = chosen or group_of(chooser, asked.a, asked.scope)
    return (group, *shared_rows(chooser, other, group.indices))


def model_names(chooser: Chooser, other: Chooser) -> tuple[str, str]:
    """Return what two runs are called beside each other: briefly, by what differs, never the same."""
    told = [
        (run.model, clipped(run.name, NAME), f"seed {run.seed}") for run in (chooser.manifest, other.manifest)
    ]
    unlike = next((pair for pair in zip(*told, strict=True) if pair[0] != pair[1] and all(pair)), ("", ""))
    first, second = (
        f"{words} ({f'{what} #{one.manifest.id[:4]}'.strip()})"
        for words, what, one in zip((FIRST, SECOND), unlike, (chooser, other), strict=True)
    )
    return first, second


def rows_of(chooser: Chooser, layer: AttentionLayer, indices: IntArray, shares: bool = False) -> OrderedRows:
    """Return the attention of some samples, checked."""
    stored_statistics(chooser.store, chooser.manifest, layer)  # measured ones have been checked
    weights = chooser.store.runs.array(chooser.manifest.id, f"attention_{layer.name}.npy")
    return OrderedRows.of(weights, indices, np.asarray(chooser.dataset.lengths)[indices], shares)


def axis_of(chooser: Chooser, shares: bool) -> StepAxis:
    """Return the axis of a run's steps, or of shares of their own lengths."""
    return share_axis() if shares else StepAxis.of(chooser.dataset)


def side(
    chooser: Chooser, layer: AttentionLayer, group: SampleGroup, asked: ContrastQuestion
) -> ContrastGroup:
    """Return a group with its attention and what is measured of it."""
    labels, _ = chooser.judged(asked.scope.klass, asked.scope.threshold)
    statistics = stored_statistics(chooser.store, chooser.manifest, layer).rows(group.indices)
    return ContrastGroup(
        group.name,
        rows_of(chooser, layer, group.indices, asked.shares),
        GroupSpread(statistics, np.asarray(labels.confidence)[group.indices]),
    )


def source_of(
    choosers: list[Chooser], layers: list[AttentionLayer], asked: ContrastQuestion, **more: Any
) -> Provenance:
    """Return where a contrast comes from."""
    manifest = choosers[0].manifest
    said = {
        "layers": [layer.name for layer in layers],
        "where_a": asked.a,
        **({"where_b": asked.b} if len(choosers) == 1 else {}),
        **asked.scope.model_dump(),
        "axis": "share of own length" if asked.shares else "steps",
        "seed": asked.seed,
    }
    weights = {one.manifest.id: one.manifest.hashes.get("onnx", "") for one in choosers}
    source = Provenance("attention contrast", manifest.dataset_sha256, weights, versions=manifest.versions)
    return replace(source, parameters={**said, **more})


def beside_models(
    chooser: Chooser, other: Chooser, asked: ContrastQuestion, chosen: SampleGroup | None = None
) -> AttentionBeside:
    """Hold two models against each other sample by sample.

    Args:
        chooser: Answers for the first run; it says which samples are meant.
        other: Answers for the second run.
        asked: The group; its `b` is not read.
        chosen: The group where it is known already.

    Raises:
        DataError: If the runs are of different datasets, or share no sample of the same part.
        ModelError: If a model has no attention.
    """
    group, rows, cautions = _shared(chooser, other, asked, chosen)
    layers, names = _layers(chooser, other, asked), model_names(chooser, other)
    cautions = (*cautions, *_unlike(layers))
    if chooser.manifest.target != other.manifest.target:
        cautions = (
            *cautions,
            "The models learnt different targets: their predictions have different classes.",
        )
    sides = [
        _model(one, layer, name, rows, asked)
        for one, layer, name in zip((chooser, other), layers, names, strict=True)
    ]
    return beside(
        sides,
        rows,
        np.asarray(chooser.dataset.sample_ids)[rows],
        np.random.default_rng(asked.seed),
        source_of([chooser, other], layers, asked, group=group.name),
        cautions,
    )


def _model(
    chooser: Chooser, layer: AttentionLayer, name: str, rows: IntArray, asked: ContrastQuestion
) -> ModelSide:
    labels, _ = chooser.judged(asked.scope.klass, asked.scope.threshold)
    predicted = np.asarray(labels.predicted)[rows]
    return ModelSide(
        name,
        rows_of(chooser, layer, rows),
        np.array(labels.classes, dtype=object)[predicted],
        np.asarray(labels.probabilities)[rows, predicted],
        np.asarray(labels.correct)[rows],
    )
