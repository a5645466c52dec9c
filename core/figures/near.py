"""A sample over the nearest training sample of each class."""

import numpy as np
import plotly.graph_objects as go

from core.figures.frame import TITLE_SPACE, add_line, finish, lay_out, new_figure
from core.figures.palette import ThemeName, theme_of
from core.figures.text import clean, counted, number, plain
from core.inference.nearest import NearestSamples

MOST_CLASSES = 6
COLUMNS = 3
GAP = 0.04, 0.16


def nearest_figure(result: NearestSamples, theme: ThemeName = "light") -> go.Figure:
    """Draw one channel of a sample over that of the nearest training sample of each class.

    Args:
        result: The samples found.
        theme: "light" or "dark".
    """
    look = theme_of(theme)
    found = [near for near in result.near if near.rank == 0]
    first = found[:MOST_CLASSES]
    some = f"; the {len(first)} nearest of {len(found)} classes" if len(found) > len(first) else ""
    channel = result.channel if result.channel < len(result.channels) else 0
    columns = min(COLUMNS, len(first))
    lines = -(-len(first) // columns)
    figure = new_figure(
        look,
        f"Nearest training sample of each class to {plain(result.sample_id, 20)}",
        f"channel {plain(result.channels[channel], 24)}; dotted: the sample itself{some}",
        top=TITLE_SPACE,
    )
    axes: dict[str, dict[str, object]] = {}
    notes = []
    for place, near in enumerate(first):
        ending = str(place + 1) if place else ""
        x, y = _domain(place % columns, columns, GAP[0]), _domain(lines - 1 - place // columns, lines, GAP[1])
        said = f"step %{{x}}<br>{plain(result.channels[channel], 24)} %{{y:.4g}}"
        on = {"xaxis": f"x{ending}", "yaxis": f"y{ending}"}
        add_line(
            figure, look, np.arange(len(near.series)), near.series[:, channel], look.of_class(near.code),
            name=plain(near.sample_id, 24), hovertemplate=f"{said}<extra>{plain(near.sample_id, 24)}</extra>",
            **on,
        )  # fmt: skip
        figure.add_scatter(
            x=np.arange(len(result.series)), y=result.series[:, channel], mode="lines",
            line={"color": look.text, "width": 1.2, "dash": "3px,3px"},
            hovertemplate=f"{said}<extra>{plain(result.sample_id, 24)}</extra>", **on,
        )  # fmt: skip
        bottom = place + columns >= len(first)
        axes[f"xaxis{ending}"] = {
            "domain": x,
            "anchor": f"y{ending}",
            "showgrid": False,
            "title": {"text": plain(result.step_name, 16) if bottom else ""},
        }
        axes[f"yaxis{ending}"] = {
            "domain": y,
            "anchor": f"x{ending}",
            "nticks": 4,
            "title": {"text": plain(result.channels[channel], 14) if place % columns == 0 else ""},
        }
        if place:
            axes[f"yaxis{ending}"]["matches"] = "y"
            axes[f"xaxis{ending}"]["matches"] = "x"
        notes.append(
            {
                "text": f"{plain(result.classes[near.code], 14)}, distance {number(near.distance)}",
                "x": x[0],
                "y": y[1],
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "showarrow": False,
            }
        )
    lay_out(figure, height=300 if lines == 1 else 420, annotations=notes, **axes)
    scale = f"{clean(result.channels[channel], 24)} drawn; {_scale(result)}{some}"
    return finish(figure, _description(result), result.samples, scale, result.provenance)


def _domain(place: int, count: int, gap: float) -> tuple[float, float]:
    size = (1 - gap * (count - 1)) / count
    start = place * (size + gap)
    return start, min(1.0, start + size)


def _description(result: NearestSamples) -> str:
    first = [near for near in result.near if near.rank == 0]
    told = ", ".join(
        f"{clean(result.classes[near.code], 30)} {number(near.distance)} (sample {clean(near.sample_id, 30)})"
        for near in first[:MOST_CLASSES]
    )
    return f"Distance of the nearest of {counted(result.samples, 'training sample')} of each class: {told}."


def _scale(result: NearestSamples) -> str:
    of = "scaled series" if result.space == "series" else "the model's mean states"
    padded = "; shorter samples count as 0, the mean, behind their end" if result.unequal else ""
    some = (
        f"; {result.samples:,} of {result.total:,} training samples" if result.samples < result.total else ""
    )
    return f"Euclidean distance of {of}{padded}{some}"
