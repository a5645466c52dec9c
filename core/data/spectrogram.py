"""Spectrograms of samples: how strong each frequency is in each stretch of a channel."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.arrays import BoolArray, DoubleArray, FloatArray, IntArray, length_mask, require_axes
from core.data.dataset import CHUNK_CELLS, Dataset
from core.data.limits import CELLS, COLUMNS
from core.errors import DataError, LimitError, SettingsError

SHORTEST, LONGEST, USUAL = 4, 65_536, 256  # steps of a window: least, most, most that is chosen by itself
FASTEST = 1e12  # steps per second
FLOOR = 1e-10  # of the mean density of a channel: what lies below is drawn level with it in decibels
# Coefficients of the cosines that windows are sums of.
WINDOWS = {"hann": (0.5, -0.5), "hamming": (0.54, -0.46), "blackman": (0.42, -0.5, 0.08), "rectangle": (1.0,)}


class SpectrogramSettings(BaseModel):
    """How a spectrogram is made of each sample."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channels: tuple[str, ...] = Field(
        (), description="names of the channels; all that hold numbers if none is named"
    )
    window: int | None = Field(
        None,
        ge=SHORTEST,
        le=LONGEST,
        title="Window length",
        description="steps of a window; a quarter of the usual sample, as a power of 2, if not given",
    )
    overlap: float = Field(0.5, ge=0, le=0.95, description="share of a window that the next one covers too")
    window_type: Literal["hann", "hamming", "blackman", "rectangle"] = Field(
        "hann", title="Window type", description="how a window fades towards its ends"
    )
    scaling: Literal["log", "power"] = Field(
        "log", description="log: decibels of the power density; power: the density itself"
    )
    sampling_rate: float | None = Field(
        None,
        gt=0,
        title="Sampling rate",
        description="steps per second, for an axis in Hz and seconds; cycles per step if not given",
    )
    detrend: Literal["mean", "line", "none"] = Field(
        "mean", description="what is taken off each window first"
    )

    @field_validator("sampling_rate")
    @classmethod
    def _within_reach(cls, rate: float | None) -> float | None:
        if rate is not None and not 1 / FASTEST <= rate <= FASTEST:
            raise ValueError(f"between {1 / FASTEST:g} and {FASTEST:g}")
        return rate


@dataclass(frozen=True, eq=False)
class SpectrogramPlan:
    """What a spectrogram of a dataset will be, before anything is computed.

    Attributes:
        channels: Indices of the channels.
        names: Their names.
        window: Steps of a window.
        hop: Steps from one window to the next.
        frequencies: Frequency of each bin (F,), in Hz or cycles per step.
        times: Middle of each frame (T,), in seconds or steps.
        settings: The settings, with the window that was chosen.
    """

    channels: IntArray
    names: tuple[str, ...]
    window: int
    hop: int
    frequencies: DoubleArray
    times: DoubleArray
    settings: SpectrogramSettings

    @property
    def rate(self) -> float:
        """Steps per unit of time."""
        return self.settings.sampling_rate or 1.0

    @property
    def frequency_unit(self) -> str:
        """Unit of the frequencies."""
        return "cycles/step" if self.settings.sampling_rate is None else "Hz"

    @property
    def time_name(self) -> str:
        """What the axis of the frames counts."""
        return "step" if self.settings.sampling_rate is None else "second"

    @property
    def value_unit(self) -> str:
        """Unit of the values, where the channel's own is u."""
        density = "u\u00b2\u00b7step" if self.settings.sampling_rate is None else "u\u00b2/Hz"
        return density if self.settings.scaling == "power" else f"dB re 1 {density}"

    @property
    def labels(self) -> tuple[str, ...]:
        """Label of each channel of the modality (C F): channel and frequency."""
        unit = self.frequency_unit
        return tuple(f"{name} {rate:.6g} {unit}" for name in self.names for rate in self.frequencies)

    @property
    def step_labels(self) -> tuple[str, ...]:
        """Label of each frame: its middle."""
        return tuple(f"{time:.7g}" for time in self.times)

    def lengths(self, steps: IntArray) -> IntArray:
        """Return the number of frames of samples with so many steps; a short sample has one."""
        return 1 + np.maximum(0, np.asarray(steps, np.int64) - self.window) // self.hop


