"""Arms and runs beside each other in one metric: bars with intervals, each seed a point."""

import textwrap
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.evaluation import Comparison
from core.evaluation.scores import METRICS
from core.evaluation.spreads import ArmScore, Spread
from core.figures.frame import finish, lay_out, new_figure
from core.figures.palette import Theme, ThemeName, faded, theme_of
from core.figures.text import ELLIPSIS, clean, number, percent, plain

ROW, HEAD, FOOT = 44, 98, 64
LABEL_LENGTH = 22  # of each of two lines
MOST_ROWS, TWO_LINES_UP_TO = 24, 7
PLOT = (0.0, 0.8)  # the values stand to its right


def comparison_figure(result: Comparison, theme: ThemeName = "light", metric: str = "accuracy") -> go.Figure:
    """Draw a bar for each arm: mean with the range of its runs, or one run with its 95 % interval."""
    look, about = theme_of(theme), METRICS[metric]
    arms = _shown(result, metric)
    spreads = [(arm, spread) for arm in arms if (spread := arm.spreads[metric]) is not None]
    left_out = len(result.arms) - len(arms)
    figure = new_figure(
        look,
        f"{about.title} on the test samples",
        _subtitle(result, metric, left_out),
        top=HEAD,
    )
    rows = {arm.key: row for row, arm in enumerate(arms)}
    _add_bars(figure, look, spreads, rows, metric)
    _add_points(figure, look, spreads, rows, metric)
    if metric == "accuracy" and np.isfinite(result.majority_rate):
        place = {"x0": result.majority_rate, "x1": result.majority_rate, "y0": 0, "y1": 1}
        for line in ({"color": look.ground, "width": 4}, {"color": look.text, "width": 1.5, "dash": "dash"}):
            figure.add_shape(type="line", xref="x", yref="y domain", line=line, **place)
    for arm in arms:
        if arm.spreads[metric] is None:
            figure.add_annotation(
                text="not defined", x=0, xanchor="left", xshift=6, y=rows[arm.key], font={"color": look.muted}
            )
    two = len(arms) <= TWO_LINES_UP_TO
    lay_out(
        figure,
        height=HEAD + FOOT + ROW * max(2, len(arms)),
        showlegend=False,
        bargap=0.35,
        xaxis={
            "domain": PLOT,
            **({"range": [0, 1], "tickformat": ".0%"} if about.share else {"rangemode": "tozero"}),
            "title": {"text": about.title.lower() if about.title != "AUC" else "AUC"},
            "nticks": 6,
        },
        yaxis={
            "tickvals": list(rows.values()),
            "ticktext": [_label(arm.label, two) for arm in arms],
            "tickfont": {"size": 13 if len(arms) <= 16 else 11},
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
        },
    )
    scale = f"{about.title} 0 to 1" if about.share else f"{about.title} from 0"
    finish(figure, _description(result, metric, arms), result.samples, scale, result.provenance)
    figure.layout.meta = {**figure.layout.meta, "unit": "steps" if result.per_step else ""}
    return figure


def _shown(result: Comparison, metric: str) -> Sequence[ArmScore]:
    """Return the arms that there is room for: the best ones where there are too many, in their order."""
    if len(result.arms) <= MOST_ROWS:
        return result.arms
    sign = 1 if METRICS[metric].lower_is_better else -1
    ranked = sorted(
        result.arms, key=lambda arm: np.inf if (s := arm.spreads[metric]) is None else sign * s.mean
    )
    best = {arm.key for arm in ranked[:MOST_ROWS]}
    return [arm for arm in result.arms if arm.key in best]


def _subtitle(result: Comparison, metric: str, left_out: int) -> str:
    several = any(len(arm.runs) > 1 for arm in result.arms)
    alone = any(len(arm.runs) == 1 for arm in result.arms)
    kinds = [
        *(["bar: mean, points: seeds, whisker: their range"] if several else []),
        *(["whisker of one run: 95 % interval"] if alone else []),
    ]
    unit = "steps" if result.per_step else "samples"
    lines = [f"n = {result.samples:,} {unit}; {'; '.join(kinds)}"]
    if metric == "accuracy":
        lines.append(f"dashed: always the most frequent class, {percent(result.majority_rate)}")
    if left_out:
        lines.append(f"the best {MOST_ROWS} of {len(result.arms)} are drawn; the data has all")
    return "<br>".join(lines)


