"""One sample in depth: its channels, and below on the same axis what every layer and head looks at."""

from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from core.attention.depth import LayerRows, SampleDepth
from core.figures.frame import TITLE_SPACE, add_line, finish, mark, new_figure, step_axis, top_legend
from core.figures.palette import Theme, ThemeName, faded, theme_of
from core.figures.text import clean, number, percent, plain, shorten
from core.figures.weights import add_weights

Layout = Literal["stacked", "overlaid"]
HEIGHT = 720
MOST_ROWS = 16  # heads that have a row of their own
GAP = 0.025
SERIES_SHARE, MEAN_SHARE = 3.0, 1.5  # heights of panels, in rows of a channel
HEAD_SHARE = 0.24
FEW_PANELS = 4  # with more, a name stands inside its panel


def sample_depth_figure(result: SampleDepth, theme: ThemeName = "light") -> go.Figure:
    """Draw a sample's channels over the mean of the chosen layer and the rows of all heads.

    Args:
        result: The sample; after edits, what was before is drawn faintly beside it.
        theme: "light" or "dark".
    """
    look = theme_of(theme)
    layout: Layout = "overlaid" if result.overlaid else "stacked"
    rows = _rows(result)
    panels = 1 if layout == "overlaid" else max(1, len(result.shown))
    domains = _domains(panels, layout, bool(result.main), len(rows))
    figure = new_figure(look, _title(result), _subtitle(result), top=TITLE_SPACE + 22)
    for place, channel in enumerate(result.shown):
        _add_channel(figure, look, result, channel, 0 if layout == "overlaid" else place)
    axes = _axes(result, domains, panels, layout)
    if result.main is not None:
        _add_mean(figure, look, result, result.main, f"y{panels + 1}")
        _add_rows(figure, look, result, rows, f"y{panels + 2}")
        axes[f"yaxis{panels + 2}"] |= {
            "tickmode": "array",
            "tickvals": list(range(len(rows))),
            "ticktext": [plain(name, 16) for name, _ in rows],
            "autorange": False,
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
        }
    figure.layout.shapes = _bands(look, result)
    if layout == "stacked" and len(domains) > FEW_PANELS:
        figure.layout.annotations = _names(look, result, domains)
    overlaid = layout == "overlaid" and len(result.shown) > 1
    look_of_all = {
        "height": HEIGHT,
        "showlegend": overlaid or result.changed is not None,
        "legend": top_legend(),
        "bargap": 0.15,
        "barmode": "overlay",
        "dragmode": "select",
        "selectdirection": "h",
        **axes,
    }
    for key, value in look_of_all.items():  # in place of update_layout, which takes several times as long
        figure.layout[key] = value
    return finish(figure, _description(result), 1, _scale(result, rows), result.provenance)


def _rows(result: SampleDepth) -> list[tuple[str, Any]]:
    """Return a name and weights (T,) for each row: heads where they have room, else means of layers."""
    every = sum(len(layer.heads) for layer in result.layers)
    found: list[tuple[str, Any]] = []
    for layer in result.layers:
        whole = len(layer.heads) > 1 and (every <= MOST_ROWS or layer.name == result.layer)
        if whole:
            short = "head " if len(result.layers) == 1 else f"{shorten(layer.name, 12)} h"
            found += [(f"{short}{head}", weights) for head, weights in enumerate(layer.heads)]
        else:
            found.append((layer.name, layer.mean))
    return found


def _domains(panels: int, layout: Layout, attention: bool, rows: int) -> list[tuple[float, float]]:
    """Return the place of each panel from the top: channels, mean, heads."""
    series = SERIES_SHARE if panels == 1 or layout == "overlaid" else max(1.0, SERIES_SHARE / panels)
    shares = [series] * panels
    if attention:
        taller = min(2.0, sum(shares) / SERIES_SHARE)  # so that names of heads stay apart
        shares += [MEAN_SHARE, max(0.3, HEAD_SHARE * rows * taller)]
    room = 1 - GAP * (len(shares) - 1)
    found, top = [], 1.0
    for share in shares:
        height = room * share / sum(shares)
        found.append((max(0.0, top - height), top))
        top -= height + GAP
    return found


def _title(result: SampleDepth) -> str:
    chance = f"{100 * result.probabilities[result.predicted]:.0f} %"
    actual = "unknown" if result.actual < 0 else plain(result.classes[result.actual], 16)
    edited = " after edits" if result.edited else ""
    return f"Predicted {plain(result.classes[result.predicted], 16)} {chance}{edited}, actual {actual}"


