"""What all figures share: title, axis of steps, description and provenance."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.attention import StepAxis
from core.attention.rows import share_axis
from core.figures.palette import Theme, template
from core.figures.text import clean, plain
from core.results import Provenance

LABEL_LENGTH = 12
OUTLINE = 1.2  # of a line, both sides together
BOTTOM = 52  # tick labels and the title of the axis
TITLE_SPACE = 74  # title and subtitle
LEGEND_SPACE = 28


def new_figure(theme: Theme, title: str, subtitle: str = "", *, top: int = TITLE_SPACE) -> go.Figure:
    """Return an empty figure with title, subtitle and margins; both texts must be harmless already."""
    return go.Figure(
        layout={
            "template": template(theme.name),
            "title": {
                "text": title,
                "subtitle": {"text": subtitle},
                "y": 1,
                "yref": "container",
                "yanchor": "top",
                "pad": {"t": 14},
            },
            "margin": {"l": 16, "r": 16, "t": top, "b": BOTTOM},
            "uirevision": "keep",
            "hovermode": "closest",
        }
    )


def lay_out(figure: go.Figure, **settings: Any) -> None:
    """Set parts of a figure's layout, each as a whole; ``update_layout`` merges, at five times the work.

    Args:
        figure: The figure; what it had under these names is replaced.
        settings: Entries of ``layout`` by name.
    """
    for name, value in settings.items():
        figure.layout[name] = value


def finish(
    figure: go.Figure, description: str, samples: int, scale: str, provenance: Provenance
) -> go.Figure:
    """Give a figure what a screen reader says of it, how many samples it rests on, its scale, its origin."""
    figure.layout.meta = {
        "description": clean(description, 600),
        "n": int(samples),
        "scale": clean(scale),
        "provenance": plain_values(provenance.plain()),
    }
    return figure


def plain_values(value: Any) -> Any:
    """Return nested values as JSON knows them: numbers of NumPy become numbers, the rest text."""
    if isinstance(value, Mapping):
        return {str(name): plain_values(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple, set, np.ndarray)):
        return [plain_values(entry) for entry in value]
    if isinstance(value, np.generic):
        return plain_values(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def step_axis(
    axis: StepAxis, positions: Sequence[int] | NDArray[Any] | None = None, *, labels: int = 5
) -> dict[str, Any]:
    """Return the settings of an axis over steps that prints their labels.

    Args:
        axis: Labels of the steps.
        positions: Step at each place of the axis; the steps themselves unless given.
        labels: Most labels that have room beside each other, if they are dates or names.
    """
    title = {"text": plain(axis.name, 24)}
    steps = np.arange(len(axis.labels)) if positions is None else np.asarray(positions)
    if counts_only(axis) or not len(steps):
        return {"title": title}
    count = min(labels, len(steps))
    places = ((np.arange(count) + 0.5) * len(steps) / count).astype(int)  # away from the ends, and neighbours
    return {
        "title": title,
        "tickmode": "array",
        "tickvals": [int(steps[place]) for place in places],
        "ticktext": [plain(axis.labels[int(steps[place])], LABEL_LENGTH) for place in places],
    }


def weight_unit(axis: StepAxis) -> str:
    """Return what a weight along an axis is of: one step, or one hundredth of a sample's own length."""
    return "in 1 % of its length" if axis == share_axis() else f"per {plain(axis.name, 12)}"


def counts_only(axis: StepAxis) -> bool:
    """Return whether the labels of the steps are only their numbers."""
    return all(label == str(step) for step, label in enumerate(axis.labels))


def add_line(figure: go.Figure, theme: Theme, x: Any, y: Any, colour: str, **settings: Any) -> None:
    """Add a line, with an outline underneath where its colour is weak against the ground.

    Args:
        figure: The figure.
        theme: Its theme.
        x: Places along the axis of steps.
        y: Values; None or NaN interrupts the line.
        colour: Colour of the line.
        settings: More of the trace; `width` and `dash` are of the line.
    """
    width, dash = settings.pop("width", 2.0), settings.pop("dash", "solid")
    outline = theme.outline(colour)
    axes = {name: settings[name] for name in ("xaxis", "yaxis", "legendgroup") if name in settings}
    if outline:
        figure.add_scatter(
            x=x, y=y, mode="lines", line={"color": outline, "width": width + OUTLINE, "dash": dash},
            showlegend=False, hoverinfo="skip", **axes,
        )  # fmt: skip
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"color": colour, "width": width, "dash": dash}, **settings
    )


def legend_space(entries: int) -> int:
    """Return the height of a legend above the plot, in pixels: names with n stand three in a row."""
    return LEGEND_SPACE * max(1, -(-entries // 3))


def mark(theme: Theme, colour: str) -> dict[str, Any]:
    """Return the look of a filled mark, with an outline where its colour is weak against the ground."""
    outline = theme.outline(colour)
    return {"color": colour, "line": {"color": outline or colour, "width": 1}}


def top_legend(y: float = 1.0) -> dict[str, Any]:
    """Return the settings of a legend in one row above the plot."""
    return {"orientation": "h", "x": 0, "xanchor": "left", "y": y, "yanchor": "bottom", "title": {"text": ""}}
