"""How entropy, concentration, the peak or single weights are distributed: a line of shares for each group."""

import numpy as np
import plotly.graph_objects as go

from core.attention.distributions import AttentionDistribution
from core.figures.frame import (
    TITLE_SPACE,
    add_line,
    finish,
    lay_out,
    legend_space,
    new_figure,
    top_legend,
)
from core.figures.largest import largest, of_all
from core.figures.palette import DASHES, ThemeName, theme_of
from core.figures.text import clean, number, plain

MOST_GROUPS = 6
TITLES = {
    "weights": "attention weight",
    "entropy": "entropy (1 = even)",
    "concentration": "largest by mean weight",
    "peak": "peak, place in the sample's own length",
}


def distribution_figure(result: AttentionDistribution, theme: ThemeName = "light") -> go.Figure:
    """Draw the share of each group's values by interval, medians in the legend."""
    look = theme_of(theme)
    groups = largest(result.counts, MOST_GROUPS)
    some = of_all(groups, result.counts, result.by, result.left_out)
    figure = new_figure(
        look,
        f"Distribution of {TITLES[result.measure]} by {plain(result.by)}",
        f"n = {int(result.counts.sum()):,}{_some(result)}{some}",
        top=TITLE_SPACE + legend_space(len(groups)),
    )
    places = np.repeat(result.edges, 2)[1:-1]
    for order, group in enumerate(groups):
        colour = look.of_outcome(group) if result.by == "outcome" else look.of_class(group)
        name = f"{plain(result.names[group], 18)} (n = {int(result.counts[group]):,})"
        middle = _value(result, result.quartiles[group, 1])
        add_line(
            figure, look, places, np.repeat(result.shares[group], 2), colour,
            dash=DASHES[order % len(DASHES)], name=f"{name}, median {middle}",
            hovertemplate=f"{name}<br>{TITLES[result.measure]} %{{x:.4g}}<br>share %{{y:.1%}}<extra></extra>",
        )  # fmt: skip
    top = float(result.shares.max(initial=0.0))
    lay_out(
        figure,
        showlegend=True,
        legend={**top_legend(), "traceorder": "normal"},
        xaxis={
            "title": {"text": TITLES[result.measure]},
            "type": "log" if result.logarithmic else "linear",
            "exponentformat": "power",
            "showgrid": False,
            "nticks": 6,
        },
        yaxis={
            "title": {"text": f"share of the {plain(result.by)}"},
            "tickformat": ".0%",
            "range": [0, 1.05 * (top or 1.0)],
            "nticks": 5,
        },
    )
    said = "; ".join(
        f"{clean(result.names[group], 40)}, n = {int(result.counts[group]):,}, median"
        f" {_value(result, result.quartiles[group, 1])}"
        for group in groups
    )
    return finish(
        figure,
        f"Distribution of {TITLES[result.measure]}: {said}.",
        int(result.counts.sum()),
        f"{_value(result, result.edges[0])} to {_value(result, result.edges[-1])}"
        f"{', logarithmic' if result.logarithmic else ''}{_some(result)}{some}",
        result.provenance,
    )


def _value(result: AttentionDistribution, value: float) -> str:
    """Return a value with three digits that count, and as many as tell hundredths of the range apart."""
    width = float(result.edges[-1] - result.edges[0]) / 100
    if result.logarithmic or not np.isfinite(value):
        return number(value)
    digits = 1 + int(np.floor(np.log10(max(abs(value), width))) - np.floor(np.log10(width)))
    return f"{value:.{max(3, digits)}g}"


def _some(result: AttentionDistribution) -> str:
    counted, whole = int(result.counted.sum()), int(result.counts.sum())
    return f", of which {counted:,} were counted" if counted < whole else ""
