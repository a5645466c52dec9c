"""Scaling of channels, fitted on training samples only and kept with the run."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np

from core.arrays import DoubleArray, FloatArray, IntArray, length_mask, require_axes
from core.data.dataset import row_chunks
from core.errors import DataError

ScalerKind = Literal["standard", "none"]
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, eq=False)
class Scaler:
    """Subtracts a mean and divides by a scale, channel by channel.

    Attributes:
        kind: "standard" (mean 0, standard deviation 1 over valid training steps) or "none".
        mean: What is subtracted (C,).
        scale: What is divided by (C,); 1 for a channel that is constant in training.
    """

    kind: ScalerKind
    mean: DoubleArray
    scale: DoubleArray

    @classmethod
    def fit(cls, series: FloatArray, lengths: IntArray, kind: ScalerKind = "standard") -> Self:
        """Return a scaler fitted on valid steps of the given samples: give training samples only.

        Raises:
            DataError: If there is no sample.
        """
        sizes = require_axes(series, "N T C", "series")
        require_axes(lengths, "N", "lengths", sizes)
        channels = sizes["C"]
        if kind == "none":
            return cls(kind, np.zeros(channels), np.ones(channels))
        if sizes["N"] == 0:
            raise DataError("a scaler needs at least one training sample; got none")
        mean, deviation = channel_moments(series, lengths)
        # Rounding of float32 leaves a tiny deviation in a channel that is constant.
        constant = deviation <= 1e-6 * np.abs(mean)
        return cls(kind, mean, np.where(constant, 1.0, deviation))

    def transform(self, series: FloatArray, lengths: IntArray) -> FloatArray:
        """Return scaled series (N, T, C) as float32, padding set to 0."""
        sizes = require_axes(series, "N T C", "series", {"C": len(self.mean)})
        scaled = np.empty(series.shape, dtype=np.float32)
        for rows in row_chunks(sizes["N"], sizes["T"] * sizes["C"]):
            valid = length_mask(np.asarray(lengths)[rows], sizes["T"])[:, :, None]
            values = np.where(valid, (series[rows] - self.mean) / self.scale, 0.0)
            # A scale fitted on training may blow up other samples beyond float32.
            scaled[rows] = np.clip(values, -_LARGEST, _LARGEST)
        return scaled

    def plain(self) -> dict[str, Any]:
        """Return the scaler as plain values for JSON."""
        return {"kind": self.kind, "mean": self.mean.tolist(), "scale": self.scale.tolist()}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return the scaler that `plain` described."""
        mean = np.asarray(plain["mean"], dtype=np.float64)
        scale = np.asarray(plain["scale"], dtype=np.float64)
        require_axes(scale, "C", "scale", require_axes(mean, "C", "mean"))
        return cls(plain["kind"], mean, scale)


def channel_moments(series: FloatArray, lengths: IntArray) -> tuple[DoubleArray, DoubleArray]:
    """Return mean and standard deviation (C,) of each channel over valid steps, in double precision."""
    samples, steps, channels = series.shape
    lengths = np.asarray(lengths)
    count = max(1, int(lengths.sum()))
    total = np.zeros(channels)
    for rows in row_chunks(samples, steps * channels):
        total += np.where(length_mask(lengths[rows], steps)[:, :, None], series[rows], 0.0).sum(
            axis=(0, 1), dtype=np.float64
        )
    mean = total / count
    squares = np.zeros(channels)
    for rows in row_chunks(samples, steps * channels):
        valid = length_mask(lengths[rows], steps)[:, :, None]
        squares += (np.where(valid, series[rows] - mean, 0.0) ** 2).sum(axis=(0, 1))
    return mean, np.sqrt(squares / count)
