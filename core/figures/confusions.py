"""Confusion matrices of several runs beside each other, on one scale."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.evaluation.confusions import Confusions, NamedConfusion
from core.figures.frame import TITLE_SPACE, finish, new_figure
from core.figures.palette import TEXT_SIZE, Theme, ThemeName, mixed, theme_of
from core.figures.text import clean, percent, plain

HEIGHT = 520
COLUMNS = 4
SIDES = {1: 380, 2: 380, 3: 300, 4: 150}  # about how large a matrix is, in pixels, by how many there are
SMALL_SIDE = 130
CELL_WITH_TEXT, CELL_WITH_NAME = 30, 18  # least size
GAP_ACROSS, GAP_UP = 0.06, 0.26


def confusions_figure(result: Confusions, theme: ThemeName = "light") -> go.Figure:
    """Draw a matrix for each run; row = actual class, column = predicted class.

    The meta of each trace names its run; a cell's x and y are the codes of the classes.
    """
    look = theme_of(theme)
    largest = result.largest_share
    scale = f"share of the actual class, 0 to {'100 %' if _end(largest) == 1 else percent(largest)}"
    if result.scale == "count":
        scale = f"samples, 0 to {result.largest:,}"
    figure = new_figure(
        look,
        "What was taken for what",
        f"row: actual, column: predicted; colour: {scale}",
        top=TITLE_SPACE + 24,
    )
    count = len(result.matrices)
    for place, entry in enumerate(result.matrices):
        _add_matrix(figure, look, result, entry, (place, count))
    figure.update_layout(height=HEIGHT, margin={"b": 44})
    told = "; ".join(
        f"{clean(entry.label, 40)} right {entry.right} of {entry.samples}" for entry in result.matrices
    )
    words = f"Confusion matrices of {count} runs: {told}."
    return finish(figure, words, result.provenance.samples, scale, result.provenance)


def _add_matrix(
    figure: go.Figure, theme: Theme, result: Confusions, entry: NamedConfusion, at: tuple[int, int]
) -> None:
    place, count = at
    counts = entry.matrix.counts
    classes = len(counts)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    z = shares if result.scale == "share" else counts
    cell = SIDES.get(count, SMALL_SIDE) / classes
    written = cell >= CELL_WITH_TEXT
    number = "" if place == 0 else str(place + 1)
    across, up = _domains(place, count)
    figure.add_heatmap(
        z=z.astype(np.float32),
        x=np.arange(classes),
        y=np.arange(classes),
        xaxis=f"x{number}",
        yaxis=f"y{number}",
        zmin=0,
        zmax=_end(result.largest_share) if result.scale == "share" else max(1, result.largest),
        # Half of the accent leaves numbers readable in one colour, whatever cell they come to stand in.
        colorscale=[
            [0, theme.ground],
            [1, mixed(theme.ground, theme.accent, 0.5) if written else theme.accent],
        ],
        showscale=False,
        xgap=2 if cell >= CELL_WITH_NAME else 0,
        ygap=2 if cell >= CELL_WITH_NAME else 0,
        customdata=np.stack([counts, shares], axis=-1),
        text=np.array([f"{found:,}" for found in counts.ravel()]).reshape(counts.shape) if written else None,
        texttemplate="%{text}" if written else None,
        textfont={"size": TEXT_SIZE, "color": theme.text},
        meta={"run": entry.run, "scale": result.scale, "positive": entry.positive},
        hovertemplate=f"{plain(entry.label, 32)}<br>actual %{{y}}<br>predicted %{{x}}<br>"
        "%{customdata[0]:,} samples, %{customdata[1]:.1%} of the actual class<extra></extra>",
    )
    named = cell >= CELL_WITH_NAME
    first = place % _columns(count) == 0
    alike = len({other.matrix.classes for other in result.matrices}) == 1
    names = [plain(name, 12 if named else 40) for name in entry.matrix.classes]
    axis: dict[str, Any] = {
        "tickvals": np.arange(classes),
        "ticktext": names,
        "showticklabels": named,
        "showgrid": False,
        "fixedrange": False,
        "constrain": "domain",
    }
    figure.update_layout(
        {
            f"xaxis{number}": {
                **axis,
                "domain": across,
                "anchor": f"y{number}",
                "range": [-0.5, classes - 0.5],
                "title": {"text": "predicted", "standoff": 4},
            },
            f"yaxis{number}": {
                **axis,
                "domain": up,
                "anchor": f"x{number}",
                "range": [classes - 0.5, -0.5],
                "title": {"text": "actual" if first else "", "standoff": 4},
                "showticklabels": named and (first or not alike),
                "scaleanchor": f"x{number}",
                "constraintoward": "top",
            },
        }
    )
    figure.add_annotation(
        text=f"<b>{plain(entry.label, 30 if count < COLUMNS else 24)}</b>",
        x=sum(across) / 2, y=up[1], xref="paper", yref="paper", xanchor="center", yanchor="bottom", yshift=4,
        showarrow=False, font={"size": TEXT_SIZE},
    )  # fmt: skip


def _columns(count: int) -> int:
    return 2 if count == COLUMNS else min(count, COLUMNS)


def _end(largest: float) -> float:
    """Return where the scale of shares ends: at 100 %, or at the largest where all are small."""
    return 1.0 if largest >= 0.5 else max(largest, 0.01)


def _domains(place: int, count: int) -> tuple[list[float], list[float]]:
    """Return where the matrix of a place stands, across and up."""
    columns = _columns(count)
    rows = -(-count // columns)
    column, row = place % columns, place // columns
    width = (1 - GAP_ACROSS * (columns - 1)) / columns
    height = (1 - GAP_UP * (rows - 1)) / rows
    left, top = column * (width + GAP_ACROSS), 1 - row * (height + GAP_UP)
    return [left, left + width], [max(0.0, top - height), top]
