"""Channels that deviate where a model looks, beside how far they deviate everywhere."""

import numpy as np
import plotly.graph_objects as go

from core.attention.channels import ChannelAttention
from core.figures.frame import TITLE_SPACE, finish, lay_out, mark, new_figure, top_legend
from core.figures.palette import ThemeName, theme_of
from core.figures.text import clean, number, plain

SHOWN = 15
FEW = 6  # rows that fill the height; fewer leave the rest of it free


def channel_attention_figure(result: ChannelAttention, theme: ThemeName = "light") -> go.Figure:
    """Draw two marks a channel: its mean distance where the model looks, and over all steps."""
    look = theme_of(theme)
    order = result.ranked[:SHOWN]
    names = [plain(result.channels[channel], 22) for channel in order]
    rows = np.arange(len(order))
    of = f"; the first {SHOWN} of {len(result.channels)} channels" if len(result.channels) > SHOWN else ""
    figure = new_figure(
        look,
        "Channels that deviate where the model looks",
        f"n = {result.samples:,}{of}; bar: 95 % interval of the difference",
        top=TITLE_SPACE + 28,
    )
    more = result.looked - result.everywhere
    figure.add_scatter(
        x=result.everywhere[order], y=rows, mode="markers", name="over all steps",
        marker={**mark(look, look.muted), "symbol": "line-ns-open", "size": 12},
        hovertemplate="over all steps: %{x:.2f} SD<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=result.looked[order], y=rows, mode="markers", name="where the model looks",
        marker={**mark(look, look.attention), "size": 9},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": (result.high - more)[order],
            "arrayminus": (more - result.low)[order],
            "color": look.attention,
            "thickness": 1.5,
        },
        customdata=np.stack([more[order], result.low[order], result.high[order]], axis=1),
        text=names,
        hovertemplate="%{text}<br>where the model looks: %{x:.2f} SD<br>difference %{customdata[0]:+.2f}"
        " (95 % CI %{customdata[1]:+.2f} to %{customdata[2]:+.2f})<extra></extra>",
    )  # fmt: skip
    top = float(max(result.looked[order].max(initial=0), result.everywhere[order].max(initial=0)))
    lay_out(
        figure,
        showlegend=True,
        legend={**top_legend(), "traceorder": "normal"},
        xaxis={"title": {"text": "mean distance from the training mean (SD)"}, "rangemode": "tozero"},
        yaxis={
            "tickvals": rows,
            "ticktext": names,
            "range": [len(rows) - 0.5, -0.5],
            "domain": [1 - min(1.0, len(rows) / FEW), 1],  # few stand close, their axis right below
            "showgrid": False,
        },
    )
    said = "; ".join(
        f"{clean(result.channels[channel], 40)} {number(result.looked[channel])} against"
        f" {number(result.everywhere[channel])} SD"
        for channel in order[:5]
    )
    return finish(
        figure,
        f"Distance of channels from their training means where the model looks, against all steps: {said}.",
        result.samples,
        f"0 to {number(top)} SD",
        result.provenance,
    )
