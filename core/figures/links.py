"""Links of an attention head from queries to keys: side by side, or as a network."""

from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from core.arrays import DoubleArray
from core.attention.head_map import HeadLinks
from core.attention.pairs import Pair
from core.figures.frame import TITLE_SPACE, finish, lay_out, new_figure
from core.figures.palette import Theme, ThemeName, faded, theme_of
from core.figures.text import clean, number, percent, plain
from core.models.family import head_name

WIDTHS = 5  # classes of line widths
MOST_LABELS = 16


class _Tokens(NamedTuple):
    """Tokens that are drawn as points: labels, where these stand, what a token is called, their sizes."""

    labels: tuple[str, ...]
    side: str
    word: str
    received: DoubleArray | None = None


def flow_figure(result: HeadLinks, theme: ThemeName = "light") -> go.Figure:
    """Draw queries on the left, keys on the right, and lines as wide as their weight is large."""
    look = theme_of(theme)
    figure = new_figure(look, f"Who looks at whom: {_who(result)}", _subtitle(result), top=TITLE_SPACE + 18)
    tall = max(len(result.queries.labels), len(result.keys.labels))
    left = _spread(len(result.queries.labels), tall)
    right = _spread(len(result.keys.labels), tall)
    asking = np.stack([np.zeros(len(left)), left], axis=1)
    looked = np.stack([np.ones(len(right)), right], axis=1)
    _add_links(figure, look, result, asking, looked)
    _add_tokens(figure, look, asking, _Tokens(result.queries.labels, "middle left", "query"))
    _add_tokens(figure, look, looked, _Tokens(result.keys.labels, "middle right", "key"))
    step = plain(result.queries.name, 16)
    lay_out(
        figure,
        height=520,
        xaxis={"range": [-0.35, 1.35], "tickvals": [0, 1], "showgrid": False,
               "ticktext": [f"{step} that asks (query)", f"{plain(result.keys.name, 16)} looked at (key)"]},
        yaxis={"visible": False, "range": [tall - 0.5, -0.5]},
    )  # fmt: skip
    return _finished(figure, result, "Flow diagram")


def network_figure(result: HeadLinks, theme: ThemeName = "light") -> go.Figure:
    """Draw tokens on a circle, in their order clockwise from the top, with an arrow from query to key.

    Of two modalities, those that ask stand on the right half and those looked at on the left one.
    """
    look = theme_of(theme)
    figure = new_figure(look, f"Network of {_who(result)}", _subtitle(result), top=TITLE_SPACE + 18)
    same = result.layer.queries == result.layer.keys
    count = len(result.keys.labels)
    asking = _circle(len(result.queries.labels), 0.0, 1.0 if same else 0.5)
    looked = asking if same else _circle(count, 0.5, 1.0)
    _add_links(figure, look, result, asking, looked, arrows=True)
    if not same:
        _add_tokens(figure, look, asking, _Tokens(result.queries.labels, "middle right", "query"))
    tokens = _Tokens(result.keys.labels, "top center", "token" if same else "key", result.received)
    _add_tokens(figure, look, looked, tokens)
    lay_out(
        figure,
        height=520,
        xaxis={"visible": False, "range": [-1.3, 1.3]},
        yaxis={"visible": False, "range": [-1.25, 1.25], "scaleanchor": "x"},
    )
    return _finished(figure, result, "Network")


def _add_links(
    figure: go.Figure,
    look: Theme,
    result: HeadLinks,
    asking: DoubleArray,
    looked: DoubleArray,
    arrows: bool = False,
) -> None:
    """Add links in a few classes of width, each one trace, the faint ones first."""
    largest = max((link.weight for link in result.links), default=1.0)
    for level in range(WIDTHS):
        links = [
            link for link in result.links if min(WIDTHS - 1, int(WIDTHS * link.weight / largest)) == level
        ]
        if not links:
            continue
        x: list[float | None] = []
        y: list[float | None] = []
        for link in links:
            start, end = asking[link.query], looked[link.key]
            x += [float(start[0]), float(end[0]), None]
            y += [float(start[1]), float(end[1]), None]
        head = {
            "symbol": "arrow",
            "angleref": "previous",
            "size": [0, 9, 0] * len(links),
            "color": look.attention,
        }
        figure.add_scatter(
            x=x, y=y, mode="lines+markers" if arrows else "lines", hoverinfo="skip", showlegend=False,
            line={"color": faded(look.attention, 0.25 + 0.15 * level), "width": 0.75 + 1.5 * level},
            **({"marker": head} if arrows else {}),
        )  # fmt: skip
    _add_told(figure, look, result, asking, looked)


