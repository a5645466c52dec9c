"""Correct against incorrect predictions, and classes: agreement and entropy of two modalities."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.attention.pair_groups import VALUES, PairGroup, PairGroups
from core.evaluation.outcomes import RIGHT, WRONG
from core.figures.frame import TITLE_SPACE, finish, lay_out, mark, new_figure
from core.figures.largest import largest, of_all
from core.figures.palette import Theme, ThemeName, faded, theme_of
from core.figures.text import clean, number, plain

MOST_CLASSES = 12
ROW = 34


def pair_groups_figure(result: PairGroups, theme: ThemeName = "light") -> go.Figure:
    """Draw alignment and both entropies of each group: every sample a point, the quartiles a box."""
    look = theme_of(theme)
    classes = result.of("class")
    counts = np.array([group.count for group in classes], np.int64)
    drawn = largest(counts, MOST_CLASSES)
    some = of_all(drawn, counts, "class")
    groups = [group for group in result.of("prediction") if group.count] + [classes[place] for place in drawn]
    samples = sum(group.count for group in result.of("prediction"))
    figure = new_figure(look, "Right against wrong, and by class", f"n = {samples:,}{some}")
    a, b = (plain(name, 14) for name in result.names)
    titles = {
        "agreement": "alignment",
        "entropy_ab": f"entropy, {a} looks at {b}",
        "entropy_ba": f"entropy, {b} looks at {a}",
    }
    axes: dict[str, Any] = {}
    for place, value in enumerate(VALUES):
        for group in groups:
            _add_group(figure, look, group, value, place)
        number_of = str(place + 1) if place else ""
        axes[f"xaxis{number_of}"] = {
            "domain": [place * 0.345, place * 0.345 + 0.31],
            "title": {"text": titles[value]},
            "anchor": f"y{number_of}",
            "nticks": 5,
        }
        axes[f"yaxis{number_of}"] = {
            "anchor": f"x{number_of}",
            "autorange": "reversed",
            "showticklabels": place == 0,
            "showgrid": False,
            "type": "category",
            "categoryorder": "array",
            "categoryarray": [_name(group) for group in groups],
            "title": {"text": ""},
        }
    lay_out(figure, height=max(280, ROW * len(groups) + TITLE_SPACE + 90), boxgap=0.3, **axes)
    told = "; ".join(
        f"{clean(group.name, 30)}, n = {group.count:,}, median alignment {number(group.median('agreement'))}"
        for group in groups
    )
    return finish(
        figure,
        f"How {clean(result.names[0], 30)} and {clean(result.names[1], 30)} look, by group: {told}.",
        samples,
        f"alignment -1 to 1, entropy 0 to 1{some}",
        result.provenance,
    )


def _name(group: PairGroup) -> str:
    return f"{'class ' if group.by == 'class' else ''}{plain(group.name, 18)} (n = {group.count:,})"


def _add_group(figure: go.Figure, theme: Theme, group: PairGroup, value: str, place: int) -> None:
    colour = (
        theme.of_class(group.code) if group.by == "class" else theme.of_outcome((RIGHT, WRONG)[group.code])
    )
    axis = str(place + 1) if place else ""
    values = group.known(value)
    figure.add_box(
        x=values, y=[_name(group)] * len(values), orientation="h", xaxis=f"x{axis}", yaxis=f"y{axis}",
        boxpoints="all" if len(values) <= 200 else "outliers", jitter=0.4, pointpos=0, showlegend=False,
        marker={"size": 4, "opacity": 0.6, **mark(theme, colour)}, fillcolor=faded(colour, 0.2),
        line={"color": theme.outline(colour) or colour, "width": 1.4}, hoveron="points+boxes",
        hovertemplate="%{x:.3f}<extra></extra>",
    )  # fmt: skip
