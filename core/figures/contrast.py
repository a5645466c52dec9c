"""Two groups, or two models: mean attention of both by step, and where they differ by more than chance."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.attention.contrast import AttentionContrast
from core.attention.inputs import OUTCOME_NAMES
from core.attention.spreads import SpreadContrast
from core.figures.frame import (
    TITLE_SPACE,
    add_line,
    finish,
    lay_out,
    mark,
    new_figure,
    step_axis,
    top_legend,
)
from core.figures.palette import Theme, ThemeName, faded, theme_of
from core.figures.patterns import patterns_figure
from core.figures.text import clean, number, plain

HEIGHT = 470
UPPER, LOWER = (0.5, 1.0), (0.0, 0.4)  # of the plot: means, difference
DASHES = ("solid", "9px,4px")
NAME = 44
ENOUGH = 10  # samples of a group at a step whose interval may set the range; all of a smaller group
LABEL_ROOM = 0.13  # of the axis, between the middles of two labels
ARROWS = ("\u25bc", "\u25b2")  # less, more


def contrast_figure(result: AttentionContrast, theme: ThemeName = "light") -> go.Figure:
    """Draw the mean attention of both groups above, their difference below; significant spans are shaded."""
    look = theme_of(theme)
    subtitle = "bands: mean \u00b1 SD above, 95 % interval of each step below; shaded: p below 0.05"
    title = "Attention under two models" if result.paired else "Attention of two groups"
    figure = new_figure(look, title, subtitle, top=TITLE_SPACE + 28)
    colours = _colours(look, result.names, result.paired)
    for place in (0, 1):
        _add_group(figure, look, result, place, colours[place])
    _add_difference(figure, look, result)
    _add_spans(figure, look, result)
    reach, beyond = _reach(result)
    lay_out(
        figure,
        height=HEIGHT,
        showlegend=True,
        legend={**top_legend(), "traceorder": "normal"},
        xaxis={**step_axis(result.axis), "showgrid": False, "anchor": "y2"},
        yaxis={
            "domain": list(UPPER),
            "title": {"text": "attention"},
            "rangemode": "tozero",
            "nticks": 5,
        },
        yaxis2={
            "domain": list(LOWER),
            "title": {"text": "difference"},
            "range": [-reach, reach],
            "nticks": 5,
            "exponentformat": "e",
            "anchor": "x",
        },
    )
    words = f"{' and '.join(_named(result, place) for place in (0, 1))}. {' '.join(result.in_words())}"
    top = float(np.nanmax(result.high))
    return finish(
        figure,
        clean(words, 560),
        result.provenance.samples,
        f"means 0 to {number(top)}, difference -{number(reach)} to {number(reach)}{beyond}",
        result.provenance,
    )


def patterns_contrast_figure(result: SpreadContrast, theme: ThemeName = "light") -> go.Figure:
    """Draw the attention patterns of both groups, with their test in words."""
    look = theme_of(theme)
    figure = patterns_figure(result.patterns, theme, result.provenance.samples)
    for bars, colour in zip(figure.data, _colours(look, result.names, result.paired), strict=False):
        bars.marker = mark(look, colour)
    test = result.tests[-1]
    known = np.isfinite(test.p_adjusted)
    told = f": {test.measure} {test.effect:.2f}, adjusted p {_chance(test.p_adjusted)}" if known else ""
    words = f"{test.verdict}{told}"
    description = clean(f"{figure.layout.meta['description']} Patterns: {words}.", 600)
    figure.layout.meta = {**figure.layout.meta, "description": description, "scale": words}
    return figure


def _chance(p: float) -> str:
    return "< 0.0001" if p < 1e-4 else f"= {p:.2g}"


def _colours(theme: Theme, names: tuple[str, str], paired: bool) -> tuple[str, str]:
    """Return the colours of outcomes for outcomes, else the accent or, beside the blue of TP and TN, grey."""
    first, second = (
        theme.of_outcome(OUTCOME_NAMES.index(name)) if name in OUTCOME_NAMES and not paired else None
        for name in names
    )
    return first or (theme.muted if second else theme.accent), second or theme.muted


def _named(result: AttentionContrast, place: int) -> str:
    return f"{clean(result.names[place], NAME)} (n = {result.counts[place]:,})"


def _add_group(figure: go.Figure, theme: Theme, result: AttentionContrast, place: int, colour: str) -> None:
    there = np.flatnonzero(result.present[place] > 0)
    name = f"{plain(result.names[place], NAME)} (n = {result.counts[place]:,})"
    _add_band(figure, there, result.low[place, there], result.high[place, there], colour)
    labels = [plain(result.axis.labels[step]) for step in there]
    add_line(
        figure, theme, there, result.mean[place, there], colour, dash=DASHES[place], name=name,
        customdata=np.array([labels, result.present[place, there]], dtype=object).T,
        hovertemplate=f"{name}<br>{plain(result.axis.name)} %{{customdata[0]}}<br>"
        "attention %{y:.4f} over %{customdata[1]} samples<extra></extra>",
    )  # fmt: skip


def _add_difference(figure: go.Figure, theme: Theme, result: AttentionContrast) -> None:
    there = np.flatnonzero(np.isfinite(result.difference))
    axes = {"yaxis": "y2"}
    figure.add_hline(y=0, line={"color": theme.muted, "width": 1}, yref="y2")
    known = np.flatnonzero(np.isfinite(result.difference_low))
    _add_band(figure, known, result.difference_low[known], result.difference_high[known], theme.muted, **axes)
    first, second = (plain(name, NAME) for name in result.names)
    p = result.p_of_steps()
    told = [
        [
            plain(result.axis.labels[step]),
            "" if np.isnan(p[step]) else f"<br>span of steps: p = {p[step]:.2g}",
        ]
        for step in there
    ]
    add_line(
        figure, theme, there, result.difference[there], theme.text, showlegend=False, customdata=told,
        hovertemplate=f"{first} less {second}<br>{plain(result.axis.name)} %{{customdata[0]}}<br>"
        "difference %{y:+.4f}%{customdata[1]}<extra></extra>", **axes,
    )  # fmt: skip
    figure.add_annotation(
        text=f"{first} less {second}", x=0, y=LOWER[1], xref="paper", yref="paper", xanchor="left",
        yanchor="bottom", font={"color": theme.muted},
    )  # fmt: skip


def _add_spans(figure: go.Figure, theme: Theme, result: AttentionContrast) -> None:
    """Shade the spans, their p above the difference; the sign is said by colour and by arrow."""
    low, high = theme.diverging_scale[0][1], theme.diverging_scale[-1][1]
    last = len(result.axis.labels) - 1
    labelled: list[float] = []
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for span in sorted(result.spans, key=lambda span: -abs(span.mass)):
        colour = str(high if span.mass > 0 else low)
        left, right = max(0.0, span.first - 0.5), min(float(last), span.last + 0.5)
        look = {"fillcolor": faded(colour, 0.16), "line": {"width": 1, "color": faded(colour, 0.5)}}
        place = {"type": "rect", "x0": left, "x1": right, "xref": "x", "yref": "paper", "layer": "below"}
        shapes += [{**place, **look, "y0": bottom, "y1": top} for bottom, top in (UPPER, LOWER)]
        middle = (left + right) / 2
        if any(abs(middle - other) < LABEL_ROOM * last for other in labelled):
            continue
        labelled.append(middle)
        notes.append({
            "text": f"{ARROWS[span.mass > 0]} p = {span.p:.2g}", "y": UPPER[1], "yanchor": "top",
            "xref": "x", "yref": "paper", "font": {"size": 12}, **_inside(left, right, last),
        })  # fmt: skip
    # All at once: added one by one, plotly copies those that are there each time.
    figure.layout.shapes += tuple(map(go.layout.Shape, shapes))
    figure.layout.annotations += tuple(map(go.layout.Annotation, notes))


def _inside(left: float, right: float, last: float) -> dict[str, Any]:
    """Return where the text over a span stands, within an axis that ends at `last`."""
    if left + right < LABEL_ROOM * last:
        return {"x": left, "xanchor": "left"}
    if left + right > (2 - LABEL_ROOM) * last:
        return {"x": right, "xanchor": "right"}
    return {"x": (left + right) / 2, "xanchor": "center"}


def _add_band(figure: go.Figure, steps: Any, low: Any, high: Any, colour: str, **axes: Any) -> None:
    figure.add_scatter(
        x=np.concatenate([steps, steps[::-1]]), y=np.concatenate([high, low[::-1]]), mode="lines",
        line={"width": 0}, fill="toself", fillcolor=faded(colour, 0.2), hoverinfo="skip", showlegend=False,
        **axes,
    )  # fmt: skip


def _reach(result: AttentionContrast) -> tuple[float, str]:
    """Return the end of the range of differences, and what lies beyond it in words.

    Steps that few samples have may have intervals so wide that nothing else could be seen.
    """
    ends = np.abs([result.difference, result.difference_low, result.difference_high])
    largest = np.max(np.nan_to_num(ends), axis=0)
    enough = (result.present >= np.minimum(ENOUGH, result.present.max(axis=1, keepdims=True))).all(axis=0)
    known = largest[enough] if enough.any() else largest
    reach = 1.08 * float(known.max(initial=0.0)) or 1e-6
    beyond = int(np.sum(largest > reach))
    if not beyond:
        return reach, ""
    steps = "1 step" if beyond == 1 else f"{beyond} steps"
    return reach, f"; left out of it: {steps} with fewer than {ENOUGH} samples of a group"