def _add_told(
    figure: go.Figure, look: Theme, result: HeadLinks, asking: DoubleArray, looked: DoubleArray
) -> None:
    """Add what the pointer is told in the middle of each link."""
    if not result.links:
        return
    middle = np.array([(asking[link.query] + looked[link.key]) / 2 for link in result.links])
    figure.add_scatter(
        x=middle[:, 0], y=middle[:, 1], mode="markers", showlegend=False,
        marker={"size": 9, "opacity": 0, "color": look.attention},
        text=[_told(result, link) for link in result.links], hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _add_tokens(figure: go.Figure, look: Theme, points: DoubleArray, tokens: _Tokens) -> None:
    every = -(-len(tokens.labels) // MOST_LABELS)
    size: Any = 7.0
    if tokens.received is not None:
        size = 5 + 12 * np.sqrt(tokens.received / max(1e-12, float(tokens.received.max())))
    figure.add_scatter(
        x=points[:, 0], y=points[:, 1], mode="markers+text", showlegend=False, cliponaxis=False,
        text=[plain(label, 14) if place % every == 0 else "" for place, label in enumerate(tokens.labels)],
        textposition=tokens.side, customdata=[plain(label, 24) for label in tokens.labels],
        marker={"size": size, "color": look.accent},
        hovertemplate=f"{tokens.word} %{{customdata}}<extra></extra>",
    )  # fmt: skip


def _told(result: HeadLinks, link: Pair) -> str:
    asking, looked = result.queries.labels[link.query], result.keys.labels[link.key]
    return f"query {plain(asking, 20)}<br>looks at {plain(looked, 20)}<br>weight {link.weight:.4f}"


def _who(result: HeadLinks) -> str:
    return f"{plain(result.layer.name, 24)}, {head_name(result.head)}"


def _subtitle(result: HeadLinks) -> str:
    return (
        f"n = {result.samples:,}; {len(result.links):,} links of {number(result.least)} or more,"
        f" {percent(result.share)} of the weight<br>{result.left_out:,} weaker links are left out"
    )


def _finished(figure: go.Figure, result: HeadLinks, kind: str) -> go.Figure:
    strongest = "; ".join(
        f"{clean(result.queries.labels[link.query], 20)} to {clean(result.keys.labels[link.key], 20)}"
        f" ({number(link.weight)})"
        for link in result.links[:5]
    )
    largest = result.links[0].weight if result.links else 0.0
    said = (
        f"{kind} of {clean(result.layer.name, 40)}: {len(result.links)} links from query to key,"
        f" {result.left_out} weaker ones left out. Strongest: {strongest or 'none'}."
    )
    scale = (
        f"{clean(result.layer.name, 24)}, {head_name(result.head)}, width by weight,"
        f" {number(result.least)} to {number(largest)};"
        f" {len(result.links):,} links drawn, {result.left_out:,} weaker ones left out"
    )
    return finish(figure, said, result.samples, scale, result.provenance)


def _spread(count: int, tall: int) -> DoubleArray:
    return (np.arange(count) + 0.5) * tall / max(1, count) - 0.5


def _circle(count: int, start: float, stop: float) -> DoubleArray:
    """Return places (n, 2) on a circle between two shares of a turn, clockwise from the top."""
    angle = 2 * np.pi * (start + (stop - start) * (np.arange(count) + 0.5) / max(1, count))
    return np.stack([np.sin(angle), np.cos(angle)], axis=1)
