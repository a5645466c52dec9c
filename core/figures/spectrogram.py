"""One sample's spectrogram under its series, as it will be when it is derived from a dataset."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from core.arrays import DoubleArray, FloatArray, require_axes
from core.data.dataset import Dataset
from core.data.spectrogram import SpectrogramSettings, floors_of, plan_spectrogram, spectrograms
from core.errors import NotFoundError, SettingsError
from core.figures.frame import TITLE_SPACE, add_line, finish, lay_out, new_figure
from core.figures.palette import TEXT_SIZE, ThemeName, theme_of
from core.figures.text import clean, counted, number, plain
from core.results import Provenance

if TYPE_CHECKING:
    import pandas as pd

HEIGHT = 520
SCALE = "Viridis"  # of its own: power is neither attention nor signed
DECIBELS = 80.0  # below the strongest that are still told apart in the picture
SERIES_SHARE = 0.27  # of the height
MOST_CELLS = 250_000


@dataclass(frozen=True)
class SampleSpectrogram:
    """The spectrogram of one channel of one sample.

    Attributes:
        values: Power density (F, T), in the unit that is named.
        frequencies: Frequency of each row (F,).
        times: Middle of each frame (T,).
        series: The channel itself, over its valid steps (S,); NaN is a missing value.
        clock: Where each step stands on the axis of the frames (S,).
        sample: Name of the sample.
        channel: Name of the channel.
        units: Of the frequencies, of the axis of frames, of the values.
        window: Steps of a window.
        hop: Steps from one window to the next.
        provenance: Where the numbers come from.
    """

    values: FloatArray
    frequencies: DoubleArray
    times: DoubleArray
    series: FloatArray
    clock: DoubleArray
    sample: str
    channel: str
    units: tuple[str, str, str]
    window: int
    hop: int
    provenance: Provenance

    def __post_init__(self) -> None:
        sizes = require_axes(self.values, "F T", "values", {"F": len(self.frequencies)})
        require_axes(self.times, "T", "times", sizes)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a frame and frequency."""
        import pandas as pd

        frequency, time, value = self.units
        return pd.DataFrame(
            {
                time: np.repeat(self.times, len(self.frequencies)),
                f"frequency in {frequency}": np.tile(self.frequencies, len(self.times)),
                f"power density in {value}": self.values.T.ravel(),
            }
        )


def sample_spectrogram(
    dataset: Dataset,
    settings: SpectrogramSettings,
    deviations: DoubleArray,
    *,
    sample: int = 0,
    channel: str = "",
) -> SampleSpectrogram:
    """Return the spectrogram of one channel of one sample, as deriving it for the dataset would make it.

    Args:
        dataset: The dataset.
        settings: Settings of the spectrogram.
        deviations: Standard deviation of each channel of the dataset (C,), from its statistics.
        sample: Position of the sample.
        channel: Name of the channel; the first one of the spectrogram unless it is one of them.

    Raises:
        NotFoundError: If there is no such sample.
        HeedError: If the spectrogram could not be derived with these settings.
    """
    if not 0 <= sample < dataset.samples:
        raise NotFoundError(f"sample must lie between 0 and {dataset.samples - 1}; got {sample}")
    whole = plan_spectrogram(dataset, settings)
    chosen = channel if channel in whole.names else whole.names[0]
    plan = plan_spectrogram(dataset, whole.settings.model_copy(update={"channels": (chosen,)}))
    length = int(dataset.lengths[sample])
    lengths = np.array([length])
    block = np.asarray(dataset.series[sample : sample + 1])
    frames = int(plan.lengths(lengths)[0])
    if frames * len(plan.frequencies) > MOST_CELLS:
        raise SettingsError(
            f"a picture shows at most {MOST_CELLS:,} values; these would be {frames:,} frames of "
            f"{len(plan.frequencies):,} frequencies: take less overlap or a shorter window"
        )
    found = spectrograms(plan, block, lengths, floors_of(plan, deviations))[0, :frames]
    return SampleSpectrogram(
        values=found.T,
        frequencies=plan.frequencies,
        times=plan.times[:frames],
        series=block[0, :length, plan.channels[0]],
        clock=np.arange(length, dtype=np.float64) / plan.rate,
        sample=str(dataset.sample_ids[sample]),
        channel=chosen,
        units=(plan.frequency_unit, plan.time_name, plan.value_unit),
        window=plan.window,
        hop=plan.hop,
        provenance=Provenance(
            "spectrogram of a sample",
            data=dataset.sha256,
            parameters={
                "sample": sample,
                "channel": chosen,
                **whole.settings.model_dump(mode="json", exclude={"channels"}),
            },
            samples=1,
        ),
    )


