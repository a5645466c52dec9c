"""What arms reach against what they cost."""

import numpy as np
import plotly.graph_objects as go

from core.evaluation.costs import COSTS, CostComparison
from core.figures.frame import TITLE_SPACE, finish, lay_out, new_figure, top_legend
from core.figures.palette import ThemeName, theme_of
from core.figures.text import clean, number, percent, plain

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross", "pentagon")
MOST_NAMED = 12  # arms whose names have room
MOST_TICKS = 6


def costs_figure(result: CostComparison, theme: ThemeName = "light", cost: str = "seconds") -> go.Figure:
    """Draw the accuracy of each arm against one of its costs; what was not measured is left out and told."""
    look, about = theme_of(theme), COSTS[cost]
    shown = [arm for arm in result.arms if arm.costs.get(cost)]
    without = [arm for arm in result.arms if not arm.costs.get(cost)]
    missing = f"<br>not drawn, nothing measured: {len(without)} of {len(result.arms)}" if without else "<br> "
    figure = new_figure(
        look,
        "Accuracy against cost",
        f"n = {result.samples:,}; whiskers: range of the runs, 95 % interval of one{missing}",
        top=TITLE_SPACE + 24,
    )
    values = [float(arm.costs[cost] or 0) for arm in shown]
    for place, (arm, value) in enumerate(zip(shown, values, strict=True)):
        colour = look.of_run(place)
        figure.add_scatter(
            x=[value], y=[arm.accuracy], mode="markers", name=plain(arm.label, 32),
            marker={"size": 12, "color": colour, "symbol": SYMBOLS[place % len(SYMBOLS)]},
            error_y={
                "type": "data", "symmetric": False, "array": [max(arm.spread[1] - arm.accuracy, 0)],
                "arrayminus": [max(arm.accuracy - arm.spread[0], 0)], "color": colour, "thickness": 1.5,
                "width": 4,
            },
            hovertext=[
                f"{plain(arm.label, 48)}<br>{about.title.lower()}: {number(value)}<br>"
                f"accuracy {percent(arm.accuracy)}"
            ],
            hovertemplate="%{hovertext}<extra></extra>", cliponaxis=False,
        )  # fmt: skip
    low, high = (min(values), max(values)) if values else (1.0, 10.0)
    pad = max(0.2, 0.12 * float(np.log10(high / low)))
    ends = (np.log10(low) - pad, np.log10(high) + pad)
    ticks = _ticks(10 ** ends[0], 10 ** ends[1])
    lay_out(
        figure,
        showlegend=len(shown) <= MOST_NAMED,
        legend={**top_legend(-0.22), "yanchor": "top"},
        xaxis={
            "type": "log",
            "range": list(ends),
            "tickvals": ticks,
            "ticktext": [_short(tick) for tick in ticks],
            "title": {"text": about.title},
        },
        yaxis={"tickformat": ".0%", "nticks": 6, "title": {"text": "test accuracy"}},
    )
    words = "; ".join(
        f"{clean(arm.label, 40)}: {percent(arm.accuracy)} at {number(value)}"
        for arm, value in zip(shown, values, strict=True)
    )
    told = f"Accuracy against {about.title.lower()}: {words or 'nothing was measured'}."
    return finish(figure, told, result.samples, "accuracy; cost on a log scale", result.provenance)


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers between two ends of a logarithmic axis: 1, 2, 5, 10 and so on, not too many."""
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    kinds = ((1, 2, 5), (1, 3), (1,))
    for kind in kinds:
        found = [step * 10.0**power for power in powers for step in kind if low <= step * 10.0**power <= high]
        if len(found) <= MOST_TICKS or kind == kinds[-1]:
            break
    return found


def _short(value: float) -> str:
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
