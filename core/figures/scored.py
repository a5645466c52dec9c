"""What a run says of data: how many samples it takes for each class, and how sure it is."""

import plotly.graph_objects as go

from core.evaluation.scored import ScoreDistribution
from core.figures.frame import LEGEND_SPACE, TITLE_SPACE, finish, mark, new_figure, top_legend
from core.figures.palette import ThemeName, theme_of
from core.figures.text import clean, counted, percent, plain

MOST_CLASSES = 8


def score_distribution_figure(result: ScoreDistribution, theme: ThemeName = "light") -> go.Figure:
    """Draw the samples by the probability of their predicted class, one colour a class."""
    look = theme_of(theme)
    totals = result.counts.sum(axis=1)
    order = sorted(range(len(result.classes)), key=lambda code: -int(totals[code]))
    shown = sorted(order[:MOST_CLASSES])
    rest = [code for code in order[MOST_CLASSES:] if totals[code]]
    figure = new_figure(
        look,
        "What the run predicts",
        f"n = {result.samples:,}, by the probability of the predicted class",
        top=TITLE_SPACE + LEGEND_SPACE,
    )
    low, high = result.edges[:-1], result.edges[1:]
    middles = [(start + end) / 2 for start, end in zip(low, high, strict=True)]
    groups = [([code], plain(result.classes[code], 24), look.of_class(code)) for code in shown]
    if rest:
        groups.append((rest, counted(len(rest), "other class"), look.of_class(-1)))
    for codes, name, colour in groups:
        counts = result.counts[codes].sum(axis=0)
        figure.add_bar(
            x=middles,
            y=counts,
            name=f"{name} ({int(counts.sum()):,})",
            width=[end - start for start, end in zip(low, high, strict=True)],
            marker=mark(look, colour),
            customdata=[[name, percent(start), percent(end)] for start, end in zip(low, high, strict=True)],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]} to %{customdata[2]}: %{y:,}<extra></extra>",
        )
    figure.update_layout(
        barmode="stack",
        bargap=0.04,
        height=360,
        showlegend=True,
        margin={"r": 32},
        legend={**top_legend(1.02), "traceorder": "normal"},
        xaxis={"title": {"text": "probability of the predicted class"}, "range": [0, 1], "tickformat": ".0%"},
        yaxis={"title": {"text": "samples"}, "rangemode": "tozero", "ticklabelstandoff": 6},
    )
    told = ", ".join(f"{clean(result.classes[code], 40)} {int(totals[code]):,}" for code in shown)
    words = f"Predicted classes of {counted(result.samples, 'sample')}: {told}."
    return finish(figure, words, result.samples, "from 0", result.provenance)
