"""What stands beside the rows of the heatmap of attention: class, outcome and confidence of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.arrays import IntArray
from core.attention import AttentionHeatmap
from core.evaluation import OUTCOMES, named_outcomes
from core.figures.frame import lay_out, mark
from core.figures.palette import Theme, faded
from core.figures.text import plain

COLUMN, LEAST_WIDTH, SPACE = 0.036, 0.05, 0.016  # widths of a strip's column, of a strip, between strips
MOST_COLUMNS = 4  # classes that have a column each; more share one column and a legend
NAMED_CLASSES = 9


@dataclass(frozen=True)
class Strip:
    """Codes beside the rows: their names, their colours, and whether each has a column of its own."""

    codes: IntArray
    names: list[str]
    colour: Callable[[int], str]
    columns: bool
    place: tuple[float, float]


def places_across(classes: int) -> dict[str, tuple[float, float]]:
    """Return where the map and each strip lie across, from the right end on."""
    widths = {
        "confidence": LEAST_WIDTH,
        "outcome": COLUMN * len(OUTCOMES),
        "class": max(LEAST_WIDTH, COLUMN * classes if classes <= MOST_COLUMNS else 0),
    }
    places, right = {}, 1.0
    for kind, width in widths.items():
        places[kind] = (right - width, right)
        right -= width + SPACE
    return {**places, "map": (0.0, right)}


def add_strips(figure: go.Figure, theme: Theme, result: AttentionHeatmap, compact: bool) -> None:
    """Add the strips; a compact one leaves it to the page to say what is under the pointer."""
    places = places_across(len(result.classes))
    classes, names = len(result.classes), [plain(name, 10) for name in result.classes]
    each = classes <= MOST_COLUMNS
    there = named_outcomes(result.outcomes)
    first = min(there)
    strips = {
        "class": Strip(result.actual, names, theme.of_class, each, places["class"]),
        "outcome": Strip(
            np.where(result.outcomes < 0, -1, result.outcomes - first),
            list(there.values()),
            lambda place: theme.of_outcome(first + place),
            True,
            places["outcome"],
        ),
    }
    for kind, strip in strips.items():
        _add_strip(figure, result, kind, strip, compact)
    if not each:
        for code in range(min(classes, NAMED_CLASSES)):
            look = {"symbol": "square", "size": 11, **mark(theme, theme.of_class(code))}
            figure.add_scatter(x=[None], y=[None], mode="markers", marker=look, name=names[code])
    _add_confidence(figure, theme, result, compact)
    frame = {"type": "rect", "yref": "y domain", "x0": 0, "x1": 1, "y0": 0, "y1": 1,
             "line": {"color": theme.muted, "width": 1}}  # fmt: skip
    lay_out(
        figure,
        xaxis4={
            "domain": places["confidence"],
            "range": [0, 1],
            "side": "top",
            "tickvals": [0.5],
            "ticktext": ["confidence"],
            "tickangle": -90,
            "showgrid": False,
            "fixedrange": True,
        },
        shapes=[{**frame, "xref": f"{axis} domain"} for axis in ("x2", "x3", "x4")],
    )


def stepped(colours: Sequence[str]) -> list[list[float | str]]:
    """Return a colour scale of equal steps without passage between them."""
    count = len(colours)
    edges = [(code + side) / count for code in range(count) for side in (0, 1)]
    return [[edge, colours[place // 2]] for place, edge in enumerate(edges)]


def of_cells(result: AttentionHeatmap, columns: int) -> IntArray:
    """Return the sample of each cell (R, S) in the smallest integers that hold it, as it travels far."""
    fitting = np.min_scalar_type(int(result.samples.max(initial=0)))
    small = fitting if fitting.itemsize < 4 else np.dtype(np.int32)
    return np.repeat(result.samples[:, None].astype(small), columns, axis=1)


def _add_confidence(figure: go.Figure, theme: Theme, result: AttentionHeatmap, compact: bool) -> None:
    told = {
        "customdata": result.samples,
        "hovertemplate": "sample %{customdata}<br>confidence %{x:.1%}<extra></extra>",
    }
    figure.add_scatter(
        x=result.confidence.astype(np.float32) if compact else result.confidence,
        y=np.arange(len(result.confidence)),
        mode="lines",
        line={"color": theme.muted, "width": 1, "shape": "vh"},
        fill="tozerox",
        fillcolor=faded(theme.muted, 0.35),
        xaxis="x4",
        showlegend=False,
        **({"hoverinfo": "none"} if compact else told),
    )


def _add_strip(figure: go.Figure, result: AttentionHeatmap, kind: str, strip: Strip, compact: bool) -> None:
    place = 2 if kind == "class" else 3
    width = len(strip.names) if strip.columns else 1
    columns = np.arange(width) if strip.columns else None
    shown = strip.codes[:, None].astype(np.float32)  # (R, 1)
    hidden = shown < 0 if columns is None else shown != columns
    colours = [strip.colour(code) for code in range(len(strip.names))]
    texts = np.array([*strip.names, ""], dtype=object)
    told = {
        "customdata": of_cells(result, width),
        "text": np.repeat(texts[strip.codes][:, None], width, axis=1),
        "hovertemplate": f"sample %{{customdata}}<br>{kind} %{{text}}<extra></extra>",
    }
    figure.add_heatmap(
        z=np.where(hidden, np.nan, shown).astype(np.float32),
        x=np.arange(width),
        y=np.arange(len(strip.codes)),
        zmin=-0.5,
        zmax=len(colours) - 0.5,
        colorscale=stepped(colours),
        showscale=False,
        hoverongaps=compact,
        xaxis=f"x{place}",
        **({"hoverinfo": "none"} if compact else told),
    )
    ticks = (list(range(width)), strip.names) if strip.columns else ([0], [kind])
    figure.layout[f"xaxis{place}"] = {
        "domain": strip.place,
        "range": [-0.5, width - 0.5],
        "side": "top",
        "tickvals": ticks[0],
        "ticktext": ticks[1],
        "tickangle": -90,
        "showgrid": False,
        "fixedrange": True,
    }