def _subtitle(result: SampleDepth) -> str:
    said = [f"sample {plain(result.sample_id, 20)}"]
    if result.words is not None:
        said.append(f"attention: {result.words.pattern}")
    if len(result.shown) < len(result.channels):
        said.append(_some(result))
    return "; ".join(said)


def _description(result: SampleDepth) -> str:
    actual = "unknown" if result.actual < 0 else clean(result.classes[result.actual], 40)
    said = (
        f"Sample {clean(result.sample_id, 40)} of {result.length} steps: predicted"
        f" {clean(result.classes[result.predicted], 40)} with"
        f" {percent(float(result.probabilities[result.predicted]))}, actual {actual}."
    )
    if result.edited:
        said += f" Shown after edits of {sum(stop - start for start, stop in result.spans)} steps."
    if result.main is None:
        return said + " The model has no attention over these steps."
    weights = result.main.mean
    return (
        f"{said} Attention of {clean(result.layer, 40)}: largest {number(float(weights.max()))} at step"
        f" {int(weights.argmax())}."
    )


def _scale(result: SampleDepth, rows: list[tuple[str, Any]]) -> str:
    said = [] if len(result.shown) == len(result.channels) else [_some(result)]
    if result.main is None:
        return "; ".join([*said, "values in their own units"])
    largest = [float(weights.max()) for _, weights in rows]
    of_rows = f"rows from 0 to their own largest weight, {number(min(largest))} to {number(max(largest))}"
    mean = f"attention of {clean(result.layer, 24)} 0 to {number(result.main.largest)}"
    return "; ".join([*said, mean, of_rows])


def _some(result: SampleDepth) -> str:
    return f"{len(result.shown)} of {len(result.channels)} channels"


def _add_channel(figure: go.Figure, theme: Theme, result: SampleDepth, channel: int, panel: int) -> None:
    name = plain(result.channels[channel], 24)
    axis = "y" if panel == 0 else f"y{panel + 1}"
    steps = np.arange(result.length)
    labels = [plain(label) for label in result.axis.labels]
    said = f"{plain(result.axis.name)} %{{customdata}}<br>{name} %{{y:.4g}}"
    first = channel == result.shown[0]
    several = result.overlaid and len(result.shown) > 1
    colour = theme.accent if first or not several else theme.of_class(result.shown.index(channel))
    common: dict[str, Any] = {"customdata": labels, "xaxis": "x", "yaxis": axis}
    if result.changed is not None:
        figure.add_scatter(
            x=steps, y=result.series[:, channel], mode="lines", name="before",
            line={"color": theme.muted, "width": 1.5, "dash": "3px,3px"}, showlegend=first,
            hovertemplate=f"{said} before<extra></extra>", **common,
        )  # fmt: skip
    shown = result.series if result.changed is None else result.changed
    add_line(
        figure, theme, steps, shown[:, channel], colour,
        name=name if several or result.changed is None else "after", showlegend=first or several,
        hovertemplate=f"{said}<extra></extra>", **common,
    )  # fmt: skip
    if result.words is not None and result.changed is None:
        tops = [top.step for top in result.words.top]
        figure.add_scatter(
            x=tops, y=shown[tops, channel], mode="markers", xaxis="x", yaxis=axis,
            marker={"size": 8, **mark(theme, theme.attention)}, showlegend=False, hoverinfo="skip",
        )  # fmt: skip


def _add_mean(figure: go.Figure, theme: Theme, result: SampleDepth, layer: LayerRows, axis: str) -> None:
    steps = np.arange(result.length)
    add_weights(figure, theme, result.axis, layer.mean, axis, 0.75)
    if layer.before is not None:
        figure.add_scatter(
            x=steps, y=layer.before, mode="lines", xaxis="x", yaxis=axis, showlegend=False,
            line={"color": theme.text, "width": 1.2, "dash": "3px,3px", "shape": "hvh"},
            hovertemplate="attention before %{y:.4f}<extra></extra>",
        )  # fmt: skip
    elif result.words is not None:
        _add_ranks(figure, theme, result, axis)


