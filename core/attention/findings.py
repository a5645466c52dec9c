"""What the attention of some samples shows, each finding with its interval and number of samples."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, IntArray
from core.attention.channels import ChannelAttention
from core.attention.correlation import (
    ALPHA,
    LEAST,
    fisher_interval,
    simultaneous_level,
    simultaneous_z,
    spearman,
)
from core.attention.inputs import SampleLabels, traced
from core.attention.profiles import AttentionProfiles
from core.attention.statistics import ROUNDING, AttentionStatistics
from core.evaluation.outcomes import RIGHT, named_outcomes
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

NAMED_STEPS = 3
NAMED_PAIRS = 3
NAMED_CLASSES = 6  # of those that are too few to compare
MOST_TOLD = 5  # findings without evidence about one thing; more are told as one
SUBJECTS = ("steps", "classes", "confidence", "channels")
COMPARED = {
    "entropy": "entropy of attention",
    "concentration": "concentration",
    "early": "weight in the first third",
    "middle": "weight in the middle third",
    "late": "weight in the last third",
}


@dataclass(frozen=True)
class Finding:
    """One finding with its statistics.

    Attributes:
        about: "steps", "classes", "confidence" or "channels".
        name: What was measured.
        value: The estimate: a mean weight, a difference of means, a correlation.
        low: Lower end of its interval; NaN where there are too few samples.
        high: Upper end of the interval.
        level: Level of the interval; higher where several are looked at together.
        samples: Number of samples behind it.
        text: The finding in words, hedged as far as its interval asks.
        reference: What the value would be if there were nothing: 0; of a step, what equal weights give it.
    """

    about: str
    name: str
    value: float
    low: float
    high: float
    level: float
    samples: int
    text: str
    reference: float = 0.0

    @property
    def evident(self) -> bool:
        """Whether the interval leaves out that there is nothing."""
        rounding = ROUNDING * self.reference
        return bool(self.low > self.reference + rounding or self.high < self.reference - rounding)


@dataclass(frozen=True)
class AttentionFindings:
    """Findings about the attention of some samples; they describe it and explain no prediction."""

    entries: tuple[Finding, ...]
    provenance: Provenance

    def about(self, what: str) -> tuple[Finding, ...]:
        """Return the findings about one thing."""
        return tuple(entry for entry in self.entries if entry.about == what)

    def in_words(self, what: str) -> tuple[str, ...]:
        """Return the findings about one thing, those that are evident first, many without evidence as one."""
        found = self.about(what)
        evident = [entry.text for entry in found if entry.evident]
        unknown = [entry.text for entry in found if not math.isfinite(entry.low)]
        nothing = [entry.text for entry in found if not entry.evident and math.isfinite(entry.low)]
        if len(nothing) > MOST_TOLD:
            of = "the other" if evident else "any of the"
            nothing = [f"No evidence of a difference in {of} {len(nothing):,} that were looked at."]
        return (*evident, *nothing, *unknown)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a finding."""
        import pandas as pd

        return pd.DataFrame([vars(entry) for entry in self.entries])


def attention_findings(
    statistics: AttentionStatistics,
    labels: SampleLabels,
    profile: AttentionProfiles,
    channels: ChannelAttention,
    source: Provenance | None = None,
) -> AttentionFindings:
    """Find which steps weigh most, what sets classes apart, what goes with confidence and with channels.

    Args:
        statistics: How the attention of each sample is spread.
        labels: Prediction, class and confidence of each sample. Where outcomes are about each sample's own
            class every class is held against the rest, else the one that they are about.
        profile: Mean weight of each step over all of them, with the band "sd".
        channels: The channels where the model looks.
        source: Hashes of the data and the model, for the provenance.
    """
    entries = (
        *_of_steps(profile, np.asarray(statistics.lengths)),
        *_of_classes(statistics, labels),
        _of_confidence(statistics, labels),
        *_of_channels(channels),
    )
    return AttentionFindings(entries, traced(source, "attention findings", len(labels.actual), alpha=ALPHA))


def _of_steps(profile: AttentionProfiles, lengths: IntArray) -> Sequence[Finding]:
    mean, present = profile.mean[0], profile.present[0]
    spread, even = profile.high[0] - mean, _equal_weights(lengths, len(mean))
    known = np.flatnonzero(present >= LEAST)
    ranked = known[np.argsort(-(mean - even)[known], kind="stable")][:NAMED_STEPS]
    looked = max(1, len(mean))  # the largest of so many were chosen
    alike = int(lengths.min(initial=looked)) == looked
    found = []
    for rank, step in enumerate(ranked, start=1):
        half = simultaneous_z(looked) * float(spread[step]) / math.sqrt(present[step])
        low, high = max(0.0, float(mean[step]) - half), float(mean[step]) + half
        place = f"{profile.axis.name} {profile.axis.labels[step]}"
        entry = Finding(
            "steps", place, float(mean[step]), low, high, simultaneous_level(looked), int(present[step]), "",
            reference=float(even[step]),
        )  # fmt: skip
        how = "has the {}largest mean weight" if alike else "weighs {}most above equal weights on average"
        steps = f"all {looked}" if alike else "each sample's own steps"
        doubt = "" if entry.evident else ": no evidence that it weighs more"
        text = (
            f"{place[:1].upper()}{place[1:]} {how.format(_nth(rank))}: {mean[step]:.3g}"
            f" ({_interval(low, high, looked)}, n = {present[step]:,}; equal weights on {steps}"
            f" would be {even[step]:.3g}{doubt})."
        )
        found.append(replace(entry, text=text))
    return found


