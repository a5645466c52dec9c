"""Both directions of attention between two modalities, each with its own axis and signal along the margin."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.attention.inputs import StepAxis
from core.attention.sample_modalities import CrossMaps, Signal
from core.figures.frame import TITLE_SPACE, finish, lay_out, new_figure, step_axis
from core.figures.palette import Theme, ThemeName, theme_of
from core.figures.text import clean, number, percent, plain
from core.models.family import head_name

HEIGHT = 520
PANELS = ((0.0, 0.46), (0.54, 1.0))
STRIP = 0.14  # of a panel, for the signal along each side
TOP = 0.82  # of the height, above which the signal of the keys stands
GAP = 0.012


def cross_maps_figure(result: CrossMaps, theme: ThemeName = "light") -> go.Figure:
    """Draw a looking at b on the left, b looking at a on the right; row = query, column = key."""
    look = theme_of(theme)
    head = head_name(result.head)
    who = (
        f"sample {plain(result.sample_id, 20)}" if result.sample_id else f"mean over {result.count:,} samples"
    )
    figure = new_figure(
        look,
        f"Who looks where, {head}",
        f"{who}; row = query, column = key; margins: signals",
        top=TITLE_SPACE + 42,
    )
    tops = _tops(result)
    axes: dict[str, Any] = {}
    for place, (asking, looked) in enumerate(((0, 1), (1, 0))):
        first = 3 * place + 1
        _add_map(figure, look, result, (asking, looked), first, tops[place])
        _add_signal(figure, look, result.signals[looked], _x(first), _y(first + 1), across=True)
        _add_signal(figure, look, result.signals[asking], _x(first + 2), _y(first), across=False)
        axes |= _axes(result, PANELS[place], first, asking, looked)
        names = [plain(result.signals[side].modality, 18) for side in (asking, looked)]
        figure.add_annotation(
            text=f"<b>{names[0]}</b> looks at <b>{names[1]}</b>, 0 to {number(tops[place])}"
            f"<br>above: {_channels(look, result.signals[looked])}",
            align="left", x=PANELS[place][0], y=1.0, xref="paper", yref="paper", xanchor="left",
            yanchor="bottom", yshift=4,
        )  # fmt: skip
    lay_out(figure, height=HEIGHT, **axes)
    scale = f"{head}, {_scale(tops)}"
    return finish(figure, _description(result, head, who), result.count, scale, result.provenance)


def _channels(theme: Theme, signal: Signal) -> str:
    """Return the names of the channels along a margin, each in the colour of its line."""
    return ", ".join(
        f'<span style="color:{theme.of_run(place)}">{plain(name, 16)}</span>'
        for place, name in enumerate(signal.channels)
    )


def _tops(result: CrossMaps) -> tuple[float, float]:
    """Return the end of both scales: one for both where rows share their weight among as many keys."""
    first, second = (float(weights.max(initial=0)) or 1.0 for weights in (result.ab, result.ba))
    alike = result.ab.shape[1] == result.ba.shape[1]
    return (max(first, second),) * 2 if alike else (first, second)


def _scale(tops: tuple[float, float]) -> str:
    ends = list(dict.fromkeys(f"0 to {number(top)}" for top in tops))
    return " and ".join(ends)


def _x(place: int) -> str:
    return "x" if place == 1 else f"x{place}"


def _y(place: int) -> str:
    return "y" if place == 1 else f"y{place}"


def _add_map(
    figure: go.Figure, theme: Theme, result: CrossMaps, sides: tuple[int, int], place: int, largest: float
) -> None:
    asking, looked = (result.signals[side] for side in sides)
    weights = result.ab if sides == (0, 1) else result.ba
    queries, keys = (_labels(result.axes[side]) for side in sides)
    names = np.empty((*weights.shape, 2), dtype=object)
    names[..., 0], names[..., 1] = queries[:, None], keys[None, :]
    figure.add_heatmap(
        z=np.asarray(weights, np.float32), customdata=names, xaxis=_x(place), yaxis=_y(place),
        colorscale=theme.attention_scale, zmin=0, zmax=largest, showscale=False,
        hovertemplate=f"query {plain(asking.modality, 24)} %{{customdata[0]}}<br>"
        f"key {plain(looked.modality, 24)} %{{customdata[1]}}<br>weight %{{z:.4f}}<extra></extra>",
    )  # fmt: skip


def _labels(axis: StepAxis) -> Any:
    return np.array([plain(label, 24) for label in axis.labels], dtype=object)


def _add_signal(
    figure: go.Figure, theme: Theme, signal: Signal, xaxis: str, yaxis: str, *, across: bool
) -> None:
    """Draw the channels of a modality along its axis; a step stands in the token that covers it."""
    steps = (np.arange(len(signal.values)) + 0.5) / signal.patch - 0.5
    for channel, name in enumerate(signal.channels):
        values = signal.values[:, channel]
        said = f"{plain(signal.modality, 24)}, {plain(name, 24)}<br>"
        figure.add_scatter(
            x=steps if across else values, y=values if across else steps, mode="lines",
            xaxis=xaxis, yaxis=yaxis,
            line={"width": 1.4, "color": theme.of_run(channel)}, showlegend=False,
            hovertemplate=f"{said}%{{{'y' if across else 'x'}:.3g}} SD<extra></extra>",
        )  # fmt: skip


def _axes(
    result: CrossMaps, panel: tuple[float, float], place: int, asking: int, looked: int
) -> dict[str, dict[str, Any]]:
    left = panel[0] + STRIP * (panel[1] - panel[0])
    queries, keys = result.axes[asking], result.axes[looked]
    across, down = step_axis(keys, labels=4), step_axis(queries, labels=6)
    hidden = {"showticklabels": False, "showgrid": False, "fixedrange": True, "title": {"text": ""}}
    ends = {"showgrid": False, "constrain": "domain"}

    def name(letter: str, number_of: int) -> str:
        return f"{letter}axis{number_of if number_of > 1 else ''}"

    def titled(axis: dict[str, Any], side: int, role: str) -> dict[str, str]:
        return {"text": f"{plain(result.signals[side].modality, 18)} ({role}), {axis['title']['text']}"}

    return {
        name("x", place): {
            **across, **ends, "title": titled(across, looked, "key"), "domain": [left + GAP, panel[1]],
            "anchor": _y(place), "range": [-0.5, len(keys.labels) - 0.5],
        },
        name("y", place): {
            **down, **ends, "title": titled(down, asking, "query"), "domain": [0, TOP],
            "anchor": _x(place + 2),
            "range": [len(queries.labels) - 0.5, -0.5],
        },
        name("y", place + 1): {**hidden, "domain": [TOP + GAP, 0.99], "anchor": _x(place)},
        name("x", place + 2): {
            **hidden, "domain": [panel[0], left], "anchor": _y(place), "autorange": "reversed",
        },
    }  # fmt: skip


def _description(result: CrossMaps, head: str, who: str) -> str:
    said = []
    for weights, asking, looked in ((result.ab, 0, 1), (result.ba, 1, 0)):
        query, key = np.unravel_index(int(np.argmax(weights)), weights.shape)
        names = [clean(result.signals[side].modality, 30) for side in (asking, looked)]
        said.append(
            f"{names[0]} looks at {names[1]} most from {clean(result.axes[asking].labels[query], 20)} to"
            f" {clean(result.axes[looked].labels[key], 20)},"
            f" {percent(float(weights[query, key]))} of its weight"
        )
    return f"{clean(who, 40)}, {head}: {'; '.join(said)}."
