"""Scaling of channels, fitted on training samples only and kept with the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray, length_mask, require_axes
from core.data.dataset import row_chunks, spread_rows
from core.errors import DataError, SettingsError

ScalerKind = Literal["standard", "robust", "per-sample", "none"]
ROBUST_VALUES = 2_000_000  # of a longer channel, evenly spaced samples stand for all
IQR_OF_NORMAL = 1.3489795003921634  # interquartile range of a normal distribution in standard deviations
_LARGEST = float(np.finfo(np.float32).max)


class ScalerSettings(BaseModel):
    """How channels are scaled before a model sees them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ScalerKind = Field(
        "standard",
        title="Scaling",
        description="standard: mean 0 and deviation 1 over training steps; robust: median and quartiles, for "
        "outliers; per-sample: each window by its own mean and deviation; none: values as they are",
    )
    channels: dict[str, ScalerKind] = Field(
        default_factory=dict, description="another kind for single channels, by name"
    )

    def require_channels(self, channels: Sequence[str]) -> None:
        """Raise SettingsError if a channel that is named is none of these."""
        strangers = sorted(set(self.channels) - set(channels))
        if strangers:
            raise SettingsError(
                f"scaling must name channels of the dataset; there is no channel {strangers[0]!r:.80}"
            )


@dataclass(frozen=True, eq=False)
class Scaler:
    """Subtracts a mean and divides by a scale, channel by channel; missing values become 0, the mean.

    Attributes:
        kind: What most channels are scaled by.
        mean: What is subtracted (C,).
        scale: What is divided by (C,); 1 for a channel that is constant in training.
        within: Channels (C,) that are scaled within each sample, by its own mean and deviation.
    """

    kind: ScalerKind
    mean: DoubleArray
    scale: DoubleArray
    within: BoolArray | None = None

    @classmethod
    def fit(
        cls,
        series: FloatArray,
        lengths: IntArray,
        settings: ScalerSettings | ScalerKind = "standard",
        channels: Sequence[str] = (),
        categorical: Sequence[int] = (),
    ) -> Self:
        """Return a scaler fitted on valid steps of the given samples: give training samples only.

        Args:
            series: Values (N, T, C); NaN is a missing value.
            lengths: Valid steps (N,).
            settings: The kind, for all channels or for single ones by name.
            channels: Names of the channels, needed where single ones have a kind of their own.
            categorical: Indices of channels that hold codes, which are left as they are.

        Raises:
            DataError: If there is no sample.
            SettingsError: If a channel that is named does not exist.
        """
        sizes = require_axes(series, "N T C", "series")
        require_axes(lengths, "N", "lengths", sizes)
        wanted = settings if isinstance(settings, ScalerSettings) else ScalerSettings(kind=settings)
        kinds = np.array(_kinds(wanted, sizes["C"], channels, categorical))
        mean, scale = np.zeros(sizes["C"]), np.ones(sizes["C"])
        if sizes["N"] == 0 and np.isin(kinds, ("standard", "robust")).any():
            raise DataError("a scaler needs at least one training sample; got none")
        for kind, measure in (("standard", channel_moments), ("robust", _robust_moments)):
            chosen = kinds == kind
            if chosen.any():
                found_mean, found_scale = measure(series, lengths)
                mean[chosen], scale[chosen] = found_mean[chosen], found_scale[chosen]
        # Rounding of float32 leaves a tiny deviation in a channel that is constant.
        constant = ~(scale > 1e-6 * np.abs(mean))
        return cls(wanted.kind, mean, np.where(constant, 1.0, scale), kinds == "per-sample")

    def transform(self, series: FloatArray, lengths: IntArray) -> FloatArray:
        """Return scaled series (N, T, C) as float32, padding and missing values set to 0."""
        sizes = require_axes(series, "N T C", "series", {"C": len(self.mean)})
        scaled = np.empty(series.shape, dtype=np.float32)
        for rows in row_chunks(sizes["N"], sizes["T"] * sizes["C"]):
            valid = length_mask(np.asarray(lengths)[rows], sizes["T"])[:, :, None]
            values = np.where(valid, (series[rows] - self.mean) / self.scale, 0.0)
            if self.within is not None and self.within.any():
                values[:, :, self.within] = _within_samples(values[:, :, self.within], valid)
            # A scale fitted on training may blow up other samples beyond float32.
            scaled[rows] = np.nan_to_num(np.clip(values, -_LARGEST, _LARGEST), copy=False, nan=0.0)
        return scaled

    def plain(self) -> dict[str, Any]:
        """Return the scaler as plain values for JSON."""
        within = [] if self.within is None else np.flatnonzero(self.within).tolist()
        return {
            "kind": self.kind,
            "mean": self.mean.tolist(),
            "scale": self.scale.tolist(),
            "within": within,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return the scaler that `plain` described."""
        mean = np.asarray(plain["mean"], dtype=np.float64)
        scale = np.asarray(plain["scale"], dtype=np.float64)
        require_axes(scale, "C", "scale", require_axes(mean, "C", "mean"))
        within = np.isin(np.arange(len(mean)), plain.get("within", ()))
        return cls(plain["kind"], mean, scale, within)


def channel_moments(series: FloatArray, lengths: IntArray) -> tuple[DoubleArray, DoubleArray]:
    """Return mean and standard deviation (C,) of each channel over known values, in double precision.

    A channel without any value has the mean 0 and the deviation 0.
    """
    samples, steps, channels = series.shape
    lengths = np.asarray(lengths)
    counts, total, squares = np.zeros(channels), np.zeros(channels), np.zeros(channels)
    for rows in row_chunks(samples, steps * channels):
        known, chunk = _known(series[rows], lengths[rows])
        counts += known.sum(axis=(0, 1))
        total += np.where(known, chunk, 0.0).sum(axis=(0, 1), dtype=np.float64)
    mean = total / np.maximum(1, counts)
    for rows in row_chunks(samples, steps * channels):
        known, chunk = _known(series[rows], lengths[rows])
        squares += (np.where(known, chunk - mean, 0.0) ** 2).sum(axis=(0, 1))
    return mean, np.sqrt(squares / np.maximum(1, counts))


def _known(chunk: FloatArray, lengths: IntArray) -> tuple[BoolArray, FloatArray]:
    """Return where a block holds values, and the block."""
    valid = length_mask(lengths, chunk.shape[1])[:, :, None]
    return valid & ~np.isnan(chunk), chunk


def _robust_moments(series: FloatArray, lengths: IntArray) -> tuple[DoubleArray, DoubleArray]:
    """Return median and interquartile range (C,), the latter in deviations of a normal distribution."""
    rows = spread_rows(len(series), ROBUST_VALUES // max(1, series.shape[1]))
    known, values = _known(series[rows], np.asarray(lengths)[rows])
    middle, spread = np.zeros(series.shape[2]), np.zeros(series.shape[2])
    for channel in range(series.shape[2]):
        there = values[:, :, channel][known[:, :, channel]].astype(np.float64)
        if there.size:
            low, middle[channel], high = np.quantile(there, (0.25, 0.5, 0.75))
            # More than half of the values alike leave no range between the quartiles.
            spread[channel] = (high - low) / IQR_OF_NORMAL or there.std()
    return middle, spread


def _within_samples(values: DoubleArray, valid: BoolArray) -> DoubleArray:
    known = valid & ~np.isnan(values)  # (n, T, c)
    counts = np.maximum(1, known.sum(axis=1, keepdims=True))
    mean = np.where(known, values, 0.0).sum(axis=1, keepdims=True) / counts
    deviation = np.sqrt((np.where(known, values - mean, 0.0) ** 2).sum(axis=1, keepdims=True) / counts)
    scale = np.where(deviation > 1e-6 * np.abs(mean), deviation, 1.0)
    return np.where(valid, (values - mean) / scale, 0.0)


def _kinds(
    settings: ScalerSettings, count: int, channels: Sequence[str], categorical: Sequence[int]
) -> list[ScalerKind]:
    settings.require_channels(channels)
    kinds = [settings.kind] * count
    for place, name in enumerate(channels):
        kinds[place] = settings.channels.get(name, settings.kind)
    for place in categorical:
        kinds[place] = "none"
    return kinds
