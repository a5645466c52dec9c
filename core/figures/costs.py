"""What arms reach against what they cost."""

import numpy as np
import plotly.graph_objects as go

from core.evaluation.costs import COSTS, CostComparison
from core.figures.frame import TITLE_SPACE, finish, new_figure
from core.figures.palette import ThemeName, theme_of
from core.figures.text import clean, number, percent, plain

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross", "pentagon")
NAMED = 12  # arms whose names have room


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
    models = list(dict.fromkeys(arm.model for arm in result.arms))
    values = [float(arm.costs[cost] or 0) for arm in shown]
    share = np.array([arm.accuracy for arm in shown])
    ends = np.array([arm.spread for arm in shown]).reshape(-1, 2)
    colours = [look.of_run(models.index(arm.model)) for arm in shown]
    figure.add_scatter(
        x=values, y=share, mode="markers+text" if len(shown) <= NAMED else "markers",
        text=[plain(arm.label, 24) for arm in shown], textposition=_positions(values),
        marker={
            "size": 11, "color": colours, "symbol": [SYMBOLS[models.index(arm.model) % 8] for arm in shown],
        },
        error_y={
            "type": "data", "symmetric": False, "array": np.maximum(ends[:, 1] - share, 0),
            "arrayminus": np.maximum(share - ends[:, 0], 0), "color": look.muted, "thickness": 1.5,
            "width": 4,
        },
        hovertext=[
            f"{plain(arm.label, 60)}<br>{about.title.lower()}: {number(value)}<br>"
            f"accuracy {percent(arm.accuracy)}"
            for arm, value in zip(shown, values, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>", cliponaxis=False,
    )  # fmt: skip
    low, high = (min(values), max(values)) if values else (1.0, 10.0)
    pad = max(0.25, 0.2 * float(np.log10(high / low)))
    figure.update_layout(
        xaxis={
            "type": "log",
            "range": [np.log10(low) - pad, np.log10(high) + pad],
            "title": {"text": f"{about.title} (log)"},
            "dtick": 1 if high > 30 * low else None,
            "nticks": 5,
        },
        yaxis={"tickformat": ".0%", "nticks": 6, "title": {"text": "test accuracy"}},
    )
    words = "; ".join(
        f"{clean(arm.label, 40)}: {percent(arm.accuracy)} at {number(value)}"
        for arm, value in zip(shown, values, strict=True)
    )
    told = f"Accuracy against {about.title.lower()}: {words or 'nothing was measured'}."
    return finish(figure, told, result.samples, "accuracy; cost on a log scale", result.provenance)


def _positions(values: list[float]) -> list[str]:
    """Put names to the side that has room: leftmost to the right, rightmost to the left, others above."""
    if not values:
        return []
    order = np.argsort(values)
    sides = np.full(len(values), "top center", dtype=object)
    sides[order[0]] = "middle right"
    if len(values) > 1:
        sides[order[-1]] = "middle left"
    return [str(side) for side in sides]
