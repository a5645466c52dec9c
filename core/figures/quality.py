"""What is wrong with the data of channels: missing values, correlations, outliers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.attention import StepAxis
from core.data.quality_channels import OUTLIER_BOUND, ChannelChecks
from core.data.quality_missing import MissingValues
from core.data.quality_pairs import Correlation
from core.figures.frame import TITLE_SPACE, finish, lay_out, mark, new_figure, step_axis
from core.figures.palette import TEXT_SIZE, ThemeName, theme_of
from core.figures.text import clean, counted, number, percent, plain

MISSING_HEIGHT, CORRELATION_HEIGHT, OUTLIERS_HEIGHT = 420, 560, 420
ROOM = 130  # of a figure's height that is not plot
LEAST_LINE, SMALL = 15, 11  # pixels between two labels, size of small ones
NAME_LENGTH = 18
MOST_MISSING, MOST_OUTLIERS = 60, 20
WRITTEN = 12  # channels whose correlations are written into the cells
NAMED = 6


def missing_figure(result: MissingValues, theme: ThemeName = "light") -> go.Figure:
    """Draw the share of missing values by channel and stretch of steps, for channels that miss some."""
    look = theme_of(theme)
    totals = result.counts.sum(axis=1)
    shown = np.sort(np.argsort(-totals, kind="stable")[: min(MOST_MISSING, int((totals > 0).sum()))])
    share = result.shares[shown]
    largest = float(np.nanmax(share)) if share.size else 0.0
    named = f"{len(shown)} of {counted(len(totals), 'channel')}"
    subtitle = f"{result.total:,} values missing; shown: {named}"
    figure = new_figure(look, "Missing values", subtitle)
    axis = _bin_axis(result)
    figure.add_heatmap(
        z=(100 * share).astype(np.float32),
        x=np.arange(share.shape[1]),
        y=np.arange(len(shown)),
        customdata=_missing_words(result, shown),
        zmin=0,
        zmax=100 * largest or 1.0,
        colorscale=look.share_scale,
        hoverongaps=False,
        hovertemplate="%{customdata}<br>%{z:.3g} % missing<extra></extra>",
        colorbar=_colour_bar("missing in %"),
    )
    lay_out(
        figure,
        height=MISSING_HEIGHT,
        xaxis={**step_axis(axis), "showgrid": False},
        yaxis=names_axis([result.channels[channel] for channel in shown], MISSING_HEIGHT - ROOM),
    )
    worst = sorted(shown, key=lambda channel: -totals[channel])[:NAMED]
    shares = result.by_channel
    told = "; ".join(f"{clean(result.channels[c], 30)} {percent(float(shares[c]))}" for c in worst)
    scale = f"0 to {percent(largest)} of the values of a cell; {named}"
    words = (
        f"Missing values by channel and {clean(result.step_name, 30)}: {result.total:,} in {named}; {told}."
    )
    return finish(figure, words, result.provenance.samples, scale, result.provenance)


def correlation_figure(result: Correlation, theme: ThemeName = "light") -> go.Figure:
    """Draw the correlations of all pairs of channels."""
    look = theme_of(theme)
    names = unlike([plain(name, NAME_LENGTH) for name in result.names])
    count = len(names)
    left_out = left_out_words(result)
    subtitle = f"Pearson; {counted(count, 'channel')}, {counted(result.steps, 'step')}"
    figure = new_figure(
        look, "Correlation of channels", f"{subtitle}<br>{left_out}" if left_out else subtitle
    )
    values = np.array(result.values, np.float32)
    figure.add_heatmap(
        z=values,
        x=names,
        y=names,
        zmin=-1,
        zmax=1,
        colorscale=look.diverging_scale,
        hoverongaps=False,
        texttemplate="%{z:.2f}" if count <= WRITTEN else None,
        hovertemplate="%{y}<br>%{x}<br>r = %{z:.3f}<extra></extra>",
        colorbar={**_colour_bar("correlation r"), "tickvals": [-1, -0.5, 0, 0.5, 1]},
    )
    ticks = _thinned(count, (CORRELATION_HEIGHT - 2 * ROOM))
    small = {"size": SMALL if count > NAMED else TEXT_SIZE}
    labels = {"tickvals": ticks, "ticktext": [names[place] for place in ticks], "tickfont": small}
    figure.update_layout(
        height=CORRELATION_HEIGHT,
        margin={"t": TITLE_SPACE + (20 if left_out else 0)},
        xaxis={"type": "category", "showgrid": False, "tickangle": -60 if count > 3 else 0, **labels},
        yaxis={"type": "category", "showgrid": False, "autorange": "reversed", **labels},
    )
    scale = "-1 to 1, centred on 0" + (f"; {left_out}" if left_out else "")
    words = f"Correlations of {counted(count, 'channel')}: {_strongest(result)}."
    figure = finish(figure, words, result.steps, scale, result.provenance)
    figure.layout.meta = {**figure.layout.meta, "unit": f"steps of {result.samples:,} samples"}
    return figure


def outliers_figure(result: ChannelChecks, theme: ThemeName = "light") -> go.Figure:
    """Draw the share of outliers of the channels that have most of them."""
    look = theme_of(theme)
    share = result.outlier_share
    shown = np.argsort(-share, kind="stable")[: min(MOST_OUTLIERS, int((share > 0).sum()))]
    total = f"{len(shown)} of {counted(len(share), 'channel')}"
    rule = f"further than {OUTLIER_BOUND:g} robust SD from the median"
    figure = new_figure(look, "Outliers of each channel", f"values {rule}; {total}, most first")
    figure.add_bar(
        x=100 * share[shown],
        y=np.arange(len(shown)),
        orientation="h",
        width=0.6,
        marker=mark(look, look.accent),
        customdata=[
            [
                plain(result.names[channel]),
                f"{int(result.outliers[channel]):,}",
                f"{int(result.values[channel]):,}",
            ]
            for channel in shown
        ],
        text=[f"{int(result.outliers[channel]):,}" for channel in shown],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{customdata[0]}<br>%{customdata[1]} of %{customdata[2]} values (%{x:.3g} %)"
        "<extra></extra>",
    )
    largest = 100 * float(share[shown].max(initial=0))
    lay_out(
        figure,
        height=OUTLIERS_HEIGHT,
        xaxis={
            "title": {"text": "share of the channel's values in %"},
            "range": [0, 1.15 * largest or 1],
            "nticks": 5,
        },
        yaxis=names_axis([result.names[channel] for channel in shown], OUTLIERS_HEIGHT - ROOM, least=4),
    )
    told = "; ".join(
        f"{clean(result.names[channel], 30)} {int(result.outliers[channel]):,}" for channel in shown[:NAMED]
    )
    words = f"Values {rule}: {int(result.outliers.sum()):,} in {total}; {told}."
    return finish(figure, words, result.looked, f"0 to {number(largest)} %; {total}", result.provenance)


def names_axis(names: Sequence[str], room: int, *, least: int = 1) -> dict[str, Any]:
    """Return the settings of an upward axis with a name in each row, from the top down.

    Where names would lie on each other, every second, third, ... row has one; hover tells them all.

    Args:
        names: The names.
        room: Height of the plot in pixels.
        least: Rows that there is room for at least, so that few bars are not wide ones.
    """
    ticks = _thinned(len(names), room)
    crowded = len(names) * (TEXT_SIZE + 7) > room
    return {
        "tickvals": ticks,
        "ticktext": [plain(names[place], NAME_LENGTH) for place in ticks],
        "tickfont": {"size": SMALL if crowded else TEXT_SIZE},
        "range": [max(least, len(names)) - 0.5, -0.5],
        "showgrid": False,
    }


def left_out_words(result: Correlation) -> str:
    """Return which channels a correlation does not tell of; nothing where it tells of all."""
    reasons = (
        (result.constant, "that never change"),
        (result.categorical, "of categories"),
        (result.more, f"after the first {len(result.names)}"),
    )
    told = [f"{count:,} {words}" for count, words in reasons if count]
    return f"left out: {', '.join(told)}" if told else ""


def unlike(names: Sequence[str]) -> list[str]:
    """Return names in which none comes twice: the second one of a name gets a number."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _thinned(count: int, room: int) -> list[int]:
    """Return the places of the labels that have room beside each other."""
    apart = max(1, -(-count * LEAST_LINE // max(1, room)))
    return list(range(0, count, apart))


def _bin_axis(result: MissingValues) -> StepAxis:
    """Return the axis of the bins: labels of their first steps, a date that all share told once."""
    dates = {label.rpartition(" ")[0] for label in result.labels}
    if len(dates) != 1 or "" in dates:
        return StepAxis(result.labels, result.step_name)
    shared = dates.pop()
    rest = tuple(label[len(shared) + 1 :] for label in result.labels)
    return StepAxis(rest, f"{result.step_name}, {shared}")


def _missing_words(result: MissingValues, shown: Sequence[int] | np.ndarray) -> list[list[str]]:
    step = plain(result.step_name, 24)
    spans = [
        f"{step} {plain(label, 24)}" + (f" and {end - start - 1:,} more" if end - start > 1 else "")
        for label, start, end in zip(result.labels, result.edges[:-1], result.edges[1:], strict=True)
    ]
    return [
        [
            f"{plain(result.channels[channel])}<br>{span}<br>{int(count):,} of {int(expected):,} values"
            for span, count, expected in zip(spans, result.counts[channel], result.expected, strict=True)
        ]
        for channel in shown
    ]


def _strongest(result: Correlation) -> str:
    values = np.abs(np.triu(np.nan_to_num(result.values), 1))
    order = np.argsort(-values, axis=None, kind="stable")[:NAMED]
    told = []
    for one, other in zip(*np.unravel_index(order, values.shape), strict=True):
        if values[one, other]:
            pair = f"{clean(result.names[one], 24)} and {clean(result.names[other], 24)}"
            told.append(f"{pair} {float(result.values[one, other]):.2f}")
    return "; ".join(told) or "none can be told"


def _colour_bar(title: str) -> dict[str, Any]:
    return {
        "title": {"text": title, "side": "right", "font": {"size": TEXT_SIZE}},
        "tickfont": {"size": TEXT_SIZE},
        "thickness": 12,
        "xpad": 8,
        "nticks": 5,
        "outlinewidth": 0,
    }
