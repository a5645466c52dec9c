"""Two models on the same samples: how far the attention of both agrees, against that of unlike samples."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.attention.beside import AttentionBeside
from core.figures.frame import TITLE_SPACE, add_line, finish, lay_out, new_figure, top_legend
from core.figures.palette import Theme, ThemeName, theme_of
from core.figures.text import clean

BINS = 20


def beside_figure(result: AttentionBeside, theme: ThemeName = "light") -> go.Figure:
    """Draw how the rank correlation is spread over samples, beside the floor of unlike samples."""
    look = theme_of(theme)
    subtitle = f"n = {len(result.samples):,}; rank correlation of both maps, a sample at a time"
    figure = new_figure(look, "Agreement of attention", subtitle, top=TITLE_SPACE + 28)
    _add_spread(figure, look, result.spearman, "the same sample", look.accent, "solid")
    _add_spread(figure, look, result.floor_spearman, "another sample (floor)", look.text, "9px,4px")
    lay_out(
        figure,
        showlegend=True,
        legend={**top_legend(), "traceorder": "normal"},
        xaxis={
            "title": {"text": "Spearman's rank correlation: 1 the same order, 0 unrelated"},
            "range": [-1, 1],
            "nticks": 9,
        },
        yaxis={
            "title": {"text": "share of samples"},
            "tickformat": ".0%",
            "rangemode": "tozero",
            "nticks": 5,
        },
    )
    words = " ".join((*result.in_words(), *result.cautions))
    return finish(figure, clean(words, 560), len(result.samples), "-1 to 1", result.provenance)


def _add_spread(figure: go.Figure, theme: Theme, values: Any, name: str, colour: str, dash: str) -> None:
    known = values[np.isfinite(values)]
    if not len(known):
        return
    edges = np.linspace(-1, 1, BINS + 1)
    counts, _ = np.histogram(known, edges)
    told = [
        [f"{low:.1f} to {high:.1f}", int(n)] for low, high, n in zip(edges, edges[1:], counts, strict=False)
    ]
    label = f"{name}: median {np.median(known):.2f} (n = {len(known):,})"
    add_line(
        figure, theme, (edges[:-1] + edges[1:]) / 2, counts / len(known), colour, dash=dash, name=label,
        customdata=told, hovertemplate=f"{name}<br>correlation %{{customdata[0]}}<br>"
        f"%{{customdata[1]}} of {len(known):,} samples (%{{y:.1%}})<extra></extra>",
    )  # fmt: skip
