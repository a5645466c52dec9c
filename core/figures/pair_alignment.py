"""Whether two directions of attention agree: head by head with both nulls, and the weight at each lag."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.attention.aligned import AGREEING, CONFLICTING, AlignedHead
from core.attention.lags import peak_lag, shared_lags
from core.attention.run_modalities import RunModalities
from core.figures.frame import TITLE_SPACE, add_line, finish, lay_out, new_figure, top_legend
from core.figures.palette import Theme, ThemeName, theme_of
from core.figures.text import clean, number, plain

ROW, LEAST_HEIGHT = 34, 300


def alignment_figure(result: RunModalities, theme: ThemeName = "light") -> go.Figure:
    """Draw the alignment of each head between -1 and 1 beside what shifts and strangers reach."""
    look = theme_of(theme)
    heads = result.heads
    figure = new_figure(
        look, "Do both directions agree?",
        f"correlation on their joint grid; n = {len(result.samples):,}", top=TITLE_SPACE + 26,
    )  # fmt: skip
    names = [head.name for head in heads]
    values = [_known(head.alignment) for head in heads]
    spread = [
        0.0 if value is None else _known(head.deviation) for head, value in zip(heads, values, strict=True)
    ]
    figure.add_bar(
        x=values, y=names, orientation="h", showlegend=False,
        marker={"color": [_colour(look, head) for head in heads], "line": {"color": look.text, "width": 0.6}},
        error_x={"type": "data", "array": spread, "color": look.text, "thickness": 1, "width": 4},
        customdata=[[head.word, head.count] for head in heads],
        hovertemplate="%{y}: %{x:+.2f}, %{customdata[0]}<br>n = %{customdata[1]}<extra></extra>",
    )  # fmt: skip
    _add_null(figure, look, heads, "under circular shifts", "shifted", "line-ns-open")
    _add_null(figure, look, heads, "with mismatched pairs", "strangers", "diamond-open")
    for head, value in zip(heads, values, strict=True):
        figure.add_annotation(
            x=1.02, y=head.name, text=head.word, showarrow=False, xref="paper", xanchor="left",
            font={"color": look.text if value is not None else look.muted},
        )  # fmt: skip
    figure.update_layout(
        height=max(LEAST_HEIGHT, ROW * len(heads) + TITLE_SPACE + 110),
        margin={"r": 150},
        showlegend=True,
        legend=top_legend(),
        bargap=0.35,
        xaxis={
            "title": {"text": "alignment (Pearson), bar ends: \u00b1 SD over samples"},
            "range": [-1.05, 1.05],
        },
        yaxis={"autorange": "reversed", "showgrid": False, "title": {"text": ""}},
    )
    told = "; ".join(f"{head.name} {_told(head)}" for head in heads)
    return finish(
        figure,
        f"Alignment of {clean(result.pair.a, 30)} and {clean(result.pair.b, 30)}: {told}.",
        len(result.samples),
        "-1 to 1",
        result.provenance,
    )


def lags_figure(result: RunModalities, theme: ThemeName = "light") -> go.Figure:
    """Draw the mean weight at each lag, both directions on one axis: where they agree they lie together."""
    look = theme_of(theme)
    lags, grid = result.lags, (len(result.lags.lags) + 1) // 2
    reach = int(shared_lags(grid).max(initial=0))
    kept = slice(grid - 1 - reach, grid + reach)
    a, b = plain(result.pair.a, 18), plain(result.pair.b, 18)
    figure = new_figure(
        look, "How far apart they look",
        f"weight at each distance, the mean over heads; n = {len(result.samples):,}", top=TITLE_SPACE + 26,
    )  # fmt: skip
    lines = ((f"{a} looks at {b}", lags.ab[0]), (f"{b} looks at {a}", lags.ba[0][::-1]))
    told = []
    for place, (name, weights) in enumerate(lines):
        peak = peak_lag(weights)
        colour = look.of_run(place)
        add_line(
            figure, look, lags.lags[kept], weights[kept], colour, dash="solid" if place == 0 else "9px,4px",
            name=name, showlegend=True,
            hovertemplate=f"{name}<br>%{{x:+.3g}}: weight %{{y:.4f}}<extra></extra>",
        )  # fmt: skip
        at = float(lags.lags[grid - 1 + peak])
        figure.add_scatter(
            x=[at], y=[weights[grid - 1 + peak]], mode="markers+text", text=[f"{at:+.3g}"],
            textposition="top left" if place == 0 else "top right", marker={"size": 8, "color": colour},
            showlegend=False, hoverinfo="skip", cliponaxis=False,
        )  # fmt: skip
        told.append(f"{clean(name, 60)} most at {at:+.3g}")
    even = 1 / grid
    figure.add_hline(y=even, line={"color": look.muted, "width": 1, "dash": "dot"})
    figure.add_vline(x=0, line={"color": look.muted, "width": 1})
    unit = plain(lags.unit, 20)
    lay_out(
        figure,
        height=360,
        showlegend=True,
        legend=top_legend(),
        xaxis={"title": {"text": f"place in {b} less place in {a}, {unit}"}, "showgrid": False},
        yaxis={"title": {"text": "mean weight; dotted: even"}, "rangemode": "tozero"},
    )
    largest = float(max(weights[kept].max() for _, weights in lines))
    return finish(
        figure,
        f"Weight by distance in {clean(lags.unit, 30)}: {'; '.join(told)}; even would be {number(even)}.",
        len(result.samples),
        f"0 to {number(largest)}",
        result.provenance,
    )


def _add_null(
    figure: go.Figure, theme: Theme, heads: tuple[AlignedHead, ...], name: str, value: str, symbol: str
) -> None:
    figure.add_scatter(
        x=[_known(getattr(head, value)) for head in heads], y=[head.name for head in heads], mode="markers",
        name=name, marker={"symbol": symbol, "size": 11, "color": theme.text, "line": {"width": 2}},
        hovertemplate=f"%{{y}} {name}: %{{x:+.2f}}<extra></extra>",
    )  # fmt: skip


def _colour(theme: Theme, head: AlignedHead) -> str:
    scale: list[Any] = theme.diverging_scale
    if head.word == AGREEING:
        return str(scale[-1][1])
    return str(scale[0][1]) if head.word == CONFLICTING else theme.grid


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _told(head: AlignedHead) -> str:
    if _known(head.alignment) is None:
        return head.word
    strange = "" if _known(head.strangers) is None else f", {head.strangers:+.2f} mismatched"
    return f"{head.alignment:+.2f} {head.word}{strange}"
