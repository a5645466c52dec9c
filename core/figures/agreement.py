"""Agreement of runs: how often they predict the same."""

from typing import Literal

import numpy as np
import plotly.graph_objects as go

from core.evaluation.agreement import Agreement
from core.figures.frame import TITLE_SPACE, finish, lay_out, new_figure
from core.figures.palette import TEXT_SIZE, ThemeName, mixed, theme_of
from core.figures.text import clean, percent, plain

NUMBERS_UP_TO = 10  # runs; more are hovered over
Shown = Literal["same", "kappa"]


def agreement_figure(result: Agreement, theme: ThemeName = "light", shown: Shown = "same") -> go.Figure:
    """Draw the share of equal predictions, or kappa, of every pair of runs."""
    look = theme_of(theme)
    values = result.same if shown == "same" else result.kappa
    count = len(result.runs)
    what = "share of samples with the same prediction" if shown == "same" else "Cohen's kappa"
    figure = new_figure(
        look, "Agreement of predictions", f"n = {result.samples:,}; {what}", top=TITLE_SPACE + 12
    )
    off = ~np.eye(count, dtype=bool)
    known = values[off & np.isfinite(values)]
    least = float(np.floor(10 * known.min()) / 10) if known.size else 0.0
    drawn = np.where(off, values, np.nan)
    names = [plain(label, 40) for label in result.labels]
    figure.add_heatmap(
        z=drawn, x=np.arange(count), y=np.arange(count), zmin=least, zmax=1, xgap=2, ygap=2,
        colorscale=[[0, mixed(look.ground, look.accent, 0.06)], [1, look.accent]],
        colorbar={
            "thickness": 10, "outlinewidth": 0, "nticks": 4, "tickformat": ".0%" if shown == "same" else ""
        },
        hovertext=[[_told(result, names, i, j) for j in range(count)] for i in range(count)],
        hovertemplate="%{hovertext}<extra></extra>", hoverongaps=False,
    )  # fmt: skip
    if count <= NUMBERS_UP_TO:
        rows, columns = np.nonzero(off & np.isfinite(values))
        shares = (values[rows, columns] - least) / max(1 - least, 1e-9)
        figure.add_scatter(
            x=columns, y=rows, mode="text", hoverinfo="skip",
            text=[
                f"{100 * value:.0f} %" if shown == "same" else f"{value:.2f}"
                for value in values[rows, columns]
            ],
            textfont={
                "size": TEXT_SIZE,
                "color": [look.text_on(mixed(look.ground, look.accent, float(share))) for share in shares],
            },
        )  # fmt: skip
    places = np.arange(count)
    size = {"size": TEXT_SIZE if count <= 16 else 10}
    step = 1 if count <= 16 else 2
    lay_out(
        figure,
        xaxis={
            "tickvals": places[::step],
            "ticktext": [str(place + 1) for place in places[::step]],
            "tickfont": size,
            "tickangle": 0,
            "showgrid": False,
            "range": [-0.5, count - 0.5],
        },
        yaxis={
            "tickvals": places,
            "ticktext": [f"{plain(label, 24)}  {place + 1}" for place, label in enumerate(result.labels)],
            "tickfont": size,
            "showgrid": False,
            "range": [count - 0.5, -0.5],
        },
    )
    return finish(
        figure,
        _description(result),
        result.samples,
        f"{least:.1f} to 1; columns are the runs in the order of the rows",
        result.provenance,
    )


def _told(result: Agreement, names: list[str], i: int, j: int) -> str:
    kappa = result.kappa[i, j]
    return (
        f"{names[i]}<br>{names[j]}<br>{percent(result.same[i, j])} the same"
        + ("" if np.isnan(kappa) else f", kappa {kappa:.2f}")
        + f"<br>only the first is right: {result.only[i, j]:,}, only the second: {result.only[j, i]:,}"
    )


def _description(result: Agreement) -> str:
    pairs = [(result.same[i, j], i, j) for i in range(len(result.runs)) for j in range(i)]
    if not pairs:
        return "Agreement of one run with itself."
    low, high = min(pairs), max(pairs)
    told = [
        f"{word} {clean(result.labels[i], 40)} and {clean(result.labels[j], 40)} with {percent(share)}"
        for word, (share, i, j) in (("most", high), ("least", low))
    ]
    return f"Agreement of {len(result.runs)} runs on {result.samples:,} samples: {', '.join(told)}."
