"""What augmentations do: one sample before and after, its spectra, and values against each other."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.attention import StepAxis
from core.augmentation.previewed import AugmentedLines, PreviewNames, Spectra, ValuePairs
from core.figures.frame import TITLE_SPACE, add_line, finish, lay_out, mark, new_figure, step_axis
from core.figures.palette import DASHES, Theme, ThemeName, theme_of
from core.figures.text import clean, counted, number, plain

NAME_LENGTH = 26  # of an augmentation or a channel
IN_WORDS = 6  # augmentations a description names
BELOW = {
    "orientation": "h",
    "x": 0,
    "y": 0,
    "yref": "container",
    "yanchor": "bottom",
    "title": {"text": ""},
}  # several rows of it take their room from the plot, not from the title
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")


def augmented_lines_figure(result: AugmentedLines, theme: ThemeName = "light") -> go.Figure:
    """Draw one channel of a sample as it is and after each augmentation."""
    look = theme_of(theme)
    steps = result.values.shape[1]
    axis = StepAxis(tuple(result.called.label(step) for step in range(steps)), result.called.step_name)
    title = f"{_channel(result.called)} before and after"
    figure = new_figure(look, title, _sample(result.called), top=TITLE_SPACE)
    labels = [plain(label) for label in axis.labels]
    for place, (name, values) in enumerate(zip(result.names, result.values, strict=True)):
        hover = f"{_short(name)}<br>{plain(axis.name)} %{{customdata}}<br>%{{y:.4g}}<extra></extra>"
        _add(figure, look, place, name, x=np.arange(steps), y=values, customdata=labels, hovertemplate=hover)
    lay_out(
        figure,
        showlegend=True,
        legend=BELOW,
        xaxis={**step_axis(axis), "showgrid": False},
        yaxis={"title": {"text": _channel(result.called)}, "nticks": 5},
    )
    told = "; ".join(
        f"{clean(name, 40)} from {number(float(np.min(values)))} to {number(float(np.max(values)))}"
        for name, values in _with_values(result)[: IN_WORDS + 1]
    )
    words = f"Lines of {clean(result.called.channel, 40)} over {counted(steps, 'step')}: {told}."
    return finish(figure, words, 1, _range(result.values), result.provenance)


def augmented_values_figure(result: ValuePairs, theme: ThemeName = "light") -> go.Figure:
    """Draw values after each augmentation against the same values before."""
    look = theme_of(theme)
    subtitle = (
        f"{counted(len(result.original), 'value')} of {counted(result.samples, 'sample')}; dashed: unchanged"
    )
    figure = new_figure(
        look, f"{_channel(result.called)}: values before and after", subtitle, top=TITLE_SPACE
    )
    ends = _ends(result)
    line = {"color": look.muted, "width": 1.5, "dash": "dash"}
    figure.add_scatter(x=ends, y=ends, mode="lines", line=line, hoverinfo="skip", showlegend=False)
    for place, name in enumerate(result.names):
        own = _Look.of(look, place + 1)
        rows = result.made_by == place
        figure.add_scatter(
            x=result.original[rows],
            y=result.augmented[rows],
            mode="markers",
            name=_short(name),
            opacity=0.6,
            marker={
                "size": 5,
                "symbol": own.symbol,
                **mark(look, own.colour),
            },
            hovertemplate=f"{_short(name)}<br>before %{{x:.4g}}<br>after %{{y:.4g}}<extra></extra>",
        )
    channel = _channel(result.called)
    lay_out(
        figure,
        showlegend=True,
        legend=BELOW,
        xaxis={"title": {"text": f"{channel}, original"}, "nticks": 6},
        yaxis={"title": {"text": f"{channel}, augmented"}, "nticks": 6},
    )
    told = "; ".join(_change(result, place) for place in range(min(len(result.names), IN_WORDS)))
    words = f"Values of {clean(result.called.channel, 40)} in {counted(result.samples, 'sample')}: {told}."
    scale = f"{number(ends[0])} to {number(ends[1])}"
    return finish(figure, words, result.samples, scale, result.provenance)


def augmented_spectra_figure(result: Spectra, theme: ThemeName = "light") -> go.Figure:
    """Draw the amplitude of each frequency in one channel of a sample, before and after."""
    look = theme_of(theme)
    figure = new_figure(
        look,
        f"Spectrum of {_channel(result.called)}",
        f"{_sample(result.called)}, mean taken off",
        top=TITLE_SPACE,
    )
    unit = f"cycles per {plain(result.called.step_name, 12)}"
    for place, line in enumerate(result.lines):
        hover = f"{_short(line.name)}<br>%{{x:.3f}} {unit}<br>amplitude %{{y:.4g}}<extra></extra>"
        _add(figure, look, place, line.name, x=line.frequencies, y=line.amplitudes, hovertemplate=hover)
    lay_out(
        figure,
        showlegend=True,
        legend=BELOW,
        xaxis={
            "title": {"text": f"frequency ({unit})"},
            "range": [0, 0.5],
            "showgrid": False,
        },
        yaxis={
            "title": {"text": f"amplitude ({_channel(result.called)})"},
            "rangemode": "tozero",
            "nticks": 5,
        },
    )
    told = [
        f"{clean(line.name, 40)} strongest at {number(float(line.frequencies[np.argmax(line.amplitudes)]))}"
        f" cycles per {clean(result.called.step_name, 12)} with {number(float(line.amplitudes.max()))}"
        for line in result.lines[: IN_WORDS + 1]
        if len(line.amplitudes)
    ]
    top = max((float(line.amplitudes.max(initial=0)) for line in result.lines), default=0.0)
    words = f"Spectra of {clean(result.called.channel, 40)}: {'; '.join(told) or 'one step has none'}."
    return finish(figure, words, 1, f"0 to {number(top)}", result.provenance)


def _add(figure: go.Figure, theme: Theme, place: int, name: str, **trace: Any) -> None:
    look = _Look.of(theme, place)
    add_line(
        figure, theme, trace.pop("x"), trace.pop("y"), look.colour,
        dash=look.dash, width=1.6 if place else 2.6, name=_short(name), **trace,
    )  # fmt: skip


@dataclass(frozen=True)
class _Look:
    """How the original (place 0) or an augmentation is told from the others in every figure."""

    colour: str
    dash: str
    symbol: str

    @classmethod
    def of(cls, theme: Theme, place: int) -> "_Look":
        if place == 0:
            return cls(theme.accent, DASHES[0], SYMBOLS[0])
        colours = [colour for colour in dict.fromkeys(map(theme.of_run, range(12))) if colour != theme.accent]
        # Where the colours begin again, dashes and symbols differ.
        rounds, colour = divmod(place - 1, len(colours))
        dashes = DASHES[1:]
        return cls(
            colours[colour],
            dashes[(colour + rounds) % len(dashes)],
            SYMBOLS[(colour + rounds) % len(SYMBOLS)],
        )


def _short(name: str) -> str:
    return plain(name, NAME_LENGTH)


def _channel(called: PreviewNames) -> str:
    return plain(called.channel, NAME_LENGTH)


def _sample(called: PreviewNames) -> str:
    return f"sample {plain(called.sample, 24)}" if called.sample else "one sample"


def _with_values(result: AugmentedLines) -> list[tuple[str, Any]]:
    lines = ((name, line[~np.isnan(line)]) for name, line in zip(result.names, result.values, strict=True))
    return [(name, line) for name, line in lines if len(line)]


def _range(values: Any) -> str:
    there = values[~np.isnan(values)]
    return f"{number(float(there.min()))} to {number(float(there.max()))}" if there.size else "no values"


def _ends(result: ValuePairs) -> list[float]:
    both = np.concatenate([result.original, result.augmented])
    return [float(both.min()), float(both.max())] if both.size else [0.0, 1.0]


def _change(result: ValuePairs, place: int) -> str:
    rows = result.made_by == place
    away = np.abs(result.augmented[rows] - result.original[rows])
    said = f"changed by {number(float(away.mean()))} on average" if away.size else "no values"
    return f"{clean(result.names[place], 40)} {said}"