def _add_ranks(figure: go.Figure, theme: Theme, result: SampleDepth, axis: str) -> None:
    """Print the ranks of the top steps, where there is room beside those before them."""
    printed: list[tuple[int, Any]] = []
    for rank, top in enumerate(() if result.words is None else result.words.top, start=1):
        if all(abs(top.step - other.step) >= 0.035 * result.steps for _, other in printed):
            printed.append((rank, top))
    figure.add_scatter(
        x=[top.step for _, top in printed], y=[top.weight for _, top in printed],
        text=[str(rank) for rank, _ in printed], mode="text", textposition="top center", cliponaxis=False,
        showlegend=False, hoverinfo="skip", textfont={"color": theme.text, "size": 13}, xaxis="x", yaxis=axis,
    )  # fmt: skip


def _add_rows(
    figure: go.Figure, theme: Theme, result: SampleDepth, rows: list[tuple[str, Any]], axis: str
) -> None:
    values = np.array([weights for _, weights in rows], np.float32)
    largest = np.maximum(values.max(axis=1, keepdims=True), 1e-12)
    labels = np.array([plain(label) for label in result.axis.labels], dtype=object)
    names = np.array([plain(name, 30) for name, _ in rows], dtype=object)
    told = np.stack(np.broadcast_arrays(labels[None], names[:, None]), axis=2)  # (rows, T, 2)
    figure.add_heatmap(
        z=values / largest, x=np.arange(result.length), y=np.arange(len(rows)), xaxis="x", yaxis=axis,
        customdata=told, text=values, colorscale=theme.attention_scale, zmin=0, zmax=1, showscale=False,
        hovertemplate=f"%{{customdata[1]}}<br>{plain(result.axis.name)} %{{customdata[0]}}<br>"
        "attention %{text:.4f}<extra></extra>",
        ygap=1,
    )  # fmt: skip


def _bands(theme: Theme, result: SampleDepth) -> list[dict[str, Any]]:
    band = {"type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    if result.spans:
        look = {"fillcolor": faded(theme.accent, 0.14), "line": {"width": 0}}
        return [{**band, **look, "x0": start - 0.5, "x1": stop - 0.5} for start, stop in result.spans]
    if result.words is None or result.edited:
        return []
    look = {"fillcolor": faded(theme.attention, 0.12), "line": {"width": 0}}
    return [{**band, **look, "x0": top.step - 0.5, "x1": top.step + 0.5} for top in result.words.top]


def _names(theme: Theme, result: SampleDepth, domains: list[tuple[float, float]]) -> list[dict[str, Any]]:
    """Return the names of the channels, each at the top of its panel."""
    look = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "yanchor": "top", "showarrow": False}
    look |= {"xshift": 4, "bgcolor": faded(theme.ground, 0.75), "borderpad": 1}
    return [
        {**look, "text": plain(result.channels[channel], 40), "y": domain[1]}
        for channel, domain in zip(result.shown, domains, strict=False)
    ]


def _axes(
    result: SampleDepth, domains: list[tuple[float, float]], panels: int, layout: Layout
) -> dict[str, dict[str, Any]]:
    names = ["value"] if layout == "overlaid" else [result.channels[channel] for channel in result.shown]
    titles = [*names, *(["attention", ""] if result.main is not None else [])]
    axes: dict[str, dict[str, Any]] = {
        f"yaxis{place if place > 1 else ''}": {
            "domain": domain,
            "title": {"text": plain(title, 14) if len(titles) <= FEW_PANELS or place > panels else ""},
            "nticks": 4,
            "fixedrange": True,
        }
        for place, (domain, title) in enumerate(zip(domains, titles, strict=True), start=1)
    }
    limits = [result.limits[channel] for channel in result.shown if channel in result.limits]
    if layout == "overlaid" and limits:
        axes["yaxis"]["range"] = [min(low for low, _ in limits), max(high for _, high in limits)]
    for place, channel in enumerate(result.shown):
        if layout == "stacked" and channel in result.limits:
            axes[f"yaxis{place + 1 if place else ''}"]["range"] = list(result.limits[channel])
    if result.main is not None:
        axes[f"yaxis{panels + 1}"]["rangemode"] = "tozero"
        if result.largest:
            axes[f"yaxis{panels + 1}"]["range"] = [0, 1.12 * result.largest]  # room for ranks
    last = f"y{len(domains)}" if len(domains) > 1 else "y"
    steps = {"anchor": last, "showgrid": False, "range": [-0.5, result.steps - 0.5]}
    return {**axes, "xaxis": {**step_axis(result.axis), **steps}}
