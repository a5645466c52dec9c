"""Attention over many samples: one row a sample, with class, outcome and confidence beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.arrays import IntArray
from core.attention import AttentionHeatmap
from core.evaluation import OUTCOMES
from core.figures.frame import counts_only, finish, mark, new_figure, step_axis, top_legend
from core.figures.palette import TEXT_SIZE, Theme, ThemeName, faded, theme_of
from core.figures.text import clean, counted, number, percent, plain

ORDERS = {
    "outcome": "by outcome, most confident first",
    "class": "by actual class, most confident first",
    "confidence": "most confident first",
    "entropy": "sharpest attention first",
    "peak": "earliest peak first",
    "sample": "in the order of the dataset",
}
HEAD, FOOT, LEGEND, HEIGHT = 122, 56, 62, 560
COLUMN, LEAST_WIDTH, SPACE = 0.036, 0.05, 0.016  # widths of a strip's column, of a strip, between strips
MOST_COLUMNS = 4  # classes that have a column each; more share one column and a legend
NAMED_CLASSES = 9
LABELLED_CELLS = 60_000  # more have the number of the step in place of its label
LEAST_APART = 0.05  # of the height, between labels of groups


def attention_heatmap_figure(result: AttentionHeatmap, theme: ThemeName = "light") -> go.Figure:
    """Draw attention over samples; a click on a row carries the position of its sample as customdata."""
    look = theme_of(theme)
    largest = float(np.nanmax(result.cells)) if result.cells.size else 0.0
    several = f"{result.view.show} of up to {int(result.counts.max(initial=1))} samples"
    figure = new_figure(
        look,
        "Where the model looks, over samples",
        f"n = {result.total:,}; a row is {several if result.aggregated else 'one sample'}<br>"
        f"{ORDERS[result.view.sort]}",
        top=HEAD,
    )
    places = _places(len(result.classes))
    _add_map(figure, look, result, largest)
    _add_strips(figure, look, result, places)
    figure.update_layout(
        yaxis=_row_axis(result),
        xaxis={
            **step_axis(result.axis, result.first_steps, labels=3),
            "domain": places["map"],
            "showgrid": False,
        },
        legend={**top_legend(0), "yref": "container"},
        showlegend=True,
        height=HEIGHT,
        margin={"b": FOOT if len(result.classes) <= MOST_COLUMNS else FOOT + LEGEND},
    )
    counts = ", ".join(
        f"{int(result.counts[result.outcomes == code].sum())} {name}" for code, name in enumerate(OUTCOMES)
    )
    steps = counted(len(result.axis.labels), clean(result.axis.name, 40))
    sure = float(np.average(result.confidence, weights=result.counts)) if result.total else 0.0
    return finish(
        figure,
        f"Heatmap of attention over {counted(result.total, 'sample')} and {steps},"
        f" {ORDERS[result.view.sort]}: rows of {counts}; cells from 0 to {number(largest)},"
        f" mean confidence {percent(sure)}.",
        result.total,
        f"0 to {number(largest)}; largest single weight {number(result.largest)}",
        result.provenance,
    )


def _add_map(figure: go.Figure, theme: Theme, result: AttentionHeatmap, largest: float) -> None:
    step, labels = plain(result.axis.name), _labels_of_cells(result)
    label = "%{x}" if labels is None else "%{text}"
    figure.add_heatmap(
        z=result.cells,
        x=result.first_steps,
        y=np.arange(len(result.cells)),
        customdata=_for_cells(result, len(result.first_steps)),
        zmin=0,
        zmax=largest or 1.0,
        colorscale=theme.attention_scale,
        hoverongaps=False,
        text=labels,
        hovertemplate=f"sample %{{customdata}}<br>{step} {label}<br>attention %{{z:.4f}}<extra></extra>",
        colorbar={
            "title": {"text": "attention", "side": "right", "font": {"size": TEXT_SIZE}},
            "tickfont": {"size": TEXT_SIZE},
            "thickness": 12,
            "xpad": 8,
            "nticks": 5,
            "outlinewidth": 0,
        },
    )


def _places(classes: int) -> dict[str, tuple[float, float]]:
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


def _labels_of_cells(result: AttentionHeatmap) -> NDArray[Any] | None:
    """Return the label of each cell's step (R, S); None where it is its number, or too much to send."""
    if counts_only(result.axis) or result.cells.size > LABELLED_CELLS:
        return None
    labels = np.array([plain(result.axis.labels[int(step)], 20) for step in result.first_steps], dtype=object)
    return np.repeat(labels[None, :], len(result.cells), axis=0)


def _for_cells(result: AttentionHeatmap, columns: int) -> IntArray:
    """Return the sample of each cell (R, S) in the smallest integers that hold it, as it travels far."""
    fitting = np.min_scalar_type(int(result.samples.max(initial=0)))
    small = fitting if fitting.itemsize < 4 else np.dtype(np.int32)
    return np.repeat(result.samples[:, None].astype(small), columns, axis=1)


