"""What each threshold of the positive class reaches, for one run."""

import numpy as np
import plotly.graph_objects as go

from core.evaluation.thresholds import STEPS, ThresholdSweep, measures
from core.figures.frame import TITLE_SPACE, finish, lay_out, new_figure, top_legend
from core.figures.palette import DASHES, ThemeName, theme_of
from core.figures.text import clean, percent, plain

SHOWN = ("precision", "recall", "specificity", "f1", "accuracy")
NAMES = {"f1": "F1"}


def thresholds_figure(result: ThresholdSweep, theme: ThemeName = "light") -> go.Figure:
    """Draw the measures of the run in focus over the threshold, with a line where it stands."""
    look = theme_of(theme)
    run = result.runs[result.focus]
    figure = new_figure(
        look,
        "What each threshold reaches",
        f"{plain(run.label, 40)}; positive: {plain(result.positive, 30)}; n = {sum(run.at):,}",
        top=TITLE_SPACE + 30,
    )
    found = [measures(counts) for counts in run.counts]
    places = np.arange(STEPS + 1) / STEPS
    for place, name in enumerate(SHOWN):
        figure.add_scatter(
            x=places,
            y=[getattr(one, name) for one in found],
            mode="lines",
            name=NAMES.get(name, name),
            line={"color": look.of_run(place), "width": 2, "dash": DASHES[place % len(DASHES)]},
            hovertemplate=f"{NAMES.get(name, name)} %{{y:.1%}} at %{{x:.2f}}<extra></extra>",
        )
    figure.add_shape(
        name="threshold", type="line", x0=result.threshold, x1=result.threshold, y0=0, y1=1, yref="y domain",
        line={"color": look.text, "width": 1.5},
    )  # fmt: skip
    lay_out(
        figure,
        height=330,
        showlegend=True,
        legend=top_legend(1.01),
        xaxis={"title": {"text": "threshold"}, "range": [0, 1], "nticks": 6},
        yaxis={"range": [0, 1.02], "tickformat": ".0%", "nticks": 6, "title": {"text": "share"}},
    )
    at = run.measures
    told = ", ".join(
        f"{NAMES.get(name, name)} {'not defined' if np.isnan(value := getattr(at, name)) else percent(value)}"
        for name in SHOWN
    )
    words = f"Measures of {clean(run.label, 40)} at a threshold of {result.threshold:g}: {told}."
    return finish(figure, words, sum(run.at), "0 to 100 %", result.provenance)