def plan_spectrogram(dataset: Dataset, settings: SpectrogramSettings) -> SpectrogramPlan:
    """Return what the spectrogram of a dataset will be.

    Raises:
        SettingsError: If a channel does not exist or holds codes, or the window is longer than all samples.
        DataError: If no channel holds numbers.
        LimitError: If it would hold more than a dataset may.
    """
    chosen = _channels(dataset, settings.channels)
    lengths = np.asarray(dataset.lengths)
    longest = int(lengths.max())
    window = settings.window or _usual_window(lengths)
    if window > longest:
        raise SettingsError(
            f"window must be at most {longest}, the steps of the longest sample; got {window}"
        )
    hop = max(1, window - round(settings.overlap * window))
    rate = settings.sampling_rate or 1.0
    frames = 1 + (longest - window) // hop
    plan = SpectrogramPlan(
        channels=chosen,
        names=tuple(dataset.channels[channel] for channel in chosen),
        window=window,
        hop=hop,
        frequencies=np.arange(window // 2 + 1) * rate / window,
        times=(np.arange(frames, dtype=np.float64) * hop + (window - 1) / 2) / rate,
        settings=settings.model_copy(update={"window": window}),
    )
    _require_room(plan, dataset.samples)
    return plan


def spectrograms(
    plan: SpectrogramPlan, series: FloatArray, lengths: IntArray, floors: DoubleArray
) -> FloatArray:
    """Return the spectrograms (N, frames, C F) of some samples, 0 behind a sample's last frame.

    Only windows that lie within a sample count. A sample shorter than a window is filled up with its mean
    (with 0 where nothing is taken off), and has one frame. Missing values are drawn straight between their
    neighbours. The density is that of `scipy.signal.spectrogram`: its sum over frequencies times their
    distance is the mean square of the window. It is computed here since SciPy's room of signals would cost
    each web worker 75 MB and the first reader more than a second.

    Args:
        plan: The plan.
        series: Values (N, T, C) of all channels of the dataset; NaN is a missing value.
        lengths: Valid steps (N,).
        floors: Least density of each channel of the plan (C,), for decibels.
    """
    sizes = require_axes(series, "N T C", "series")
    require_axes(lengths, "N", "lengths", sizes)
    frames = len(plan.times)
    reach = (frames - 1) * plan.hop + plan.window
    values = _ready(series[:, :reach][:, :, plan.channels], np.asarray(lengths), plan)
    cut = np.lib.stride_tricks.sliding_window_view(values, plan.window, axis=1)[:, :: plan.hop]
    taper = _taper(plan.settings.window_type, plan.window)
    waves = np.fft.rfft(_level(cut, plan.settings.detrend) * taper, axis=-1)  # (N, frames, C, F)
    power = (waves.real**2 + waves.imag**2) / (plan.rate * (taper**2).sum())
    power[..., 1 : (plan.window + 1) // 2] *= 2  # the other half of the frequencies, mirrored
    if plan.settings.scaling == "log":
        power = 10 * np.log10(np.maximum(power, floors[:, None]))
    shaped: FloatArray = power.reshape(sizes["N"], frames, -1).astype(np.float32)
    shaped[~length_mask(plan.lengths(lengths), frames)] = 0
    return shaped


def blocks(plan: SpectrogramPlan, samples: int) -> Iterator[slice]:
    """Yield slices over samples whose frames fit into memory at once."""
    of_one = len(plan.times) * len(plan.channels) * plan.window
    rows = max(1, CHUNK_CELLS // of_one)
    for start in range(0, samples, rows):
        yield slice(start, min(start + rows, samples))


def floors_of(plan: SpectrogramPlan, deviations: DoubleArray) -> DoubleArray:
    """Return the least density (C,) that is told apart, from the deviations of the dataset's channels."""
    mean = 2 * np.asarray(deviations)[plan.channels] ** 2 / plan.rate  # of noise with this deviation
    return np.maximum(FLOOR * mean, 1e-30)


def plan_origin(plan: SpectrogramPlan) -> dict[str, Any]:
    """Return how the modality was made, as plain values; enough to draw it again."""
    return {
        "kind": "spectrogram",
        "settings": plan.settings.model_dump(mode="json"),
        "channels": list(plan.names),
        "frequencies": plan.frequencies.tolist(),
        "times": plan.times.tolist(),
        "hop": plan.hop,
    }


def _taper(kind: str, window: int) -> DoubleArray:
    """Return the weights of a window's steps, periodic as spectra need them."""
    if window == 1:
        return np.ones(1)
    turn = 2 * np.pi * np.arange(window) / window
    waves = [factor * np.cos(place * turn) for place, factor in enumerate(WINDOWS[kind])]
    return np.asarray(np.sum(waves, axis=0), np.float64)


def _level(cut: DoubleArray, detrend: str) -> DoubleArray:
    """Return windows (..., W) without their mean or their straight line."""
    if detrend == "none":
        return cut
    level: DoubleArray = cut - cut.mean(axis=-1, keepdims=True)
    if detrend == "line":
        steps = np.arange(cut.shape[-1]) - (cut.shape[-1] - 1) / 2
        slope = level @ steps / max(1.0, float(steps @ steps))
        level -= slope[..., None] * steps
    return level


def _channels(dataset: Dataset, names: tuple[str, ...]) -> IntArray:
    strangers = [name for name in names if name not in dataset.channels]
    if strangers:
        raise SettingsError(f"channels must be channels of the dataset; there is no {strangers[0]!r:.80}")
    codes = [name for name in names if name in dataset.categories]
    if codes:
        raise SettingsError(f"channels must hold numbers; {codes[0]!r:.80} holds codes of categories")
    chosen = sorted({dataset.channels.index(name) for name in names}) or [
        channel for channel in range(dataset.channel_count) if channel not in dataset.categorical
    ]
    if not chosen:
        raise DataError("a spectrogram needs a channel that holds numbers; all hold codes of categories")
    return np.array(chosen, np.int64)


def _usual_window(lengths: IntArray) -> int:
    quarter = max(1.0, float(np.median(lengths)) / 4)
    usual: int = 2 ** int(np.clip(round(np.log2(quarter)), 3, np.log2(USUAL)))
    return min(usual, int(lengths.max()))


def _require_room(plan: SpectrogramPlan, samples: int) -> None:
    channels = len(plan.channels) * len(plan.frequencies)
    cells = samples * len(plan.times) * channels
    for what, count, most in (("channels", channels, COLUMNS), ("values", cells, CELLS)):
        if count > most:
            raise LimitError(
                f"a spectrogram may hold at most {most:,} {what}; {len(plan.channels)} channels x "
                f"{len(plan.frequencies)} frequencies x {len(plan.times)} frames of {samples:,} samples are "
                f"{count:,}: name fewer channels, or take a shorter window or less overlap"
            )


def _ready(series: FloatArray, lengths: IntArray, plan: SpectrogramPlan) -> DoubleArray:
    """Return values (N, T, C) without gaps; what is too short for a window filled up with its mean."""
    valid = length_mask(np.minimum(lengths, series.shape[1]), series.shape[1])
    values = np.where(valid[:, :, None], series, 0).astype(np.float64)
    gaps = np.isnan(values)
    if gaps.any():
        values = _bridged(values, gaps, valid)
    short = np.flatnonzero(lengths < plan.window)
    if len(short) and plan.settings.detrend != "none":
        mean = values[short].sum(axis=1, keepdims=True) / lengths[short][:, None, None]
        values[short] = np.where(valid[short][:, :, None], values[short], mean)
    return values


def _bridged(values: DoubleArray, gaps: BoolArray, valid: BoolArray) -> DoubleArray:
    """Draw straight lines over missing values; a channel without any value is 0."""
    steps: NDArray[Any] = np.arange(values.shape[1])
    for sample, channel in np.argwhere(gaps.any(axis=1)):
        gone = gaps[sample, :, channel]
        known = valid[sample] & ~gone
        line = values[sample, :, channel]  # a view
        line[gone] = np.interp(steps[gone], steps[known], line[known]) if known.any() else 0.0
    return values
