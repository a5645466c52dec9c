"""How far the probabilities of a run can be taken by their word, before and after its temperature."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.evaluation.calibration import CalibratedRun, Calibration, Reliability
from core.figures.frame import TITLE_SPACE, finish, lay_out, new_figure, top_legend
from core.figures.palette import Theme, ThemeName, faded, theme_of
from core.figures.text import clean, plain

UPPER, LOWER = (0.34, 1.0), (0.0, 0.2)
DODGE = 0.006  # between the marks before and after


def reliability_figure(result: Calibration, theme: ThemeName = "light") -> go.Figure:
    """Draw accuracy over mean probability by bin with Wilson intervals, and the counts below."""
    look = theme_of(theme)
    run = result.runs[result.focus]
    samples = "steps" if result.per_step else "samples"
    figure = new_figure(
        look,
        "Do probabilities mean what they say?",
        f"{plain(run.label, 40)}; n = {run.before.samples:,} {samples}; whiskers: 95 % Wilson intervals",
        top=TITLE_SPACE + 30,
    )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", showlegend=False, hoverinfo="skip",
        line={"color": look.muted, "width": 1.2, "dash": "dot"},
    )  # fmt: skip
    sides = [("as the model says", run.before, look.of_run(0), "circle", -DODGE)]
    if run.after is not None and run.temperature is not None:
        sides.append((f"temperature {run.temperature:.2f}", run.after, look.of_run(1), "diamond", DODGE))
    for name, found, colour, symbol, shift in sides:
        _add_side(figure, look, found, (name, colour, symbol, shift if len(sides) > 1 else 0.0))
    axis: dict[str, Any] = {"tickformat": ".0%", "nticks": 6}
    lay_out(
        figure,
        height=470,
        barmode="overlay",
        bargap=0,
        showlegend=True,
        legend=top_legend(1.01),
        xaxis={
            **axis,
            "range": [-0.02, 1.02],
            "anchor": "y2",
            "title": {"text": "probability of the predicted class"},
        },
        yaxis={**axis, "domain": UPPER, "range": [-0.02, 1.02], "title": {"text": "share that is right"}},
        yaxis2={"domain": LOWER, "rangemode": "tozero", "nticks": 3, "title": {"text": samples}},
    )
    return finish(figure, _words(run), run.before.samples, "both axes 0 to 100 %", result.provenance)


def _add_side(figure: go.Figure, theme: Theme, found: Reliability, look: tuple[str, str, str, float]) -> None:
    name, colour, symbol, shift = look
    held = np.flatnonzero(found.counts)
    accuracy = found.accuracy[held]
    figure.add_scatter(
        x=found.confidence[held] + shift,
        y=accuracy,
        mode="lines+markers",
        name=name,
        legendgroup=name,
        line={"color": faded(colour, 0.5), "width": 1.2},
        marker={"color": colour, "size": 8, "symbol": symbol},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": np.maximum(found.high[held] - accuracy, 0),
            "arrayminus": np.maximum(accuracy - found.low[held], 0),
            "color": colour,
            "thickness": 1.4,
            "width": 4,
        },
        customdata=np.stack(
            [found.confidence[held], found.low[held], found.high[held], found.counts[held]], axis=1
        ),
        hovertemplate=f"{name}<br>mean probability %{{customdata[0]:.1%}}<br>right %{{y:.1%}}"
        " (95 % CI %{customdata[1]:.1%} to %{customdata[2]:.1%})<br>n = %{customdata[3]:,}<extra></extra>",
    )
    edges = found.edges
    figure.add_bar(
        x=(edges[:-1] + edges[1:])[held] / 2,
        width=np.diff(edges)[held],
        y=found.counts[held],
        yaxis="y2",
        name=name,
        legendgroup=name,
        showlegend=False,
        marker={
            "color": faded(colour, 0.35),
            "line": {"color": theme.outline(colour) or colour, "width": 1},
        },
        customdata=np.stack([edges[:-1][held], edges[1:][held]], axis=1),
        hovertemplate=f"{name}<br>%{{customdata[0]:.1%}} to %{{customdata[1]:.1%}}<br>n = %{{y:,}}"
        "<extra></extra>",
    )


def _words(run: CalibratedRun) -> str:
    before = run.before
    low, high = before.chance_interval
    text = (
        f"Reliability of {clean(run.label, 40)} on {before.samples} labelled samples: expected calibration "
        f"error {before.error:.3f}, if it were perfectly calibrated {before.chance_error:.3f} ({low:.3f} to "
        f"{high:.3f}), largest error of a bin {before.largest_error:.3f}"
    )
    if run.after is not None and run.temperature is not None:
        text += f"; with the temperature {run.temperature:.2f} the error is {run.after.error:.3f}"
    return f"{text}."
