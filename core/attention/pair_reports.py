"""Reports in plain words: two modalities over a batch of samples, and of one sample."""

from collections.abc import Iterator, Sequence

import numpy as np

from core.attention.heads import Pair
from core.attention.inputs import StepAxis
from core.attention.lags import peak_lag
from core.attention.pair_groups import PairTest
from core.attention.pair_guide import Guide
from core.attention.run_heads import LayerHeads
from core.attention.run_modalities import RunModalities
from core.attention.sample_modalities import SampleModalities
from core.models.family import head_name

LIMITS = (
    "Attention shows what the model weighs. Whether that explains its prediction needs tests of its own.",
    "Heads of the two directions are held against each other by number: nothing else ties them.",
)
VALUES = {"agreement": "alignment", "entropy_ab": "entropy of {a}", "entropy_ba": "entropy of {b}"}
GROUPS = {"prediction": "Correct against incorrect predictions", "class": "Classes"}


def describe_modalities(found: RunModalities) -> str:
    """Return the report of a batch as plain text."""
    a, b = found.pair.a, found.pair.b
    lines = [f"Attention between {a} and {b}, {_samples(found)}. Row = query.", ""]
    for row in found.spread_rows():
        if row["head"] is None:
            lines.append(f"{row['queries']} looks at {row['keys']}")
        name = head_name(row["head"])
        lines.append(
            f"  {name}: weight {row['mean']:.4f} SD {row['std']:.4f} max {row['max']:.3f},"
            f" entropy {row['entropy']:.2f}, {row['sparsity']:.0%} of weights below 0.1,"
            f" {row['keys_in_use']:.1f} keys in use"
        )
    lines += ["", "Alignment of both directions, -1 to 1, on their joint grid"]
    lines += [f"  {head.name}: {head.sentence}" for head in found.heads]
    lines += ["", f"Lag of key behind query, in {found.lags.unit}", *_lags(found), ""]
    lines += [*_groups(found), "What single heads do", *_heads(found.ab), *_heads(found.ba), "", *LIMITS]
    return "\n".join(lines)


def describe_sample(sample: SampleModalities, guide: Guide, classes: Sequence[str], actual: int) -> str:
    """Return the report of one sample as plain text.

    Args:
        sample: The sample.
        guide: How it reads.
        classes: Names of the classes.
        actual: Code of its class, -1 where unknown.
    """
    likeliest = int(np.argmax(sample.probabilities))
    outcome = {True: "correct", False: "incorrect", None: "class unknown"}[guide.correct]
    lines = [
        f"Sample {sample.sample_id}: predicted {classes[likeliest]}"
        f" ({float(sample.probabilities[likeliest]):.1%}), actual"
        f" {classes[actual] if actual >= 0 else 'unknown'} ({outcome}).",
        *guide.sentences,
        "",
        "Heads",
    ]
    for head in range(len(sample.ab)):
        value = sample.alignment(head)
        told = f"{value:+.2f}" if np.isfinite(value) else "not measurable, a map is even"
        lines.append(f"  head {head}: alignment {told}")
        for direction, axes in ((0, sample.axes), (1, sample.axes[::-1])):
            layer = (sample.pair.ab, sample.pair.ba)[direction]
            lines.append(f"    {layer.queries} to {layer.keys}: {_pairs(sample.top[direction][head], *axes)}")
    lines += ["", "Checklist" + ("" if guide.correct is None else f" for {outcome} predictions")]
    lines += [f"  {check.question} {check.answer} ({check.numbers})" for check in guide.checks]
    return "\n".join([*lines, "", *LIMITS])


def words_of(test: PairTest, names: tuple[str, str]) -> str:
    """Return what may be said of a test between groups."""
    value = VALUES[test.value].format(a=names[0], b=names[1])
    counts = " and ".join(f"{count:,}" for count in test.counts)
    if not np.isfinite(test.p):
        return f"{value}: not testable here (n = {counts})"
    effect = f"{'delta' if len(test.counts) == 2 else 'epsilon squared'} {test.effect:.2f}"
    return f"{value}: {test.verdict} ({test.test}, p = {test.p_adjusted:.2g} by Holm, {effect}, n = {counts})"


def _samples(found: RunModalities) -> str:
    asked = len(found.samples)
    return f"n = {asked:,} sample{'' if asked == 1 else 's'}" + (
        "" if asked == found.total else f", spread over {found.total:,}"
    )


def _lags(found: RunModalities) -> Iterator[str]:
    step = float(found.lags.lags[1] - found.lags.lags[0]) if len(found.lags.lags) > 1 else 1.0
    for name, weights, mean in (
        (f"{found.pair.a} to {found.pair.b}", found.lags.ab, "lag_ab"),
        (f"{found.pair.b} to {found.pair.a}", found.lags.ba, "lag_ba"),
    ):
        expected = step * found.overall.values[mean]
        yield f"  {name}: most weight at {step * peak_lag(weights[0]):+.0f}, expected {expected:+.1f}"
    agreement = found.overall.values["lag_agreement"]
    told = f"{agreement:+.2f}" if np.isfinite(agreement) else "not measurable"
    yield f"  one direction against the other reversed: {told}"


def _groups(found: RunModalities) -> Iterator[str]:
    for by, title in GROUPS.items():
        yield title
        for group in found.groups.of(by):
            medians = (
                f": medians: alignment {group.median('agreement'):+.2f}, entropies"
                f" {group.median('entropy_ab'):.2f} and {group.median('entropy_ba'):.2f}"
            )
            yield f"  {group.name} (n = {group.count:,}){medians if group.count else ''}"
        for test in found.groups.tests:
            if test.by == by:
                yield f"  {words_of(test, found.groups.names)}"
        yield ""


def _heads(layer: LayerHeads) -> Iterator[str]:
    yield f"  {layer.layer.queries} looks at {layer.layer.keys}"
    for profile, pairs in zip(layer.profiles, layer.pairs, strict=True):
        kinds = ", ".join(profile.names) or "no type stands out"
        yield (
            f"    head {profile.head}: {kinds}; entropy {profile.entropy:.2f};"
            f" {_pairs(pairs, layer.queries, layer.keys)}"
        )


def _pairs(pairs: Sequence[Pair], queries: StepAxis, keys: StepAxis) -> str:
    shown = [
        f"{queries.labels[pair.query]} at {keys.labels[pair.key]} ({pair.weight:.2f})" for pair in pairs[:3]
    ]
    return "largest weights: " + ", ".join(shown) if shown else "no weight"
