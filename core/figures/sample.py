"""One sample: its series with the attention over the same steps."""

from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from core.arrays import IntArray
from core.attention import SampleAttention, TopStep
from core.figures.frame import TITLE_SPACE, add_line, finish, lay_out, mark, new_figure, step_axis, top_legend
from core.figures.palette import DASHES, Theme, ThemeName, faded, theme_of
from core.figures.text import clean, number, percent, plain
from core.figures.weights import add_weights

Layout = Literal["stacked", "overlaid"]
PANEL, ATTENTION_PANEL = 110, 130  # heights
GAP = 14
LEAST_APART = 0.035  # of the width, between printed ranks


def sample_figure(
    result: SampleAttention, theme: ThemeName = "light", *, channels: int = 4, layout: Layout = "stacked"
) -> go.Figure:
    """Draw the series of a sample above its attention, the top steps marked.

    Args:
        result: The sample.
        theme: "light" or "dark".
        channels: Most channels to show; of more, those that stand out most at the top steps.
        layout: "stacked" for a panel a channel in its own unit, "overlaid" for one panel in common units.
    """
    look = theme_of(theme)
    shown = result.ranked_channels[:channels]
    shown = np.sort(shown) if len(shown) == len(result.channels) else shown
    panels = 1 if layout == "overlaid" else len(shown)
    series_panel = max(PANEL, 2 * PANEL // max(1, panels)) if layout == "stacked" else 2 * PANEL
    plot = panels * (series_panel + GAP) + ATTENTION_PANEL
    figure = new_figure(look, _title(result), _subtitle(result, shown), top=TITLE_SPACE + 22)
    domains = _domains(panels, series_panel, plot)
    for place, channel in enumerate(shown):
        _add_channel(figure, look, result, int(channel), 0 if layout == "overlaid" else place)
    _add_attention(figure, look, result, panels)
    lay_out(
        figure,
        shapes=_bands(look, result),
        height=plot + TITLE_SPACE + 22 + 70,
        showlegend=layout == "overlaid" and len(shown) > 1,
        legend=top_legend(),
        bargap=0.15,
        **_axes(result, shown, domains),
    )
    return finish(
        figure, _description(result), 1, f"0 to {number(float(result.weights.max()))}", result.provenance
    )


def _title(result: SampleAttention) -> str:
    chance = f"{100 * result.probabilities[result.predicted]:.0f} %"
    actual = "unknown" if result.actual_name is None else plain(result.actual_name, 11)
    return f"Predicted {plain(result.predicted_name, 11)} {chance}, actual {actual}{_verdict(result)}"


def _verdict(result: SampleAttention) -> str:
    """Return how it came out."""
    return "" if result.outcome_name is None else f" ({result.outcome_name})"


def _subtitle(result: SampleAttention, shown: IntArray) -> str:
    head = f"sample {plain(result.sample_id, 20)}; attention: {result.pattern}"
    tops = ", ".join(plain(top.label, 12) for top in result.top)
    lines = [head, f"top {plain(result.axis.name, 12)}s: {tops}"]
    if len(shown) < len(result.channels):
        lines[0] += f"; {len(shown)} of {len(result.channels)} channels"
    return "<br>".join(lines)


def _description(result: SampleAttention) -> str:
    actual = result.actual_name or "unknown"
    tops = ", ".join(f"{top.label} ({number(top.weight)})" for top in result.top)
    return (
        f"Sample {clean(result.sample_id, 40)}: predicted {clean(result.predicted_name, 40)} with"
        f" {percent(float(result.probabilities[result.predicted]))}, actual {clean(actual, 40)},"
        f" confidence {percent(result.confidence)}; attention {result.pattern}, largest"
        f" {number(float(result.weights.max()))}; top {result.axis.name}s: {tops}."
    )


def _domains(panels: int, height: int, plot: int) -> list[tuple[float, float]]:
    """Return the place of each panel from the top, the attention last."""
    tops = [1 - place * (height + GAP) / plot for place in range(panels)]
    return [*((top - height / plot, top) for top in tops), (0.0, ATTENTION_PANEL / plot)]


def _add_channel(figure: go.Figure, theme: Theme, result: SampleAttention, channel: int, panel: int) -> None:
    name = plain(result.channels[channel], 24)
    colour = theme.accent if len(figure.data) == 0 else theme.of_class(len(figure.data))
    axis = "y" if panel == 0 else f"y{panel + 1}"
    steps = np.arange(len(result.weights))
    labels = [plain(label) for label in result.axis.labels]
    add_line(
        figure, theme, steps, result.series[:, channel], theme.accent if panel else colour,
        dash=DASHES[0], name=name, customdata=labels, xaxis="x", yaxis=axis,
        hovertemplate=f"{plain(result.axis.name)} %{{customdata}}<br>{name} %{{y:.4g}}<extra></extra>",
    )  # fmt: skip
    tops = [top.step for top in result.top]
    figure.add_scatter(
        x=tops, y=result.series[tops, channel], mode="markers", yaxis=axis, xaxis="x",
        marker={"size": 8, **mark(theme, theme.attention)}, showlegend=False, hoverinfo="skip",
    )  # fmt: skip


def _add_attention(figure: go.Figure, theme: Theme, result: SampleAttention, panels: int) -> None:
    steps = np.arange(len(result.weights))
    axis = f"y{panels + 1}"
    # Numbers, not a colour for each bar: plotly checks colours slowly, one by one.
    strength = np.where(np.isin(steps, [top.step for top in result.top]), 1.0, 0.45)
    add_weights(figure, theme, result.axis, result.weights, axis, strength)
    printed = _printed_ranks(result.top, len(steps))
    figure.add_scatter(
        x=[top.step for _, top in printed],
        y=[top.weight for _, top in printed],
        text=[str(rank) for rank, _ in printed],
        mode="text", textposition="top center", cliponaxis=False, showlegend=False, hoverinfo="skip",
        textfont={"color": theme.text, "size": 13}, xaxis="x", yaxis=axis,
    )  # fmt: skip


def _printed_ranks(tops: tuple[TopStep, ...], steps: int) -> list[tuple[int, TopStep]]:
    """Return the ranks that have room beside those before them."""
    printed: list[tuple[int, TopStep]] = []
    for rank, top in enumerate(tops, start=1):
        if all(abs(top.step - other.step) >= LEAST_APART * steps for _, other in printed):
            printed.append((rank, top))
    return printed


def _bands(theme: Theme, result: SampleAttention) -> list[dict[str, Any]]:
    band = {"type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
            "fillcolor": faded(theme.attention, 0.12), "line": {"width": 0}}  # fmt: skip
    return [{**band, "x0": top.step - 0.5, "x1": top.step + 0.5} for top in result.top]


def _axes(
    result: SampleAttention, shown: IntArray, domains: list[tuple[float, float]]
) -> dict[str, dict[str, Any]]:
    panels = len(domains) - 1
    names = [plain(result.channels[int(channel)], 14) for channel in shown]
    titles = [*(names if panels == len(shown) else ["value"]), "attention"]
    axes: dict[str, dict[str, Any]] = {
        f"yaxis{place if place > 1 else ''}": {"domain": domain, "title": {"text": title}, "nticks": 4}
        for place, (domain, title) in enumerate(zip(domains, titles, strict=True), start=1)
    }
    axes[f"yaxis{panels + 1}"]["rangemode"] = "tozero"
    steps = {"anchor": f"y{panels + 1}", "showgrid": False, "range": [-0.5, len(result.weights) - 0.5]}
    return {**axes, "xaxis": {**step_axis(result.axis), **steps}}
