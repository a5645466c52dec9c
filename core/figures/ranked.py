"""ROC and precision-recall curves of runs and arms, with their bands and the mark of a threshold."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.evaluation.ranked import AXES, RankedLine, RankedRuns
from core.figures.frame import TITLE_SPACE, finish, lay_out, new_figure
from core.figures.palette import DASHES, Theme, ThemeName, faded, theme_of
from core.figures.text import clean, percent, plain

HEIGHT = 480
LABEL_LENGTH = 28
TITLES = {"roc": "ROC curves", "precision-recall": "Precision and recall"}


def ranked_figure(result: RankedRuns, theme: ThemeName = "light") -> go.Figure:
    """Draw the curves of one kind; the last trace holds the marks of the threshold, if there are any.

    Its meta says which runs each mark is the mean of, so that a page can move it.
    """
    look = theme_of(theme)
    roc = result.kind == "roc"
    of_class = (
        f"{plain(result.of_class, 40)} against the rest" if result.of_class else "mean over the classes"
    )
    title = TITLES[result.kind]
    figure = new_figure(look, title, f"{of_class}; n = {result.samples:,}", top=TITLE_SPACE + 12)
    _add_guides(figure, look, result)
    for place, line in enumerate(result.lines):
        if len(line.low) and not np.isnan(line.low).all():
            _add_band(figure, look, line, place)
    for place, line in enumerate(result.lines):
        _add_line(figure, look, result, line, place)
    if result.threshold is not None:
        _add_marks(figure, look, result)
    across, up = AXES[result.kind]
    ends: dict[str, Any] = {"range": [-0.01, 1.01], "tickformat": ".0%", "nticks": 6}
    lay_out(
        figure,
        height=HEIGHT,
        xaxis={**ends, "title": {"text": across}},
        yaxis={**ends, "title": {"text": up}},
        showlegend=True,
        legend=_legend(),
    )
    name = "area under the curve" if roc else "average precision"
    told = "; ".join(f"{clean(line.label, 40)}: {name} {line.area:.3f}" for line in result.lines)
    shown = clean(result.of_class, 40) or "the mean over the classes"
    words = f"{title} of {shown}: {told}."
    return finish(figure, words, result.samples, "both axes 0 to 100 %", result.provenance)


def _add_guides(figure: go.Figure, theme: Theme, result: RankedRuns) -> None:
    """Draw what blind guessing reaches: the diagonal, or the base rate."""
    muted = {"color": theme.muted, "width": 1.2, "dash": "dot"}
    if result.kind == "roc":
        figure.add_scatter(
            x=[0, 1], y=[0, 1], mode="lines", line=muted, hoverinfo="skip", showlegend=False
        )  # fmt: skip
        return
    rates = sorted({round(line.base_rate, 4) for line in result.lines})
    for rate in rates:
        figure.add_scatter(
            x=[0, 1], y=[rate, rate], mode="lines", line=muted, showlegend=False,
            hovertemplate=f"base rate {percent(rate)}<extra></extra>",
        )  # fmt: skip
    if len(rates) == 1:
        figure.add_annotation(
            text=f"base rate {percent(rates[0])}", x=0, y=rates[0], xanchor="left", showarrow=False,
            yanchor="bottom" if rates[0] < 0.9 else "top", font={"color": theme.muted},
        )  # fmt: skip


def _add_band(figure: go.Figure, theme: Theme, line: RankedLine, place: int) -> None:
    colour = theme.of_run(place)
    figure.add_scatter(
        x=np.concatenate([line.x, line.x[::-1]]),
        y=np.concatenate([line.high, line.low[::-1]]),
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=faded(colour, 0.16),
        hoverinfo="skip",
        showlegend=False,
        legendgroup=str(place),
    )


def _add_line(figure: go.Figure, theme: Theme, result: RankedRuns, line: RankedLine, place: int) -> None:
    across, up = AXES[result.kind]
    exact = len(line.thresholds) > 0
    stairs = result.kind == "precision-recall" and exact
    hover = f"{plain(line.label, LABEL_LENGTH)}<br>{across} %{{x:.1%}}<br>{up} %{{y:.1%}}"
    finite = np.where(np.isfinite(line.thresholds), line.thresholds, 1.0) if exact else None
    figure.add_scatter(
        x=line.x,
        y=line.y,
        mode="lines",
        line={
            "color": theme.of_run(place),
            "width": 2,
            "dash": DASHES[place % len(DASHES)],
            "shape": "vh" if stairs else "linear",
        },
        name=f"{plain(line.label, LABEL_LENGTH)}, {'AUC' if result.kind == 'roc' else 'AP'} {line.area:.3f}",
        legendgroup=str(place),
        customdata=finite,
        hovertemplate=hover + ("<br>threshold %{customdata:.3f}" if exact else "") + "<extra></extra>",
    )


def _add_marks(figure: go.Figure, theme: Theme, result: RankedRuns) -> None:
    across, up = AXES[result.kind]
    points = result.points
    runs = [list(result.lines[point.line].runs) for point in points]
    figure.add_scatter(
        x=[point.x for point in points],
        y=[point.y for point in points],
        mode="markers",
        marker={
            "symbol": "diamond",
            "size": 12,
            "color": [theme.of_run(point.line) for point in points],
            "line": {"color": theme.text, "width": 1.5},
        },
        name="at the threshold",
        showlegend=False,
        meta={"threshold": result.threshold, "kind": result.kind, "runs": runs, "swapped": result.swapped},
        customdata=[[plain(result.lines[point.line].label, LABEL_LENGTH)] for point in points],
        hovertemplate=f"%{{customdata[0]}}<br>at the threshold: {across} %{{x:.1%}}, {up} %{{y:.1%}}"
        "<extra></extra>",
    )


def _legend() -> dict[str, Any]:
    """Return a legend below the axis that says the areas; it scrolls where there are many lines."""
    return {"orientation": "h", "x": 0, "xanchor": "left", "y": -0.2, "yanchor": "top", "maxheight": 0.24}