def _add_strips(
    figure: go.Figure, theme: Theme, result: AttentionHeatmap, places: dict[str, tuple[float, float]]
) -> None:
    classes, names = len(result.classes), [plain(name, 10) for name in result.classes]
    each = classes <= MOST_COLUMNS
    _add_strip(figure, result, "class", Strip(result.actual, names, theme.of_class, each, places["class"]))
    _add_strip(
        figure,
        result,
        "outcome",
        Strip(result.outcomes, list(OUTCOMES), theme.of_outcome, True, places["outcome"]),
    )
    if not each:
        for code in range(min(classes, NAMED_CLASSES)):
            look = {"symbol": "square", "size": 11, **mark(theme, theme.of_class(code))}
            figure.add_scatter(x=[None], y=[None], mode="markers", marker=look, name=names[code])
    figure.add_scatter(
        x=result.confidence,
        y=np.arange(len(result.confidence)),
        customdata=result.samples,
        mode="lines",
        line={"color": theme.muted, "width": 1, "shape": "vh"},
        fill="tozerox",
        fillcolor=faded(theme.muted, 0.35),
        xaxis="x4",
        showlegend=False,
        hovertemplate="sample %{customdata}<br>confidence %{x:.1%}<extra></extra>",
    )
    figure.update_layout(
        xaxis4={
            "domain": places["confidence"],
            "range": [0, 1],
            "side": "top",
            "tickvals": [0.5],
            "ticktext": ["confidence"],
            "tickangle": -90,
            "showgrid": False,
        }
    )
    for axis in ("x2", "x3", "x4"):
        figure.add_shape(
            type="rect", xref=f"{axis} domain", yref="y domain", x0=0, x1=1, y0=0, y1=1,
            line={"color": theme.muted, "width": 1},
        )  # fmt: skip


@dataclass(frozen=True)
class Strip:
    """Codes beside the rows: their names, their colours, and whether each has a column of its own."""

    codes: IntArray
    names: list[str]
    colour: Callable[[int], str]
    columns: bool
    place: tuple[float, float]


def _add_strip(figure: go.Figure, result: AttentionHeatmap, kind: str, strip: Strip) -> None:
    place = 2 if kind == "class" else 3
    width = len(strip.names) if strip.columns else 1
    columns = np.arange(width) if strip.columns else None
    shown = strip.codes[:, None].astype(np.float32)  # (R, 1)
    hidden = shown < 0 if columns is None else shown != columns
    colours = [strip.colour(code) for code in range(len(strip.names))]
    figure.add_heatmap(
        z=np.where(hidden, np.nan, shown).astype(np.float32),
        x=np.arange(width),
        y=np.arange(len(strip.codes)),
        customdata=_for_cells(result, width),
        text=np.repeat(np.array([*strip.names, ""], dtype=object)[strip.codes][:, None], width, axis=1),
        zmin=-0.5,
        zmax=len(colours) - 0.5,
        colorscale=stepped(colours),
        showscale=False,
        hoverongaps=False,
        hovertemplate=f"sample %{{customdata}}<br>{kind} %{{text}}<extra></extra>",
        xaxis=f"x{place}",
    )
    ticks = (list(range(width)), strip.names) if strip.columns else ([0], [kind])
    figure.update_layout(
        {
            f"xaxis{place}": {
                "domain": strip.place,
                "range": [-0.5, width - 0.5],
                "side": "top",
                "tickvals": ticks[0],
                "ticktext": ticks[1],
                "tickangle": -90,
                "showgrid": False,
            }
        }
    )


def stepped(colours: Sequence[str]) -> list[list[float | str]]:
    """Return a colour scale of equal steps without passage between them."""
    count = len(colours)
    edges = [(code + side) / count for code in range(count) for side in (0, 1)]
    return [[edge, colours[place // 2]] for place, edge in enumerate(edges)]


def _row_axis(result: AttentionHeatmap) -> dict[str, Any]:
    rows = len(result.cells)
    axis: dict[str, Any] = {
        "range": [rows - 0.5, -0.5],
        "showgrid": False,
        "title": {"text": "samples"},
        "showticklabels": False,
    }
    if result.view.sort not in {"outcome", "class"}:
        return axis
    by_outcome = result.view.sort == "outcome"
    codes = result.outcomes if by_outcome else result.actual
    names = OUTCOMES if by_outcome else [plain(name, 9) for name in result.classes]
    places: list[float] = []
    texts: list[str] = []
    for code in dict.fromkeys(int(code) for code in codes):
        found = np.flatnonzero(codes == code)
        middle = float(found.mean())
        if not places or middle - places[-1] >= LEAST_APART * rows:
            places.append(middle)
            name = "unknown" if code < 0 else names[code]
            texts.append(f"{name} ({int(result.counts[found].sum()):,})")
    return {**axis, "showticklabels": True, "tickvals": places, "ticktext": texts, "title": {"text": ""}}
