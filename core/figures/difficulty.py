"""Which classes are hard: accuracy and frequency of each, confidence against accuracy, error by frequency."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.arrays import IntArray
from core.evaluation.difficulty import ClassDifficulty
from core.figures.frame import TITLE_SPACE, finish, lay_out, mark, new_figure
from core.figures.palette import Theme, ThemeName, faded, theme_of
from core.figures.text import clean, percent, plain

MOST_ROWS = 20  # classes that have room below each other: the hardest and the easiest ten
NAMED, FEW = 6, 30  # classes that a scatter names; of more than so many it names three
HEAD = TITLE_SPACE + 24
SMALLEST, LARGEST = 7.0, 30.0  # diameters in pixels


def difficulty_figure(result: ClassDifficulty, theme: ThemeName = "light") -> go.Figure:
    """Draw the accuracy of each class with its interval, the hardest first, and beside it its frequency."""
    look, order = theme_of(theme), result.order
    shown = _ends(order)
    told = (
        f"the {MOST_ROWS // 2} hardest and easiest of {len(order)} classes" if len(shown) < len(order) else ""
    )
    figure = new_figure(
        look,
        "Accuracy by class",
        f"{_over(result)}; whiskers: 95 % intervals over samples<br>{told or 'the hardest first'}",
        top=HEAD,
    )
    rows = list(range(len(shown)))
    share, ends = result.accuracy[shown], result.interval[shown]
    hover = [_told(result, int(code)) for code in shown]
    figure.add_scatter(
        x=share, y=rows, mode="markers",
        marker={"size": 9, **mark(look, look.accent)},
        error_x={
            "type": "data", "symmetric": False, "array": np.maximum(ends[:, 1] - share, 0),
            "arrayminus": np.maximum(share - ends[:, 0], 0), "color": look.text, "thickness": 1.5, "width": 4,
        },
        hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    figure.add_bar(
        x=result.frequency[shown], y=rows, orientation="h", xaxis="x2",
        marker={"color": faded(look.accent, 0.5), "line": {"width": 1, "color": look.accent}},
        text=[f"{count:,}" for count in result.frequency[shown]], textposition="outside", cliponaxis=False,
        hovertext=hover, hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    if len(shown) < len(order):
        figure.add_hline(
            y=MOST_ROWS // 2 - 0.5, line={"color": look.muted, "width": 1, "dash": "dot"}, layer="below"
        )
    largest = int(result.frequency.max(initial=1))
    lay_out(
        figure,
        bargap=0.35,
        xaxis={
            "domain": [0, 0.62],
            "range": [-0.02, 1.02],
            "tickformat": ".0%",
            "nticks": 5,
            "title": {"text": "accuracy"},
        },
        xaxis2={
            "domain": [0.7, 1],
            "range": [0, 1.3 * largest],
            "nticks": 3,
            "title": {"text": "test samples"},
        },
        yaxis={
            "tickvals": rows,
            "ticktext": [plain(result.classes[code], 22) for code in shown],
            "range": [max(len(rows), 3) - 0.5, -0.5],
            "showgrid": False,
        },
    )
    return _finished(figure, result, _description(result), "accuracy 0 to 100 %")


def class_confidence_figure(result: ClassDifficulty, theme: ThemeName = "light") -> go.Figure:
    """Draw how sure the model is of a class against how often it is right; size is frequency."""
    look, known = theme_of(theme), result.order
    figure = new_figure(
        look,
        "Confidence against accuracy, class by class",
        f"{_over(result)}; size: frequency<br>on the line confidence is what accuracy bears out; "
        "below it the model is too sure",
        top=HEAD,
    )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", hoverinfo="skip",
        line={"color": look.muted, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    gap = result.accuracy - result.confidence
    _add_classes(figure, look, result, _Marks(result.confidence, result.accuracy, np.abs(gap)))
    least = float(min(result.confidence[known].min(initial=1.0), result.accuracy[known].min(initial=1.0)))
    start = np.floor(10 * least) / 10 - 0.04
    axis = {"range": [start, 1.03], "tickformat": ".0%", "nticks": 6}
    lay_out(
        figure,
        xaxis={**axis, "title": {"text": "mean probability of the predicted class"}},
        yaxis={**axis, "title": {"text": "accuracy"}},
    )
    most = known[np.argsort(-np.abs(gap[known]))][:3]
    words = ", ".join(
        f"{clean(result.classes[code], 40)} {percent(result.confidence[code])} sure and "
        f"{percent(result.accuracy[code])} right"
        for code in most
    )
    scale = f"both {max(0.0, start + 0.04):.0%} to 100 %"
    return _finished(figure, result, f"Farthest from the line: {words}.", scale)


def class_error_figure(result: ClassDifficulty, theme: ThemeName = "light") -> go.Figure:
    """Draw the error of each class against its frequency on a logarithmic axis."""
    look, known = theme_of(theme), result.order
    error = 1 - result.accuracy
    figure = new_figure(
        look,
        "Error by frequency",
        f"{_over(result)}; whiskers: 95 % intervals<br>falling to the right: rare classes are the hard ones",
        top=HEAD,
    )
    ends = 1 - result.interval[:, ::-1]
    _add_classes(figure, look, result, _Marks(result.frequency.astype(np.float64), error, error, ends))
    counts = result.frequency[known]
    low, high = (float(counts.min()), float(counts.max())) if len(counts) else (1.0, 10.0)
    lay_out(
        figure,
        xaxis={
            "type": "log",
            "range": [np.log10(low) - 0.15, np.log10(high) + 0.15 + (0.3 if high < 2 * low else 0)],
            "title": {"text": "test samples of the class (log)"},
            "dtick": 1 if high > 20 * low else None,
            "nticks": 5,
            "tickformat": ",d",
        },
        yaxis={
            "rangemode": "tozero",
            "tickformat": ".0%",
            "nticks": 5,
            "title": {"text": "share predicted wrong"},
        },
    )
    words = ", ".join(
        f"{clean(result.classes[code], 40)} {percent(error[code])} of {result.frequency[code]}"
        for code in known[:3]
    )
    told = f"Error of {len(known)} classes by frequency, largest: {words}."
    return _finished(figure, result, told, "error from 0")


@dataclass(frozen=True, eq=False)
class _Marks:
    """Where the marks of the classes are: x is logarithmic where there are ends of whiskers along y."""

    x: np.ndarray
    y: np.ndarray
    notable: np.ndarray
    ends: np.ndarray | None = None


def _add_classes(figure: go.Figure, theme: Theme, result: ClassDifficulty, marks: _Marks) -> None:
    """Add a mark for each class, its area by frequency; those that stand out most are named."""
    order, x, y, ends = result.order, marks.x, marks.y, marks.ends
    counts = result.frequency[order]
    sizes = SMALLEST + (LARGEST - SMALLEST) * np.sqrt(counts / max(1, counts.max(initial=1)))
    if ends is not None:
        sizes = np.full(len(order), 9.0)
    whiskers = {} if ends is None else {
        "error_y": {
            "type": "data", "symmetric": False, "color": faded(theme.text, 0.4), "thickness": 1, "width": 0,
            "array": np.maximum(ends[order, 1] - y[order], 0),
            "arrayminus": np.maximum(y[order] - ends[order, 0], 0),
        }
    }  # fmt: skip
    figure.add_scatter(
        x=x[order], y=y[order], mode="markers",
        marker={
            "size": sizes, "color": faded(theme.accent, 0.55), "line": {"width": 1, "color": theme.accent},
        },
        hovertext=[_told(result, int(code)) for code in order], hovertemplate="%{hovertext}<extra></extra>",
        **whiskers,
    )  # fmt: skip
    logarithmic = ends is not None
    for code in _apart(order[np.argsort(-marks.notable[order], kind="stable")], x, y, logarithmic):
        place = float(np.log10(x[code])) if logarithmic else float(x[code])
        figure.add_annotation(
            x=place, y=float(y[code]), text=plain(result.classes[code], 16), showarrow=False,
            yshift=15 if logarithmic else 0.5 * SMALLEST + 12, font={"size": 12},
        )  # fmt: skip


def _apart(ranked: IntArray, x: np.ndarray, y: np.ndarray, logarithmic: bool) -> Sequence[int]:
    """Return the classes to name, the most notable first, leaving out names that would cover each other."""
    across = np.log10(np.maximum(x, 1)) if logarithmic else x
    wide = max(float(np.ptp(across[ranked])) if len(ranked) else 0.0, 1e-9)
    high = max(float(np.ptp(y[ranked])) if len(ranked) else 0.0, 1e-9)
    named: list[int] = []
    for code in ranked:
        far = all(
            abs(across[code] - across[other]) / wide > 0.22 or abs(y[code] - y[other]) / high > 0.12
            for other in named
        )
        if far:
            named.append(int(code))
        if len(named) == (NAMED if len(ranked) <= FEW else NAMED // 2):
            break
    return named


def _ends(order: IntArray) -> IntArray:
    """Return all classes, or the hardest and the easiest where there are too many."""
    if len(order) <= MOST_ROWS:
        return order
    return np.concatenate([order[: MOST_ROWS // 2], order[-MOST_ROWS // 2 :]])


def _over(result: ClassDifficulty) -> str:
    runs = f", mean of {result.runs} runs" if result.runs > 1 else ""
    return f"{plain(result.label, 40)}{runs}"


def _told(result: ClassDifficulty, code: int) -> str:
    low, high = result.interval[code]
    text = (
        f"{plain(result.classes[code], 48)}<br>accuracy {percent(result.accuracy[code])} (95 % CI "
        f"{percent(low)} to {percent(high)}, n = {result.frequency[code]:,})"
        f"<br>mean probability of the prediction {percent(result.confidence[code])}"
    )
    if result.runs > 1:
        least, most = result.spread[code]
        text += f"<br>runs: {percent(least)} to {percent(most)}"
    return text


def _description(result: ClassDifficulty) -> str:
    order = result.order
    if not len(order):
        return "No class has a test sample."
    told = [
        f"{word} {clean(result.classes[code], 40)} with {percent(result.accuracy[code])} of "
        f"{result.frequency[code]}"
        for word, code in (("hardest", order[0]), ("easiest", order[-1]))
    ]
    return f"Accuracy of {len(order)} classes: {', '.join(told)}."


def _finished(figure: go.Figure, result: ClassDifficulty, words: str, scale: str) -> go.Figure:
    return finish(figure, words, int(result.frequency.sum()), scale, result.provenance)
