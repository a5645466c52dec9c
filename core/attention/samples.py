"""One sample under the glass: its series, where the model looked, what it said, and all that in words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.arrays import DoubleArray, FloatArray, IntArray, length_mask, require_axes
from core.attention.inputs import OUTCOME_NAMES, SampleLabels, SeriesData, StepAxis, traced
from core.attention.statistics import PATTERNS, attention_statistics, thirds, top_steps
from core.errors import NotFoundError
from core.evaluation.outcomes import RIGHT
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

STANDS_OUT_FROM = 1.0  # standard deviations
CHANNELS_NAMED = 3
TOP = 5


@dataclass(frozen=True)
class ChannelScale:
    """Mean and standard deviation of each channel over the training samples (C,), (C,)."""

    mean: DoubleArray
    std: DoubleArray

    def deviations(self, series: NDArray[Any]) -> DoubleArray:
        """Return how many standard deviations each value lies from its channel's mean.

        It is 0 where a channel is flat and where a value is missing.
        """
        away: DoubleArray = np.nan_to_num(np.asarray(series, np.float64) - self.mean)
        return np.divide(away, self.std, out=np.zeros_like(away), where=self.std > 0)


@dataclass(frozen=True)
class ChannelDeviation:
    """A channel that stands out at a step: its value, and how far that is from the training mean in SD."""

    channel: int
    name: str
    value: float
    deviation: float


@dataclass(frozen=True)
class TopStep:
    """A step among those with the largest weights, with the channels that stand out there, farthest first."""

    step: int
    label: str
    weight: float
    channels: tuple[ChannelDeviation, ...]


@dataclass(frozen=True)
class SampleAttention:
    """One sample: series, attention, prediction, and the statistics of its attention over its own length.

    Attributes:
        sample: Position in the dataset.
        sample_id: Name of the sample.
        series: Values over the sample's own length (T, C).
        weights: Attention over the same steps (T,).
        channels: Names of the channels.
        ranked_channels: Channels by their variance about the training mean, in squares of its deviation and
            weighted by attention; largest first (C,).
        axis: Labels of these steps.
        classes: Names of the classes.
        probabilities: Probability of each class (K,).
        predicted: Code of the likeliest class.
        actual: Code of the class, -1 where unknown.
        positive: Code of the class that counts as positive.
        outcome: 0 TP, 1 TN, 2 FP, 3 FN, 4 right, 5 wrong, -1 where unknown.
        confidence: (K p_max - 1) / (K - 1).
        pattern: A name out of PATTERNS.
        shares: Share of the weight in each third (3,).
        statistics: mean, std, max, entropy, sparsity, concentration by name.
        top: The steps with the largest weights, largest first.
    """

    sample: int
    sample_id: str
    series: FloatArray
    weights: DoubleArray
    channels: tuple[str, ...]
    ranked_channels: IntArray
    axis: StepAxis
    classes: tuple[str, ...]
    probabilities: DoubleArray
    predicted: int
    actual: int
    positive: int
    outcome: int
    confidence: float
    pattern: str
    shares: DoubleArray
    statistics: dict[str, float]
    top: tuple[TopStep, ...]
    provenance: Provenance

    def __post_init__(self) -> None:
        sizes = require_axes(self.series, "T C", "series", {"C": len(self.channels)})
        require_axes(self.weights, "T", "weights", sizes)
        require_axes(self.ranked_channels, "C", "ranked_channels", sizes)
        require_axes(self.probabilities, "K", "probabilities", {"K": len(self.classes)})

    @property
    def predicted_name(self) -> str:
        """Name of the predicted class."""
        return self.classes[self.predicted]

    @property
    def actual_name(self) -> str | None:
        """Name of the actual class; None where unknown."""
        return None if self.actual < 0 else self.classes[self.actual]

    @property
    def outcome_name(self) -> str | None:
        """TP, TN, FP or FN, right or wrong; None where unknown."""
        return None if self.outcome < 0 else OUTCOME_NAMES[self.outcome]

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a step: label, attention, rank among the top steps, then the channels."""
        import pandas as pd

        rank = {step.step: place for place, step in enumerate(self.top, start=1)}
        frame = pd.DataFrame(
            {
                "step": np.arange(len(self.weights)),
                "label": self.axis.labels,
                "attention": self.weights,
                "rank": pd.array([rank.get(step) for step in range(len(self.weights))], dtype="Int64"),
            }
        )
        return pd.concat([frame, pd.DataFrame(self.series, columns=list(self.channels))], axis=1)


