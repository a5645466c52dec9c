"""Figures as a card shows them: the room their title leaves, the line under them, the empty one."""

from typing import Any

import plotly.graph_objects as go

from core.figures.frame import lay_out

TITLE_HEIGHT, SUBTITLE_LINE, LEAST_MARGIN = 74, 20, 28


def margin_without_title(figure: go.Figure) -> int:
    """Return the top margin of a figure whose title and subtitle stand in its card instead."""
    subtitle = str(figure.layout.title.subtitle.text or "")
    taken = TITLE_HEIGHT + SUBTITLE_LINE * subtitle.count("<br>") if figure.layout.title.text else 0
    return max(LEAST_MARGIN, int(figure.layout.margin.t or 0) - taken)


def as_in_card(figure: go.Figure, revision: str) -> go.Figure:
    """Return a figure as its card shows it: without title, on the card's ground, as wide as there is room.

    Args:
        figure: The figure; it is changed.
        revision: As long as it stays the same, so does what the reader zoomed into.
    """
    figure.layout.margin.t = margin_without_title(figure)
    lay_out(
        figure,
        title=None,
        autosize=True,
        height=None,
        width=None,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        uirevision=revision,
    )
    return figure


def note(meta: dict[str, Any]) -> str:
    """Return the line under a figure: n, with its unit where it does not count samples, and scale."""
    pieces = [f"n = {meta['n']:,} {meta.get('unit', '')}".strip()] if meta.get("n") not in (None, "") else []
    if meta.get("scale"):
        pieces.append(str(meta["scale"]))
    return " \u00b7 ".join(pieces)


def blank() -> dict[str, Any]:
    """Return a figure that shows nothing, not even axes."""
    hidden = {"visible": False}
    return {
        "data": [],
        "layout": {
            "xaxis": hidden,
            "yaxis": hidden,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
        },
    }