def _add_bars(
    figure: go.Figure,
    theme: Theme,
    spreads: Sequence[tuple[ArmScore, Spread]],
    rows: dict[str, int],
    metric: str,
) -> None:
    colours = _colours(theme, [arm for arm, _ in spreads])
    means = np.array([spread.mean for _, spread in spreads])
    ends = np.array([spread.interval or (spread.low, spread.high) for _, spread in spreads]).reshape(-1, 2)
    figure.add_bar(
        x=means,
        y=[rows[arm.key] for arm, _ in spreads],
        orientation="h",
        marker={
            "color": [faded(colour, 0.55) for colour in colours],  # whiskers and points are seen through it
            "line": {"width": 1, "color": [theme.outline(colour) or colour for colour in colours]},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": np.maximum(ends[:, 1] - means, 0),
            "arrayminus": np.maximum(means - ends[:, 0], 0),
            "color": theme.text,
            "thickness": 1.5,
            "width": 5,
        },
        customdata=[[plain(arm.label, 48), _told(spread, metric)] for arm, spread in spreads],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    )
    for arm, spread in spreads:
        figure.add_annotation(
            text=_short(spread, metric), x=1, xref="x domain", xanchor="left", xshift=8, y=rows[arm.key],
            yref="y",
        )  # fmt: skip


def _add_points(
    figure: go.Figure,
    theme: Theme,
    spreads: Sequence[tuple[ArmScore, Spread]],
    rows: dict[str, int],
    metric: str,
) -> None:
    """Add a point for each run of arms with several, above each other in the order of their seeds."""
    x, y, hover = [], [], []
    for arm, spread in spreads:
        if len(spread.values) < 2:
            continue
        offsets = np.linspace(-0.24, 0.24, len(spread.values))
        for value, offset, seed, fold in zip(spread.values, offsets, arm.seeds, arm.folds, strict=True):
            x.append(value)
            y.append(rows[arm.key] + offset)
            where = f"seed {seed}" + ("" if fold is None else f", fold {fold}")
            hover.append(f"{plain(arm.label, 48)}<br>{where}: {_value(value, metric)}")
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"size": 6, "color": theme.text, "line": {"width": 1, "color": theme.ground}},
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _value(value: float, metric: str) -> str:
    return percent(value) if METRICS[metric].share else number(value)


def _short(spread: Spread, metric: str) -> str:
    if spread.deviation is None:
        return _value(spread.mean, metric)
    share = METRICS[metric].share
    deviation = f"{100 * spread.deviation:.1f}" if share else number(spread.deviation)
    return f"{_value(spread.mean, metric)} \u00b1 {deviation}"


def _told(spread: Spread, metric: str) -> str:
    if spread.deviation is not None:
        return (
            f"mean {_short(spread, metric)} (SD), {_value(spread.low, metric)} to "
            f"{_value(spread.high, metric)}, {len(spread.values)} runs"
        )
    if spread.interval is None:
        return _value(spread.mean, metric)
    low, high = spread.interval
    return f"{_value(spread.mean, metric)} (95 % CI {_value(low, metric)} to {_value(high, metric)})"


def _label(label: str, two_lines: bool) -> str:
    if not two_lines:
        return plain(label, LABEL_LENGTH + 6)
    lines = textwrap.wrap(clean(label, 2 * LABEL_LENGTH), LABEL_LENGTH, max_lines=2, placeholder=ELLIPSIS)
    return "<br>".join(plain(line) for line in lines)


def _colours(theme: Theme, arms: Sequence[ArmScore]) -> list[str]:
    models = list(dict.fromkeys(arm.model for arm in arms))
    return [theme.of_class(models.index(arm.model)) for arm in arms]


def _description(result: Comparison, metric: str, arms: Sequence[ArmScore]) -> str:
    rows = []
    for arm in arms:
        spread = arm.spreads[metric]
        told = "not defined" if spread is None else _told(spread, metric)
        rows.append(f"{clean(arm.label, 40)}: {told}")
    head = f"Bars of {METRICS[metric].title.lower()} on {result.samples} test samples"
    majority = f", majority rate {percent(result.majority_rate)}" if metric == "accuracy" else ""
    return f"{head}{majority}. {'; '.join(rows)}."
