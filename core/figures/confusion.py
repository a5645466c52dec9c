"""How often each class was taken for each."""

import numpy as np
import plotly.graph_objects as go

from core.evaluation import Confusion
from core.figures.frame import TITLE_SPACE, finish, lay_out, new_figure
from core.figures.palette import TEXT_SIZE, ThemeName, mixed, theme_of
from core.figures.text import clean, percent, plain

NUMBERS_UP_TO = 12  # classes; more are hovered over
NAMES_UP_TO = 16  # along an axis; of more classes every second, third and so on is named


def confusion_figure(result: Confusion, theme: ThemeName = "light") -> go.Figure:
    """Draw counts of actual against predicted classes; a click carries (actual, predicted) as customdata."""
    look = theme_of(theme)
    total = int(result.counts.sum())
    shares = result.counts / np.maximum(result.counts.sum(axis=1, keepdims=True), 1)
    figure = new_figure(
        look,
        "What was taken for what",
        f"n = {total:,}; row: actual, column: predicted<br>colour: share of the actual class, 0 to 100 %",
        top=TITLE_SPACE + 24,
    )
    classes = len(result.classes)
    codes = np.arange(classes)
    names = [plain(name, 14) for name in result.classes]
    long = np.array([plain(name) for name in result.classes], dtype=object)
    pairs = np.stack(np.broadcast_arrays(codes[:, None], codes[None, :]), axis=-1)
    words = np.array([f"{count:,}" for count in result.counts.ravel()], dtype=object).reshape(
        classes, classes
    )
    blue = [[0, look.ground], [1, look.accent]]
    figure.add_heatmap(
        z=shares.astype(np.float32), x=codes, y=codes, zmin=0, zmax=1, colorscale=blue, showscale=False,
        xgap=2, ygap=2, customdata=pairs, text=words,
                hovertext=[
            [f"actual {row}<br>predicted {column}<br>{words[i, j]} samples, {percent(shares[i, j])}"
             for j, column in enumerate(long)] for i, row in enumerate(long)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    if classes <= NUMBERS_UP_TO:
        row, column = np.indices(result.counts.shape)
        colours = [look.text_on(mixed(look.ground, look.accent, float(share))) for share in shares.ravel()]
        figure.add_scatter(
            x=column.ravel(), y=row.ravel(), text=words.ravel(), mode="text", hoverinfo="skip",
            textfont={"color": colours, "size": TEXT_SIZE},
        )  # fmt: skip
    named = slice(None, None, -(-classes // NAMES_UP_TO))
    axis = {"tickvals": codes[named], "ticktext": names[named], "showgrid": False}
    lay_out(
        figure,
        xaxis={
            **axis,
            "autotickangles": [0, -90],
            "title": {"text": "predicted"},
            "range": [-0.5, classes - 0.5],
        },
        yaxis={**axis, "title": {"text": "actual"}, "range": [classes - 0.5, -0.5]},
    )
    right = int(np.trace(result.counts))
    rows = "; ".join(
        f"{clean(name, 40)} right {int(result.counts[code, code]):,} of {int(result.counts[code].sum()):,}"
        for code, name in enumerate(result.classes)
    )
    description = f"Confusion of {classes} classes, {right:,} of {total:,} right: {rows}."
    return finish(figure, description, total, "0 to 100 % of each actual class", result.provenance)