def spectrogram_figure(result: SampleSpectrogram, theme: ThemeName = "light") -> go.Figure:
    """Draw a sample's series, and under it how strong each frequency is along it."""
    look = theme_of(theme)
    frequency, time, value = result.units
    time_title = "step" if time == "step" else f"time in {time}s"
    title = f"{plain(result.channel, 30)} of {plain(result.sample, 30)}"
    how = f"windows of {result.window} steps, {counted(result.hop, 'step')} apart; "
    how += counted(len(result.times), "frame")
    figure = new_figure(look, f"Spectrogram of {title}", how, top=TITLE_SPACE)
    low, high = _range(result)
    add_line(
        figure, look, result.clock, result.series, look.accent, width=1.4, yaxis="y2",
        hovertemplate=f"{time} %{{x:.6g}}<br>value %{{y:.4g}}<extra></extra>",
    )  # fmt: skip
    figure.add_heatmap(
        z=np.asarray(result.values, np.float32),
        x=result.times,
        y=result.frequencies,
        zmin=low,
        zmax=high,
        colorscale=SCALE,
        hovertemplate=f"{time} %{{x:.6g}}<br>%{{y:.4g}} {frequency}<br>%{{z:.4g}} {value}<extra></extra>",
        colorbar={
            "title": {"text": f"power density in {value}", "side": "right", "font": {"size": TEXT_SIZE}},
            "tickfont": {"size": TEXT_SIZE},
            "thickness": 12,
            "xpad": 8,
            "nticks": 5,
            "outlinewidth": 0,
            "len": 1 - SERIES_SHARE,
            "y": 0,
            "yanchor": "bottom",
        },
    )
    end = float(result.clock[-1]) or 1.0
    lay_out(
        figure,
        height=HEIGHT,
        xaxis={"title": {"text": time_title}, "range": [0, end], "showgrid": False, "nticks": 8},
        yaxis={
            "title": {"text": f"frequency in {frequency}"},
            "domain": [0, 1 - SERIES_SHARE - 0.05],
            "showgrid": False,
            "nticks": 6,
        },
        yaxis2={
            "title": {"text": "value"},
            "domain": [1 - SERIES_SHARE, 1],
            "anchor": "x",
            "nticks": 3,
        },
    )
    strongest = result.frequencies[np.unravel_index(np.argmax(result.values), result.values.shape)[0]]
    words = (
        f"Spectrogram of {clean(result.channel, 40)} of the sample {clean(result.sample, 40)}: "
        f"{counted(len(result.times), 'frame')}, {len(result.frequencies)} frequencies up to "
        f"{number(float(result.frequencies[-1]))} {frequency}; strongest at {number(float(strongest))} "
        f"{frequency}."
    )
    scale = f"{number(low)} to {number(high)} {value}; u is the channel's own unit"
    return finish(figure, words, 1, scale, result.provenance)


def _range(result: SampleSpectrogram) -> tuple[float, float]:
    low, high = float(result.values.min()), float(result.values.max())
    if result.units[2].startswith("dB"):
        low = max(low, high - DECIBELS)
    return (low, high) if high > low else (low, low + 1.0)
