"""Differences of accuracy between arms or runs, each with its interval, against no difference."""

import plotly.graph_objects as go

from core.evaluation.differences import Difference, Differences
from core.figures.frame import finish, lay_out, new_figure
from core.figures.palette import Theme, ThemeName, theme_of
from core.figures.text import clean, counted, plain

MOST_ROWS = 24
ROW, HEAD, FOOT = 34, 98, 64
SYMBOLS = {"better": "circle", "only-here": "diamond", "none": "circle-open"}
WORDS = {
    "better": "a difference",
    "only-here": "a difference of these runs on these samples",
    "none": "no evidence of a difference",
}


def differences_figure(result: Differences, theme: ThemeName = "light") -> go.Figure:
    """Draw each pair as a point with its 95 % interval; filled where there is evidence of a difference."""
    look = theme_of(theme)
    rows = sorted(result.rows, key=lambda row: (row.p_adjusted, -abs(row.difference)))[:MOST_ROWS]
    figure = new_figure(
        look,
        "Differences of accuracy",
        f"{'arms, paired over seeds' if result.arms else 'runs, paired over samples'}; "
        f"n = {result.samples:,} {result.unit}<br>whiskers: 95 % intervals; filled: p adjusted below 0.05",
        top=HEAD,
    )
    _add_points(figure, look, rows)
    reach = max((max(abs(end) for end in row.interval) for row in rows), default=0.0)
    reach = max(1.1 * reach, 0.02)
    figure.add_vline(x=0, line={"color": look.text, "width": 1.5, "dash": "dash"})
    lay_out(
        figure,
        height=HEAD + FOOT + ROW * max(3, len(rows)),
        xaxis={
            "range": [-100 * reach, 100 * reach],
            "title": {"text": "percentage points; right: the first is better"},
            "nticks": 7,
        },
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": [f"{plain(row.a_label, 28)} against {plain(row.b_label, 28)}" for row in rows],
            "tickfont": {"size": 13 if len(rows) <= 12 else 11},
            "range": [max(len(rows), 3) - 0.5, -0.5],
            "showgrid": False,
        },
    )
    told = "; ".join(
        f"{clean(row.a_label, 30)} against {clean(row.b_label, 30)}: {_told(row)}" for row in rows
    )
    left = len(result.rows) - len(rows)
    pairs = counted(len(result.rows), "pair")
    scale = f"{len(rows)} of {pairs}" if left else pairs
    words = f"Differences of accuracy. {told or 'No pair'}."
    finish(figure, words, result.samples, scale, result.provenance)
    figure.layout.meta = {**figure.layout.meta, "unit": result.unit}
    return figure


def _add_points(figure: go.Figure, theme: Theme, rows: list[Difference]) -> None:
    values = [100 * row.difference for row in rows]
    figure.add_scatter(
        x=values,
        y=list(range(len(rows))),
        mode="markers",
        marker={
            "size": 10,
            "symbol": [SYMBOLS[row.verdict] for row in rows],
            "color": theme.accent,
            "line": {"width": 2, "color": theme.accent},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [
                max(0.0, 100 * row.interval[1] - value) for row, value in zip(rows, values, strict=True)
            ],
            "arrayminus": [
                max(0.0, value - 100 * row.interval[0]) for row, value in zip(rows, values, strict=True)
            ],
            "color": theme.accent,
            "thickness": 1.5,
            "width": 4,
        },
        hovertext=[
            f"{plain(row.a_label, 48)}<br>against {plain(row.b_label, 48)}<br>{_told(row)}" for row in rows
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _told(row: Difference) -> str:
    low, high = row.interval
    return (
        f"{100 * row.difference:+.1f} points (95 % CI {100 * low:+.1f} to {100 * high:+.1f}), adjusted p "
        f"{row.p_adjusted:.3g}, {WORDS[row.verdict]}"
    )
