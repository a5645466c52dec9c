"""A dataset at a glance: how many samples of each class, and how the values of each channel spread."""

import numpy as np
import plotly.graph_objects as go

from core.arrays import DoubleArray, IntArray
from core.data.statistics import PART_COLUMNS, Statistics
from core.figures.frame import TITLE_SPACE, finish, lay_out, mark, new_figure
from core.figures.palette import Theme, ThemeName, faded, theme_of
from core.figures.text import clean, counted, number, percent, plain

ROW = 26
MOST_CLASSES, MOST_CHANNELS = 30, 40
ROOMY = 2  # most parts beside each other that leave room for percents
FAR_APART = 20  # times the smallest range, from which one axis for all channels tells nothing


def class_balance_figure(
    result: Statistics,
    theme: ThemeName = "light",
    *,
    target: str = "label",
    counts: IntArray | None = None,
) -> go.Figure:
    """Draw how many samples each class has in each part.

    Args:
        result: Statistics of the dataset.
        theme: "light" or "dark".
        target: Which target's classes.
        counts: Samples (K, 4) by part for another split than the published one.
    """
    look = theme_of(theme)
    found = result.targets[target]
    table = np.asarray(found.counts if counts is None else counts)
    parts = [place for place in range(len(PART_COLUMNS)) if table[:, place].sum()]
    classes = min(len(found.names), MOST_CLASSES)
    share = float(table.sum(axis=1).max() / max(1, table.sum()))
    subtitle = f"n = {int(table.sum()):,}; the largest class has {percent(share)}"
    scale = "from 0"
    if classes < len(found.names):
        subtitle += f"; the first {classes} of {len(found.names)} classes"
        scale += f"; the first {classes} of {len(found.names)} classes"
    figure = new_figure(look, "Class balance", subtitle, top=TITLE_SPACE + 44)
    width = (1 - 0.04 * (len(parts) - 1)) / max(1, len(parts))
    for place, part in enumerate(parts):
        left = place * (width + 0.04)
        _add_part(figure, look, found.names[:classes], table[:, part], place)
        if len(parts) > ROOMY:
            figure.data[-1].text = [f"{int(count):,}" for count in table[:classes, part]]
        figure.update_layout(
            {
                f"xaxis{place + 1 if place else ''}": {
                    "domain": [left, left + width],
                    "range": [0, 1.55 * max(1, table[:classes, part].max())],  # room for the numbers
                    "nticks": 3,
                    "showgrid": False,
                    "showticklabels": False,
                }
            }
        )
        name = PART_COLUMNS[part]
        if name == "none":
            name = "all samples" if len(parts) == 1 else "no part"
        heading = f"{name}<br>n = {int(table[:, part].sum()):,}"
        above = {"align": "left", "y": 1, "yref": "y domain", "yanchor": "bottom"}
        figure.add_annotation(text=heading, x=left, xref="paper", xanchor="left", **above)
    figure.update_layout(
        height=TITLE_SPACE + 44 + 16 + ROW * max(2, classes),
        margin={"b": 16},
        showlegend=False,
        bargap=0.3,
        yaxis={
            "tickvals": list(range(classes)),
            "ticktext": [plain(name, 18) for name in found.names[:classes]],
            "range": [classes - 0.5, -0.5],
            "showgrid": False,
        },
    )
    words = "; ".join(
        f"{clean(name, 40)} "
        + ", ".join(f"{int(table[code, part]):,} {PART_COLUMNS[part]}" for part in parts)
        for code, name in enumerate(found.names[:classes])
    )
    return finish(figure, f"Samples of each class: {words}.", int(table.sum()), scale, result.provenance)


