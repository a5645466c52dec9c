"""Sine-like series with noise and a trend; the label says whether the last value passes a threshold."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from core.arrays import DoubleArray
from core.data.dataset import NO_PART, Dataset
from core.data.families import SOURCES, DataSource
from core.data.limits import CELLS
from core.errors import DataError, LimitError

# In natural order the positive class comes second.
CLASSES = ("0 low", "1 high")


@SOURCES.register("synthetic")
class Synthetic(DataSource):
    """Sine waves with noise and a trend, labelled by their last value."""

    samples: int = Field(400, ge=1, le=1_000_000, description="number of series")
    timesteps: int = Field(60, ge=1, le=10_000, description="steps of each series")
    frequency: float = Field(2.0, ge=0, le=1_000, description="waves within a series")
    amplitude_noise: float = Field(
        0.2, ge=0, le=100, description="how much the amplitude varies from series to series"
    )
    pattern_noise: float = Field(0.1, ge=0, le=100, description="noise added to every value")
    trend_slope: float = Field(0.0, ge=-1_000, le=1_000, description="rise from the first step to the last")
    label_threshold: float = Field(
        0.0, ge=-10_000, le=10_000, description="a series whose last value lies above it is labelled high"
    )
    phase_spread: float = Field(
        1.0, ge=0, le=1, description="where waves start: 0 all at zero, 1 anywhere in a whole turn"
    )

    @model_validator(mode="after")
    def _within_limits(self) -> Self:
        if self.samples * self.timesteps > CELLS:
            raise LimitError(
                f"samples times timesteps may be at most {CELLS:,}; "
                f"got {self.samples:,} x {self.timesteps:,} = {self.samples * self.timesteps:,}"
            )
        return self

    def make(self, rng: np.random.Generator) -> Dataset:
        """Draw the series and label them; one class only is an error, since nothing can be learnt then."""
        amplitude = 1 + self.amplitude_noise * rng.standard_normal((self.samples, 1))
        phase = 2 * np.pi * self.phase_spread * rng.random((self.samples, 1))
        along = np.arange(self.timesteps) / max(1, self.timesteps - 1)  # (T,) from 0 to 1
        series = np.empty((self.samples, self.timesteps, 1), dtype=np.float32)
        # In blocks, since the double precision of all rows at once may not fit into memory.
        for start in range(0, self.samples, 10_000):
            rows = slice(start, start + 10_000)
            wave = amplitude[rows] * np.sin(2 * np.pi * self.frequency * along + phase[rows])
            noise = self.pattern_noise * rng.standard_normal(wave.shape)
            series[rows, :, 0] = wave + noise + self.trend_slope * along
        last = series[:, -1, 0].astype(np.float64)
        return Dataset(
            series=series,
            lengths=np.full(self.samples, self.timesteps, dtype=np.int64),
            targets={"label": self._labels(last)},
            classes={"label": CLASSES},
            channels=("value",),
            sample_ids=np.arange(self.samples).astype(np.str_),
            step_labels=tuple(map(str, range(self.timesteps))),
            parts=np.full(self.samples, NO_PART, dtype=np.int8),
            name=f"synthetic {self.samples} x {self.timesteps}",
            description=f"Sine waves; high means that the last value lies above {self.label_threshold:g}.",
        )

    def _labels(self, last: DoubleArray) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
        labels = (last > self.label_threshold).astype(np.int64)
        if labels.min() == labels.max():
            raise DataError(
                f"there must be series on both sides of label_threshold; all {len(last)} last values lie "
                f"{'above' if labels[0] else 'at or below'} {self.label_threshold:g}: "
                f"between {last.min():.3g} and {last.max():.3g}"
            )
        return labels
