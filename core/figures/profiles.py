"""Average attention by step: one line with its band for each class or outcome."""

from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.attention import AttentionProfiles
from core.figures.frame import (
    TITLE_SPACE,
    add_line,
    finish,
    lay_out,
    new_figure,
    step_axis,
    top_legend,
    weight_unit,
)
from core.figures.largest import largest, of_all
from core.figures.palette import DASHES, Theme, ThemeName, faded, theme_of
from core.figures.text import clean, number, plain

TOGETHER = 2  # groups in one panel; more get a panel each
PANEL, GAP = 130, 46
MOST_PANELS = 12
LEAST_DRAWN = 3  # samples behind a place of a line; a smaller group is drawn where all of it is
BANDS = {"sd": "band: mean \u00b1 SD over samples", "quantiles": "band: middle half of the samples"}


def profiles_figure(result: AttentionProfiles, theme: ThemeName = "light") -> go.Figure:
    """Draw the mean attention of each group by step, with its band and number of samples."""
    look = theme_of(theme)
    groups, result = largest(result.counts, MOST_PANELS), _of_enough(result)
    names = {"group": "over all samples", "class": "by class", "outcome": "by outcome"}
    title = f"Average attention {names.get(result.by, f'by {plain(result.by)}')}"
    some = of_all(groups, result.counts, result.by, result.left_out)
    figure = new_figure(look, title, _subtitle(result) + some, top=TITLE_SPACE + 28)
    if len(groups) <= TOGETHER:
        for place, group in enumerate(groups):
            _add_group(figure, look, result, group, {}, DASHES[place])
        lay_out(
            figure,
            showlegend=True,
            legend={**top_legend(), "traceorder": "normal"},
            xaxis={**step_axis(result.axis), "showgrid": False},
            yaxis={
                "title": {"text": f"attention {weight_unit(result.axis)}"},
                "rangemode": "tozero",
                "nticks": 5,
            },
        )
    else:
        _add_panels(figure, look, result, groups)
    top = float(np.nanmax(result.high)) if groups else 0.0
    return finish(
        figure,
        f"{clean(title)}: " + "; ".join(_in_words(result, group) for group in groups) + ".",
        int(result.counts.sum()),
        f"0 to {number(top)} {weight_unit(result.axis)}{_reach(result)}{some}",
        result.provenance,
    )


def _of_enough(result: AttentionProfiles) -> AttentionProfiles:
    """Return averages without those over fewer samples than may speak for a group."""
    enough = result.present >= np.maximum(1, np.minimum(LEAST_DRAWN, result.counts))[:, None]
    mean, low, high = (np.where(enough, values, np.nan) for values in (result.mean, result.low, result.high))
    return replace(result, mean=mean, low=low, high=high)


def _subtitle(result: AttentionProfiles) -> str:
    reach = _reach(result)
    text = f"n = {int(result.counts.sum()):,}{reach}; {BANDS[result.band]}"
    if reach:
        text += f"<br>each sample counts over its own {plain(result.axis.name, 12)}s only"
    return text


def _reach(result: AttentionProfiles) -> str:
    """Return how many samples the end of the axis is of, where lengths differ; harmless."""
    there, total = result.present.sum(axis=0), int(result.counts.sum())
    last = int(np.flatnonzero(there)[-1]) if there.any() else 0
    if (there[: last + 1] == total).all():
        return ""
    where = f"{plain(result.axis.name, 12)} {plain(result.axis.labels[last], 20)}"
    ends = (
        f"; lines end where fewer than {LEAST_DRAWN} remain" if np.isnan(result.mean[:, last]).any() else ""
    )
    return f"; {int(there[last]):,} of {total:,} reach {where}{ends}"


def _in_words(result: AttentionProfiles, group: int) -> str:
    step = int(np.nanargmax(result.mean[group]))
    name = clean(result.names[group], 40)
    label = clean(result.axis.labels[step], 20)
    return f"{name}, n = {int(result.counts[group]):,}, highest {number(result.mean[group, step])} at {label}"


def _colour(theme: Theme, result: AttentionProfiles, group: int) -> str:
    if result.by == "outcome":
        return theme.of_outcome(group)
    return theme.attention if result.by == "group" else theme.of_class(group)


def _add_group(
    figure: go.Figure,
    theme: Theme,
    result: AttentionProfiles,
    group: int,
    axes: dict[str, Any],
    dash: str = "solid",
) -> None:
    there = np.flatnonzero(np.isfinite(result.mean[group]))
    colour = _colour(theme, result, group)
    name = f"{plain(result.names[group], 18)} (n = {int(result.counts[group]):,})"
    figure.add_scatter(
        x=np.concatenate([there, there[::-1]]),
        y=np.concatenate([result.high[group, there], result.low[group, there[::-1]]]),
        mode="lines", line={"width": 0}, fill="toself", fillcolor=faded(colour, 0.22),
        hoverinfo="skip", showlegend=False, legendgroup=str(group), **axes,
    )  # fmt: skip
    labels = [plain(result.axis.labels[step]) for step in there]
    add_line(
        figure, theme, there, result.mean[group, there], colour,
        dash=dash, name=name, legendgroup=str(group), showlegend=not axes,
        customdata=np.array([labels, result.present[group, there]], dtype=object).T,
        hovertemplate=f"{name}<br>{plain(result.axis.name)} %{{customdata[0]}}<br>"
        "attention %{y:.4f} over %{customdata[1]} samples<extra></extra>",
        **axes,
    )  # fmt: skip


def _add_panels(figure: go.Figure, theme: Theme, result: AttentionProfiles, groups: list[int]) -> None:
    columns = 2 if len(groups) <= 4 else 3
    rows = -(-len(groups) // columns)
    plot = rows * PANEL + (rows - 1) * GAP
    top = float(np.nanmax(result.high[groups]))
    room = 10 if columns == 3 else 18  # for the name of a panel
    notes: list[dict[str, Any]] = []
    for place, group in enumerate(groups):
        row, column = divmod(place, columns)
        low = place + columns >= len(groups)  # nothing stands below
        axes = {"xaxis": f"x{place + 1}", "yaxis": f"y{place + 1}"}
        _add_group(figure, theme, result, group, axes)
        upper = 1 - row * (PANEL + GAP) / plot
        width = (1 - 0.03 * (columns - 1)) / columns
        left = column * (width + 0.03)
        number_of = str(place + 1) if place else ""
        figure.layout[f"xaxis{number_of}"] = {
            **step_axis(result.axis, labels=2),
            "domain": [left, left + width],
            "anchor": f"y{place + 1}",
            "showgrid": False,
            "nticks": 4,
            "range": [0, max(1, len(result.axis.labels) - 1)],
            **({} if low else {"title": {"text": ""}}),
            "showticklabels": low,
        }
        figure.layout[f"yaxis{number_of}"] = {
            "domain": [max(0.0, upper - PANEL / plot), upper],
            "anchor": f"x{place + 1}",
            "range": [0, 1.05 * top],
            "nticks": 3,
            "showticklabels": column == 0,
            "title": {"text": "attention" if column == 0 else ""},
        }
        name = f"{plain(result.names[group], room)} (n = {int(result.counts[group]):,})"
        place_of_name = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
        notes.append({"text": name, "x": left, "y": upper, **place_of_name})
    lay_out(figure, annotations=notes, height=plot + TITLE_SPACE + 28 + 60)
