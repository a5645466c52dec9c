"""Several targets of a model: how sure it is of each, whether rightly, whether errors come together."""

import numpy as np
import plotly.graph_objects as go

from core.evaluation.targets import BINS, TargetComparison
from core.figures.frame import LEGEND_SPACE, TITLE_SPACE, finish, lay_out, mark, new_figure, top_legend
from core.figures.palette import TEXT_SIZE, Theme, ThemeName, mixed, theme_of
from core.figures.text import clean, percent, plain

NUMBERS_UP_TO = 12
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "cross", "pentagon")
MOST_DRAWN = 8  # targets with a curve of their own


def target_accuracy_figure(result: TargetComparison, theme: ThemeName = "light") -> go.Figure:
    """Draw accuracy and mean confidence of each target, with the majority rate as a tick."""
    look = theme_of(theme)
    rows = list(range(len(result.targets)))
    figure = new_figure(
        look,
        "Accuracy by target",
        f"{_over(result)}; whiskers: 95 % intervals<br>tick: always the most frequent class",
        top=TITLE_SPACE + 24,
    )
    share, ends = result.accuracy, result.interval
    figure.add_bar(
        x=share, y=rows, orientation="h", marker=mark(look, mixed(look.ground, look.accent, 0.6)),
        error_x={
            "type": "data", "symmetric": False, "array": np.maximum(ends[:, 1] - share, 0),
            "arrayminus": np.maximum(share - ends[:, 0], 0), "color": look.text, "thickness": 1.5, "width": 5,
        },
        hovertext=[_told(result, row) for row in rows], hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=result.majority_rate, y=rows, mode="markers", hoverinfo="skip",
        marker={"symbol": "line-ns", "size": 26, "line": {"width": 2, "color": look.text}},
    )  # fmt: skip
    for row in rows:
        figure.add_annotation(
            text=percent(share[row]), x=1, xref="x domain", xanchor="left", xshift=8, y=row, yref="y"
        )
    lay_out(
        figure,
        bargap=0.4,
        xaxis={
            "domain": [0, 0.84],
            "range": [0, 1],
            "tickformat": ".0%",
            "nticks": 5,
            "title": {"text": "accuracy"},
        },
        yaxis={
            "tickvals": rows,
            "ticktext": [plain(name, 20) for name in result.targets],
            "range": [max(len(rows), 3) - 0.5, -0.5],
            "showgrid": False,
        },
    )
    words = "; ".join(_told(result, row).replace("<br>", ", ") for row in rows)
    return finish(figure, f"{words}.", max(result.samples), "accuracy 0 to 100 %", result.provenance)


