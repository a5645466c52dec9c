"""The weights of a sample's steps under its series."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.arrays import DoubleArray, FloatArray
from core.attention.inputs import StepAxis
from core.figures.palette import Theme, faded
from core.figures.text import plain

BARS_UP_TO = 200  # steps; more are drawn as an area


def add_weights(
    figure: go.Figure,
    theme: Theme,
    axis: StepAxis,
    weights: FloatArray | DoubleArray,
    yaxis: str,
    strength: DoubleArray | float,
) -> None:
    """Add the weight of each step as bars, or as an area where there are too many steps.

    Args:
        figure: The figure.
        theme: Its colours.
        axis: Labels of the steps (T).
        weights: Weights (T,).
        yaxis: Name of the axis in the figure.
        strength: Opacity of the bars, one for all or one for each (T,).
    """
    look: dict[str, Any] = {
        "x": np.arange(len(weights)),
        "y": weights,
        "customdata": [plain(label) for label in axis.labels],
        "hovertemplate": f"{plain(axis.name)} %{{customdata}}<br>attention %{{y:.4f}}<extra></extra>",
        "name": "attention",
        "showlegend": False,
        "xaxis": "x",
        "yaxis": yaxis,
    }
    if len(weights) > BARS_UP_TO:
        line = {"color": theme.attention, "width": 1, "shape": "hvh"}
        figure.add_scatter(
            **look, mode="lines", line=line, fill="tozeroy", fillcolor=faded(theme.attention, 0.4)
        )
    else:
        figure.add_bar(**look, marker={"color": theme.attention, "opacity": strength, "line": {"width": 0}})
