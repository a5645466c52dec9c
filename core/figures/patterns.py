"""Attention patterns by group: which share of each group's samples looks early, in the middle, late, ..."""

import numpy as np
import plotly.graph_objects as go

from core.attention import PATTERNS, PatternCounts
from core.figures.frame import TITLE_SPACE, finish, lay_out, legend_space, mark, new_figure, top_legend
from core.figures.largest import largest, of_all
from core.figures.palette import Theme, ThemeName, theme_of
from core.figures.text import clean, percent, plain

MOST_GROUPS = 6
LABEL_SIZE = 12
NAME = (36, 18)  # signs of a group's name in the legend: of one or two, of more


def patterns_figure(
    result: PatternCounts, theme: ThemeName = "light", samples: int | None = None
) -> go.Figure:
    """Draw a bar for each pattern and group: its share of the group, the count printed on it.

    A click carries the condition of the bar's samples as the first of its customdata.

    Args:
        result: The counts.
        theme: Name of the theme.
        samples: Number of samples, where groups share them; those of all groups unless given.
    """
    look = theme_of(theme)
    totals = result.counts.sum(axis=1)
    count = int(totals.sum()) if samples is None else samples
    groups = largest(totals, MOST_GROUPS)
    some = of_all(groups, totals, result.by, result.left_out)
    figure = new_figure(
        look,
        f"Attention patterns by {plain(result.by)}",
        f"n = {count:,}; numbers on the bars count samples, where they have room{some}",
        top=TITLE_SPACE + legend_space(len(groups)),
    )
    for group in groups:
        _add_group(figure, look, result, group)
    lay_out(
        figure,
        barmode="group",
        bargap=0.15,
        bargroupgap=0.08,
        showlegend=True,
        legend={**top_legend(), "traceorder": "normal"},
        uniformtext={"minsize": LABEL_SIZE, "mode": "hide"},  # one size, left out where it has no room
        xaxis={
            "showgrid": False,
            "tickangle": 0,
            "tickvals": list(PATTERNS),
            "ticktext": [name.replace(" ", "<br>") for name in PATTERNS],
        },
        yaxis={
            "title": {"text": f"share of the {plain(result.by)}"},
            "tickformat": ".0%",
            "rangemode": "tozero",
            "nticks": 5,
        },
    )
    words = "; ".join(_in_words(result, group) for group in groups)
    return finish(
        figure,
        f"Bars of attention patterns: {words}.",
        count,
        f"share of each {clean(result.by)}{some}",
        result.provenance,
    )


def _add_group(figure: go.Figure, theme: Theme, result: PatternCounts, group: int) -> None:
    counts = result.counts[group]
    total = int(counts.sum())
    colour = theme.of_outcome(group) if result.by == "outcome" else theme.of_class(group)
    name = f"{plain(result.names[group], NAME[len(result.names) > 2])} (n = {total:,})"
    figure.add_bar(
        x=list(PATTERNS),
        y=np.where(counts > 0, counts / total, np.nan),
        customdata=[[result.condition(group, code), int(count)] for code, count in enumerate(counts)],
        text=[f"{count:,}" if count else "" for count in counts],
        textposition="outside",
        textangle=0,
        textfont={"size": LABEL_SIZE},
        constraintext="both",
        cliponaxis=False,
        name=name,
        marker=mark(theme, colour),
        hovertemplate=f"{name}<br>%{{x}}: %{{customdata[1]}} of {total:,} samples (%{{y:.1%}})"
        "<extra></extra>",
    )


def _in_words(result: PatternCounts, group: int) -> str:
    counts = result.counts[group]
    total = int(counts.sum())
    found = [
        f"{name} {int(count):,} ({percent(count / total)})"
        for name, count in zip(PATTERNS, counts, strict=True)
        if count
    ]
    return f"{clean(result.names[group], 40)}, n = {total:,}: {', '.join(found)}"
