"""Loss and accuracy by epoch, of one or several runs, finished or still in training."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.arrays import DoubleArray
from core.evaluation import LearningCurves, RunCurve
from core.figures.frame import TITLE_SPACE, finish, new_figure, top_legend
from core.figures.palette import Theme, ThemeName, theme_of
from core.figures.text import clean, number, percent, plain

SERIES = ("loss", "validation_loss", "accuracy", "validation_accuracy")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross", "pentagon")
MARKS = 8  # most marks on a curve; their shapes tell runs apart without colour


def learning_curves_figure(result: LearningCurves, theme: ThemeName = "light") -> go.Figure:
    """Draw loss and accuracy by epoch: training thin and dashed, validation solid.

    Each run has four traces in the order of `SERIES`, so that a live page may extend them one by one.
    """
    look = theme_of(theme)
    figure = new_figure(
        look, "Loss and accuracy by epoch", "solid: validation; dashed: training", top=TITLE_SPACE + 12
    )
    for place, run in enumerate(result.runs):
        for kind in SERIES:
            _add_curve(figure, look, run, kind, place)
    axis: dict[str, Any] = {
        "title": {"text": "epoch"},
        "showgrid": False,
        "nticks": 5,
        "autorangeoptions": {"include": [1, 2]},
    }
    if max((int(run.epoch.max(initial=0)) for run in result.runs), default=0) <= 5:
        axis |= {"dtick": 1}
    bounds = {"clipmin": 0, "clipmax": 1}
    figure.update_layout(
        xaxis={**axis, "domain": [0, 0.43]},
        xaxis2={**axis, "domain": [0.58, 1], "anchor": "y2"},
        yaxis={"title": {"text": "loss (nats)"}, "rangemode": "tozero", "nticks": 5},
        yaxis2={
            "title": {"text": "accuracy"},
            "anchor": "x2",
            "tickformat": ".0%",
            "nticks": 5,
            "autorangeoptions": bounds,
        },
        showlegend=len(result.runs) > 1,
        legend={**top_legend(-0.22), "yanchor": "top"},
    )
    words = "; ".join(_in_words(run) for run in result.runs) or "no epoch yet"
    finish(
        figure, f"Curves of loss and accuracy: {words}.", len(result.runs), "loss from 0", result.provenance
    )
    figure.layout.meta = {**figure.layout.meta, "unit": "run" if len(result.runs) == 1 else "runs"}
    return figure


def _add_curve(figure: go.Figure, theme: Theme, run: RunCurve, kind: str, place: int) -> None:
    values: DoubleArray = getattr(run, kind)
    validation = kind.startswith("validation")
    share = kind.endswith("accuracy")
    colour = theme.of_run(place)
    name = plain(run.label, 32)
    part = "validation" if validation else "training"
    figure.add_scatter(
        x=run.epoch,
        y=values,
        mode="lines+markers",
        line={
            "color": colour,
            "width": 2.2 if validation else 1.4,
            "dash": "solid" if validation else "dash",
        },
        marker={"size": 7, "color": colour, "symbol": SYMBOLS[place % len(SYMBOLS)], "maxdisplayed": MARKS},
        name=name,
        legendgroup=str(place),
        showlegend=kind == "validation_loss",
        xaxis="x2" if share else "x",
        yaxis="y2" if share else "y",
        hovertemplate=f"{name}<br>epoch %{{x}}<br>{part} {'accuracy %{y:.1%}' if share else 'loss %{y:.4g}'}"
        "<extra></extra>",
    )


def _in_words(run: RunCurve) -> str:
    if not len(run.epoch):
        return f"{clean(run.label, 40)}, no epoch yet"
    text = f"{clean(run.label, 40)}, {len(run.epoch)} epochs, training loss {number(run.loss[-1])}"
    if not np.isnan(run.validation_loss[-1]):
        text += f", validation loss {number(run.validation_loss[-1])}"
    if not np.isnan(run.validation_accuracy[-1]):
        text += f", validation accuracy {percent(run.validation_accuracy[-1])}"
    return text if run.best_epoch is None else f"{text}, best epoch {run.best_epoch}"
