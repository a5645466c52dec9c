"""A few samples beside each other: series and attention under each, on the same scales."""

import numpy as np
import plotly.graph_objects as go

from core.attention import Gallery
from core.evaluation import OUTCOME_NAMES
from core.figures.frame import BOTTOM, TITLE_SPACE, add_line, finish, lay_out, new_figure, step_axis
from core.figures.gallery import channel_ranges, told_scale
from core.figures.palette import DASHES, Theme, ThemeName, faded, theme_of
from core.figures.text import clean, number, percent, plain

IN_A_ROW = 3
ROW = 330  # height
GAP, UNDER, OVER = 0.03, 0.16, 0.15
ATTENTION = 0.30  # of a panel's height
SPARE = 0.06


def side_by_side_figure(result: Gallery, theme: ThemeName = "light") -> go.Figure:
    """Draw up to six samples in panels whose axes are the same: series above, attention below.

    A panel's title says sample, outcome and prediction. Lines of several channels differ by their dash;
    each is drawn on its own range then, which the line under the figure prints.
    """
    look = theme_of(theme)
    count = len(result.samples)
    columns = min(IN_A_ROW, max(1, count))
    rows = max(1, -(-count // columns))
    largest = float(np.nanmax(result.weights)) if np.isfinite(result.weights).any() else 0.0
    figure = new_figure(look, "Samples side by side", plain(", ".join(result.channels), 60))
    axes: dict[str, object] = {}
    annotations: list[dict[str, object]] = []
    for place in range(count):
        row, column = divmod(place, columns)
        left = column * (1 + GAP) / (columns + GAP * (columns - 1))
        right = left + 1 / (columns + GAP * (columns - 1))
        bottom, top = 1 - (row + 1) / rows + (UNDER if rows > 1 else 0.0) / rows, 1 - row / rows - OVER / rows
        middle = bottom + ATTENTION * (top - bottom)
        axes |= _axes(result, place, (left, right), (bottom, middle, top), largest)
        annotations.append(_heading(result, place, left, top))
        _add_series(figure, look, result, place)
        _add_attention(figure, look, result, place)
    lay_out(
        figure,
        height=TITLE_SPACE + rows * ROW + BOTTOM,
        annotations=annotations,
        showlegend=len(result.channels) > 1,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        **axes,
    )
    scale = f"{clean(told_scale(result))}, attention 0 to {number(largest)} in every panel"
    return finish(figure, _described(result), count, scale, result.provenance)


def _suffix(number_: int) -> str:
    return "" if number_ == 0 else str(number_ + 1)


def _axes(
    result: Gallery, place: int, across: tuple[float, float], up: tuple[float, float, float], largest: float
) -> dict[str, object]:
    """Return the axes of a panel; all follow the first, so that a zoom into one is a zoom into all."""
    steps = int(np.isfinite(result.weights).sum(axis=1).max())  # of the longest
    low, high = channel_ranges(result)[0] if len(result.channels) == 1 else (0.0, 1.0)
    spare = SPARE * ((high - low) or 1.0)
    follow = {} if place == 0 else {"matches": "x"}
    bottom, middle, top = up
    series, attention = _suffix(2 * place), _suffix(2 * place + 1)
    first = across[0] == 0
    named = plain(result.channels[0], 24) if len(result.channels) == 1 else "each on its range"
    return {
        f"xaxis{_suffix(place)}": {
            **step_axis(result.axis),
            "domain": list(across),
            "anchor": f"y{attention}",
            "range": [-0.5, steps - 0.5],
            **follow,
        },
        f"yaxis{series}": {
            "domain": [middle + 0.02, top],
            "anchor": f"x{_suffix(place)}",
            "range": [low - spare, high + spare],
            "showticklabels": first and len(result.channels) == 1,
            "title": {"text": named if first else ""},
            **({} if place == 0 else {"matches": "y"}),
        },
        f"yaxis{attention}": {
            "domain": [bottom, middle],
            "anchor": f"x{_suffix(place)}",
            "range": [0, 1.05 * (largest or 1.0)],
            "showticklabels": first,
            "title": {"text": "attention" if first else ""},
            **({} if place == 0 else {"matches": "y2"}),
        },
    }


def _heading(result: Gallery, place: int, left: float, top: float) -> dict[str, object]:
    outcome, said = int(result.outcomes[place]), int(result.predicted[place])
    verdict = f" ({OUTCOME_NAMES[outcome]})" if outcome >= 0 else ""
    actual = int(result.actual[place])
    truly = "unknown" if actual < 0 else plain(result.classes[actual], 12)
    sure = f"{100 * result.confidence[place]:.0f} %"
    text = (
        f"<b>{plain(result.sample_ids[place], 18)}</b>{verdict}, {sure}"
        f"<br>{plain(result.classes[said], 12)}, actual {truly}"
    )
    return {
        "text": text, "x": left, "y": top, "xref": "paper", "yref": "paper",
        "xanchor": "left", "yanchor": "bottom", "yshift": 2, "align": "left", "showarrow": False,
    }  # fmt: skip


def _add_series(figure: go.Figure, theme: Theme, result: Gallery, place: int) -> None:
    steps = np.arange(result.series.shape[1])
    colour = theme.of_outcome(int(result.outcomes[place]))
    several = len(result.channels) > 1
    for channel, (low, high) in enumerate(channel_ranges(result)):
        values = np.asarray(result.series[place, :, channel], np.float64)
        shown = (values - low) / (high - low or 1.0) if several else values
        name = plain(result.channels[channel], 24)
        add_line(
            figure, theme, steps, shown, colour, width=1.6, dash=DASHES[channel % len(DASHES)],
            xaxis=f"x{_suffix(place)}", yaxis=f"y{_suffix(2 * place)}", name=name,
            legendgroup=str(channel), showlegend=several and place == 0, customdata=values,
            hovertemplate=f"{plain(result.axis.name, 12)} %{{x}}: %{{customdata:.4g}}<extra>{name}</extra>",
        )  # fmt: skip


def _add_attention(figure: go.Figure, theme: Theme, result: Gallery, place: int) -> None:
    weights = result.weights[place]
    own = np.isfinite(weights)
    figure.add_scatter(
        x=np.flatnonzero(own), y=np.asarray(weights[own], np.float64), mode="lines", fill="tozeroy",
        line={"color": theme.attention, "width": 1.2, "shape": "hvh"}, fillcolor=faded(theme.attention, 0.45),
        xaxis=f"x{_suffix(place)}", yaxis=f"y{_suffix(2 * place + 1)}", name="attention", showlegend=False,
        hovertemplate=f"{plain(result.axis.name, 12)} %{{x}}: %{{y:.4g}}<extra>attention</extra>",
    )  # fmt: skip


def _described(result: Gallery) -> str:
    said = []
    for place in range(len(result.samples)):
        outcome, weights = int(result.outcomes[place]), result.weights[place]
        looked = ""
        if np.nansum(weights) > 0:
            looked = f", looks most at {clean(result.axis.labels[int(np.nanargmax(weights))], 20)}"
        named = "outcome unknown" if outcome < 0 else OUTCOME_NAMES[outcome]
        sure = percent(float(result.confidence[place]))
        said.append(f"{clean(result.sample_ids[place], 20)} {named}, confidence {sure}{looked}")
    return f"{len(result.samples)} samples on the same scales: {'; '.join(said)}."
