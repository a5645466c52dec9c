"""What the sections Contrast and Two models show alike: statistics and patterns of both sides."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from dash import html

from core.attention.contrast import AttentionContrast
from core.attention.spreads import SpreadContrast, SpreadTest
from core.figures.contrast import patterns_contrast_figure
from dashboard.components.cards import card
from dashboard.components.chart import Chart
from dashboard.components.table import Column, table
from dashboard.components.view import ViewState


def said_place(id: str) -> html.Div:
    """Return the place of what is said, below the controls."""
    return html.Div(id=id, role="status", style={"marginTop": "12px"})


def said(found: AttentionContrast) -> list[Any]:
    """Return the finding in plain words, and under it what stands against believing it."""
    words = found.in_words()
    findings = words[: len(words) - len(found.cautions)]
    return [
        html.P(" ".join(findings), className="verdict"),
        *(html.P(caution, className="small muted") for caution in found.cautions),
    ]


def statistics_card(id: str, first: str, second: str, reading: str) -> html.Section:
    """Return the card with the statistics of both sides, each number in a column of its own.

    Args:
        id: Id of the table.
        first: What the first side is called.
        second: What the second is called.
        reading: How the effect and its test are meant.
    """
    columns = (
        Column("name", "Statistic", width=118, help_text="peak: its place, 0 the first step, 1 the last"),
        Column("a", first, numeric=True, digits=3, width=84),
        Column("b", second, numeric=True, digits=3, width=84),
        Column("effect", "Effect", numeric=True, digits=2, width=72),
        Column("low", "from", numeric=True, digits=2, width=64, help_text="95 % interval of the effect"),
        Column("high", "to", numeric=True, digits=2, width=64, help_text="95 % interval of the effect"),
        Column("p", "p", numeric=True, chance=True, width=92, help_text="adjusted by Holm's method"),
        Column("words", "In words", least=190),
    )
    grid = table(id, columns, row_key="name", label="Statistics of both")
    return card("Statistics of both", grid, line=reading)


def statistics_rows(spread: SpreadContrast) -> list[dict[str, Any]]:
    """Return the rows of the card's table."""
    return [_row(test) for test in spread.tests]


def _row(test: SpreadTest) -> dict[str, Any]:
    numbers = {
        "a": test.a,
        "b": test.b,
        "effect": test.effect,
        "low": test.low,
        "high": test.high,
        "p": test.p_adjusted,
    }
    known = {name: value if math.isfinite(value) else None for name, value in numbers.items()}
    return {"name": test.name, "words": test.verdict, **known}


def patterns_chart(id: str, contrast: Callable[[ViewState], AttentionContrast], uses: Sequence[str]) -> Chart:
    """Return the chart of the patterns of both sides."""
    return Chart(
        id=id,
        title="How the weight is spread in both",
        reading="Early, middle, late: that third of the steps holds more than half of the weight.",
        answer=lambda view: contrast(view).spread,
        draw=patterns_contrast_figure,
        uses=tuple(uses),
        height=340,
    )