def channel_scale(series: NDArray[Any], lengths: NDArray[Any]) -> ChannelScale:
    """Return mean and standard deviation of each channel over the known values of (N, T, C)."""
    sizes = require_axes(series, "N T C", "series")
    require_axes(lengths, "N", "lengths", sizes)
    total, square, known = np.zeros(sizes["C"]), np.zeros(sizes["C"]), np.zeros(sizes["C"])
    rows = max(1, 1_000_000 // max(1, sizes["T"] * sizes["C"]))
    for start in range(0, sizes["N"], rows):
        mask = length_mask(np.asarray(lengths)[start : start + rows], sizes["T"])
        values = np.asarray(series[start : start + rows], np.float64)[mask]  # (steps, C)
        total += np.nansum(values, axis=0)
        square += np.nansum(values**2, axis=0)
        known += np.isfinite(values).sum(axis=0)
    mean = total / np.maximum(1, known)
    variance = np.maximum(square / np.maximum(1, known) - mean**2, 0.0)
    flat = variance <= 1e-12 * np.maximum(mean**2, 1e-300)  # what is left of rounding is no deviation
    return ChannelScale(mean, np.where(flat, 0.0, np.sqrt(variance)))


def explain_sample(
    data: SeriesData,
    labels: SampleLabels,
    sample: int,
    weights: NDArray[Any],
    *,
    scale: ChannelScale,
    source: Provenance | None = None,
) -> SampleAttention:
    """Answer what the model did with one sample and where it looked.

    Args:
        data: The dataset.
        labels: Predictions of the samples that may be asked for.
        sample: Position in the dataset.
        weights: Pooled attention of this sample (T,).
        scale: The channels over the training samples.
        source: Hashes of the data and the model, for the provenance.

    Raises:
        NotFoundError: If the sample is not among `labels`.
    """
    found = np.flatnonzero(np.asarray(labels.indices) == sample)
    if not len(found):
        raise NotFoundError(f"there is no sample {sample} among the {len(labels.indices)} of this view")
    row, length = int(found[0]), int(data.lengths[sample])
    require_axes(weights, "T", "weights", {"T": data.series.shape[1]})
    own, lengths = np.asarray(weights, np.float64)[None, :length], np.array([length])
    measured = attention_statistics(own, lengths)
    series = np.array(data.series[sample, :length], np.float32)
    deviations = scale.deviations(series)
    steps = [int(step) for step in top_steps(own, lengths, TOP)[0] if step >= 0]
    varying = own[0] @ np.nan_to_num(deviations) ** 2  # (C,)
    labels_of_steps = data.labels_of(sample)
    numbers = ("mean", "std", "max", "entropy", "sparsity", "concentration")
    return SampleAttention(
        sample=sample,
        sample_id=str(data.sample_ids[sample]),
        series=series,
        weights=own[0],
        channels=tuple(data.channels),
        ranked_channels=np.argsort(-varying, kind="stable"),
        axis=StepAxis(labels_of_steps, data.step_name),
        classes=tuple(labels.classes),
        probabilities=np.asarray(labels.probabilities[row], np.float64),
        predicted=int(labels.predicted[row]),
        actual=int(labels.actual[row]),
        positive=labels.of_class,
        outcome=int(labels.outcomes[row]),
        confidence=float(labels.confidence[row]),
        pattern=PATTERNS[measured.pattern[0]],
        shares=thirds(own, lengths)[0],
        statistics={name: float(getattr(measured, name)[0]) for name in numbers},
        top=tuple(
            TopStep(
                step,
                labels_of_steps[step],
                float(own[0, step]),
                _standing_out(series[step], deviations[step], tuple(data.channels)),
            )
            for step in steps
        ),
        provenance=traced(source, "attention of a sample", 1, sample=sample, top=TOP),
    )


def describe_sample(answer: SampleAttention) -> str:
    """Return the analysis of one prediction in plain text, one fact a line."""
    chance = answer.probabilities[answer.predicted]
    step = answer.axis.name
    lines = [
        f"Sample {answer.sample_id}",
        f"Predicted: {answer.predicted_name} (probability {chance:.1%}, confidence {answer.confidence:.1%})",
        f"Actual: {_verdict(answer)}",
        f"Attention pattern: {answer.pattern}"
        f" (early {answer.shares[0]:.0%}, middle {answer.shares[1]:.0%}, late {answer.shares[2]:.0%})",
        f"Mean weight {answer.statistics['mean']:.4f}, largest {answer.statistics['max']:.4f},"
        f" concentration {answer.statistics['concentration']:.1f} (largest by mean),"
        f" entropy {answer.statistics['entropy']:.2f} (1 = evenly over all {len(answer.weights)} {step}s)",
        f"Top {len(answer.top)} {step}s:",
    ]
    for rank, top in enumerate(answer.top, start=1):
        found = ", ".join(
            f"{channel.name} {channel.value:.4g} ({channel.deviation:+.1f} SD)" for channel in top.channels
        )
        lines.append(
            f"{rank}. {step} {top.label}: weight {top.weight:.4f}; {found or 'no channel stands out'}"
        )
    return "\n".join(lines)


def _verdict(answer: SampleAttention) -> str:
    if answer.actual_name is None:
        return "unknown"
    right = "correct" if answer.actual == answer.predicted else "wrong"
    if answer.outcome >= RIGHT:
        return f"{answer.actual_name} - {right}"
    against = f"{answer.outcome_name} for {answer.classes[answer.positive]}"
    return f"{answer.actual_name} - {right} ({against})"


def _standing_out(
    values: FloatArray, deviations: DoubleArray, names: tuple[str, ...]
) -> tuple[ChannelDeviation, ...]:
    farthest = np.argsort(-np.abs(deviations), kind="stable")[:CHANNELS_NAMED]
    return tuple(
        ChannelDeviation(int(channel), names[channel], float(values[channel]), float(deviations[channel]))
        for channel in farthest
        if abs(deviations[channel]) >= STANDS_OUT_FROM
    )
