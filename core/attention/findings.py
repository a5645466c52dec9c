"""What the attention of some samples shows, each finding with its interval and number of samples."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray
from core.attention.channels import ChannelAttention
from core.attention.inputs import SampleLabels, traced
from core.attention.profiles import AttentionProfiles
from core.attention.statistics import ROUNDING, AttentionStatistics
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05
NAMED_STEPS = 3
NAMED_PAIRS = 3
LEAST = 4  # samples that an interval needs
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
    """

    about: str
    name: str
    value: float
    low: float
    high: float
    level: float
    samples: int
    text: str

    @property
    def evident(self) -> bool:
        """Whether the interval leaves out that there is nothing."""
        return bool(self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class AttentionFindings:
    """Findings about the attention of some samples; they describe it and explain no prediction."""

    entries: tuple[Finding, ...]
    provenance: Provenance

    def about(self, what: str) -> tuple[Finding, ...]:
        """Return the findings about one thing."""
        return tuple(entry for entry in self.entries if entry.about == what)

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
    """Find which steps weigh most, what sets positives apart, what goes with confidence and with channels.

    Args:
        statistics: How the attention of each sample is spread.
        labels: Prediction, class and confidence of each sample.
        profile: Mean weight of each step over all of them, with the band "sd".
        channels: The channels where the model looks.
        source: Hashes of the data and the model, for the provenance.
    """
    entries = (
        *_of_steps(profile),
        *_of_classes(statistics, labels),
        _of_confidence(statistics, labels),
        *_of_channels(channels),
    )
    return AttentionFindings(entries, traced(source, "attention findings", len(labels.actual), alpha=ALPHA))


def spearman(a: NDArray[Any], b: NDArray[Any]) -> tuple[float, float, float]:
    """Return Spearman's rank correlation with its 95 % interval (Bonett and Wright, 2000, Psychometrika 65).

    All are NaN where one of both does not vary, the interval is where there are fewer than 4 pairs.
    """
    first, second = _ranks(a), _ranks(b)
    first, second = first - first.mean(), second - second.mean()
    spread = math.sqrt(float((first**2).sum()) * float((second**2).sum()))
    if spread == 0:
        return math.nan, math.nan, math.nan
    value = min(1.0, max(-1.0, float((first * second).sum()) / spread))
    return value, *_fisher(value, len(first), 1 + value**2 / 2, 1)


def _of_steps(profile: AttentionProfiles) -> Sequence[Finding]:
    mean, present = profile.mean[0], profile.present[0]
    spread = profile.high[0] - mean
    known = np.flatnonzero(present >= LEAST)
    ranked = known[np.argsort(-mean[known], kind="stable")][:NAMED_STEPS]
    looked = len(profile.axis.labels)  # the largest of so many were chosen
    even, z = 1.0 / max(1, looked), _z(max(1, looked))
    found = []
    for rank, step in enumerate(ranked, start=1):
        half = z * float(spread[step]) / math.sqrt(present[step])
        low, high = max(0.0, mean[step] - half), mean[step] + half
        label = profile.axis.labels[step]
        found.append(
            Finding(
                "steps", f"{profile.axis.name} {label}", float(mean[step]), float(low), float(high),
                _level(looked), int(present[step]),
                f"{profile.axis.name.capitalize()} {label} has the {_nth(rank)}largest mean weight:"
                f" {mean[step]:.3g} ({_interval(low, high, looked)}, n = {present[step]:,};"
                f" equal weights on all {looked} would be {even:.3g}).",
            )
        )  # fmt: skip
    return found


def _of_classes(statistics: AttentionStatistics, labels: SampleLabels) -> Sequence[Finding]:
    positive = np.asarray(labels.actual) == labels.of_class
    negative = (np.asarray(labels.actual) >= 0) & ~positive
    name = labels.classes[labels.of_class]
    counts = int(positive.sum()), int(negative.sum())
    if min(counts) < LEAST:
        return [
            Finding(
                "classes", "class", math.nan, math.nan, math.nan, _level(1), sum(counts),
                f"Samples of {name} ({counts[0]:,}) and of other classes ({counts[1]:,}) are too few to"
                " compare.",
            )
        ]  # fmt: skip
    return [_difference(key, statistics, (positive, negative), name) for key in COMPARED]


def _difference(
    key: str, statistics: AttentionStatistics, groups: tuple[NDArray[np.bool_], NDArray[np.bool_]], name: str
) -> Finding:
    values = np.asarray(getattr(statistics, key), np.float64)
    a, b = values[groups[0]], values[groups[1]]
    value = float(a.mean() - b.mean())
    half = _z(len(COMPARED)) * math.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    half = max(half, ROUNDING * max(abs(a.mean()), abs(b.mean())))  # where nothing varies
    low, high, what = value - half, value + half, COMPARED[key]
    of = f"n = {len(a):,} and {len(b):,}"
    interval = _interval(low, high, len(COMPARED))
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
    return Finding("classes", what, value, low, high, _level(len(COMPARED)), len(a) + len(b), text)


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
    return Finding("confidence", "confidence and concentration", value, low, high, 1 - ALPHA, count, text)


def _of_channels(channels: ChannelAttention) -> Sequence[Finding]:
    pairs = np.flatnonzero(np.isfinite(channels.correlation.ravel()))
    found = []
    strength = np.abs(channels.correlation.ravel()[pairs])
    for pair in pairs[np.argsort(-strength, kind="stable")][:NAMED_PAIRS]:
        step, channel = divmod(int(pair), len(channels.channels))
        value, count = float(channels.correlation[step, channel]), int(channels.present[step])
        low, high = _fisher(value, count, 1.0, len(pairs))
        name, label = channels.channels[channel], channels.axis.labels[step]
        of = f"r = {value:+.2f}, {_interval(low, high, len(pairs))}, n = {count:,}"
        where = f"{channels.axis.name} {label}"
        if low > 0 or high < 0:
            way = "more" if value > 0 else "less"
            text = f"At {where} the model looks {way} in samples where {name} is far from its mean ({of})."
        else:
            text = f"No evidence that weight at {where} goes with how far {name} is from its mean ({of})."
        found.append(
            Finding("channels", f"{name}, {where}", value, low, high, _level(len(pairs)), count, text)
        )
    return found


def _ranks(values: NDArray[Any]) -> DoubleArray:
    """Return ranks (N,), equals sharing the mean of theirs."""
    _, inverse, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks: DoubleArray = (ends - (counts - 1) / 2.0)[inverse]
    return ranks


def _fisher(value: float, count: int, variance: float, looked_at: int) -> tuple[float, float]:
    if count < LEAST:
        return math.nan, math.nan
    middle = math.atanh(min(0.9999999, max(-0.9999999, value)))
    half = _z(looked_at) * math.sqrt(variance / (count - 3))
    return math.tanh(middle - half), math.tanh(middle + half)


def _level(looked_at: int) -> float:
    """Return the level of each of several intervals that together hold with 95 % (Bonferroni)."""
    return 1 - ALPHA / looked_at


def _z(looked_at: int) -> float:
    return NormalDist().inv_cdf(1 - ALPHA / (2 * looked_at))


def _interval(low: float, high: float, looked_at: int) -> str:
    together = f" for all {looked_at:,} together" if looked_at > 1 else ""
    return f"95 % CI{together} {low:.3g} to {high:.3g}"


def _nth(rank: int) -> str:
    return {1: "", 2: "second ", 3: "third "}.get(rank, f"{rank}th ")
