"""Runs beside each other: accuracy and loss with their intervals, and the majority rate."""

import textwrap

import numpy as np
import plotly.graph_objects as go

from core.evaluation import Comparison
from core.figures.frame import finish, new_figure
from core.figures.palette import Theme, ThemeName, faded, theme_of
from core.figures.text import ELLIPSIS, clean, number, percent, plain

ROW, HEAD, FOOT = 44, 98, 64
ACCURACY, LOSS = (0.0, 0.4), (0.6, 0.86)
LABEL_LENGTH = 18  # of each of two lines


def comparison_figure(result: Comparison, theme: ThemeName = "light") -> go.Figure:
    """Draw a bar of accuracy and of loss for each run, with 95 % intervals and the majority-rate line."""
    look = theme_of(theme)
    figure = new_figure(
        look,
        "Accuracy and loss on the test samples",
        f"n = {result.samples:,}; whiskers: 95 % intervals<br>"
        f"dashed: always the most frequent class, {percent(result.majority_rate)}",
        top=HEAD,
    )
    rows = np.arange(len(result.scores))
    accuracy = [score.metrics.accuracy for score in result.scores]
    loss = [score.metrics.loss for score in result.scores]
    accuracy_ends = np.array([score.metrics.accuracy_interval for score in result.scores]).reshape(-1, 2)
    loss_ends = np.array([score.loss_interval for score in result.scores]).reshape(-1, 2)
    _add_bars(figure, look, result, accuracy, accuracy_ends, "x")
    _add_bars(figure, look, result, loss, loss_ends, "x2")
    place = {"x0": result.majority_rate, "x1": result.majority_rate, "y0": 0, "y1": 1}
    for line in ({"color": look.ground, "width": 4}, {"color": look.text, "width": 1.5, "dash": "dash"}):
        figure.add_shape(type="line", xref="x", yref="y domain", line=line, **place)
    figure.update_layout(
        height=HEAD + FOOT + ROW * max(2, len(rows)),
        showlegend=False,
        bargap=0.35,
        xaxis={
            "domain": ACCURACY,
            "range": [0, 1],
            "tickformat": ".0%",
            "title": {"text": "accuracy"},
            "nticks": 4,
        },
        xaxis2={"domain": LOSS, "rangemode": "tozero", "title": {"text": "loss (nats)"}, "nticks": 4},
        yaxis={
            "tickvals": rows,
            "ticktext": [_in_two_lines(score.label) for score in result.scores],
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
        },
    )
    return finish(
        figure, _description(result), result.samples, "accuracy 0 to 1; loss from 0", result.provenance
    )


def _add_bars(
    figure: go.Figure, theme: Theme, result: Comparison, values: list[float], ends: np.ndarray, axis: str
) -> None:
    rows = list(range(len(values)))
    colours = _colours(theme, result)
    share = axis == "x"
    words = [percent(value) if share else number(value) for value in values]
    between = [
        f"{percent(low)} to {percent(high)}" if share else f"{number(low)} to {number(high)}"
        for low, high in ends
    ]
    figure.add_bar(
        x=values,
        y=rows,
        orientation="h",
        xaxis=axis,
        marker={
            "color": [faded(colour, 0.6) for colour in colours],  # the whiskers are seen through it
            "line": {"width": 1, "color": [theme.outline(colour) or colour for colour in colours]},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": np.maximum(ends[:, 1] - values, 0),
            "arrayminus": np.maximum(np.asarray(values) - ends[:, 0], 0),
            "color": theme.text,
            "thickness": 1.5,
            "width": 5,
        },
        customdata=[
            [plain(score.label), words[row], between[row], score.metrics.samples]
            for row, score in enumerate(result.scores)
        ],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]} (95 % CI %{customdata[2]},"
        " n = %{customdata[3]})<extra></extra>",
    )
    for row, text in zip(rows, words, strict=True):
        figure.add_annotation(
            text=text, x=1, xref=f"{axis} domain", xanchor="left", xshift=6, y=row, yref="y"
        )


def _in_two_lines(label: str) -> str:
    lines = textwrap.wrap(clean(label, 2 * LABEL_LENGTH), LABEL_LENGTH, max_lines=2, placeholder=ELLIPSIS)
    return "<br>".join(plain(line) for line in lines)


def _colours(theme: Theme, result: Comparison) -> list[str]:
    models = list(dict.fromkeys(score.model for score in result.scores))
    return [theme.of_class(models.index(score.model)) for score in result.scores]


def _description(result: Comparison) -> str:
    rows: list[str] = []
    for score in result.scores:
        low, high = score.metrics.accuracy_interval
        rows.append(
            f"{clean(score.label, 40)}: accuracy {percent(score.metrics.accuracy)} (95 % CI {percent(low)} to"
            f" {percent(high)}), loss {number(score.metrics.loss)}"
        )
    head = f"Bars of accuracy and loss on {result.samples} test samples"
    return f"{head}, majority rate {percent(result.majority_rate)}. {'; '.join(rows)}."
