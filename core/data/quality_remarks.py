"""What was found about a dataset's quality, in sentences; what calls for care comes first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray
from core.data.quality_balance import EntityBalance, StepLabels
from core.data.quality_channels import FLAT_SHARE, FLAT_STEPS, OUTLIER_BOUND, ChannelChecks
from core.data.quality_missing import MissingValues
from core.data.quality_pairs import ALIKE, Correlation, Duplicates
from core.data.statistics import PART_COLUMNS, ClassStatistics, Statistics

Severity = Literal["caution", "note", "ok"]
SEVERITIES: tuple[Severity, ...] = ("caution", "note", "ok")
NAMED, NAME_LENGTH = 5, 40
MUCH_MISSING, MANY_OUTLIERS, SKEWED = 0.05, 0.01, 0.9
STILL, FLAT = 0.9, 0.1  # share of the samples from which a still or flat channel is told
FEW = 10  # samples of a class
WAYS = {
    "interpolate": "filled by interpolation within the sample",
    "forward": "filled with the last value known",
    "mask": "left as they are; a model sees 0 there, the mean of a standardised channel",
    "reject": "filled",
}


@dataclass(frozen=True)
class Remark:
    """One finding in words.

    Attributes:
        kind: What it is about: "missing", "constant", "duplicate", ...
        severity: "caution" calls for care, "note" is worth knowing, "ok" found nothing.
        words: One or two sentences.
    """

    kind: str
    severity: Severity
    words: str


@dataclass(frozen=True)
class Findings:
    """All that sentences are made of."""

    statistics: Statistics
    missing: MissingValues
    checks: ChannelChecks
    correlation: Correlation
    duplicates: Duplicates
    balance: Sequence[EntityBalance]
    step_labels: Sequence[StepLabels]


def remarks_of(found: Findings) -> tuple[Remark, ...]:
    """Return what is to be said, what calls for care first."""
    told = [
        *_missing(found.missing, found.checks),
        *_constant(found.checks),
        *_duplicate(found),
        *_outliers(found.checks),
        *_flat(found.checks),
        *_clipped(found.checks),
        *_balance(found.statistics),
        *_step_labels(found.step_labels),
        *_entities(found.balance),
        *_lengths(found.statistics),
        *_looked(found),
    ]
    return tuple(sorted(told, key=lambda remark: SEVERITIES.index(remark.severity)))


def named(names: Sequence[str], count: int | None = None) -> str:
    """Return some names of many, each on one short line, and how many more there are of them all."""
    more = (len(names) if count is None else count) - NAMED
    shown = [" ".join(name.split()) for name in names[:NAMED]]
    short = [name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}\u2026" for name in shown]
    return ", ".join(short) + (f" and {more:,} more" if more > 0 else "")


def share_of(share: float) -> str:
    """Return a share in percent; a small one is not rounded to nothing, a large one not to everything."""
    if 0 < share < 0.001:
        return "less than 0.1 %"
    return "more than 99.9 %" if 0.999 < share < 1 else f"{100 * share:.3g} %"


def _of(names: Sequence[str], mask: NDArray[np.bool_]) -> list[str]:
    return [names[place] for place in np.flatnonzero(mask)]


def _listed(names: Sequence[str], mask: NDArray[np.bool_], shares: DoubleArray) -> str:
    """Return the names of some channels with their shares, the largest first."""
    order = np.flatnonzero(mask)[np.argsort(-shares[mask], kind="stable")]
    shown = [f"{named([names[place]])} ({share_of(float(shares[place]))})" for place in order[:NAMED]]
    return ", ".join(shown) + (f" and {len(order) - NAMED:,} more" if len(order) > NAMED else "")


def _by(names: Sequence[str], values: NDArray[np.generic]) -> str:
    """Return the name of the channel with most, and how much."""
    worst = int(np.argmax(values))
    return f"{named([names[worst]])} ({share_of(float(values[worst]))})"


def _count(count: int, of: int, noun: str = "channels") -> str:
    return f"{count:,} of {of:,} {noun}"


def _are(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _missing(found: MissingValues, checks: ChannelChecks) -> Iterator[Remark]:
    empty = _of(checks.names, checks.empty)
    if empty:
        words = f"{_count(len(empty), len(checks.names))} {_are(len(empty), 'has', 'have')} no value at all"
        yield Remark("missing", "caution", f"{words}: {named(empty)}.")
    if not found.total:
        yield Remark("missing", "ok", "No value is missing.")
        return
    shares = found.by_channel
    values = int(found.expected.sum()) * len(found.channels)
    words = (
        f"{found.total:,} of {values:,} values ({share_of(found.total / values)}) were missing, in "
        f"{_count(int((shares > 0).sum()), len(shares))}, and were {WAYS.get(found.policy, 'filled')}; "
        f"most in {_by(found.channels, shares)}."
    )
    if len(found.by_share):
        samples = int(found.by_share[1:].sum())
        words += f" {_count(samples, int(found.by_share.sum()), 'samples')} miss at least one value."
    yield Remark("missing", "caution" if shares.max() > MUCH_MISSING else "note", words)


def _constant(found: ChannelChecks) -> Iterator[Remark]:
    constant = _of(found.names, found.constant)
    of = len(found.names)
    if constant:
        words = f"{_count(len(constant), of)} never {_are(len(constant), 'changes', 'change')}"
        yield Remark("constant", "caution", f"{words}: {named(constant)}.")
    else:
        yield Remark("constant", "ok", "Every channel changes.")
    still = (found.still >= STILL) & ~found.constant
    count = int(still.sum())
    if count:
        words = f"{_count(count, of)} {_are(count, 'stays', 'stay')} at one value within nearly every sample"
        words += f": {_listed(found.names, still, found.still)}."
        words += f" {_are(count, 'It tells', 'They tell')} samples apart, not steps."
        yield Remark("still", "note", words)


def _duplicate(found: Findings) -> Iterator[Remark]:
    names = found.checks.names
    for kind, groups, severity, rule in (
        ("identical", found.duplicates.identical, "caution", "Channels with the same values everywhere"),
        ("alike", found.duplicates.alike, "note", f"Channels that move together (|r| > {ALIKE})"),
    ):
        if groups:
            told = [" = ".join(named([names[place]]) for place in group[:NAMED]) for group in groups]
            cut = [text + (" = ..." if len(g) > NAMED else "") for text, g in zip(told, groups, strict=True)]
            more = f" and {len(cut) - NAMED:,} more groups" if len(cut) > NAMED else ""
            yield Remark(kind, "caution" if severity == "caution" else "note", _end(rule, cut, more))
    if not found.duplicates.identical and not found.duplicates.alike and len(names) > 1:
        yield Remark("identical", "ok", "No two channels say the same.")


def _end(rule: str, told: Sequence[str], more: str) -> str:
    return f"{rule}: {'; '.join(told[:NAMED])}{more}."


def _outliers(found: ChannelChecks) -> Iterator[Remark]:
    rule = f"further than {OUTLIER_BOUND:g} robust standard deviations from the median of its channel"
    total = int(found.outliers.sum())
    if not total:
        yield Remark("outliers", "ok", f"No value lies {rule}.")
        return
    share = found.outlier_share
    words = (
        f"{_are(total, '1 value lies', f'{total:,} values lie')} {rule}, in "
        f"{_count(int((share > 0).sum()), len(share))}; most in {_by(found.names, share)}."
    )
    yield Remark("outliers", "caution" if share.max() > MANY_OUTLIERS else "note", words)


def _flat(found: ChannelChecks) -> Iterator[Remark]:
    flat = found.flat >= FLAT
    count = int(flat.sum())
    if count:
        rule = f"at least {FLAT_STEPS} steps and {share_of(FLAT_SHARE)} of the sample"
        words = f"{_count(count, len(flat))} {_are(count, 'stays', 'stay')} at one value for long ({rule})"
        yield Remark(
            "flat", "note", f"{words}, in so many samples: {_listed(found.names, flat, found.flat)}."
        )


def _clipped(found: ChannelChecks) -> Iterator[Remark]:
    low, high = np.isin(found.clipped, (-1, 2)), np.isin(found.clipped, (1, 2))
    for end, mask, shares in (("lowest", low, found.lowest), ("highest", high, found.highest)):
        count = int(mask.sum())
        if count:
            words = (
                f"{_count(count, len(mask))} {_are(count, 'holds its', 'hold their')} {end} value far more"
            )
            words += f" often than any near it: {_listed(found.names, mask, shares)}."
            yield Remark("clipped", "note", f"{words} A sensor at its limit, or a natural bound.")


def _balance(found: Statistics) -> Iterator[Remark]:
    if not found.targets:
        yield Remark(
            "balance", "note", "The dataset has no labels: a run can score it, nothing can be trained."
        )
    for target, classes in found.targets.items():
        yield from _balance_of(target, classes, several=len(found.targets) > 1)


def _balance_of(target: str, found: ClassStatistics, several: bool) -> Iterator[Remark]:
    of = f" of {named([target])}" if several else ""
    totals = found.totals
    absent = _of(found.names, totals == 0)
    few = _of(found.names, (totals > 0) & (totals < FEW))
    if absent:
        words = f"{_count(len(absent), len(totals), 'classes')}{of} never"
        words += f" {_are(len(absent), 'comes', 'come')}: {named(absent)}."
        yield Remark("balance", "caution", words)
    for place, part in enumerate(PART_COLUMNS[:3]):
        gone = _of(found.names, (found.counts[:, place] == 0) & (totals > 0))
        if found.counts[:, place].sum() and gone:
            words = f"The {part} part has nothing of {_count(len(gone), len(totals), 'classes')}{of}"
            yield Remark("balance", "caution", f"{words}: {named(gone)}.")
    if few:
        words = f"{_count(len(few), len(totals), 'classes')}{of} {_are(len(few), 'has', 'have')} fewer than"
        yield Remark("balance", "note", f"{words} {FEW} samples: {named(few)}.")
    largest = int(np.argmax(totals))
    if found.majority_rate >= SKEWED:
        words = f"The class {named([found.names[largest]])}{of} has {share_of(found.majority_rate)}: a model"
        yield Remark("balance", "caution", f"{words} that always says so is right as often.")
    elif not absent and not few:
        words = f"The largest class{of} has {share_of(found.majority_rate)}"
        yield Remark("balance", "ok", f"{words}, the smallest {share_of(totals.min() / totals.sum())}.")


def _step_labels(found: Sequence[StepLabels]) -> Iterator[Remark]:
    for one in found:
        words = f"{named([one.target])} has a label for every step"
        if one.without:
            words += f" but {one.without:,} of {one.steps:,} ({share_of(one.without / one.steps)})"
        yield Remark("steps", "note" if one.without else "ok", f"{words}.")


def _entities(found: Sequence[EntityBalance]) -> Iterator[Remark]:
    for one in found:
        of = f" of {named([one.target])}" if len(found) > 1 else ""
        if not one.several or len(one.classes) < 2:
            continue
        if one.single == one.several:
            yield Remark(
                "entities",
                "caution",
                f"Each of the {one.several:,} entities with several samples has one class{of} only: a model "
                "may learn to know the entity. Split by entity.",
            )
        elif one.single:
            words = f"{_count(one.single, one.several, 'entities with several samples')} "
            words += f"{_are(one.single, 'has', 'have')} one class{of} only: {named(one.named, one.single)}."
            yield Remark("entities", "note", words)
        else:
            yield Remark("entities", "ok", f"Every entity with several samples has more than one class{of}.")


def _lengths(found: Statistics) -> Iterator[Remark]:
    lengths = found.lengths
    if lengths.minimum == lengths.maximum:
        yield Remark("lengths", "ok", f"Every sample has {lengths.maximum:,} steps.")
    else:
        spread = f"{lengths.minimum:,} to {lengths.maximum:,} steps, {lengths.mean:,.0f} on average"
        yield Remark("lengths", "note", f"Samples have {spread}.")


def _looked(found: Findings) -> Iterator[Remark]:
    samples = found.statistics.provenance.samples
    if found.checks.looked < samples:
        looked = _count(found.checks.looked, samples, "samples")
        yield Remark(
            "looked",
            "note",
            f"Outliers, flat lines and clipping were looked for in {looked}, spread evenly; missing values, "
            "constant and identical channels in all.",
        )
