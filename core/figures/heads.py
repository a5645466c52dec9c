"""Attention heads: all of them at a glance, and one as a map of queries and keys with its margins."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.arrays import FloatArray, IntArray
from core.attention.head_map import HeadMap, block_means
from core.attention.inputs import StepAxis
from core.attention.run_heads import LayerHeads, RunHeads
from core.figures.frame import TITLE_SPACE, finish, lay_out, new_figure, step_axis
from core.figures.palette import Theme, ThemeName, theme_of
from core.figures.text import clean, counted, number, plain
from core.models.family import head_name

SIDE = 32  # cells of a small map
CELL = 92  # pixels of a small map
MARGIN_SHARE = 0.13
DIRECTION = "row = query (asks), column = key (is looked at)"


def heads_grid_figure(result: RunHeads, theme: ThemeName = "light") -> go.Figure:
    """Draw small maps of all heads, layers under each other, each on its own scale."""
    look = theme_of(theme)
    if all(one.pooled for one in result.layers):
        return _pooled_figure(result, look)
    layers = [one for one in result.layers if not one.pooled]
    across = max(one.layer.heads for one in layers)
    figure = new_figure(
        look, "Heads by layer", f"n = {len(result.samples):,}; {DIRECTION}", top=TITLE_SPACE + 16
    )
    mosaic = np.full((len(layers) * (SIDE + 1), across * (SIDE + 1)), np.nan, np.float32)
    places, told, chosen, largest = [], [], [], []
    for row, one in enumerate(layers):
        for head, weights in enumerate(one.maps):
            small = _small(weights)
            top = float(small.max()) or 1.0
            largest.append(top)
            y, x = row * (SIDE + 1), head * (SIDE + 1)
            mosaic[y : y + SIDE, x : x + SIDE] = small / top
            places.append((x + SIDE / 2 - 0.5, y + SIDE / 2 - 0.5))
            told.append(_told(one, head, top))
            chosen.append(f"layer={one.layer.name if one is not result.layers[0] else ''}&head={head}")
    figure.add_heatmap(
        z=mosaic,
        zmin=0,
        zmax=1,
        colorscale=look.attention_scale,
        showscale=False,
        hoverinfo="skip",
        hoverongaps=False,
    )
    figure.add_scatter(
        x=[x for x, _ in places],
        y=[y for _, y in places],
        mode="markers",
        customdata=chosen,
        text=told,
        marker={"size": CELL * 0.9, "symbol": "square", "opacity": 0, "color": look.accent},
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )
    lay_out(
        figure,
        height=TITLE_SPACE + 16 + CELL * len(layers) + 50,
        xaxis={
            "tickvals": [head * (SIDE + 1) + SIDE / 2 for head in range(across)],
            "ticktext": [str(head) for head in range(across)],
            "title": {"text": "head"},
            "showgrid": False,
            "range": [-1, across * (SIDE + 1)],
        },
        yaxis={
            "tickvals": [row * (SIDE + 1) + SIDE / 2 for row in range(len(layers))],
            "ticktext": [plain(one.layer.name, 20) for one in layers],
            "showgrid": False,
            "range": [len(layers) * (SIDE + 1), -1],
        },
    )
    kinds = "; ".join(
        f"{one.layer.name}: " + ", ".join(f"{p.head} {' '.join(p.names) or 'none'}" for p in one.profiles)
        for one in layers
    )
    scale = f"each map from 0 to its own largest cell, {number(min(largest))} to {number(max(largest))}"
    return finish(
        figure,
        f"Small maps of {counted(len(places), 'head')}, {DIRECTION}. Types: {kinds}.",
        len(result.samples),
        scale,
        result.provenance,
    )


def head_map_figure(result: HeadMap, theme: ThemeName = "light") -> go.Figure:
    """Draw one head: query by key, above what keys receive, on the right how sharply queries ask."""
    look = theme_of(theme)
    largest = float(result.weights.max(initial=0.0)) or 1.0
    who = head_name(result.head)
    title = f"{plain(result.layer.name, 24)}, {who}"
    figure = new_figure(look, title, _subtitle(result), top=TITLE_SPACE + 18)
    split = 1 - MARGIN_SHARE
    hover = (
        f"query {plain(result.queries.name, 12)} %{{customdata[0]}}<br>"
        f"key {plain(result.keys.name, 12)} %{{customdata[1]}}<br>weight %{{z:.4f}}<extra></extra>"
    )
    figure.add_heatmap(
        z=result.weights,
        x=result.first_keys,
        y=result.first_queries,
        zmin=0,
        zmax=largest,
        colorscale=look.attention_scale,
        customdata=_labels_of_cells(result),
        hovertemplate=hover,
        colorbar={
            "title": {"text": "weight", "side": "right"},
            "thickness": 12,
            "nticks": 5,
            "outlinewidth": 0,
        },
    )
    _add_margins(figure, look, result)
    lay_out(
        figure,
        height=560,
        showlegend=False,
        bargap=0,
        xaxis={
            **_token_axis(result.keys, result.first_keys, 5),
            "domain": [0, split - 0.02],
            "showgrid": False,
            "title": {"text": f"key: {plain(_named(result.layer.keys, result.keys), 30)} looked at"},
        },
        yaxis={
            **_token_axis(result.queries, result.first_queries, 8),
            "domain": [0, split - 0.02],
            "autorange": "reversed",
            "showgrid": False,
            "title": {"text": f"query: {plain(_named(result.layer.queries, result.queries), 30)} that asks"},
        },
        xaxis2={
            "domain": [split, 1],
            "anchor": "y",
            "rangemode": "tozero",
            "nticks": 3,
            "title": {"text": "focus"},
        },
        yaxis2={
            "domain": [split, 1],
            "anchor": "x",
            "rangemode": "tozero",
            "nticks": 3,
            "title": {"text": "received"},
        },
    )
    top = "; ".join(
        f"{clean(result.queries.labels[pair.query], 20)} asks {clean(result.keys.labels[pair.key], 20)}"
        f" ({number(pair.weight)})"
        for pair in result.pairs
    )
    said = f"Map of {clean(result.layer.name, 40)}, {who}: {DIRECTION}. Largest: {top}."
    scale = f"{clean(result.layer.name, 24)}, {who}, 0 to {number(largest)}"
    return finish(figure, said, result.samples, scale, result.provenance)


def _pooled_figure(result: RunHeads, look: Theme) -> go.Figure:
    """Draw heads that pool: one row a head, one column a step."""
    one = result.layers[0]
    largest = float(one.maps.max(initial=0.0)) or 1.0
    figure = new_figure(
        look, "Heads by step", f"n = {len(result.samples):,}; row = head, column = step it looks at"
    )
    labels = [plain(label, 20) for label in one.keys.labels]
    figure.add_heatmap(
        z=one.maps,
        x=np.arange(one.maps.shape[1]),
        y=np.arange(len(one.maps)),
        zmin=0,
        zmax=largest,
        colorscale=look.attention_scale,
        customdata=np.tile(np.array(labels, dtype=object), (len(one.maps), 1)),
        hovertemplate=f"head %{{y}}<br>{plain(one.keys.name)} %{{customdata}}<br>"
        "weight %{z:.4f}<extra></extra>",
        colorbar={
            "title": {"text": "mean weight", "side": "right"},
            "thickness": 12,
            "nticks": 4,
            "outlinewidth": 0,
        },
    )
    lay_out(
        figure,
        height=max(260, TITLE_SPACE + 70 + 36 * len(one.maps)),
        xaxis={**step_axis(one.keys), "showgrid": False},
        yaxis={"title": {"text": "head"}, "dtick": 1, "autorange": "reversed", "showgrid": False},
    )
    said = f"Mean weights of {counted(len(one.maps), 'head')} over {counted(len(labels), one.keys.name)}."
    return finish(figure, said, len(result.samples), f"0 to {number(largest)}", result.provenance)


def _add_margins(figure: go.Figure, look: Theme, result: HeadMap) -> None:
    bars = {"marker": {"color": look.attention, "line": {"width": 0}}, "showlegend": False}
    for edges, values, names, axes in (
        (result.first_keys, result.received, result.keys, {"xaxis": "x", "yaxis": "y2"}),
        (result.first_queries, result.focus, result.queries, {"xaxis": "x2", "yaxis": "y"}),
    ):
        means = _means(values, edges)
        lying = axes["xaxis"] == "x2"
        labels = [plain(names.labels[int(place)], 20) for place in edges]
        value = "focus %{x:.2f} (1 = one key, 0 = all alike)" if lying else "receives %{y:.4f}"
        figure.add_bar(
            **({"x": means, "y": edges, "orientation": "h"} if lying else {"x": edges, "y": means}),
            customdata=labels,
            hovertemplate=f"{'query' if lying else 'key'} %{{customdata}}<br>{value}<extra></extra>",
            **bars,
            **axes,
        )


def _subtitle(result: HeadMap) -> str:
    of = f"sample {result.sample}" if result.sample is not None else f"mean over n = {result.samples:,}"
    lines = [f"{of}; {DIRECTION}"]
    if result.profile is not None:
        lines.append(", ".join(result.profile.names) or "of no type by its numbers")
    return "<br>".join(lines)


def _small(weights: FloatArray) -> FloatArray:
    """Return a map of SIDE x SIDE cells: means over blocks, or cells repeated."""
    rows, columns = weights.shape
    if rows < SIDE or columns < SIDE:
        weights = weights[np.arange(max(rows, SIDE)) * rows // max(rows, SIDE)]
        weights = weights[:, np.arange(max(columns, SIDE)) * columns // max(columns, SIDE)]
    edges = [np.linspace(0, size, SIDE + 1).astype(np.int64) for size in weights.shape]
    return block_means(weights, edges[0], edges[1])


def _told(one: LayerHeads, head: int, largest: float) -> str:
    profile = one.profiles[head]
    names = ", ".join(profile.names) or "of no type"
    return (
        f"{plain(one.layer.name, 24)}, head {head}<br>{names}<br>entropy {profile.entropy:.2f},"
        f" {number(profile.keys)} keys in use<br>largest cell {number(largest)}"
    )


def _labels_of_cells(result: HeadMap) -> Any:
    asking = [plain(result.queries.labels[int(place)], 20) for place in result.first_queries]
    looked = [plain(result.keys.labels[int(place)], 20) for place in result.first_keys]
    if len(asking) * len(looked) > 20_000:  # the number of the token, in place of a text for each cell
        rows, columns = np.meshgrid(result.first_queries, result.first_keys, indexing="ij")
        return np.stack([rows, columns], axis=2).astype(np.int16)
    return [[(row, column) for column in looked] for row in asking]


def _means(values: Any, edges: IntArray) -> Any:
    return np.add.reduceat(values, edges) / np.diff(np.append(edges, len(values)))


def _token_axis(axis: StepAxis, first: IntArray, labels: int) -> dict[str, Any]:
    return {**step_axis(axis, first, labels=labels)}


def _named(modality: str, axis: StepAxis) -> str:
    return f"{modality} {axis.name}" if modality else axis.name
