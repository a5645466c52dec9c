"""Readings of attention beside each other, over the steps."""

import numpy as np
import plotly.graph_objects as go

from core.attention.run_readings import RunReadings
from core.figures.frame import TITLE_SPACE, add_line, finish, lay_out, new_figure, step_axis, top_legend
from core.figures.palette import DASHES, ThemeName, theme_of
from core.figures.text import clean, number, plain
from core.models.family import head_name


def readings_figure(result: RunReadings, theme: ThemeName = "light") -> go.Figure:
    """Draw what each valid reading says of each step, one line a reading."""
    look = theme_of(theme)
    who = head_name(result.head)
    sample = (
        f"sample {int(result.samples[0])}" if len(result.samples) == 1 else f"n = {len(result.samples):,}"
    )
    figure = new_figure(
        look, "Readings of attention",
        f"{sample}; {plain(result.layer.name, 24)}, {who}; a sample's weights sum to 1", top=TITLE_SPACE + 28,
    )  # fmt: skip
    steps = np.arange(len(result.axis.labels))
    labels = [plain(label, 20) for label in result.axis.labels]
    for place, profile in enumerate(result.profiles):
        add_line(
            figure, look, steps, profile.values, look.of_run(place), dash=DASHES[place % len(DASHES)],
            name=profile.reading.title, customdata=labels,
            hovertemplate=f"{plain(result.axis.name)} %{{customdata}}<br>{profile.reading.title} %{{y:.4f}}"
            "<extra></extra>",
        )  # fmt: skip
    largest = max((float(profile.values.max(initial=0.0)) for profile in result.profiles), default=0.0)
    lay_out(
        figure,
        showlegend=True,
        legend=top_legend(),
        xaxis={**step_axis(result.axis), "showgrid": False},
        yaxis={"title": {"text": "share of a step"}, "rangemode": "tozero", "nticks": 5},
    )
    peaks = "; ".join(
        f"{profile.reading.title} highest at {clean(result.axis.labels[int(profile.values.argmax())], 20)}"
        f" ({number(float(profile.values.max()))})"
        for profile in result.profiles
    )
    said = f"Readings of {clean(result.layer.name, 40)}, {who}: {peaks}."
    scale = f"{clean(result.layer.name, 24)}, {who}, 0 to {number(largest)}"
    return finish(figure, said, len(result.samples), scale, result.provenance)