def _equal_weights(lengths: IntArray, steps: int) -> DoubleArray:
    """Return the mean weight of each step if all samples that have it weighed their steps equally (T,)."""
    counts = np.bincount(lengths, minlength=steps + 1)[:0:-1]  # the longest first
    weights = np.cumsum(counts / np.arange(steps, 0, -1))
    found: DoubleArray = (weights / np.maximum(1, np.cumsum(counts)))[::-1]
    return found


def _of_classes(statistics: AttentionStatistics, labels: SampleLabels) -> Sequence[Finding]:
    actual = np.asarray(labels.actual)
    several = RIGHT in named_outcomes(labels.outcomes)
    codes = range(len(labels.classes)) if several else (labels.of_class,)
    sizes, labelled = {code: int((actual == code).sum()) for code in codes}, int((actual >= 0).sum())
    enough = [code for code, size in sizes.items() if min(size, labelled - size) >= LEAST]
    found = []
    for code in enough:
        groups, name = (actual == code, (actual >= 0) & (actual != code)), labels.classes[code]
        for key in COMPARED:
            entry = _difference(key, statistics, groups, name, len(enough) * len(COMPARED))
            found.append(replace(entry, name=f"{name}: {entry.name}") if several else entry)
    few = [
        f"{labels.classes[code]} ({size:,} of {labelled:,})"
        for code, size in sizes.items()
        if code not in enough
    ]
    if few:
        more = f" and {len(few) - NAMED_CLASSES:,} more" if len(few) > NAMED_CLASSES else ""
        text = f"Too few samples to compare with the others: {', '.join(few[:NAMED_CLASSES])}{more}."
        nothing = (math.nan, math.nan, math.nan)
        found.append(Finding("classes", "class", *nothing, simultaneous_level(1), labelled, text))
    return found


def _difference(
    key: str,
    statistics: AttentionStatistics,
    groups: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    name: str,
    looked: int,
) -> Finding:
    values = np.asarray(getattr(statistics, key), np.float64)
    a, b = values[groups[0]], values[groups[1]]
    value = float(a.mean() - b.mean())
    half = simultaneous_z(looked) * math.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    half = max(half, ROUNDING * max(abs(a.mean()), abs(b.mean())))  # where nothing varies
    low, high, what = value - half, value + half, COMPARED[key]
    of = f"n = {len(a):,} and {len(b):,}"
    interval = _interval(low, high, looked)
    if low > 0 or high < 0:
        text = (
            f"Samples of {name} have {'more' if value > 0 else 'less'} {what} than the others on average:"
            f" {a.mean():.3g} against {b.mean():.3g}, a difference of {value:+.3g} ({interval}, {of})."
        )
    else:
        text = (
            f"No evidence of a difference in {what} between {name} and the others:"
            f" {value:+.3g} ({interval}, {of})."
        )
    return Finding("classes", what, value, low, high, simultaneous_level(looked), len(a) + len(b), text)


def _of_confidence(statistics: AttentionStatistics, labels: SampleLabels) -> Finding:
    count = len(statistics.mean)
    value, low, high = spearman(np.round(statistics.concentration, 5), labels.confidence)
    of = f"Spearman {value:+.2f}, 95 % CI {low:+.2f} to {high:+.2f}, n = {count:,}"
    if not math.isfinite(low):
        text = f"Whether confidence goes with concentration can't be told from {count:,} samples."
    elif low > 0 or high < 0:
        way = "more" if value > 0 else "less"
        text = (
            f"The model is {way} confident where its attention is more concentrated ({of});"
            " this does not say that one brings the other about."
        )
    else:
        text = f"No evidence that confidence goes with concentration ({of})."
    return Finding(
        "confidence", "confidence and concentration", value, low, high, simultaneous_level(1), count, text
    )


def _of_channels(channels: ChannelAttention) -> Sequence[Finding]:
    pairs = np.flatnonzero(np.isfinite(channels.correlation.ravel()))
    found = []
    strength = np.abs(channels.correlation.ravel()[pairs])
    for pair in pairs[np.argsort(-strength, kind="stable")][:NAMED_PAIRS]:
        step, channel = divmod(int(pair), len(channels.channels))
        value, count = float(channels.correlation[step, channel]), int(channels.present[step])
        low, high = fisher_interval(value, count, 1.0, len(pairs))
        name, label = channels.channels[channel], channels.axis.labels[step]
        of = f"r = {value:+.2f}, {_interval(low, high, len(pairs))}, n = {count:,}"
        where = f"{channels.axis.name} {label}"
        if low > 0 or high < 0:
            way = "more" if value > 0 else "less"
            text = f"At {where} the model looks {way} in samples where {name} is far from its mean ({of})."
        else:
            text = f"No evidence that weight at {where} goes with how far {name} is from its mean ({of})."
        found.append(
            Finding(
                "channels", f"{name}, {where}", value, low, high, simultaneous_level(len(pairs)), count, text
            )
        )
    return found


def _interval(low: float, high: float, looked_at: int) -> str:
    together = f" for all {looked_at:,} together" if looked_at > 1 else ""
    return f"95 % CI{together} {low:.3g} to {high:.3g}"


def _nth(rank: int) -> str:
    return {1: "", 2: "second ", 3: "third "}.get(rank, f"{rank}th ")