def target_confidence_figure(result: TargetComparison, theme: ThemeName = "light") -> go.Figure:
    """Draw how confidence spreads for each target, and accuracy by the probability of the prediction."""
    look = theme_of(theme)
    drawn = range(min(len(result.targets), MOST_DRAWN))
    figure = new_figure(
        look,
        "Confidence of each target",
        f"{_over(result)}<br>left: how often; right: how often right, bins of ten samples or more",
        top=TITLE_SPACE + 24 + LEGEND_SPACE,
    )
    middles = (np.arange(BINS) + 0.5) / BINS
    for place in drawn:
        name, colour = plain(result.targets[place], 24), look.of_run(place)
        style = {
            "mode": "lines+markers",
            "line": {"color": colour, "width": 2},
            "marker": {"size": 7, "symbol": SYMBOLS[place % len(SYMBOLS)], "color": colour},
            "legendgroup": str(place),
        }
        figure.add_scatter(
            x=middles, y=result.histogram[place], name=name, **style,
            hovertemplate=f"{name}<br>confidence about %{{x:.2f}}<br>%{{y:.1%}} of samples<extra></extra>",
        )  # fmt: skip
        known = np.isfinite(result.bin_accuracy[place])
        figure.add_scatter(
            x=result.bin_probability[place][known], y=result.bin_accuracy[place][known], name=name, **style,
            xaxis="x2", yaxis="y2", showlegend=False,
            hovertemplate=f"{name}<br>probability %{{x:.1%}}<br>right %{{y:.1%}}<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", xaxis="x2", yaxis="y2", showlegend=False, hoverinfo="skip",
        line={"color": look.muted, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    lay_out(
        figure,
        showlegend=True,
        legend=top_legend(1.02),
        xaxis={"domain": [0, 0.44], "range": [0, 1], "nticks": 5, "title": {"text": "confidence"}},
        yaxis={
            "rangemode": "tozero",
            "tickformat": ".0%",
            "nticks": 5,
            "title": {"text": "share of samples"},
        },
        xaxis2={
            "domain": [0.57, 1],
            "range": [0, 1.02],
            "tickformat": ".0%",
            "nticks": 5,
            "anchor": "y2",
            "title": {"text": "probability of the prediction"},
        },
        yaxis2={
            "range": [0, 1.03],
            "tickformat": ".0%",
            "nticks": 5,
            "anchor": "x2",
            "title": {"text": "accuracy"},
        },
    )
    words = "; ".join(
        f"{clean(result.targets[place], 40)}: mean confidence {result.confidence[place]:.2f}, accuracy "
        f"{percent(result.accuracy[place])}"
        for place in drawn
    )
    left = len(result.targets) - len(drawn)
    scale = "confidence 0 (chance) to 1 (sure)" + (f"; {left} further targets in the data" if left else "")
    return finish(figure, f"{words}.", max(result.samples), scale, result.provenance)


def target_errors_figure(result: TargetComparison, theme: ThemeName = "light") -> go.Figure:
    """Draw the correlation of errors of every pair of targets."""
    look = theme_of(theme)
    count = len(result.targets)
    figure = new_figure(
        look,
        "Do errors come together?",
        f"{_over(result)}; correlation of being wrong<br>0: errors of one say nothing of the other",
        top=TITLE_SPACE + 24,
    )
    off = ~np.eye(count, dtype=bool)
    values = np.where(off, result.correlation, np.nan)
    reach = max(0.1, float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 0.1)
    names = [plain(name, 40) for name in result.targets]
    figure.add_heatmap(
        z=values, x=np.arange(count), y=np.arange(count), zmin=-reach, zmax=reach, xgap=2, ygap=2,
        colorscale=look.diverging_scale, colorbar={"thickness": 10, "outlinewidth": 0, "nticks": 5},
        hovertext=[
            [f"{names[i]}<br>{names[j]}<br>correlation {values[i, j]:.2f}" for j in range(count)]
            for i in range(count)
        ],
        hovertemplate="%{hovertext}<extra></extra>", hoverongaps=False,
    )  # fmt: skip
    if count <= NUMBERS_UP_TO:
        rows, columns = np.nonzero(off)
        found = result.correlation[rows, columns]
        figure.add_scatter(
            x=columns, y=rows, mode="text", hoverinfo="skip",
            text=[f"{value:+.2f}" if np.isfinite(value) else "-" for value in found],
            textfont={
                "size": TEXT_SIZE,
                "color": [_readable(look, value / reach) for value in np.nan_to_num(found)],
            },
        )  # fmt: skip
    axis = {
        "tickvals": np.arange(count),
        "ticktext": [plain(name, 16) for name in result.targets],
        "showgrid": False,
    }
    lay_out(
        figure, xaxis={**axis, "range": [-0.5, count - 0.5]}, yaxis={**axis, "range": [count - 0.5, -0.5]}
    )
    pairs = [(i, j) for i in range(count) for j in range(i) if np.isfinite(result.correlation[i, j])]
    words = "; ".join(
        f"{clean(result.targets[i], 30)} and {clean(result.targets[j], 30)} {result.correlation[i, j]:+.2f}"
        for i, j in pairs[:6]
    )
    missing = "" if len(pairs) == count * (count - 1) // 2 else " A dash: a target without an error."
    return finish(
        figure,
        f"Correlation of errors: {words or 'none is defined'}.{missing}",
        max(result.samples),
        f"-{reach:.2f} to {reach:.2f}",
        result.provenance,
    )


def _readable(theme: Theme, share: float) -> str:
    """Return the colour of text on a signed share of the diverging scale."""
    low, middle, high = (str(theme.diverging_scale[place][1]) for place in (0, 2, 4))
    return theme.text_on(mixed(middle, high if share > 0 else low, min(1.0, abs(share))))


def _over(result: TargetComparison) -> str:
    runs = f", mean of {result.runs} runs" if result.runs > 1 else ""
    return f"{plain(result.label, 40)}{runs}"


def _told(result: TargetComparison, row: int) -> str:
    low, high = result.interval[row]
    return (
        f"{plain(result.targets[row], 48)}<br>accuracy {percent(result.accuracy[row])} (95 % CI "
        f"{percent(low)} to {percent(high)}, n = {result.samples[row]:,})"
        f"<br>{result.classes[row]} classes, majority rate {percent(result.majority_rate[row])}, "
        f"mean confidence {result.confidence[row]:.2f}"
    )