def _add_part(figure: go.Figure, theme: Theme, names: tuple[str, ...], counts: IntArray, place: int) -> None:
    total = max(1, int(counts.sum()))
    shown = [int(count) for count in counts[: len(names)]]
    colours = [theme.of_class(code) for code in range(len(names))]
    figure.add_bar(
        x=shown,
        y=list(range(len(names))),
        orientation="h",
        xaxis=f"x{place + 1}" if place else "x",
        marker={
            "color": colours,
            "line": {"width": 1, "color": [theme.outline(colour) or colour for colour in colours]},
        },
        text=[_share(count, total) for count in shown],
        textposition="outside",
        cliponaxis=False,
        textfont={"color": theme.text},
        hovertext=[
            f"{plain(name)}<br>{_share(count, total)}" for name, count in zip(names, shown, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _share(count: int, total: int) -> str:
    return f"{count:,} ({100 * count / total:.0f} %)"


def channel_spread_figure(result: Statistics, theme: ThemeName = "light") -> go.Figure:
    """Draw extremes, quartiles, median and mean of each channel.

    Channels whose ranges differ much are drawn in standard deviations from their own means, and the figure
    says so; of many channels those with the widest ranges are drawn.
    """
    look = theme_of(theme)
    moments = {name: np.asarray(values, np.float64) for name, values in result.moments.items()}
    ranges = moments["maximum"] - moments["minimum"]
    shown = np.sort(np.argsort(-ranges, kind="stable")[:MOST_CHANNELS])
    least = float(np.min(ranges[ranges > 0], initial=np.inf))
    scaled = len(ranges) > 1 and bool(ranges.max() > FAR_APART * least)
    unit = "SD from each channel's own mean" if scaled else "value"
    subtitle = "line: extremes; bar: quartiles; stroke: median; diamond: mean"
    scale = unit
    if len(shown) < len(ranges):
        subtitle += f"<br>the {len(shown)} of {len(ranges)} channels with the widest ranges"
        scale += f"; the {len(shown)} of {len(ranges)} channels with the widest ranges"
    figure = new_figure(look, "Values of each channel", subtitle, top=TITLE_SPACE + 20)
    moments = _rescaled(moments, scaled)
    _add_boxes(figure, look, result, moments, shown)
    lay_out(
        figure,
        height=TITLE_SPACE + 20 + 60 + ROW * max(3, len(shown)),
        showlegend=False,
        xaxis={
            "title": {"text": unit},
            "nticks": 6,
            "range": _padded(moments["minimum"], moments["maximum"]),
        },
        yaxis={
            "tickvals": list(range(len(shown))),
            "ticktext": [plain(result.channels[channel], 18) for channel in shown],
            "range": [len(shown) - 0.5, -0.5],
            "showgrid": False,
        },
    )
    words = "; ".join(
        f"{clean(result.channels[channel], 30)} mean {number(float(result.moments['mean'][channel]))}, SD"
        f" {number(float(result.moments['std'][channel]))}"
        for channel in shown[:8]
    )
    head = f"Spread of {counted(len(result.channels), 'channel')} over valid steps"
    return finish(figure, f"{head}: {words}.", result.provenance.samples, scale, result.provenance)


def _rescaled(moments: dict[str, DoubleArray], scaled: bool) -> dict[str, DoubleArray]:
    if not scaled:
        return moments
    deviation = np.where(moments["std"] > 0, moments["std"], 1.0)
    return {name: (values - moments["mean"]) / deviation for name, values in moments.items() if name != "std"}


def _padded(least: DoubleArray, most: DoubleArray) -> list[float]:
    low, high = float(least.min()), float(most.max())
    margin = 0.04 * (high - low) or 1.0
    return [low - margin, high + margin]


def _add_boxes(
    figure: go.Figure,
    theme: Theme,
    result: Statistics,
    moments: dict[str, DoubleArray],
    shown: IntArray,
) -> None:
    rows = np.arange(len(shown))
    gap = np.full(len(shown), np.nan)
    least, low, median, high, most = (
        moments[name][shown] for name in ("minimum", "lower quartile", "median", "upper quartile", "maximum")
    )
    ends = np.stack([least, most, gap], axis=1).ravel()
    figure.add_scatter(
        x=ends,
        y=np.repeat(rows, 3),
        mode="lines",
        line={"color": theme.muted, "width": 1.5},
        hoverinfo="skip",
    )
    figure.add_bar(
        x=high - low, y=rows, base=low, orientation="h", width=0.5, hoverinfo="skip",
        marker={"color": faded(theme.accent, 0.55), "line": {"color": theme.accent, "width": 1}},
    )  # fmt: skip
    look = {"symbol": "line-ns", "size": 13, "line": {"color": theme.text, "width": 2}}
    figure.add_scatter(x=median, y=rows, mode="markers", marker=look, hoverinfo="skip")
    original = result.moments
    names = ("mean", "std", "minimum", "lower quartile", "median", "upper quartile", "maximum")
    figure.add_scatter(
        x=moments["mean"][shown],
        y=rows,
        mode="markers",
        marker={"symbol": "diamond", "size": 7, **mark(theme, theme.ground)},
        customdata=[
            [plain(result.channels[channel]), *(number(float(original[name][channel])) for name in names)]
            for channel in shown
        ],
        hovertemplate="%{customdata[0]}<br>mean %{customdata[1]}, SD %{customdata[2]}<br>"
        "minimum %{customdata[3]}, quartiles %{customdata[4]} and %{customdata[6]},"
        " median %{customdata[5]}, maximum %{customdata[7]}<extra></extra>",
    )
