"""What each head of both directions adds to the prediction."""

import plotly.graph_objects as go

from core.attention.contributions import HeadContributions
from core.figures.frame import TITLE_SPACE, finish, lay_out, new_figure, top_legend
from core.figures.palette import ThemeName, theme_of
from core.figures.text import clean, percent, plain


def contributions_figure(result: HeadContributions, theme: ThemeName = "light") -> go.Figure:
    """Draw how much the probability of the predicted class moves when a head is closed."""
    look = theme_of(theme)
    figure = new_figure(
        look, "What each head adds",
        f"change of the predicted probability when it is closed; n = {result.count:,}", top=TITLE_SPACE + 26,
    )  # fmt: skip
    told = []
    for place, layer in enumerate((result.pair.ab, result.pair.ba)):
        closed = [one for one in result.closed if one.layer == layer.name]
        name = f"{plain(layer.queries, 16)} looks at {plain(layer.keys, 16)}"
        figure.add_bar(
            x=["all heads" if one.head is None else f"head {one.head}" for one in closed],
            y=[one.change for one in closed], customdata=[one.flips for one in closed], name=name,
            marker={
                "color": look.of_run(place),
                "pattern": {"shape": "" if place == 0 else "/", "size": 6, "solidity": 0.3},
                "line": {"color": look.text, "width": 0.6},
            },
            hovertemplate=f"{name}<br>%{{x}}: %{{y:.1%}}<br>predictions that turn %{{customdata:.1%}}"
            "<extra></extra>",
        )  # fmt: skip
        largest = max(closed, key=lambda one: one.change if one.head is not None else -1.0)
        which = "all heads" if largest.head is None else f"head {largest.head}"
        told.append(f"{clean(name, 60)}: {which} most, {percent(largest.change)}")
    lay_out(
        figure,
        height=340,
        showlegend=True,
        legend=top_legend(),
        barmode="group",
        bargap=0.3,
        xaxis={"title": {"text": "head that is closed"}, "type": "category"},
        yaxis={"title": {"text": "change of probability"}, "tickformat": ".0%", "rangemode": "tozero"},
    )
    most = max(one.change for one in result.closed)
    return finish(
        figure,
        f"Change of the predicted probability when a head is closed: {'; '.join(told)}.",
        result.count,
        f"0 to {percent(most)}",
        result.provenance,
    )
